//! Frames of a broadcast, side by side in one buffer, between the host's lock and the sockets.

use crate::session::LinkId;
use crate::transport::{MAX_DIRECT_BYTES, Outgoing, push_frame};

/// The frames of a few links. Each link is reserved from [`Batch::push`] to [`Batch::write`]: what others queue for it
/// meanwhile comes after.
#[derive(Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    parts: Vec<Part>,
    scratch: Vec<u8>,
}

struct Part {
    conn: LinkId,
    outgoing: Outgoing,
    from: usize,
    to: usize,
    /// Something was queued behind it, so nothing may be added.
    full: bool,
}

impl Batch {
    /// Adds one text; `false` where it has to be queued instead. All texts of a link come one after the other.
    pub(super) fn push(&mut self, conn: LinkId, text: &str, outgoing: &Outgoing) -> bool {
        match self.parts.last_mut().filter(|part| part.conn == conn) {
            Some(part) => {
                part.full |= part.to - part.from + text.len() > MAX_DIRECT_BYTES;
                if part.full {
                    return false;
                }
                push_frame(&mut self.bytes, text);
                part.to = self.bytes.len();
            }
            None => {
                if text.len() > MAX_DIRECT_BYTES || !outgoing.reserve() {
                    return false;
                }
                let from = self.bytes.len();
                push_frame(&mut self.bytes, text);
                let to = self.bytes.len();
                self.parts.push(Part { conn, outgoing: outgoing.clone(), from, to, full: false });
            }
        }
        true
    }

    /// Writes all of it, and is empty.
    pub(super) fn write(&mut self) {
        for Part { outgoing, from, to, .. } in self.parts.drain(..) {
            outgoing.write_reserved(self.bytes.get(from..to).unwrap_or_default(), &mut self.scratch);
        }
        self.bytes.clear();
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        // A link that stayed reserved would never write again.
        self.write();
    }
}

/// Sessions that get the events of a tick before their sockets are written: as many as a processor keeps at hand.
pub(super) const SESSIONS_AT_ONCE: usize = 32;
