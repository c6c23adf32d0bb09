//! Open requests of either role, with their deadlines in order.

use std::collections::{BTreeMap, BTreeSet};

/// Requests that wait for their one outcome.
#[derive(Clone)]
pub(super) struct Requests<K, V> {
    open: BTreeMap<K, (u64, V)>,
    deadlines: BTreeSet<(u64, K)>,
}

impl<K: Ord + Clone, V> Requests<K, V> {
    /// No request.
    pub(super) const fn new() -> Self {
        Self { open: BTreeMap::new(), deadlines: BTreeSet::new() }
    }

    /// Opens one; the key must not be open.
    pub(super) fn open(&mut self, key: K, deadline_ms: u64, value: V) {
        self.deadlines.insert((deadline_ms, key.clone()));
        self.open.insert(key, (deadline_ms, value));
    }

    /// Whether it is open.
    pub(super) fn contains(&self, key: &K) -> bool {
        self.open.contains_key(key)
    }

    /// What was noted about it.
    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.open.get_mut(key).map(|(_, value)| value)
    }

    /// Closes one.
    pub(super) fn close(&mut self, key: &K) -> Option<V> {
        let (deadline, value) = self.open.remove(key)?;
        self.deadlines.remove(&(deadline, key.clone()));
        Some(value)
    }

    /// Closes the one whose deadline passed first.
    pub(super) fn close_expired(&mut self, now_ms: u64) -> Option<(K, V)> {
        let key = self.deadlines.first().filter(|(at, _)| *at <= now_ms).map(|(_, key)| key.clone())?;
        self.close(&key).map(|value| (key, value))
    }

    /// Closes the one with the lowest key.
    pub(super) fn close_first(&mut self) -> Option<(K, V)> {
        let key = self.open.keys().next().cloned()?;
        self.close(&key).map(|value| (key, value))
    }

    /// The next deadline.
    pub(super) fn deadline(&self) -> Option<u64> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    /// How many are open.
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }
}
