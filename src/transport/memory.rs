//! Two ends inside one process. Needs no runtime: whoever drives both sides pumps them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::wire::CloseCode;

/// What arrives at one end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemoryIncoming {
    /// A message.
    Text(String),
    /// The other end closed; nothing follows.
    Closed {
        /// With this code; 1006 when the pair was cut.
        code: CloseCode,
        /// For logs.
        reason: String,
    },
}

/// One end of a pair. Messages keep their order and none is lost until the pair is cut.
#[derive(Debug)]
pub struct MemoryEnd {
    incoming: Arc<Mutex<Lane>>,
    outgoing: Arc<Mutex<Lane>>,
}

#[derive(Debug, Default)]
struct Lane {
    messages: VecDeque<String>,
    closed: Option<(CloseCode, String)>,
    told: bool,
}

/// Makes two joined ends.
pub fn pair() -> (MemoryEnd, MemoryEnd) {
    let (there, back) = (Arc::default(), Arc::default());
    let left = MemoryEnd { incoming: Arc::clone(&back), outgoing: Arc::clone(&there) };
    (left, MemoryEnd { incoming: there, outgoing: back })
}

impl MemoryEnd {
    /// Sends one message; ignored after either end closed. The session's window bounds what can pile up.
    pub fn send(&self, text: String) {
        let mut lane = lock(&self.outgoing);
        if lane.closed.is_none() {
            lane.messages.push_back(text);
        }
    }

    /// Takes what has arrived, if anything.
    pub fn receive(&self) -> Option<MemoryIncoming> {
        let mut lane = lock(&self.incoming);
        if let Some(text) = lane.messages.pop_front() {
            return Some(MemoryIncoming::Text(text));
        }
        if lane.told {
            return None;
        }
        let (code, reason) = lane.closed.clone()?;
        lane.told = true;
        Some(MemoryIncoming::Closed { code, reason })
    }

    /// Closes in good order: what was sent before still arrives.
    pub fn close(&self, code: CloseCode, reason: &str) {
        lock(&self.outgoing).closed.get_or_insert_with(|| (code, reason.to_owned()));
        let mut incoming = lock(&self.incoming);
        incoming.messages.clear();
        incoming.closed.get_or_insert_with(|| (code, reason.to_owned()));
        incoming.told = true;
    }

    /// Cuts the pair: what is under way is lost and both ends see 1006.
    pub fn cut(&self) {
        for lane in [&self.incoming, &self.outgoing] {
            let mut lane = lock(lane);
            lane.messages.clear();
            lane.closed.get_or_insert_with(|| (CloseCode::LOST, "cut".into()));
        }
    }
}

fn lock(lane: &Mutex<Lane>) -> MutexGuard<'_, Lane> {
    // Every critical section leaves the lane whole, so a poisoned lock is still good.
    lane.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_arrive_in_order_before_the_close() {
        let (left, right) = pair();
        left.send("1".into());
        left.send("2".into());
        left.close(CloseCode::NORMAL, "done");
        left.send("3".into());
        assert_eq!(right.receive(), Some(MemoryIncoming::Text("1".into())));
        assert_eq!(right.receive(), Some(MemoryIncoming::Text("2".into())));
        let closed = MemoryIncoming::Closed { code: CloseCode::NORMAL, reason: "done".into() };
        assert_eq!(right.receive(), Some(closed));
        assert_eq!(right.receive(), None);
        assert_eq!(left.receive(), None);
    }

    #[test]
    fn a_cut_loses_what_is_under_way_and_tells_both_ends_once() {
        let (left, right) = pair();
        left.send("1".into());
        right.cut();
        for end in [&left, &right] {
            assert!(matches!(end.receive(), Some(MemoryIncoming::Closed { code: CloseCode::LOST, .. })));
            assert_eq!(end.receive(), None);
        }
    }
}
