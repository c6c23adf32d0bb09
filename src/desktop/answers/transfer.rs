//! `update_quick_connects`, and what can be said about `transfer_call`, `quick_connect` and `end_conference_call`
//! before anybody runs them.

use serde_json::{Map, Value};

use super::{json, read};
use crate::calls::{Command, CommandKind};
use crate::desktop::requests::{Caller, Request};
use crate::desktop::{Desktop, connection_by_id, connection_by_name, find_quick_connect};
use crate::schema::{
    Connection, EndConferenceCallPayload, InitiatedBy, Method, QuickConnectPayload, UpdateQuickConnectsAnswer,
};
use crate::session::Now;
use crate::wire::ErrorBody;

impl Desktop {
    pub(super) fn answer_quick_connects(&self) -> Result<Value, ErrorBody> {
        json(UpdateQuickConnectsAnswer {
            quick_connects: self.options.quick_connects.clone(),
            extra: Map::new(),
        })
    }

    /// Refuses a quick connect or a party that does not exist, so that no handler has to. A host that was given no
    /// quick connects leaves their names to its handler.
    pub(in crate::desktop) fn check_names(
        &self,
        request: &Request,
        caller: &Caller,
    ) -> Result<(), ErrorBody> {
        match request.method {
            Method::QuickConnect if !self.options.quick_connects.is_empty() => {
                let payload: QuickConnectPayload = read(request)?;
                find_quick_connect(&self.options.quick_connects, &payload.name).map(|_| ())
            }
            Method::EndConferenceCall => self.party(request, caller).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// Notes what a plugin asked a handler to do, so that the change it makes is told as the plugin's.
    pub(in crate::desktop) fn note_plugin_command(&mut self, request: &Request, caller: &Caller, now: Now) {
        let Some(contact_id) = caller.contact_id.as_deref() else { return };
        let kind = match request.method {
            Method::TransferCall | Method::QuickConnect => CommandKind::Transfer,
            Method::EndConferenceCall => CommandKind::EndConnection,
            _ => return,
        };
        let mut command = Command::new(kind, contact_id, InitiatedBy::Plugin, now.wall_ms);
        if request.method == Method::EndConferenceCall {
            command.connection_id = self.party(request, caller).ok().map(|party| party.connection_id.clone());
        }
        if request.method == Method::QuickConnect {
            command.quick_connect_name =
                request.payload.read().map(|payload: QuickConnectPayload| payload.name);
            let name = command.quick_connect_name.as_deref().unwrap_or_default();
            command.endpoint = find_quick_connect(&self.options.quick_connects, name).ok().cloned();
        }
        self.record_command(&caller.agent, &command);
        if let Some(agent) = self.agents.get_mut(&caller.agent) {
            agent.engine.note(command);
        }
    }

    fn party(&self, request: &Request, caller: &Caller) -> Result<&Connection, ErrorBody> {
        let payload: EndConferenceCallPayload = read(request)?;
        let agent = self.agents.get(&caller.agent);
        let contact = caller.contact_id.as_deref().and_then(|id| agent?.contact(id));
        let contact = contact.ok_or_else(super::super::quick_connects::no_connection)?;
        match (payload.connection_id, payload.connection_name) {
            (Some(id), _) => connection_by_id(contact, &id),
            (None, name) => connection_by_name(contact, name.as_deref().unwrap_or_default()),
        }
    }
}
