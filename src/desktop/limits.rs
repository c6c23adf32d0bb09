//! The cap that belongs to no session: links before `welcome`.

use std::collections::HashMap;

use super::DesktopLimits;

/// Counts the links that have not been welcomed yet.
#[derive(Default)]
pub(super) struct Lobby {
    total: usize,
    by_address: HashMap<String, usize>,
}

impl Lobby {
    /// Whether one more link from `address` may wait for its `welcome`.
    pub fn admits(&self, address: Option<&str>, limits: &DesktopLimits) -> bool {
        let here = address.and_then(|address| self.by_address.get(address)).copied().unwrap_or(0);
        self.total < limits.links_before_hello && here < limits.links_per_address
    }

    pub fn enter(&mut self, address: Option<&str>) {
        self.total += 1;
        if let Some(address) = address {
            *self.by_address.entry(address.to_owned()).or_default() += 1;
        }
    }

    pub fn leave(&mut self, address: Option<&str>) {
        self.total = self.total.saturating_sub(1);
        let Some(address) = address else { return };
        if let Some(count) = self.by_address.get_mut(address) {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_before_welcome_are_counted_by_address_and_in_all() {
        let limits =
            DesktopLimits { links_per_address: 2, links_before_hello: 3, ..DesktopLimits::default() };
        let mut lobby = Lobby::default();
        lobby.enter(Some("a"));
        lobby.enter(Some("a"));
        assert!(!lobby.admits(Some("a"), &limits));
        assert!(lobby.admits(Some("b"), &limits));
        lobby.enter(None);
        assert!(!lobby.admits(Some("b"), &limits));
        lobby.leave(Some("a"));
        assert!(lobby.admits(Some("a"), &limits));
    }
}
