//! Reliable frames on their way in: what arrived, what was taken, and when to say so.

use std::collections::VecDeque;

/// The incoming half of a session.
#[derive(Clone, Default)]
pub(super) struct Intake {
    taken: u64,
    /// Frames that arrived and were not taken in order yet; the first one has `seq` `taken + 1`.
    waiting: VecDeque<Waiting>,
    waiting_bytes: usize,
    frames_due: u32,
    bytes_due: usize,
    due_at: Option<u64>,
    at_once: bool,
}

#[derive(Clone, Copy)]
struct Waiting {
    bytes: usize,
    taken: bool,
}

/// What a reliable frame's number says about it (R4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// The next one.
    Next,
    /// Seen before: drop it.
    Repeated,
    /// Something is missing: the link is broken.
    Gap {
        /// The number that should have come.
        expected: u64,
    },
}

impl Intake {
    /// Counts a frame; one that was seen before is acknowledged at once.
    pub(super) fn arrive(&mut self, seq: u64, bytes: usize) -> Arrival {
        let expected = self.received() + 1;
        if seq > expected {
            return Arrival::Gap { expected };
        }
        if seq < expected {
            self.at_once = true;
            return Arrival::Repeated;
        }
        self.waiting.push_back(Waiting { bytes, taken: false });
        self.waiting_bytes += bytes;
        Arrival::Next
    }

    /// Notes that a frame was taken; in any order, twice does nothing.
    pub(super) fn take(&mut self, seq: u64, now_ms: u64) {
        let at = seq.checked_sub(self.taken + 1).and_then(|at| usize::try_from(at).ok());
        let Some(frame) = at.and_then(|at| self.waiting.get_mut(at)) else { return };
        frame.taken = true;
        while self.waiting.front().is_some_and(|frame| frame.taken) {
            let Some(frame) = self.waiting.pop_front() else { break };
            self.taken += 1;
            self.waiting_bytes -= frame.bytes;
            self.frames_due += 1;
            self.bytes_due += frame.bytes;
            self.due_at.get_or_insert(now_ms.saturating_add(ACK_DELAY_MS));
        }
    }

    /// Highest `seq` that arrived.
    pub(super) fn received(&self) -> u64 {
        self.taken + self.waiting.len() as u64
    }

    /// Highest `seq` up to which everything was taken; what a frame's `ack` says.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Frames that arrived and were not taken.
    pub(super) fn waiting(&self) -> (usize, usize) {
        (self.waiting.len(), self.waiting_bytes)
    }

    /// Asks for a bare acknowledgement in this round, whatever was taken.
    pub(super) fn acknowledge_at_once(&mut self) {
        self.at_once = true;
    }

    /// Whether a bare acknowledgement must go out now.
    pub(super) fn is_ack_due(&self, now_ms: u64) -> bool {
        self.at_once
            || self.frames_due >= ACK_FRAMES
            || self.bytes_due >= ACK_BYTES
            || self.due_at.is_some_and(|at| now_ms >= at)
    }

    /// When a bare acknowledgement is due at the latest.
    pub(super) fn deadline(&self) -> Option<u64> {
        self.due_at
    }

    /// The value for an outgoing frame; nothing is due after it.
    pub(super) fn tell(&mut self) -> u64 {
        (self.frames_due, self.bytes_due, self.due_at, self.at_once) = (0, 0, None, false);
        self.taken
    }

    #[cfg(test)]
    pub(super) fn start_at(&mut self, seq: u64) {
        self.taken = seq;
    }

    #[cfg(test)]
    pub(super) fn fingerprint(&self) -> impl std::hash::Hash + use<> {
        let waiting: Vec<_> = self.waiting.iter().map(|w| w.taken).collect();
        (self.taken, waiting, self.due_at.is_some())
    }
}

const ACK_FRAMES: u32 = 32;
const ACK_BYTES: usize = 64 * 1024;
const ACK_DELAY_MS: u64 = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_taken_out_of_order_are_acknowledged_up_to_the_first_gap() {
        let mut intake = Intake::default();
        for seq in 1..=3 {
            assert_eq!(intake.arrive(seq, 10), Arrival::Next);
        }
        intake.take(3, 0);
        intake.take(2, 0);
        assert_eq!(intake.taken(), 0);
        assert_eq!(intake.deadline(), None);
        intake.take(1, 0);
        assert_eq!((intake.taken(), intake.received()), (3, 3));
        intake.take(1, 0);
        intake.take(9, 0);
        assert_eq!((intake.taken(), intake.received()), (3, 3));
    }

    #[test]
    fn an_acknowledgement_is_due_after_32_frames_or_64_kib_or_200_ms() {
        let mut by_count = Intake::default();
        for seq in 1..=32 {
            assert!(!by_count.is_ack_due(0));
            by_count.arrive(seq, 10);
            by_count.take(seq, 0);
        }
        assert!(by_count.is_ack_due(0));
        assert_eq!(by_count.tell(), 32);
        assert!(!by_count.is_ack_due(1_000));

        let mut by_size = Intake::default();
        by_size.arrive(1, 65_535);
        by_size.take(1, 0);
        assert!(!by_size.is_ack_due(199));
        assert!(by_size.is_ack_due(200));
        by_size.arrive(2, 1);
        by_size.take(2, 0);
        assert!(by_size.is_ack_due(0));
    }

    #[test]
    fn a_repeated_frame_is_dropped_and_acknowledged_at_once_and_a_gap_is_named() {
        let mut intake = Intake::default();
        intake.arrive(1, 1);
        assert_eq!(intake.arrive(1, 1), Arrival::Repeated);
        assert!(intake.is_ack_due(0));
        assert_eq!(intake.arrive(3, 1), Arrival::Gap { expected: 2 });
    }
}
