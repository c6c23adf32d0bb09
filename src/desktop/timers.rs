//! When to wake whom, without looking at everybody: a heap whose stale entries are skipped when they come up.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::Hash;

/// One deadline per key.
pub(super) struct Timers<K> {
    /// Deadline, number and key; stale when the key has another number by now.
    heap: BinaryHeap<Reverse<(u64, u64, K)>>,
    due: HashMap<K, (u64, u64)>,
    next: u64,
}

impl<K: Clone + Ord + Hash> Timers<K> {
    pub fn new() -> Self {
        Self { heap: BinaryHeap::new(), due: HashMap::new(), next: 0 }
    }

    /// Sets, moves or (with `None`) clears the deadline of `key`.
    pub fn set(&mut self, key: K, at_ms: Option<u64>) {
        if self.due.get(&key).map(|(at, _)| *at) == at_ms {
            return;
        }
        let Some(at_ms) = at_ms else {
            self.due.remove(&key);
            return;
        };
        self.next += 1;
        self.heap.push(Reverse((at_ms, self.next, key.clone())));
        self.due.insert(key, (at_ms, self.next));
    }

    /// The next key whose deadline has come; its deadline is cleared.
    pub fn pop(&mut self, mono_ms: u64) -> Option<K> {
        self.skip_stale();
        if self.heap.peek()?.0.0 > mono_ms {
            return None;
        }
        let Reverse((_, _, key)) = self.heap.pop()?;
        self.due.remove(&key);
        Some(key)
    }

    /// The earliest deadline.
    pub fn next(&mut self) -> Option<u64> {
        self.skip_stale();
        self.heap.peek().map(|Reverse((at_ms, ..))| *at_ms)
    }

    fn skip_stale(&mut self) {
        let due = &self.due;
        let is_live = |number: &u64, key: &K| due.get(key).is_some_and(|(_, live)| live == number);
        while self.heap.peek().is_some_and(|Reverse((_, number, key))| !is_live(number, key)) {
            self.heap.pop();
        }
        // Deadlines that move on with every frame leave an entry behind each time.
        if self.heap.len() > 64 && self.heap.len() > 4 * due.len() {
            self.heap.retain(|Reverse((_, number, key))| is_live(number, key));
            self.heap.shrink_to(2 * due.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_come_up_in_order_and_moved_ones_only_once() {
        let mut timers = Timers::new();
        timers.set("a", Some(30));
        timers.set("b", Some(20));
        timers.set("a", Some(10));
        timers.set("c", Some(5));
        timers.set("c", None);
        assert_eq!(timers.next(), Some(10));
        assert_eq!(timers.pop(9), None);
        assert_eq!(timers.pop(100), Some("a"));
        assert_eq!(timers.pop(100), Some("b"));
        assert_eq!(timers.pop(100), None);
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn a_deadline_that_moves_a_hundred_thousand_times_keeps_the_heap_small() {
        let mut timers = Timers::new();
        for at in 0..100_000 {
            timers.set("a", Some(at + 100_000));
            if at % 16 == 0 {
                timers.next();
            }
        }
        assert!(timers.heap.len() < 100, "{}", timers.heap.len());
    }
}
