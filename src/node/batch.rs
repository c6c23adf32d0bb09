//! How deliveries cross to JavaScript, the same for every native client: one string and one buffer of numbers for each
//! batch. See docs/decisions/0005-how-an-event-crosses.md; `js/deliveries.js` reads what this writes.

use napi::bindgen_prelude::BufferSlice;
use napi::{Env, JsString, Result};

use super::writer::{DOUBLES, WHOLES, Writer};
use crate::dispatch::Delivery;
use crate::schema::Payload;

/// Deliveries in one batch.
pub(super) const BATCH: usize = 64;
/// Of those whose payload crosses, and bytes of text after which a batch takes no more: whoever keeps one string of a
/// batch keeps its whole text.
const WITH_TEXT: usize = 8;
const BATCH_BYTES: usize = 8 * 1_024;

/// Numbers before a payload, at most.
const HEAD: usize = 4;

/// The batches of one client; one after another, so that each saves the next one its allocations.
#[derive(Default)]
pub(super) struct Batch {
    writer: Writer,
    /// Events whose listeners cannot look at what they get: their payloads stay here. A few names, asked for each delivery:
    /// compared, not hashed.
    overlooked: Vec<String>,
    /// The deliveries of the last batch, where one of their payloads stayed here.
    kept: Vec<Delivery>,
}

impl Batch {
    /// No listener of the event looks at what it gets, or one does again.
    pub(super) fn overlook(&mut self, event: String, overlooked: bool) {
        self.overlooked.retain(|known| *known != event);
        if overlooked {
            self.overlooked.push(event);
        }
    }

    /// What has room in one batch beside what is in it already.
    pub(super) fn room(&self) -> impl FnMut(&Delivery) -> bool + '_ {
        let (mut with_text, mut text, mut wholes, mut doubles) = (0, 0, HEAD, 0);
        move |delivery| {
            wholes += HEAD;
            doubles += HEAD;
            if !self.overlooks(delivery) {
                with_text += 1;
                match payload(delivery).map(|payload| (payload, payload.packed())) {
                    Some((_, Some(packed))) => {
                        text += packed.text.len();
                        wholes += packed.wholes.len();
                        doubles += packed.doubles.len();
                    }
                    Some((payload, None)) => text += payload.json().len(),
                    None => {}
                }
            }
            with_text <= WITH_TEXT && text <= BATCH_BYTES && wholes <= WHOLES && doubles <= DOUBLES
        }
    }

    /// Writes the numbers of a batch into JavaScript's buffer and gives its text; nothing where there is nothing. Tells
    /// what nobody needs any more.
    pub(super) fn write<'env>(
        &mut self,
        env: &'env Env,
        deliveries: Vec<Delivery>,
        numbers: &mut BufferSlice<'_>,
    ) -> (Result<Option<JsString<'env>>>, Vec<Delivery>) {
        let (text, unseen) = self.text_of(env, &deliveries, numbers, true);
        if unseen {
            return (text, std::mem::replace(&mut self.kept, deliveries));
        }
        (text, deliveries)
    }

    /// The same for one delivery of the last batch, with its payload.
    pub(super) fn write_again<'env>(
        &mut self,
        env: &'env Env,
        at: usize,
        numbers: &mut BufferSlice<'_>,
    ) -> Result<Option<JsString<'env>>> {
        let kept = std::mem::take(&mut self.kept);
        let (text, _) = self.text_of(env, kept.get(at..=at).unwrap_or_default(), numbers, false);
        self.kept = kept;
        text
    }

    /// What the last batch left here.
    pub(super) fn take_kept(&mut self) -> Vec<Delivery> {
        std::mem::take(&mut self.kept)
    }

    fn overlooks(&self, delivery: &Delivery) -> bool {
        matches!(delivery, Delivery::Event { name, .. } if self.overlooked.iter().any(|known| known == name))
    }

    /// The batch's text, and whether a payload was left out of it.
    fn text_of<'env>(
        &mut self,
        env: &'env Env,
        deliveries: &[Delivery],
        numbers: &mut BufferSlice<'_>,
        may_overlook: bool,
    ) -> (Result<Option<JsString<'env>>>, bool) {
        if deliveries.is_empty() {
            return (Ok(None), false);
        }
        let mut unseen = false;
        self.writer.begin(deliveries.len());
        for delivery in deliveries {
            if may_overlook && self.overlooks(delivery) {
                unseen = true;
                self.writer.unseen(delivery);
            } else {
                self.writer.delivery(delivery);
            }
        }
        (self.writer.finish(env, numbers).map(Some), unseen)
    }
}

fn payload(delivery: &Delivery) -> Option<&Payload> {
    match delivery {
        Delivery::Event { payload, .. } | Delivery::Settled { outcome: Ok(payload), .. } => Some(payload),
        _ => None,
    }
}
