//! Writes deliveries as text and numbers; `js/deliveries.js` reads them.

use napi::bindgen_prelude::BufferSlice;
use napi::{Env, JsString, Result};

use super::deliveries::rare;
use crate::dispatch::Delivery;
use crate::schema::Packed;

/// What JavaScript's buffer holds: two payloads of the largest size, and the heads of the deliveries.
pub(super) const WHOLES: usize = 2 * Packed::MAX_WHOLES;
pub(super) const DOUBLES: usize = 2 * Packed::MAX_DOUBLES;
/// Text for which room is kept.
const KEPT_BYTES: usize = 32 * 1_024;

/// The text and numbers of one batch.
#[derive(Default)]
pub(super) struct Writer {
    text: String,
    wholes: Vec<i32>,
    doubles: Vec<f64>,
}

impl Writer {
    pub(super) fn begin(&mut self, count: usize) {
        self.text.clear();
        self.wholes.clear();
        self.doubles.clear();
        self.wholes.push(whole(count));
    }

    /// The numbers go into JavaScript's buffer.
    pub(super) fn finish<'env>(
        &mut self,
        env: &'env Env,
        numbers: &mut BufferSlice<'_>,
    ) -> Result<JsString<'env>> {
        self.copy_numbers(numbers);
        // Both ways give the same string; this one does not look for characters of several bytes.
        let string = if self.text.is_ascii() {
            env.create_string_latin1(&self.text)
        } else {
            env.create_string(&self.text)
        };
        // A rare batch is a large one, whose room nobody needs again.
        self.text.shrink_to(KEPT_BYTES);
        string
    }

    /// An event without its payload.
    pub(super) fn unseen(&mut self, delivery: &Delivery) {
        let Delivery::Event { seq, name, timestamp, payload, .. } = delivery else { return };
        self.doubles.extend([double(*seq), double(*timestamp)]);
        if let Some(packed) = payload.packed() {
            self.wholes.extend([Kind::UnseenPacked as i32, whole(packed.reader.number())]);
        } else {
            self.wholes.push(Kind::UnseenText as i32);
            self.push(name);
        }
    }

    pub(super) fn delivery(&mut self, delivery: &Delivery) {
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

    /// Whole numbers first, doubles behind the room for all whole numbers; [`super::batch::Batch::room`] saw to it that both fit.
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
    UnseenPacked,
    UnseenText,
}

#[expect(clippy::cast_precision_loss, reason = "sequence numbers, times and ids stay below 2^53")]
fn double(number: u64) -> f64 {
    number as f64
}

/// A length or place; a frame has at most four million bytes.
fn whole(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
