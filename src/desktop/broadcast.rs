//! Events: from the application or the call engine to the sessions that may see them.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::sessions::SessionKey;
use super::{AuditKind, Command, DEFAULT_AGENT, Desktop, EmitOptions, Peer};
use crate::schema::{
    AgentSnapshot, EventName, Payload, Scope, User, check_event, is_custom_event, redact_event,
    unknown_event_error,
};
use crate::session::Now;
use crate::wire::{self, Body, ErrorBody, ErrorCode, Limits, Tail};

/// One event on its way to many: each audience's text is made once, when the first of them needs it.
pub(super) struct Broadcast<'a> {
    pub name: Cow<'a, str>,
    pub known: Option<EventName>,
    pub timestamp: u64,
    payload: Cow<'a, Value>,
    full: Option<Tail>,
    redacted: Option<Tail>,
}

impl<'a> Broadcast<'a> {
    fn new(name: &'a str, timestamp: u64, payload: &'a Value) -> Self {
        let known = EventName::parse(name);
        let (name, payload) = (Cow::Borrowed(name), Cow::Borrowed(payload));
        Self { name, known, timestamp, payload, full: None, redacted: None }
    }

    /// What those with or without `contact:read` see.
    pub fn seen(&self, reads: bool) -> Value {
        let mut payload = self.payload.clone().into_owned();
        if let Some(known) = self.known.filter(|_| !reads) {
            redact_event(known, &mut payload);
        }
        payload
    }

    /// The text for those with or without `contact:read`. A desktop's own events have no known personal members.
    pub fn tail(&mut self, reads: bool) -> &Tail {
        let (name, timestamp, payload) = (&*self.name, self.timestamp, &*self.payload);
        match self.known.filter(|_| !reads) {
            None => self.full.get_or_insert_with(|| wire::event_tail(name, timestamp, &payload.to_string())),
            Some(known) => self.redacted.get_or_insert_with(|| {
                let mut payload = payload.clone();
                redact_event(known, &mut payload);
                wire::event_tail(name, timestamp, &payload.to_string())
            }),
        }
    }
}

/// An event that was checked, and whom it is for.
pub(super) struct Addressed {
    pub broadcast: Broadcast<'static>,
    pub agent: Arc<str>,
    pub plugin: Option<String>,
    pub session: Option<SessionKey>,
}

impl Desktop {
    /// Sends an event to the sessions it is for and says to how many. Without snapshots the agent's state follows it.
    ///
    /// # Errors
    /// `E_UNKNOWN_EVENT`; `E_BAD_REQUEST` with every issue; `E_TOO_LARGE` above 1 MiB.
    pub fn emit(
        &mut self,
        event: &str,
        payload: &str,
        options: &EmitOptions,
        now: Now,
    ) -> Result<usize, ErrorBody> {
        let Some(addressed) = self.address(event, payload, options, now)? else { return Ok(0) };
        let Addressed { broadcast, agent, plugin, session } = addressed;
        Ok(self.deliver(&agent, broadcast, plugin.as_deref(), session, now))
    }

    /// Checks an event, notes it, and lets the agent's state follow it; `None` where its session is not known.
    pub(super) fn address(
        &mut self,
        event: &str,
        payload: &str,
        options: &EmitOptions,
        now: Now,
    ) -> Result<Option<Addressed>, ErrorBody> {
        let checked = checked_event(event, payload)?;
        let made_safe = self.made_safe(event, &checked);
        let session = options.session.as_deref().map(|id| self.sessions.find(id));
        if session == Some(None) {
            return Ok(None);
        }
        let session = session.flatten();
        let agent = match (options.agent.as_deref(), session.and_then(|key| self.sessions.get(key))) {
            (None, Some(entry)) => entry.agent.clone(),
            (name, _) => self.agent_name(name.unwrap_or(DEFAULT_AGENT)),
        };
        let timestamp = options.timestamp.unwrap_or(now.wall_ms);
        self.advance_recorder(now);
        let plugin = session.and_then(|key| Some(self.sessions.get(key)?.plugin.to_string()));
        let plugin = plugin.as_deref().or(options.plugin.as_deref());
        let value = made_safe.as_ref().unwrap_or(checked.value());
        self.record_emit(&agent, plugin, event, timestamp, value);
        let known = EventName::parse(event);
        if let (Some(known), Value::Object(payload)) = (known, value) {
            self.follow_event(&agent, known, timestamp, payload, now);
        }
        let broadcast = Broadcast {
            // Goes out as it came in where it can.
            full: made_safe.is_none().then(|| wire::event_tail(event, timestamp, checked.json())),
            redacted: None,
            name: Cow::Owned(event.to_owned()),
            known,
            timestamp,
            payload: Cow::Owned(value.clone()),
        };
        Ok(Some(Addressed { broadcast, agent, plugin: options.plugin.clone(), session }))
    }

    /// Takes an agent's state over and sends the events that follow from what it was before. Says how many.
    pub fn apply_snapshot(&mut self, snapshot: AgentSnapshot, agent: Option<&str>, now: Now) -> usize {
        let agent = agent.unwrap_or(DEFAULT_AGENT).to_owned();
        self.advance_recorder(now);
        self.record_snapshot(&agent, &snapshot);
        let Some(state) = self.agent_mut(&agent) else { return 0 };
        let name = state.name.clone();
        state.by_snapshots = true;
        let derived = state.engine.apply(&snapshot);
        state.replace(snapshot.user, snapshot.contacts, snapshot.focused_contact_id);
        let count = derived.len();
        for event in derived {
            let mut payload = event.payload_value();
            self.make_safe(event.name().as_str(), &mut payload);
            let broadcast = Broadcast::new(event.name().as_str(), event.timestamp, &payload);
            self.deliver(&agent, broadcast, None, None, now);
        }
        self.follow_contacts(&name);
        count
    }

    /// Notes who issued a command on a contact, so that the change which follows has an author.
    pub fn note_command(&mut self, command: Command, agent: Option<&str>, now: Now) {
        self.advance_recorder(now);
        self.record_command(agent.unwrap_or(DEFAULT_AGENT), &command);
        if let Some(agent) = self.agent_mut(agent.unwrap_or(DEFAULT_AGENT)) {
            agent.engine.note(command);
        }
    }

    /// Sets who the agent is, where no snapshots are handed over.
    pub fn set_user(&mut self, user: User, agent: Option<&str>) {
        if let Some(agent) = self.agent_mut(agent.unwrap_or(DEFAULT_AGENT)) {
            agent.user = Some(user);
        }
    }

    /// Sets the contact that the agent looks at, where no snapshots are handed over.
    pub fn set_focused_contact(&mut self, contact_id: Option<String>, agent: Option<&str>) {
        if let Some(agent) = self.agent_mut(agent.unwrap_or(DEFAULT_AGENT)) {
            agent.focus(contact_id);
        }
    }

    /// Sends one of the built-in answers' own events to all sessions of the agent.
    pub(super) fn tell(&mut self, agent: &Arc<str>, event: EventName, payload: &Value, now: Now) {
        if let Value::Object(payload) = payload {
            self.follow_event(agent, event, now.wall_ms, payload, now);
        }
        self.record_emit(agent, None, event.as_str(), now.wall_ms, payload);
        self.deliver(agent, Broadcast::new(event.as_str(), now.wall_ms, payload), None, None, now);
    }

    /// The payload without what no receiver should have; `None` where it has no such thing, as nearly always.
    fn made_safe(&mut self, event: &str, payload: &Payload) -> Option<Value> {
        if !may_hold_proto(payload.json()) {
            return None;
        }
        let mut value = payload.value().clone();
        self.make_safe(event, &mut value);
        Some(value)
    }

    /// Leaves out what no receiver should have; `what` names the event or the answer in the warning.
    pub(super) fn make_safe(&mut self, what: &str, value: &mut Value) {
        if drop_proto(value) {
            let message = format!("a member named `__proto__` was left out of {what}");
            self.audit_peer(AuditKind::DroppedKey, message, &Peer::default());
        }
    }

    fn follow_event(
        &mut self,
        agent: &str,
        event: EventName,
        timestamp: u64,
        payload: &Map<String, Value>,
        now: Now,
    ) {
        let Some(state) = self.agent_mut(agent) else { return };
        let name = state.name.clone();
        state.follow(event, timestamp, payload, now.mono_ms);
        if event.has_contact() {
            self.follow_contacts(&name);
        }
    }

    fn deliver(
        &mut self,
        agent: &str,
        mut broadcast: Broadcast<'_>,
        plugin: Option<&str>,
        session: Option<SessionKey>,
        now: Now,
    ) -> usize {
        let Some(state) = self.agents.get(agent) else { return 0 };
        let keys: Vec<SessionKey> = match session {
            Some(key) => state.sessions.get_key_value(&key).map(|(key, _)| *key).into_iter().collect(),
            None => state.sessions.keys().copied().collect(),
        };
        let traces = self.is_traced();
        let mut count = 0;
        for key in keys {
            let Some(entry) = self.sessions.get_mut(key) else { continue };
            let is_for = plugin.is_none_or(|plugin| *entry.plugin == *plugin);
            if !is_for || !entry.permissions.passes(broadcast.known, &broadcast.name) {
                continue;
            }
            let reads = entry.permissions.has(Scope::ContactRead);
            entry.session.borrow_room(&mut self.room);
            if entry.session.emit(broadcast.tail(reads), now).is_ok() {
                count += 1;
                if traces {
                    self.trace_event(key, &broadcast.name, broadcast.timestamp, &broadcast.seen(reads));
                }
            }
            self.pump(key, now);
        }
        count
    }
}

/// Checks an event that the application sends.
fn checked_event(event: &str, payload: &str) -> Result<Payload, ErrorBody> {
    if EventName::parse(event).is_none() && !is_custom_event(event) {
        return Err(unknown_event_error(event));
    }
    if payload.len() > Limits::TO_PLUGIN.max_frame_bytes - EVENT_HEAD_BYTES {
        return Err(ErrorBody::new(ErrorCode::TooLarge, "the payload is larger than 1 MiB"));
    }
    let body = Body::parse(payload, &Limits::TO_PLUGIN)
        .map_err(|error| ErrorBody::new(ErrorCode::BadRequest, error.message))?;
    check_event(event, &body)
        .map_err(|issues| ErrorBody::bad_request(&format!("{event} is not sent"), issues))
}

/// Room for what stands around a payload in an event's frame.
const EVENT_HEAD_BYTES: usize = 512;

/// Whether a JSON text can have a member `__proto__`. A key can also be written with escapes, so a text that has any is
/// looked through.
pub(super) fn may_hold_proto(json: &str) -> bool {
    json.contains("__proto__") || json.contains("\\u")
}

/// Amazon Connect allows `__proto__` as the name of an attribute; no receiver should have to. Whether there was one.
pub(super) fn drop_proto(value: &mut Value) -> bool {
    match value {
        Value::Object(members) => {
            let had = members.shift_remove("__proto__").is_some();
            members.values_mut().fold(had, |dropped, member| drop_proto(member) | dropped)
        }
        Value::Array(elements) => {
            elements.iter_mut().fold(false, |dropped, element| drop_proto(element) | dropped)
        }
        _ => false,
    }
}
