//! Why sessions that are gone are gone: whoever comes back for one is told what happened to it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// What is left of a session.
struct Tombstone {
    agent: Arc<str>,
    plugin: Arc<str>,
    reason: &'static str,
}

/// The sessions that ended lately, for ten minutes, at most a thousand: at the cap the oldest is forgotten and its
/// owner is told `unknown_session`, which asks of it the same as any other reason.
#[derive(Default)]
pub(super) struct Tombstones {
    by_id: HashMap<Arc<str>, Tombstone>,
    /// Oldest first.
    order: VecDeque<(u64, Arc<str>)>,
}

impl Tombstones {
    /// Remembers a session that ended for one of the reasons that a `welcome` can give; other reasons are the
    /// plugin's own doing or final.
    pub fn raise(
        &mut self,
        id: &Arc<str>,
        agent: &Arc<str>,
        plugin: &Arc<str>,
        reason: &'static str,
        now_ms: u64,
    ) {
        self.sweep(now_ms);
        if !matches!(reason, "expired" | "overflow" | "identity_changed") {
            return;
        }
        if self.order.len() >= MAX_ENTRIES
            && let Some((_, oldest)) = self.order.pop_front()
        {
            self.by_id.remove(&oldest);
        }
        self.order.push_back((now_ms, id.clone()));
        let (agent, plugin) = (agent.clone(), plugin.clone());
        self.by_id.insert(id.clone(), Tombstone { agent, plugin, reason });
    }

    /// Why the session of this plugin and agent is gone; nobody else is told that it was there.
    pub fn reason(&mut self, id: &str, agent: &str, plugin: &str, now_ms: u64) -> Option<&'static str> {
        self.sweep(now_ms);
        let tombstone = self.by_id.get(id)?;
        (*tombstone.agent == *agent && *tombstone.plugin == *plugin).then_some(tombstone.reason)
    }

    fn sweep(&mut self, now_ms: u64) {
        while let Some((at_ms, _)) = self.order.front() {
            if now_ms < at_ms.saturating_add(KEPT_MS) {
                return;
            }
            if let Some((_, id)) = self.order.pop_front() {
                self.by_id.remove(&id);
            }
        }
    }
}

const KEPT_MS: u64 = 600_000;
const MAX_ENTRIES: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tombstone_is_read_by_its_owner_for_ten_minutes() {
        let mut tombstones = Tombstones::default();
        tombstones.raise(&"s".into(), &"ada".into(), &"p".into(), "expired", 5);
        assert_eq!(tombstones.reason("s", "ada", "p", 600_004), Some("expired"));
        assert_eq!(tombstones.reason("s", "bob", "p", 6), None);
        assert_eq!(tombstones.reason("s", "ada", "q", 6), None);
        assert_eq!(tombstones.reason("s", "ada", "p", 600_005), None);
        assert!(tombstones.by_id.is_empty() && tombstones.order.is_empty());
    }

    #[test]
    fn a_hundred_thousand_ended_sessions_leave_a_thousand_tombstones() {
        let mut tombstones = Tombstones::default();
        for n in 0..100_000_u64 {
            tombstones.raise(&format!("s{n}").into(), &"ada".into(), &"p".into(), "overflow", n / 1_000);
        }
        assert_eq!((tombstones.by_id.len(), tombstones.order.len()), (1_000, 1_000));
        assert_eq!(tombstones.reason("s98999", "ada", "p", 100), None);
        assert_eq!(tombstones.reason("s99000", "ada", "p", 100), Some("overflow"));
    }
}
