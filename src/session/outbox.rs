//! Reliable frames on their way out: numbered once, kept until acknowledged, replayed after a resume.

use std::collections::VecDeque;

use crate::wire::{MAX_SAFE_INTEGER, Reliable, Tail};

/// Where a session ends in good order because its numbers run out. The distance to 2^53 − 1 is larger than anything
/// that the outbox of either role can hold.
pub(super) const LAST_SEQ: u64 = MAX_SAFE_INTEGER - 16_384;

/// The outgoing half of a session.
///
/// A frame leaves only by an acknowledgement (R3), so the entries are contiguous: entry `i` has `seq`
/// `acked + 1 + i`.
#[derive(Clone, Default)]
pub(super) struct Outbox {
    entries: VecDeque<Entry>,
    bytes: usize,
    acked: u64,
    /// Highest `seq` written on the current link; entries above it wait for the window, the pace or the link.
    written: u64,
    written_bytes: usize,
    /// Highest `seq` ever written on any link of the session.
    reached: u64,
}

/// One frame that is kept. A host keeps up to a window of them for each link, and touches all of them once more when
/// they are acknowledged: every byte counts.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) kind: Reliable,
    pub(super) tail: Tail,
    /// [`Self::run_until`]; the end of time where there is none.
    until: u64,
}

impl Entry {
    /// Monotonic time up to which the peer may run it; only requests have one.
    pub(super) fn run_until(&self) -> Option<u64> {
        (self.until < u64::MAX).then_some(self.until)
    }
}

/// How much may be written and not acknowledged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) frames: u64,
    pub(super) bytes: u64,
}

/// The peer acknowledged what was never written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BeyondSent;

impl Outbox {
    /// Numbers a frame and keeps it.
    pub(super) fn push(&mut self, kind: Reliable, tail: Tail, run_until: Option<u64>) -> u64 {
        let seq = self.last_seq() + 1;
        self.bytes += tail.bytes();
        self.entries.push_back(Entry { kind, tail, until: run_until.unwrap_or(u64::MAX) });
        seq
    }

    /// Whether one more frame of this size fits below the caps.
    pub(super) fn fits(&self, bytes: usize, max_frames: usize, max_bytes: usize) -> bool {
        self.entries.len() < max_frames && self.bytes.saturating_add(bytes) <= max_bytes
    }

    /// Frames kept.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Bytes kept.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Highest `seq` given out.
    pub(super) fn last_seq(&self) -> u64 {
        self.acked + self.entries.len() as u64
    }

    /// Whether the numbers run out.
    pub(super) fn is_exhausted(&self) -> bool {
        self.last_seq() >= LAST_SEQ
    }

    /// Whether the frame was ever handed to a carrier.
    pub(super) fn was_written(&self, seq: u64) -> bool {
        seq <= self.reached
    }

    /// Whether every frame after `received` is still here.
    pub(super) fn holds_after(&self, received: u64) -> bool {
        received >= self.acked
    }

    /// Drops what the peer has taken (R5: cumulative; going back is ignored).
    pub(super) fn acknowledge(&mut self, ack: u64) -> Result<(), BeyondSent> {
        if ack > self.reached {
            return Err(BeyondSent);
        }
        while self.acked < ack {
            let Some(entry) = self.entries.pop_front() else { break };
            let size = entry.tail.bytes();
            self.bytes -= size;
            self.acked += 1;
            if self.acked <= self.written {
                self.written_bytes -= size;
            }
        }
        self.written = self.written.max(self.acked);
        // A link that is idle keeps no room for the last burst.
        if self.entries.is_empty() && self.entries.capacity() > IDLE_ENTRIES {
            self.entries = VecDeque::new();
        }
        Ok(())
    }

    /// A new link: what the peer received is dropped, the rest is written again (R6, R7).
    pub(super) fn resume(&mut self, received: u64) -> Result<(), BeyondSent> {
        self.acknowledge(received)?;
        self.written = self.acked;
        self.written_bytes = 0;
        Ok(())
    }

    /// See [`super::HostSession::fetch`]: the last entry stands beside the next one.
    pub(super) fn fetch(&self) -> u64 {
        self.reached ^ self.entries.back().map_or(0, |entry| entry.until)
    }

    /// The next frame that the window lets through, with its number.
    pub(super) fn next(&self, window: Window) -> Option<(u64, &Entry)> {
        let entry = self.entries.get(usize::try_from(self.written - self.acked).ok()?)?;
        let in_flight = self.written - self.acked;
        // A lone frame always goes: a frame above `bytes` could never be written otherwise.
        let room = in_flight == 0
            || (in_flight < window.frames
                && (self.written_bytes + entry.tail.bytes()) as u64 <= window.bytes);
        room.then_some((self.written + 1, entry))
    }

    /// Notes that the frame of [`Self::next`] went to the carrier.
    pub(super) fn note_written(&mut self) {
        let next = usize::try_from(self.written - self.acked).ok().and_then(|at| self.entries.get(at));
        if let Some(entry) = next {
            self.written_bytes += entry.tail.bytes();
            self.written += 1;
            self.reached = self.reached.max(self.written);
        }
    }

    /// The caller of a request has settled: it still goes out, to keep its `seq`, but nobody may run it.
    pub(super) fn void(&mut self, seq: u64) {
        let at = seq.checked_sub(self.acked + 1).and_then(|at| usize::try_from(at).ok());
        if let Some(entry) = at.and_then(|at| self.entries.get_mut(at)) {
            entry.until = 0;
        }
    }

    #[cfg(test)]
    pub(super) fn start_at(&mut self, seq: u64) {
        (self.acked, self.written, self.reached) = (seq, seq, seq);
    }

    /// What a session without R3 would do: a frame that was written is gone.
    #[cfg(test)]
    pub(super) fn forget_written(&mut self) {
        let _ = self.acknowledge(self.written);
    }

    #[cfg(test)]
    pub(super) fn fingerprint(&self) -> impl std::hash::Hash + use<> {
        let entries: Vec<_> = self.entries.iter().map(|e| (e.tail.clone(), e.until == 0)).collect();
        (self.acked, self.written, self.reached, format!("{entries:?}"))
    }
}

/// Entries that an empty outbox has room for.
const IDLE_ENTRIES: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cancel_tail;

    fn filled(frames: u64) -> Outbox {
        let mut outbox = Outbox::default();
        for n in 0..frames {
            outbox.push(Reliable::Cancel, cancel_tail(&format!("q{n}")), None);
        }
        outbox
    }

    const WIDE: Window = Window { frames: 256, bytes: 1_048_576 };

    #[test]
    fn the_window_counts_frames_and_bytes_and_lets_a_lone_frame_through() {
        let mut outbox = filled(3);
        let tight = Window { frames: 256, bytes: 1 };
        assert_eq!(outbox.next(tight).map(|(seq, _)| seq), Some(1));
        outbox.note_written();
        assert!(outbox.next(tight).is_none());
        let two = Window { frames: 2, bytes: 1_048_576 };
        assert_eq!(outbox.next(two).map(|(seq, _)| seq), Some(2));
        outbox.note_written();
        assert!(outbox.next(two).is_none());
        assert_eq!(outbox.acknowledge(1), Ok(()));
        assert_eq!(outbox.next(two).map(|(seq, _)| seq), Some(3));
    }

    #[test]
    fn an_acknowledgement_of_what_was_only_queued_is_refused() {
        let mut outbox = filled(2);
        assert_eq!(outbox.acknowledge(1), Err(BeyondSent));
        outbox.note_written();
        assert_eq!(outbox.acknowledge(1), Ok(()));
        assert_eq!(outbox.acknowledge(0), Ok(()));
        assert_eq!((outbox.len(), outbox.last_seq()), (1, 2));
    }

    #[test]
    fn a_resume_writes_again_everything_the_peer_has_not_received() {
        let mut outbox = filled(3);
        for _ in 0..3 {
            outbox.note_written();
        }
        assert!(outbox.next(WIDE).is_none());
        assert_eq!(outbox.resume(1), Ok(()));
        assert_eq!(outbox.next(WIDE).map(|(seq, _)| seq), Some(2));
        assert_eq!(outbox.acknowledge(3), Ok(()));
        assert_eq!((outbox.len(), outbox.bytes()), (0, 0));
    }
}
