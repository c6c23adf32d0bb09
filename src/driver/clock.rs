//! The only place that reads the clock.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::session::Now;

/// Monotonic milliseconds since it was made, and the wall clock beside them.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// A clock that starts now. Its first reading is 1, so that 0 is always in the past.
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads the clock")]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }

    /// The time for the core.
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads the clock")]
    pub fn now(&self) -> Now {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Now { mono_ms: 1 + millis(self.start.elapsed()), wall_ms: millis(wall) }
    }

    /// When a monotonic time of this clock comes. Rounded up: a timer never fires before its millisecond is over.
    pub fn instant(&self, mono_ms: u64) -> tokio::time::Instant {
        // A year is as good as never and stays clear of overflow on every platform.
        let offset = Duration::from_millis(mono_ms.min(self.now().mono_ms.saturating_add(365 * 86_400_000)));
        (self.start + offset).into()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
