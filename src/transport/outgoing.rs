//! What waits to be written on one carrier.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::task::AtomicWaker;

use super::direct::{self, Direct};
use crate::wire::CloseCode;

/// Queue of text messages for one [`super::Carrier`]; clones share it and any thread may fill it.
///
/// Bounded: past [`Outgoing::MAX_BYTES`] or [`Outgoing::MAX_MESSAGES`] the queue is emptied and the carrier closes
/// with 4003, because the peer does not read what it makes us answer.
#[derive(Clone, Debug, Default)]
pub struct Outgoing(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    waker: AtomicWaker,
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    messages: VecDeque<String>,
    bytes: usize,
    end: Option<End>,
    /// The write side, where it can be had without the carrier's task.
    pub(super) direct: Option<Direct>,
}

/// How the carrier is to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Write what is queued, then a close frame.
    Close(CloseCode, String),
    /// Drop the connection.
    Abort,
}

impl Outgoing {
    /// More than one `welcome` (4 MiB) and one window (1 MiB) beside it.
    pub const MAX_BYTES: usize = 8 * 1_048_576;
    /// More than one window of frames and the acknowledgements of another.
    pub const MAX_MESSAGES: usize = 4_096;

    /// An empty queue.
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn with_direct(direct: Direct) -> Self {
        let outgoing = Self::default();
        outgoing.lock().direct = Some(direct);
        outgoing
    }

    /// Queues one text message and has it written. Ignored once the carrier was told to end.
    pub fn push(&self, text: String) {
        self.hold(text);
        self.wake();
    }

    /// Has the carrier's task write what is queued.
    pub fn wake(&self) {
        self.0.waker.wake();
    }

    /// Queues one text message, to be written by [`Self::flush`] or with what is pushed next. Tells whether it is the
    /// only one.
    pub fn hold(&self, text: String) -> bool {
        let mut queue = self.lock();
        if queue.end.is_some() {
            return false;
        }
        queue.bytes += text.len();
        queue.messages.push_back(text);
        if queue.bytes > Self::MAX_BYTES || queue.messages.len() > Self::MAX_MESSAGES {
            queue.messages.clear();
            queue.bytes = 0;
            queue.end = Some(End::Close(CloseCode::SLOW_CONSUMER, "the peer does not read".into()));
            drop(queue);
            self.0.waker.wake();
            return false;
        }
        queue.messages.len() == 1
    }

    /// Writes what is queued on this thread where the socket takes it at once, else wakes the carrier's task.
    /// `scratch` is any buffer; it is kept from one call to the next to save its allocation.
    pub fn flush(&self, scratch: &mut Vec<u8>) {
        if !self.lock().write_through(scratch) {
            self.0.waker.wake();
        }
    }

    /// Whether nobody panicked while filling it. Asked without the lock.
    pub fn is_whole(&self) -> bool {
        !self.0.queue.is_poisoned()
    }

    /// Keeps everybody else from writing until [`Self::write_reserved`], whose frames so come before whatever is queued
    /// meanwhile. `false` where something else has to be written first.
    pub fn reserve(&self) -> bool {
        let mut queue = self.lock();
        if !queue.messages.is_empty() || queue.end.is_some() {
            return false;
        }
        let Some(direct) = queue.direct.as_mut().filter(|direct| direct.is_free()) else { return false };
        direct.reserve();
        true
    }

    /// Writes these whole frames, and what was queued since [`Self::reserve`], as [`Self::flush`] does.
    pub fn write_reserved(&self, frames: &[u8], scratch: &mut Vec<u8>) {
        let mut queue = self.lock();
        let written = queue.write_reserved(frames) && queue.write_through(scratch);
        drop(queue);
        if !written {
            self.0.waker.wake();
        }
    }

    /// [`Self::flush`] for each of these.
    pub fn flush_all(queues: &[Self]) {
        let mut scratch = Vec::new();
        queues.iter().for_each(|queue| queue.flush(&mut scratch));
    }

    /// Ends the carrier with this code once everything queued has been written. The first call counts.
    pub fn close(&self, code: CloseCode, reason: impl Into<String>) {
        let mut queue = self.lock();
        if queue.end.is_none() {
            queue.end = Some(End::Close(code, reason.into()));
        }
        drop(queue);
        self.0.waker.wake();
    }

    /// Drops the connection without writing anything more.
    pub fn abort(&self) {
        self.lock().end = Some(End::Abort);
        self.0.waker.wake();
    }

    pub(super) fn register(&self, waker: &std::task::Waker) {
        self.0.waker.register(waker);
    }

    /// The next message for the carrier to write. Until [`Self::flushed`] nobody else writes.
    pub(super) fn pop(&self) -> Option<String> {
        let mut queue = self.lock();
        if queue.is_reserved() {
            return None;
        }
        let text = queue.messages.pop_front()?;
        queue.bytes -= text.len();
        if let Some(direct) = &mut queue.direct {
            direct.busy = true;
        }
        Some(text)
    }

    /// The carrier has nothing left to write.
    pub(super) fn flushed(&self) {
        if let Some(direct) = &mut self.lock().direct {
            direct.busy = false;
        }
    }

    pub(super) fn end(&self) -> Option<End> {
        let queue = self.lock();
        // What is reserved comes before a close frame; whoever writes it wakes the carrier.
        let waits = queue.is_reserved() && queue.end != Some(End::Abort);
        queue.end.clone().filter(|_| !waits)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Queue> {
        // Every critical section leaves the queue whole, so a poisoned lock is still good.
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    #[cfg(test)]
    pub(super) fn bytes_queued(&self) -> usize {
        self.bytes
    }

    fn is_reserved(&self) -> bool {
        self.direct.as_ref().is_some_and(|direct| direct.reserved)
    }

    /// Whether all of it was written.
    fn write_reserved(&mut self, frames: &[u8]) -> bool {
        // Without a socket there is nobody to write to.
        let Some(direct) = &mut self.direct else { return true };
        direct.reserved = false;
        if !direct.is_free() {
            // The carrier answers a ping, say.
            for text in direct::frame_texts(frames).into_iter().rev() {
                self.bytes += text.len();
                self.messages.push_front(text);
            }
            return false;
        }
        let written = direct.write(frames);
        if written == direct::Written::Nothing {
            direct.leave(frames);
        }
        written == direct::Written::All
    }

    /// Whether nothing is left that the carrier's task has to do.
    fn write_through(&mut self, scratch: &mut Vec<u8>) -> bool {
        if self.messages.is_empty() && self.end.is_none() {
            return true;
        }
        let Some(direct) = self.direct.as_mut().filter(|direct| direct.is_free()) else { return false };
        while !self.messages.is_empty() {
            scratch.clear();
            let mut count = 0;
            for message in &self.messages {
                // One write for what belongs together; a large message is left to the task, which waits for the socket.
                if scratch.len() + message.len() > direct::MAX_DIRECT_BYTES {
                    break;
                }
                direct::push_frame(scratch, message);
                count += 1;
            }
            let written = direct.write(scratch);
            if count == 0 || written == direct::Written::Nothing {
                return false;
            }
            for message in self.messages.drain(..count) {
                self.bytes -= message.len();
            }
            if written == direct::Written::Part {
                return false;
            }
        }
        self.end.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_that_does_not_read_is_closed_as_a_slow_consumer() {
        let outgoing = Outgoing::new();
        for _ in 0..=Outgoing::MAX_MESSAGES {
            outgoing.push("{}".into());
        }
        assert_eq!(outgoing.pop(), None);
        assert!(matches!(outgoing.end(), Some(End::Close(CloseCode::SLOW_CONSUMER, _))));
    }

    #[test]
    fn nothing_is_queued_after_the_end() {
        let outgoing = Outgoing::new();
        outgoing.push("a".into());
        outgoing.close(CloseCode::NORMAL, "done");
        outgoing.push("b".into());
        assert_eq!(outgoing.pop().as_deref(), Some("a"));
        assert_eq!(outgoing.pop(), None);
    }

    #[test]
    fn without_a_socket_of_its_own_a_flush_leaves_everything_to_the_carrier() {
        let outgoing = Outgoing::new();
        assert!(outgoing.hold("a".into()));
        assert!(!outgoing.hold("b".into()));
        outgoing.flush(&mut Vec::new());
        assert_eq!(outgoing.pop().as_deref(), Some("a"));
        assert_eq!(outgoing.pop().as_deref(), Some("b"));
    }
}
