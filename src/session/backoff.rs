//! When to dial again.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::Rng;

/// `100 ms + random(0, min(max, 500 ms × 2^n))`; `n` starts again after ten seconds of `ready`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Backoff {
    max_delay_ms: u64,
    attempts: u32,
}

impl Backoff {
    pub(super) fn new(max_delay_ms: u64) -> Self {
        Self { max_delay_ms, attempts: 0 }
    }

    /// The pause before the next dial. `retry_after_ms` is a floor that is honoured up to a minute.
    pub(super) fn next_delay(&mut self, retry_after_ms: Option<u64>, rng: &mut ChaCha20Rng) -> u64 {
        let spread = (500_u64 << self.attempts.min(32)).min(self.max_delay_ms);
        self.attempts = self.attempts.saturating_add(1);
        let delay = 100 + below(spread, rng);
        delay.max(retry_after_ms.unwrap_or(0).min(RETRY_AFTER_CAP_MS))
    }

    /// A link ended after it was ready for so long.
    pub(super) fn note_ready(&mut self, ready_ms: u64) {
        if ready_ms >= RESET_AFTER_MS {
            self.attempts = 0;
        }
    }

    /// A new `Init` starts afresh.
    pub(super) fn reset(&mut self) {
        self.attempts = 0;
    }
}

/// A number from 0 to `max`, both included.
pub(super) fn below(max: u64, rng: &mut ChaCha20Rng) -> u64 {
    // The bias of the remainder is below 2^-40 for every delay that fits a day; jitter needs no better.
    rng.next_u64() % (max.saturating_add(1).max(1))
}

const RETRY_AFTER_CAP_MS: u64 = 60_000;
const RESET_AFTER_MS: u64 = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::rand_core::SeedableRng;

    #[test]
    fn the_pause_doubles_up_to_the_cap_and_is_never_below_100_ms() {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        for attempt in 0..40_u32 {
            let cap = 100 + (500_u64 << attempt.min(20)).min(20_000);
            let mut widest = 0;
            for _ in 0..200 {
                let mut backoff = Backoff { max_delay_ms: 20_000, attempts: attempt };
                let delay = backoff.next_delay(None, &mut rng);
                assert!((100..=cap).contains(&delay), "attempt {attempt}: {delay}");
                widest = widest.max(delay);
            }
            assert!(widest > cap / 2, "attempt {attempt} never used its spread");
        }
    }

    #[test]
    fn retry_after_is_a_floor_up_to_a_minute() {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let mut backoff = Backoff::new(20_000);
        assert_eq!(backoff.next_delay(Some(30_000), &mut rng), 30_000);
        assert_eq!(backoff.next_delay(Some(86_400_000), &mut rng), 60_000);
    }

    #[test]
    fn the_count_starts_again_after_ten_seconds_of_ready() {
        let mut backoff = Backoff { max_delay_ms: 20_000, attempts: 9 };
        backoff.note_ready(9_999);
        assert_eq!(backoff.attempts, 9);
        backoff.note_ready(10_000);
        assert_eq!(backoff.attempts, 0);
    }
}
