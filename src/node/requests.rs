//! Calls on their way in: one string and one buffer of numbers for all calls of a tick; `js/requests.js` writes them.

use crate::driver::Request;
use crate::schema::Method;

/// Doubles of one call: its id, its timeout, the place of its method, and the lengths of payload, contact id and key as
/// JavaScript counts; −1 where there is none.
const NUMBERS: usize = 6;

/// The calls, in order. One whose method has no place is left out: JavaScript does not write such a call.
pub(super) fn requests(text: &str, numbers: &[u8]) -> Vec<Request> {
    let mut texts = Texts { rest: text, ascii: text.is_ascii() };
    let numbers: Vec<f64> = numbers
        .chunks_exact(size_of::<f64>())
        .filter_map(|bytes| bytes.try_into().ok().map(f64::from_ne_bytes))
        .collect();
    let calls = numbers.chunks_exact(NUMBERS).filter_map(|call| {
        let [id, timeout, method, payload, contact, key] = call.try_into().ok()?;
        let payload = texts.next(payload)?.to_owned();
        let contact_id = texts.next(contact).map(str::to_owned);
        let idempotency_key = texts.next(key).map(str::to_owned);
        let method = Method::ALL.get(usize::try_from(whole(method)).ok()?)?.as_str().to_owned();
        Some(Request {
            id: whole(id),
            method,
            payload,
            contact_id,
            idempotency_key,
            timeout_ms: whole(timeout),
        })
    });
    calls.collect()
}

/// Cuts a text at lengths that count UTF-16 units.
struct Texts<'a> {
    rest: &'a str,
    ascii: bool,
}

impl<'a> Texts<'a> {
    fn next(&mut self, units: f64) -> Option<&'a str> {
        if units < 0.0 {
            return None;
        }
        let units = usize::try_from(whole(units)).ok()?;
        let at = if self.ascii { units } else { self.byte_of(units) };
        let (text, rest) = self.rest.split_at_checked(at)?;
        self.rest = rest;
        Some(text)
    }

    /// Where the character behind so many units begins.
    fn byte_of(&self, units: usize) -> usize {
        let mut left = units;
        for (at, character) in self.rest.char_indices() {
            if left == 0 {
                return at;
            }
            left = left.saturating_sub(character.len_utf16());
        }
        self.rest.len()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "JavaScript writes whole numbers from 0 up to 2^53"
)]
fn whole(number: f64) -> u64 {
    number as u64
}
