//! Notices a dead link by silence, on either side, and tells a suspended machine from a dead peer.

/// Silence, a ping, then a verdict.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeartbeatTimer {
    interval_ms: u64,
    timeout_ms: u64,
    next_ping_ms: u64,
    verdict_ms: Option<u64>,
    /// The first ping keeps its place whatever is heard before it.
    pinned: bool,
    sent: u64,
    late: u8,
    /// Judged dead, and not heard since.
    silent: bool,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// Nothing.
    Quiet,
    /// Send this ping.
    Ping(u64),
    /// The peer is gone; said once until it is heard again.
    Dead,
}

impl HeartbeatTimer {
    /// Pings after `interval_ms` without a frame, and judges `timeout_ms` later.
    pub(super) fn new(interval_ms: u64, timeout_ms: u64, now_ms: u64) -> Self {
        // A host's options may say 0, which would be due again and again in one round.
        let interval_ms = interval_ms.max(1);
        let next_ping_ms = now_ms.saturating_add(interval_ms);
        let (verdict_ms, pinned, silent) = (None, false, false);
        Self { interval_ms, timeout_ms, next_ping_ms, verdict_ms, pinned, sent: 0, late: 0, silent }
    }

    /// Sends the first ping at this time in any case.
    pub(super) fn with_first_ping_at(self, at_ms: u64) -> Self {
        Self { next_ping_ms: at_ms, pinned: true, ..self }
    }

    /// Any frame is a sign of life. Says whether the peer had been judged dead.
    pub(super) fn heard(&mut self, now_ms: u64) -> bool {
        if !self.pinned {
            self.next_ping_ms = now_ms.saturating_add(self.interval_ms);
        }
        self.late = 0;
        self.verdict_ms = None;
        std::mem::take(&mut self.silent)
    }

    /// What is due now.
    pub(super) fn poll(&mut self, now_ms: u64) -> Beat {
        let due = self.deadline();
        if now_ms < due {
            return Beat::Quiet;
        }
        if self.verdict_ms.is_some() {
            // Whoever was not run on time may not have been able to hear the answer: ask again before judging.
            let suspended = now_ms - due > LATE_MS && self.late < MAX_LATE;
            if !suspended {
                self.verdict_ms = None;
                self.next_ping_ms = now_ms.saturating_add(self.interval_ms);
                return if std::mem::replace(&mut self.silent, true) { Beat::Quiet } else { Beat::Dead };
            }
            self.late += 1;
        }
        self.sent += 1;
        self.pinned = false;
        self.verdict_ms = Some(now_ms.saturating_add(self.timeout_ms));
        Beat::Ping(self.sent)
    }

    /// When [`Self::poll`] has something to say.
    pub(super) fn deadline(&self) -> u64 {
        self.verdict_ms.unwrap_or(self.next_ping_ms)
    }
}

/// A timer that fires this late means that the machine or process was suspended.
const LATE_MS: u64 = 1_000;
/// Late verdicts in a row that are forgiven while nothing at all is heard.
const MAX_LATE: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_pinged_and_an_unanswered_ping_is_a_dead_link() {
        let mut timer = HeartbeatTimer::new(15_000, 10_000, 0).with_first_ping_at(8_000);
        assert_eq!(timer.poll(7_999), Beat::Quiet);
        assert_eq!(timer.poll(8_000), Beat::Ping(1));
        assert_eq!(timer.poll(17_999), Beat::Quiet);
        assert_eq!(timer.poll(18_000), Beat::Dead);
    }

    #[test]
    fn any_frame_postpones_the_ping_and_clears_the_verdict() {
        let mut timer = HeartbeatTimer::new(15_000, 10_000, 0);
        assert!(!timer.heard(10_000));
        assert_eq!(timer.poll(24_999), Beat::Quiet);
        assert_eq!(timer.poll(25_000), Beat::Ping(1));
        assert!(!timer.heard(30_000));
        assert_eq!(timer.deadline(), 45_000);
    }

    #[test]
    fn a_peer_that_was_judged_dead_is_told_once_and_back_with_its_next_frame() {
        let mut timer = HeartbeatTimer::new(15_000, 10_000, 0);
        assert_eq!(timer.poll(15_000), Beat::Ping(1));
        assert!(!timer.heard(16_000), "an answer in time is no news");
        assert_eq!(timer.poll(31_000), Beat::Ping(2));
        assert_eq!(timer.poll(41_000), Beat::Dead);
        assert_eq!(timer.poll(56_000), Beat::Ping(3));
        assert_eq!(timer.poll(66_000), Beat::Quiet, "it is known to be silent");
        assert!(timer.heard(66_500));
        assert!(!timer.heard(66_600));
    }

    #[test]
    fn a_verdict_that_comes_late_asks_again_and_then_judges_on_time() {
        let mut timer = HeartbeatTimer::new(30_000, 5_000, 0);
        assert_eq!(timer.poll(30_000), Beat::Ping(1));
        let woke = 30_000 + 12 * 3_600_000;
        assert_eq!(timer.poll(woke), Beat::Ping(2));
        assert_eq!(timer.poll(woke + 5_000), Beat::Dead);
    }

    #[test]
    fn late_verdicts_without_any_sign_of_life_do_not_go_on_for_ever() {
        let mut timer = HeartbeatTimer::new(30_000, 5_000, 0);
        let verdicts: Vec<Beat> = (1..=5).map(|minute| timer.poll(minute * 60_000)).collect();
        assert_eq!(verdicts, [Beat::Ping(1), Beat::Ping(2), Beat::Ping(3), Beat::Ping(4), Beat::Dead]);
    }
}
