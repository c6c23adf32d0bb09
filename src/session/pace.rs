//! A token bucket in integers, so that equal inputs give equal decisions on every machine.

/// How many requests may go now. One token is one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    micro_per_ms: u64,
    cap: u64,
    tokens: u64,
    at_ms: u64,
}

impl Pace {
    /// A full bucket; a rate of 0 (or no number) lets everything through.
    pub(super) fn new(rate_per_second: f64, burst: u64, now_ms: u64) -> Self {
        let cap = burst.max(1).saturating_mul(TOKEN);
        Self { micro_per_ms: micro_per_ms(rate_per_second), cap, tokens: cap, at_ms: now_ms }
    }

    /// The receiving side's bucket: a second's worth above the burst, for what the network bunches together.
    pub(super) fn with_slack(rate_per_second: f64, burst: u64, now_ms: u64) -> Self {
        let mut pace = Self::new(rate_per_second, burst, now_ms);
        pace.cap = pace.cap.saturating_add(pace.micro_per_ms.saturating_mul(1_000));
        pace.tokens = pace.cap;
        pace
    }

    /// Takes one token; `Err` is the time at which there is one.
    pub(super) fn take(&mut self, now_ms: u64) -> Result<(), u64> {
        if self.micro_per_ms == 0 {
            return Ok(());
        }
        self.refill(now_ms, self.cap);
        match self.tokens.checked_sub(TOKEN) {
            Some(rest) => {
                self.tokens = rest;
                Ok(())
            }
            None => Err(self.at_ms.saturating_add((TOKEN - self.tokens).div_ceil(self.micro_per_ms))),
        }
    }

    /// Credits an outage in full, up to `window` tokens above the burst: what the peer wrote to a dead link at its
    /// own pace arrives all at once after a resume, and replayed frames do not count.
    pub(super) fn credit_outage(&mut self, window: u64, now_ms: u64) {
        self.refill(now_ms, self.cap.saturating_add(window.saturating_mul(TOKEN)));
    }

    fn refill(&mut self, now_ms: u64, cap: u64) {
        let earned = now_ms.saturating_sub(self.at_ms).saturating_mul(self.micro_per_ms);
        // What an outage credited above the cap stays; only the refill is capped.
        self.tokens = self.tokens.max(self.tokens.saturating_add(earned).min(cap));
        self.at_ms = self.at_ms.max(now_ms);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "finite, positive and capped above"
)]
fn micro_per_ms(rate_per_second: f64) -> u64 {
    let micro = rate_per_second * 1_000.0;
    if micro.is_finite() && micro > 0.0 { (micro.min(1e12) as u64).max(1) } else { 0 }
}

const TOKEN: u64 = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_burst_goes_at_once_and_then_the_rate_holds() {
        let mut pace = Pace::new(20.0, 100, 0);
        assert_eq!((0..200).filter(|_| pace.take(0).is_ok()).count(), 100);
        assert_eq!(pace.take(0), Err(50));
        assert_eq!(pace.take(50), Ok(()));
        assert_eq!(pace.take(99), Err(100));
        assert_eq!((0..200).filter(|_| pace.take(1_100).is_ok()).count(), 21);
    }

    #[test]
    fn a_rate_of_zero_lets_everything_through() {
        let mut pace = Pace::new(0.0, 1, 0);
        assert!((0..100_000).all(|_| pace.take(0).is_ok()));
    }

    #[test]
    fn an_outage_is_credited_in_full_up_to_the_window() {
        let mut pace = Pace::new(20.0, 100, 0);
        pace.credit_outage(256, 10_000);
        assert_eq!((0..1_000).filter(|_| pace.take(10_000).is_ok()).count(), 300);
        pace.credit_outage(256, 10_000_000);
        assert_eq!((0..1_000).filter(|_| pace.take(10_000_000).is_ok()).count(), 356);
    }
}
