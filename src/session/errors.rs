//! How many errors a link bears.

use std::collections::VecDeque;

/// Counts a peer's errors: the twentieth within a minute ends the link with 4511.
#[derive(Clone, Debug, Default)]
pub(super) struct ErrorBudget {
    recent: VecDeque<u64>,
}

impl ErrorBudget {
    /// Counts one; says whether it was one too many.
    pub(super) fn spend(&mut self, now_ms: u64) -> bool {
        while self.recent.front().is_some_and(|at| now_ms.saturating_sub(*at) >= PERIOD_MS) {
            self.recent.pop_front();
        }
        self.recent.push_back(now_ms);
        self.recent.len() >= ERRORS
    }
}

const ERRORS: usize = 20;
const PERIOD_MS: u64 = 60_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twentieth_error_within_a_minute_is_one_too_many() {
        let mut quick = ErrorBudget::default();
        assert_eq!((0..20).filter(|n| quick.spend(n * 1_000)).count(), 1);
        let mut slow = ErrorBudget::default();
        assert_eq!((0..1_000).filter(|n| slow.spend(n * 3_200)).count(), 0);
    }
}
