//! What waits for the application's thread, and the doorbell that tells it so.

use std::collections::VecDeque;
use std::sync::Arc;

/// Tells the application's thread to drain. Called from any thread, never under a lock; must return at once.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Deliveries in order, and whether the doorbell has been rung for them.
///
/// Bounded: a session lets at most one window of frames wait to be taken, and past [`Inbox::CAP`] the driver stops
/// reading its carrier until the inbox was drained.
#[derive(Debug)]
pub struct Inbox<T> {
    queue: VecDeque<T>,
    rung: bool,
}

impl<T> Inbox<T> {
    /// Four windows of frames.
    pub const CAP: usize = 1_024;

    /// An empty inbox.
    pub fn new() -> Self {
        Self { queue: VecDeque::new(), rung: false }
    }

    /// Adds one delivery.
    pub fn push(&mut self, item: T) {
        self.queue.push_back(item);
    }

    /// Adds everything that waits in another one, and leaves that one empty.
    pub fn append(&mut self, other: &mut Self) {
        self.queue.append(&mut other.queue);
    }

    /// Whether the doorbell is to be rung now: something waits and nobody was told.
    pub fn take_ring(&mut self) -> bool {
        let ring = !self.rung && !self.queue.is_empty();
        self.rung |= ring;
        ring
    }

    /// Takes at most `max` deliveries. The doorbell stays silent until a drain has found fewer than it asked for.
    pub fn drain(&mut self, max: usize) -> Vec<T> {
        let count = self.queue.len().min(max);
        let drained: Vec<T> = self.queue.drain(..count).collect();
        if count < max {
            self.rung = false;
        }
        drained
    }

    /// Takes at most `max` deliveries as long as `fits` lets the next one pass; the first one always goes. The doorbell
    /// stays silent until this has found nothing at all, so that a drainer that comes again by itself is not rung.
    pub fn drain_while(&mut self, max: usize, mut fits: impl FnMut(&T) -> bool) -> Vec<T> {
        let count =
            self.queue.iter().take(max).enumerate().take_while(|(at, item)| fits(item) || *at == 0).count();
        self.rung = count > 0;
        self.queue.drain(..count).collect()
    }

    /// Whether the carrier should not be read for now.
    pub fn is_full(&self) -> bool {
        self.queue.len() >= Self::CAP
    }
}

impl<T> Default for Inbox<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_doorbell_rings_once_until_the_inbox_was_emptied() {
        let mut inbox = Inbox::new();
        assert!(!inbox.take_ring());
        inbox.push(1);
        assert!(inbox.take_ring());
        inbox.push(2);
        inbox.push(3);
        assert!(!inbox.take_ring());
        assert_eq!(inbox.drain(2), vec![1, 2]);
        inbox.push(4);
        assert!(!inbox.take_ring(), "the drainer comes again by itself");
        assert_eq!(inbox.drain(5), vec![3, 4]);
        inbox.push(5);
        assert!(inbox.take_ring());
    }

    #[test]
    fn a_batch_ends_before_what_does_not_fit_and_the_doorbell_waits_for_an_empty_one() {
        let mut inbox = Inbox::new();
        for number in [9, 1, 1, 9] {
            inbox.push(number);
        }
        assert!(inbox.take_ring());
        assert_eq!(inbox.drain_while(8, |number| *number < 5), vec![9, 1, 1]);
        assert_eq!(inbox.drain_while(8, |number| *number < 5), vec![9]);
        inbox.push(2);
        assert!(!inbox.take_ring(), "a batch was not empty: the drainer comes again");
        assert_eq!(inbox.drain_while(1, |_| true), vec![2]);
        assert!(inbox.drain_while(1, |_| true).is_empty());
        inbox.push(3);
        assert!(inbox.take_ring());
    }
}
