//! What is known of each agent: user, contacts, focused contact, live states, and the plugins' panels.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::live::Live;
use super::permissions::Audience;
use super::quick_connects::conflict;
use super::sessions::SessionKey;
use super::visibility::{Panel, is_active};
use crate::calls::Engine;
use crate::schema::{AgentSnapshot, AgentState, Contact, EventName, LiveEvent, User};
use crate::wire::{ErrorBody, ErrorCode};

/// One agent.
pub(super) struct Agent {
    pub name: Arc<str>,
    pub user: Option<User>,
    /// Derives the events once the application hands over snapshots.
    pub engine: Engine,
    /// Whether the state comes from snapshots; else it follows the events that are emitted.
    pub by_snapshots: bool,
    pub panels: BTreeMap<Arc<str>, Panel>,
    pub sessions: BTreeMap<SessionKey, Audience>,
    contacts: Vec<Contact>,
    focused: Option<String>,
    live: Live,
    /// Contacts that are over but not cleared, with the monotonic time at which they are taken off the list.
    leaving: HashMap<String, u64>,
}

impl Agent {
    pub fn new(name: Arc<str>, user: Option<User>, engine: Engine) -> Self {
        Self {
            name,
            user,
            engine,
            by_snapshots: false,
            panels: BTreeMap::new(),
            sessions: BTreeMap::new(),
            contacts: Vec::new(),
            focused: None,
            live: Live::default(),
            leaving: HashMap::new(),
        }
    }

    /// Whether nothing would be lost if this agent were forgotten.
    pub fn is_blank(&self) -> bool {
        self.sessions.is_empty() && self.contacts.is_empty() && !self.by_snapshots
    }

    pub fn contacts(&self) -> &[Contact] {
        &self.contacts
    }

    pub fn focused(&self) -> Option<&str> {
        let focused = self.focused.as_deref()?;
        self.contact(focused).map(|contact| contact.contact_id.as_str())
    }

    pub fn contact(&self, contact_id: &str) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.contact_id == contact_id)
    }

    pub fn contact_mut(&mut self, contact_id: &str) -> Option<&mut Contact> {
        self.contacts.iter_mut().find(|contact| contact.contact_id == contact_id)
    }

    /// The contact a request acts on: the named one, else the focused one, else the only active one, else the only
    /// one that is listed at all (so that a note can still be written during after call work).
    pub fn resolve(&self, contact_id: Option<&str>) -> Result<&Contact, ErrorBody> {
        if let Some(contact_id) = contact_id {
            let missing =
                || ErrorBody::new(ErrorCode::NotFound, "the agent has no contact with this contactId");
            return self.contact(contact_id).ok_or_else(missing);
        }
        if let Some(contact) = self.focused().and_then(|focused| self.contact(focused)) {
            return Ok(contact);
        }
        let active: Vec<&Contact> = self.contacts.iter().filter(|contact| is_active(contact)).collect();
        let candidates = if active.is_empty() { self.contacts.iter().collect() } else { active };
        match candidates.as_slice() {
            [contact] => Ok(contact),
            [] => Err(ErrorBody::new(ErrorCode::NoContact, "the agent has no contact")),
            several => Err(conflict(
                "the agent has several contacts: name one by contactId",
                several.iter().map(|contact| contact.contact_id.clone()),
            )),
        }
    }

    /// Takes over what a snapshot says.
    pub fn replace(&mut self, user: User, contacts: Vec<Contact>, focused: Option<String>) {
        self.user = Some(user);
        self.contacts = contacts;
        self.focused = focused;
        self.leaving.clear();
    }

    /// What a desktop would hand over now, where it hands over snapshots.
    pub fn snapshot(&self, timestamp: u64) -> Option<(Arc<str>, AgentSnapshot)> {
        let user = self.user.clone().filter(|_| self.by_snapshots)?;
        let snapshot = AgentSnapshot {
            timestamp,
            user,
            contacts: self.contacts.clone(),
            focused_contact_id: self.focused.clone(),
            extra: Map::new(),
        };
        Some((self.name.clone(), snapshot))
    }

    /// Sets the contact the agent looks at.
    pub fn focus(&mut self, contact_id: Option<String>) {
        self.focused = contact_id;
    }

    /// Follows an emitted event; snapshots know better.
    pub fn follow(&mut self, event: EventName, timestamp: u64, payload: &Map<String, Value>, mono_ms: u64) {
        if self.by_snapshots {
            return;
        }
        let contact =
            payload.get("contact").and_then(|contact| serde::Deserialize::deserialize(contact).ok());
        let Some(contact): Option<Contact> = contact else { return self.follow_user(payload) };
        self.live.follow(event, timestamp, &contact, payload);
        self.follow_contact(event, contact, payload, mono_ms);
    }

    /// The states that `event` began and that still last.
    pub fn live(&self, event: EventName) -> Vec<LiveEvent> {
        if !self.by_snapshots {
            return self.live.of(event, &self.contacts);
        }
        let told = self.engine.live(event).into_iter().filter_map(|derived| match derived.payload_value() {
            Value::Object(payload) => {
                Some(LiveEvent { timestamp: derived.timestamp, payload, extra: Map::new() })
            }
            _ => None,
        });
        told.collect()
    }

    /// When the next contact is to be taken off the list.
    pub fn next_leave(&self) -> Option<u64> {
        self.leaving.values().min().copied()
    }

    /// Takes off the list what is due.
    pub fn sweep(&mut self, mono_ms: u64) {
        let due: Vec<String> = self
            .leaving
            .iter()
            .filter(|(_, at)| **at <= mono_ms)
            .map(|(contact_id, _)| contact_id.clone())
            .collect();
        due.iter().for_each(|contact_id| self.remove(contact_id));
    }

    /// An emitted event's `contact` is the truth about that contact. One that is over stays listed, as it does in
    /// Amazon Connect, so that a listener can still act on it: until its after call work ends; without after call
    /// work until the next contact comes, or for half a minute.
    fn follow_contact(
        &mut self,
        event: EventName,
        contact: Contact,
        payload: &Map<String, Value>,
        mono_ms: u64,
    ) {
        let contact_id = contact.contact_id.clone();
        if event == EventName::AfterCallWorkEnd {
            self.remove(&contact_id);
            return;
        }
        if matches!(event, EventName::IncomingCall | EventName::OutgoingCall) {
            let over: Vec<String> = self.leaving.keys().filter(|id| **id != contact_id).cloned().collect();
            over.iter().for_each(|contact_id| self.remove(contact_id));
        }
        match event {
            EventName::CallEnded | EventName::MissedCall | EventName::RejectCall => {
                self.leaving.insert(contact_id.clone(), mono_ms.saturating_add(LEAVE_AFTER_MS));
            }
            // An update while a contact is leaving does not bring it back.
            EventName::ContactUpdated => {}
            _ => {
                self.leaving.remove(&contact_id);
            }
        }
        match self.contact_mut(&contact_id) {
            Some(known) => *known = contact,
            None => self.insert(contact),
        }
        if event == EventName::AfterCallWork {
            self.follow_agent_state(payload.get("agentState"));
        }
    }

    fn insert(&mut self, contact: Contact) {
        if self.contacts.len() >= MAX_CONTACTS {
            self.contacts.remove(0);
        }
        self.contacts.push(contact);
    }

    fn follow_user(&mut self, payload: &Map<String, Value>) {
        let Some(user) = self.user.as_mut() else { return };
        if let Some(next) = payload.get("nextState") {
            user.next_state = serde::Deserialize::deserialize(next).ok().flatten();
        }
        self.follow_agent_state(payload.get("current"));
    }

    fn follow_agent_state(&mut self, state: Option<&Value>) {
        let state: Option<AgentState> = state.and_then(|state| serde::Deserialize::deserialize(state).ok());
        if let (Some(user), Some(state)) = (self.user.as_mut(), state) {
            user.state = state;
        }
    }

    fn remove(&mut self, contact_id: &str) {
        self.contacts.retain(|contact| contact.contact_id != contact_id);
        self.leaving.remove(contact_id);
        self.live.forget(contact_id);
    }
}

/// How long a contact that is over stays listed when nothing says that it was cleared.
const LEAVE_AFTER_MS: u64 = 30_000;
/// An agent handles a few contacts at a time; more were emitted and never ended, so the oldest goes.
const MAX_CONTACTS: usize = 100;
