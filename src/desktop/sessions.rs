//! Every session, found by number, by id, by plugin and agent, and by how long it has been without a link.

use std::collections::{BTreeSet, HashMap};
use std::hint::black_box;
use std::sync::Arc;

use super::permissions::Permissions;
use super::{Carrier, Peer, SessionInfo};
use crate::session::{HostSession, LinkId, Numbered};

/// A session's number within one desktop; never used twice.
pub(super) type SessionKey = u64;

/// One session with its identity.
pub(super) struct Entry {
    pub session: HostSession,
    pub id: Arc<str>,
    pub agent: Arc<str>,
    pub plugin: Arc<str>,
    pub plugin_type: Option<String>,
    pub version: Option<String>,
    pub instance: Arc<str>,
    pub permissions: Permissions,
    pub opened_at: u64,
    pub link: Option<LinkId>,
    /// Whether the peer was heard within the heartbeat.
    pub responding: bool,
    pub carrier: Carrier,
    pub origin: Option<String>,
    pub address: Option<String>,
    /// The runs that its open requests wait for, by the request's wire id.
    pub waiting: HashMap<String, u64>,
    /// Why it is being ended, where the desktop ends it.
    pub ending: Option<&'static str>,
    detached_since_ms: Option<u64>,
    /// When its timer comes up, known without a look at the timers.
    pub wakes_at_ms: Option<u64>,
}

impl Entry {
    /// A session that is not attached yet.
    pub fn new(session: HostSession, who: Identity, permissions: Permissions, opened_at: u64) -> Self {
        Self {
            id: Arc::from(session.id()),
            session,
            agent: who.agent,
            plugin: who.plugin,
            plugin_type: who.plugin_type,
            version: who.version,
            instance: who.instance,
            permissions,
            opened_at,
            link: None,
            responding: true,
            carrier: Carrier::default(),
            origin: None,
            address: None,
            waiting: HashMap::new(),
            ending: None,
            detached_since_ms: None,
            wakes_at_ms: None,
        }
    }

    /// Notes which link the session is on now.
    pub fn moved_to(&mut self, link: LinkId, peer: &Peer, origin: Option<String>) {
        self.link = Some(link);
        self.responding = true;
        self.carrier = peer.carrier;
        self.origin = origin;
        self.address = peer.address.clone();
    }

    /// What `sessions()` and the notices tell.
    pub fn info(&self) -> SessionInfo {
        SessionInfo {
            session: self.id.clone(),
            agent: self.agent.clone(),
            plugin: self.plugin.clone(),
            plugin_type: self.plugin_type.clone(),
            version: self.version.clone(),
            instance: self.instance.clone(),
            connected: self.link.is_some(),
            carrier: self.carrier,
            origin: self.origin.clone(),
            address: self.address.clone(),
            granted: self.permissions.granted.clone(),
            denied: self.permissions.denied.clone(),
            opened_at: self.opened_at,
            responding: self.responding,
        }
    }
}

/// Whose a session is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub agent: Arc<str>,
    pub plugin: Arc<str>,
    pub plugin_type: Option<String>,
    pub version: Option<String>,
    pub instance: Arc<str>,
}

/// All sessions.
#[derive(Default)]
pub(super) struct Sessions {
    /// On the heap each: a table that grows holds half as many places again, and moves what it holds.
    entries: Numbered<Box<Entry>>,
    by_id: HashMap<Arc<str>, SessionKey>,
    by_plugin: HashMap<(Arc<str>, Arc<str>), BTreeSet<SessionKey>>,
    /// Oldest first.
    detached: BTreeSet<(u64, SessionKey)>,
    last: SessionKey,
}

impl Sessions {
    pub fn insert(&mut self, entry: Entry) -> SessionKey {
        self.last += 1;
        self.by_id.insert(entry.id.clone(), self.last);
        self.by_plugin.entry((entry.agent.clone(), entry.plugin.clone())).or_default().insert(self.last);
        self.entries.insert(self.last, Box::new(entry));
        self.last
    }

    pub fn remove(&mut self, key: SessionKey) -> Option<Box<Entry>> {
        let entry = self.entries.remove(&key)?;
        self.by_id.remove(&entry.id);
        if let Some(since) = entry.detached_since_ms {
            self.detached.remove(&(since, key));
        }
        let place = (entry.agent.clone(), entry.plugin.clone());
        if let Some(keys) = self.by_plugin.get_mut(&place) {
            keys.remove(&key);
            if keys.is_empty() {
                self.by_plugin.remove(&place);
            }
        }
        Some(entry)
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn get(&self, key: SessionKey) -> Option<&Entry> {
        self.entries.get(&key).map(Box::as_ref)
    }

    pub fn get_mut(&mut self, key: SessionKey) -> Option<&mut Entry> {
        self.entries.get_mut(&key).map(Box::as_mut)
    }

    /// Has the processor fetch what an event to each of these touches: side by side, where the work on one after the
    /// other would wait for each.
    pub fn fetch(&self, keys: &[SessionKey]) {
        let sum = |sum: u64, key: &SessionKey| {
            sum ^ self.entries.get(key).map_or(0, |entry| entry.opened_at ^ entry.session.fetch())
        };
        black_box(keys.iter().fold(0, sum));
    }

    pub fn find(&self, id: &str) -> Option<SessionKey> {
        self.by_id.get(id).copied()
    }

    /// Every session's number, oldest first.
    pub fn keys(&self) -> Vec<SessionKey> {
        let mut keys: Vec<SessionKey> = self.entries.keys().copied().collect();
        keys.sort_unstable();
        keys
    }

    /// The sessions of one plugin and agent, oldest first.
    pub fn of_plugin(&self, agent: &Arc<str>, plugin: &Arc<str>) -> impl Iterator<Item = SessionKey> {
        self.by_plugin.get(&(agent.clone(), plugin.clone())).into_iter().flatten().copied()
    }

    /// Notes whether a session has a link, for the order in which detached ones have to go.
    pub fn set_detached(&mut self, key: SessionKey, since_ms: Option<u64>) {
        let Some(entry) = self.entries.get_mut(&key) else { return };
        if let Some(before) = std::mem::replace(&mut entry.detached_since_ms, since_ms) {
            self.detached.remove(&(before, key));
        }
        if let Some(since) = since_ms {
            entry.link = None;
            self.detached.insert((since, key));
        }
    }

    /// The session that has been without a link for longest.
    pub fn oldest_detached(&self) -> Option<SessionKey> {
        self.detached.first().map(|(_, key)| *key)
    }

    /// The same among the sessions of one plugin and agent.
    pub fn oldest_detached_of(&self, agent: &Arc<str>, plugin: &Arc<str>) -> Option<SessionKey> {
        let since = |key: SessionKey| Some((self.get(key)?.detached_since_ms?, key));
        self.of_plugin(agent, plugin).filter_map(since).min().map(|(_, key)| key)
    }
}
