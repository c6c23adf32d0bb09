//! Frames of a broadcast, side by side in one buffer, between the host's lock and the sockets.

use std::hint::black_box;

use crate::session::LinkId;
use crate::transport::{MAX_DIRECT_BYTES, Outgoing, frame_texts, push_frame};

/// The frames of a few links. Each link is reserved from [`Batch::settle`] to [`Batch::write`]: what others queue for
/// it meanwhile comes after.
#[derive(Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    parts: Vec<Part>,
    scratch: Vec<u8>,
}

struct Part {
    conn: LinkId,
    from: usize,
    to: usize,
    /// None until the link is reserved, and where it cannot be.
    outgoing: Option<Outgoing>,
}

impl Batch {
    /// Adds one text. All texts of a link come one after the other.
    pub(super) fn push(&mut self, conn: LinkId, text: &str) {
        let from = self.bytes.len();
        push_frame(&mut self.bytes, text);
        let to = self.bytes.len();
        match self.parts.last_mut().filter(|part| part.conn == conn) {
            Some(part) => part.to = to,
            None => self.parts.push(Part { conn, from, to, outgoing: None }),
        }
    }

    /// Reserves the links. The texts of one that cannot be, or that is none of `socket_of`, go to `queue`.
    pub(super) fn settle<'a>(
        &mut self,
        socket_of: impl Fn(LinkId) -> Option<&'a Outgoing>,
        mut queue: impl FnMut(LinkId, String),
    ) {
        // First of all the processor fetches the queues side by side: one lock after the other would wait for each.
        let fetched = self.parts.iter().filter(|part| socket_of(part.conn).is_some_and(Outgoing::is_whole));
        black_box(fetched.count());
        for part in &mut self.parts {
            let fits = part.to - part.from <= MAX_DIRECT_BYTES;
            part.outgoing = socket_of(part.conn).filter(|outgoing| fits && outgoing.reserve()).cloned();
            if part.outgoing.is_none() {
                let frames = self.bytes.get(part.from..part.to).unwrap_or_default();
                frame_texts(frames).into_iter().for_each(|text| queue(part.conn, text));
            }
        }
    }

    /// Writes all of it, and is empty.
    pub(super) fn write(&mut self) {
        for Part { outgoing, from, to, .. } in self.parts.drain(..) {
            if let Some(outgoing) = outgoing {
                outgoing.write_reserved(self.bytes.get(from..to).unwrap_or_default(), &mut self.scratch);
            }
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
