//! What waits to be written on one carrier.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::task::AtomicWaker;

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
struct Queue {
    messages: VecDeque<String>,
    bytes: usize,
    end: Option<End>,
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

    /// Queues one text message. Ignored once the carrier was told to end.
    pub fn push(&self, text: String) {
        let mut queue = self.lock();
        if queue.end.is_some() {
            return;
        }
        queue.bytes += text.len();
        queue.messages.push_back(text);
        if queue.bytes > Self::MAX_BYTES || queue.messages.len() > Self::MAX_MESSAGES {
            queue.messages.clear();
            queue.bytes = 0;
            queue.end = Some(End::Close(CloseCode::SLOW_CONSUMER, "the peer does not read".into()));
        }
        drop(queue);
        self.0.waker.wake();
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

    pub(super) fn pop(&self) -> Option<String> {
        let mut queue = self.lock();
        let text = queue.messages.pop_front()?;
        queue.bytes -= text.len();
        Some(text)
    }

    pub(super) fn end(&self) -> Option<End> {
        self.lock().end.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Every critical section leaves the queue whole, so a poisoned lock is still good.
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
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
}
