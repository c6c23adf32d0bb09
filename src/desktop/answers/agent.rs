//! `get_user`, `get_company_id`, `$snapshot`, `$live`, and the snapshot of a `welcome`.

use serde_json::{Map, Value, json};

use super::{json, read};
use crate::desktop::Desktop;
use crate::desktop::requests::{Caller, Request};
use crate::desktop::sessions::SessionKey;
use crate::schema::{
    EventName, GetCompanyIdAnswer, GetUserAnswer, LiveAnswer, LivePayload, Scope, Snapshot, is_custom_event,
    redact_event, redact_snapshot, unknown_event_error,
};
use crate::wire::{ErrorBody, ErrorCode};

impl Desktop {
    pub(super) fn answer_get_user(&self, caller: &Caller) -> Result<Value, ErrorBody> {
        let user = self.agents.get(&caller.agent).and_then(|agent| agent.user.clone());
        let unknown = || {
            let message = "this desktop does not know its user: its owner can set `user`, hand over snapshots, or use \
                           host.handle('get_user', …)";
            ErrorBody::new(ErrorCode::Unavailable, message)
        };
        json(GetUserAnswer { user: user.ok_or_else(unknown)?, extra: Map::new() })
    }

    pub(super) fn answer_get_company_id(&self) -> Result<Value, ErrorBody> {
        let unknown = || {
            let message = "this desktop has no company id: its owner can set `companyId`, or use \
                           host.handle('get_company_id', …)";
            ErrorBody::new(ErrorCode::Unavailable, message)
        };
        let company_id = self.options.company_id.clone().ok_or_else(unknown)?;
        json(GetCompanyIdAnswer { company_id, extra: Map::new() })
    }

    pub(super) fn answer_snapshot(&self, caller: &Caller) -> Value {
        json!({ "snapshot": self.snapshot_for(caller.key) })
    }

    /// What a session may see of its agent's state.
    pub(in crate::desktop) fn snapshot_for(&self, key: SessionKey) -> Value {
        let Some(entry) = self.sessions.get(key) else { return Value::Null };
        let agent = self.agents.get(&entry.agent);
        let observed = agent.filter(|_| entry.permissions.has(Scope::CallObserve));
        let snapshot = Snapshot {
            user: agent
                .filter(|_| entry.permissions.has(Scope::AgentRead))
                .and_then(|agent| agent.user.clone()),
            company_id: self.options.company_id.clone(),
            contacts: observed.map(|agent| agent.contacts().to_vec()).unwrap_or_default(),
            focused_contact_id: observed.and_then(|agent| agent.focused()).map(String::from),
            visible: agent
                .and_then(|agent| agent.panels.get(&entry.plugin))
                .is_some_and(|panel| panel.visible()),
            extra: Map::new(),
        };
        let mut snapshot = serde_json::to_value(snapshot).unwrap_or_default();
        if !entry.permissions.has(Scope::ContactRead) {
            redact_snapshot(&mut snapshot);
        }
        super::super::broadcast::drop_proto(&mut snapshot);
        snapshot
    }

    pub(super) fn answer_live(&self, request: &Request, caller: &Caller) -> Result<Value, ErrorBody> {
        let LivePayload { event } = read(request)?;
        let known = EventName::parse(&event);
        if known.is_none() && !is_custom_event(&event) {
            return Err(unknown_event_error(&event));
        }
        let Some(entry) = self.sessions.get(caller.key) else { return Err(gone()) };
        entry.permissions.check_event(known, &event)?;
        // A desktop's own event has no state that lasts.
        let Some(name) = known else { return json(LiveAnswer { events: Vec::new(), extra: Map::new() }) };
        let mut events = self.agents.get(&caller.agent).map(|agent| agent.live(name)).unwrap_or_default();
        if !entry.permissions.has(Scope::ContactRead) {
            events.iter_mut().for_each(|event| redact_payload(name, &mut event.payload));
        }
        json(LiveAnswer { events, extra: Map::new() })
    }
}

fn redact_payload(name: EventName, payload: &mut Map<String, Value>) {
    let mut value = Value::Object(std::mem::take(payload));
    redact_event(name, &mut value);
    if let Value::Object(redacted) = value {
        *payload = redacted;
    }
}

fn gone() -> ErrorBody {
    ErrorBody::new(ErrorCode::Closed, "the session is over")
}
