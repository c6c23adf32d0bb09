//! How deliveries cross to JavaScript, the same for every native client: one string and one buffer of numbers for each
//! batch. See docs/decisions/0005-how-an-event-crosses.md; `js/deliveries.js` reads what this writes.

use napi::bindgen_prelude::BufferSlice;
use napi::{Env, JsString, Result};
use serde_json::{Value, json};

use crate::dispatch::Delivery;
use crate::schema::{Packed, Payload};
use crate::session::Ready;
use crate::wire::ErrorBody;

/// Deliveries in one batch, and bytes of text after which it takes no more: whoever keeps one string of a batch keeps
/// its whole text.
pub(super) const BATCH: usize = 8;
const BATCH_BYTES: usize = 8 * 1_024;

/// What JavaScript's buffer holds: two payloads of the largest size, and the heads of the deliveries.
const WHOLES: usize = 2 * Packed::MAX_WHOLES;
const DOUBLES: usize = 2 * Packed::MAX_DOUBLES;
/// Numbers before a payload, at most.
const HEAD: usize = 4;
/// Text for which a batch keeps its room.
const KEPT_BYTES: usize = 4 * BATCH_BYTES;

/// What has room in one batch beside what is in it already.
pub(super) fn room() -> impl FnMut(&Delivery) -> bool {
    let (mut text, mut wholes, mut doubles) = (0, HEAD, 0);
    move |delivery| {
        if let Some(packed) = payload(delivery).and_then(Payload::packed) {
            text += packed.text.len();
            wholes += packed.wholes.len() + HEAD;
            doubles += packed.doubles.len() + HEAD;
        } else {
            text += payload(delivery).map_or(0, |payload| payload.json().len());
            wholes += HEAD;
            doubles += HEAD;
        }
        text <= BATCH_BYTES && wholes <= WHOLES && doubles <= DOUBLES
    }
}

fn payload(delivery: &Delivery) -> Option<&Payload> {
    match delivery {
        Delivery::Event { payload, .. } | Delivery::Settled { outcome: Ok(payload), .. } => Some(payload),
        _ => None,
    }
}

/// Writes the numbers of a batch into JavaScript's buffer and gives its text; nothing where there is nothing.
pub(super) fn batch<'env>(
    env: &'env Env,
    deliveries: &[Delivery],
    numbers: &mut BufferSlice<'_>,
) -> Result<Option<JsString<'env>>> {
    Batch::default().write(env, deliveries, numbers)
}

/// The text and numbers of one batch; one that is kept saves the next one its allocations.
#[derive(Default)]
pub(super) struct Batch {
    text: String,
    wholes: Vec<i32>,
    doubles: Vec<f64>,
}

impl Batch {
    /// See [`batch`].
    pub(super) fn write<'env>(
        &mut self,
        env: &'env Env,
        deliveries: &[Delivery],
        numbers: &mut BufferSlice<'_>,
    ) -> Result<Option<JsString<'env>>> {
        if deliveries.is_empty() {
            return Ok(None);
        }
        self.text.clear();
        self.wholes.clear();
        self.doubles.clear();
        self.wholes.push(whole(deliveries.len()));
        for delivery in deliveries {
            self.delivery(delivery);
        }
        self.copy_numbers(numbers);
        // Both ways give the same string; this one does not look for characters of several bytes.
        let string = if self.text.is_ascii() {
            env.create_string_latin1(&self.text)?
        } else {
            env.create_string(&self.text)?
        };
        // A rare batch is a large one, whose room nobody needs again.
        self.text.shrink_to(KEPT_BYTES);
        Ok(Some(string))
    }

    fn delivery(&mut self, delivery: &Delivery) {
        match delivery {
            Delivery::Event { seq, name, timestamp, payload, .. } => {
                self.doubles.extend([double(*seq), double(*timestamp)]);
                if let Some(packed) = payload.packed() {
                    return self.packed(Kind::PackedEvent, packed);
                }
                self.wholes.push(Kind::TextEvent as i32);
                self.push(name);
                self.push(payload.json());
            }
            Delivery::Settled { id, outcome: Ok(payload), .. } => {
                self.doubles.push(double(*id));
                if let Some(packed) = payload.packed() {
                    return self.packed(Kind::PackedAnswer, packed);
                }
                self.wholes.push(Kind::TextAnswer as i32);
                self.push(payload.json());
            }
            other => {
                self.wholes.push(Kind::Rare as i32);
                self.push(&rare(other).to_string());
            }
        }
    }

    fn packed(&mut self, kind: Kind, packed: &Packed) {
        self.wholes.extend([kind as i32, whole(packed.reader.number())]);
        self.wholes.extend(&packed.wholes);
        self.doubles.extend(&packed.doubles);
        self.text.push_str(&packed.text);
    }

    /// A text and its length as JavaScript counts.
    fn push(&mut self, text: &str) {
        let length = if text.is_ascii() { text.len() } else { text.encode_utf16().count() };
        self.wholes.push(whole(length));
        self.text.push_str(text);
    }

    /// Whole numbers first, doubles behind the room for all whole numbers; [`room`] saw to it that both fit.
    fn copy_numbers(&self, numbers: &mut [u8]) {
        let Some((wholes, doubles)) = numbers.split_at_mut_checked(WHOLES * size_of::<i32>()) else { return };
        for (place, number) in wholes.chunks_exact_mut(size_of::<i32>()).zip(&self.wholes) {
            place.copy_from_slice(&number.to_ne_bytes());
        }
        for (place, number) in doubles.chunks_exact_mut(size_of::<f64>()).zip(&self.doubles) {
            place.copy_from_slice(&number.to_ne_bytes());
        }
    }
}

/// What a delivery begins with; `js/deliveries.js` has the same list.
#[derive(Clone, Copy)]
enum Kind {
    PackedEvent,
    TextEvent,
    PackedAnswer,
    TextAnswer,
    Rare,
}

#[expect(clippy::cast_precision_loss, reason = "sequence numbers, times and ids stay below 2^53")]
fn double(number: u64) -> f64 {
    number as f64
}

/// A length or place; a frame has at most four million bytes.
fn whole(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn rare(delivery: &Delivery) -> Value {
    match delivery {
        Delivery::InitDone(Ok(_)) => json!({ "kind": "initialised" }),
        Delivery::InitDone(Err(error)) => json!({ "kind": "init", "error": error }),
        Delivery::Ready(ready) => json!({ "kind": "ready", "ready": facts(ready) }),
        Delivery::Interrupted { code, reason } => {
            json!({ "kind": "interrupted", "code": code, "reason": reason })
        }
        Delivery::Resync { reason, snapshot, unsettled } => {
            json!({ "kind": "resync", "reason": reason, "snapshot": snapshot, "unsettled": unsettled })
        }
        Delivery::Settled { id, outcome, .. } => {
            json!({ "kind": "settled", "id": id, "error": outcome.as_ref().err() })
        }
        Delivery::Drain => json!({ "kind": "drain" }),
        Delivery::Responding(responding) => json!({ "kind": "responding", "responding": responding }),
        Delivery::Error(error) => json!({ "kind": "error", "error": error }),
        Delivery::Warning { event, message } => {
            json!({ "kind": "warning", "event": event, "message": message })
        }
        Delivery::Closed { code, reason } => json!({ "kind": "closed", "code": code, "reason": reason }),
        Delivery::TokenWanted { ticket } => json!({ "kind": "token", "ticket": ticket }),
        Delivery::Event { .. } => Value::Null,
    }
}

/// What `init()` resolves with; user, company and contacts only where the session is new.
fn facts(ready: &Ready) -> Value {
    let mut facts = json!({
        "session": ready.session,
        "plugin": ready.plugin,
        "granted": ready.granted,
        "denied": ready.denied,
        "host": ready.host,
        "protocol": ready.protocol,
        "resumed": ready.resumed,
    });
    if let (Some(snapshot), Some(facts)) = (&ready.snapshot, facts.as_object_mut()) {
        for member in ["user", "companyId", "contacts"] {
            facts.insert(member.into(), snapshot.get(member).cloned().unwrap_or(Value::Null));
        }
    }
    facts
}

/// An error as the facade reads it.
pub(super) fn error_text(error: &ErrorBody) -> String {
    json!(error).to_string()
}
