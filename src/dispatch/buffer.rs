use std::collections::{BTreeSet, HashSet, VecDeque};

use super::Delivery;

/// Events whose name has no listener yet. Bounded: at [`Buffer::CAP`] the new event is dropped, with a warning.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    held: VecDeque<(String, Delivery)>,
    /// Names warned about; bounded by `NAMES`, as names come from the host.
    warned: HashSet<String>,
    open_until_ms: Option<u64>,
}

impl Buffer {
    pub(super) const CAP: usize = 256;
    pub(super) const OPEN_MS: u64 = 5_000;
    const NAMES: usize = 256;

    pub(super) fn open(&mut self, now_ms: u64) {
        self.open_until_ms = Some(now_ms.saturating_add(Self::OPEN_MS));
    }

    pub(super) fn is_open(&self, now_ms: u64) -> bool {
        self.open_until_ms.is_some_and(|until| now_ms < until)
    }

    /// When [`Buffer::close_late`] has something to do.
    pub(super) fn due(&self) -> Option<u64> {
        self.open_until_ms
    }

    pub(super) fn hold(&mut self, name: String, delivery: Delivery) -> Option<Delivery> {
        if self.held.len() < Self::CAP {
            self.held.push_back((name, delivery));
            return None;
        }
        self.warn(name)
    }

    /// Gives out what is held for this name, in order.
    pub(super) fn release(&mut self, name: &str) -> Vec<Delivery> {
        let (released, kept) = std::mem::take(&mut self.held).into_iter().partition(|(held, _)| held == name);
        self.held = kept;
        let released: VecDeque<(String, Delivery)> = released;
        released.into_iter().map(|(_, delivery)| delivery).collect()
    }

    /// Drops what is held once the time is over, with one warning for each name.
    pub(super) fn close_late(&mut self, now_ms: u64) -> Vec<Delivery> {
        if self.open_until_ms.is_none_or(|until| now_ms < until) {
            return Vec::new();
        }
        self.open_until_ms = None;
        let names: BTreeSet<String> = self.held.drain(..).map(|(name, _)| name).collect();
        names.into_iter().filter_map(|name| self.warn(name)).collect()
    }

    pub(super) fn clear(&mut self) {
        self.held.clear();
    }

    fn warn(&mut self, name: String) -> Option<Delivery> {
        if self.warned.len() >= Self::NAMES || !self.warned.insert(name.clone()) {
            return None;
        }
        let message = format!(
            "{name} was dropped because nobody listens: call on('{name}', …) before init() or within {} s of ready",
            Self::OPEN_MS / 1_000
        );
        Some(Delivery::Warning { event: name, message })
    }
}
