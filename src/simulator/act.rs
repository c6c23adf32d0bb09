//! What each action does.
use crate::calls::{Command, CommandKind};
use crate::schema::{
    AgentStateType, ConnectionStateType, ConnectionType, ContactStateType, Endpoint, EndpointType,
    InitiatedBy, TransferKind, closest,
};

use super::action::{Action, ActionKind, HangUp, NewContact, SetAttributes, SetNextStatus, StartTransfer};
use super::agent::{STATUSES, state};
use super::centre::Simulator;
use super::error::SimulatorError;
use super::moves::{Move, change_state};
use super::parties::Callee;
use super::phase::{Call, command_of, is_agent, is_other};
use super::rules;

/// Contact, connection and commands of an action that was done.
type Done = (Option<String>, Option<String>, Vec<Command>);

impl Simulator {
    pub(super) fn perform(&mut self, action: &Action) -> Result<Done, SimulatorError> {
        match action {
            Action::Incoming(new) | Action::Outgoing(new) | Action::Callback(new) => {
                self.start(action.kind(), new)
            }
            Action::Status(status) => {
                rules::check_agent(ActionKind::Status, self)?;
                let (name, state_type) = known_status(&status.name)?;
                self.status = state(name, state_type, self.now);
                Ok((None, None, Vec::new()))
            }
            Action::NextStatus(next) => self.set_next_status(next),
            _ => self.perform_on_contact(action),
        }
    }

    fn perform_on_contact(&mut self, action: &Action) -> Result<Done, SimulatorError> {
        let kind = action.kind();
        let at = self.place(kind, contact_of(action))?;
        let contact_id = self.at(at)?.contact.contact_id.clone();
        rules::check(kind, self.at(at)?)?;
        let connection_id = match action {
            Action::Hold(on) => Some(self.move_party(at, on.party.as_deref(), Move::Hold)?),
            Action::Resume(on) => Some(self.move_party(at, on.party.as_deref(), Move::Resume)?),
            Action::PartyAnswers(on) => Some(self.move_party(at, on.party.as_deref(), Move::Answer)?),
            Action::PartyDeclines(on) => Some(self.move_party(at, on.party.as_deref(), Move::Decline)?),
            Action::PartyBusy(on) => Some(self.move_party(at, on.party.as_deref(), Move::Busy)?),
            Action::EndConnection(on) => Some(self.move_party(at, on.party.as_deref(), Move::End)?),
            Action::Add(add) => {
                let callee = Callee {
                    quick_connect: add.quick_connect.as_deref(),
                    phone_number: add.phone_number.as_deref(),
                    agent: add.agent.as_deref(),
                    queue: add.queue.as_deref(),
                };
                let (endpoint, named) = self.endpoint(&callee)?;
                Some(self.call_in(at, endpoint, named, add.alias.as_deref())?)
            }
            Action::Transfer(transfer) => Some(self.start_transfer(at, transfer)?),
            _ => {
                self.change(at, action)?;
                None
            }
        };
        let commands = self.commands(action, &contact_id, connection_id.as_deref());
        Ok((Some(contact_id), connection_id, commands))
    }

    fn start(&mut self, kind: ActionKind, new: &NewContact) -> Result<Done, SimulatorError> {
        rules::check_agent(kind, self)?;
        let contact_id = self.begin(kind, new)?;
        let mut commands = Vec::new();
        if kind == ActionKind::Outgoing {
            let by = new.by.unwrap_or(InitiatedBy::Agent);
            commands.push(Command::new(CommandKind::Dial, &contact_id, by, self.now));
        }
        if new.auto_accept && kind == ActionKind::Incoming {
            let at = self.named(&contact_id)?;
            self.keep_frame();
            self.answer(at)?;
        }
        Ok((Some(contact_id), None, commands))
    }

    /// An action that changes a whole contact.
    fn change(&mut self, at: usize, action: &Action) -> Result<(), SimulatorError> {
        match action {
            Action::Answer(_) => return self.answer(at),
            Action::Miss(_) => self.miss(at),
            Action::Clear(_) | Action::Remove(_) => self.remove(at),
            Action::HangUp(hang_up) => return self.hang_up(at, hang_up),
            Action::CompleteTransfer(_) => return self.leave(at),
            Action::Attributes(set) => return self.set_attributes(at, set),
            Action::Focus(_) => self.focused = Some(self.at(at)?.contact.contact_id.clone()),
            _ => {
                let now = self.now;
                let call = self.at_mut(at)?;
                change_state(call, action, now);
            }
        }
        Ok(())
    }

    fn answer(&mut self, at: usize) -> Result<(), SimulatorError> {
        let now = self.now;
        let call = self.at_mut(at)?;
        call.until = None;
        if call.contact.state.state_type == ContactStateType::Incoming {
            call.enter(ContactStateType::Connecting, now);
            call.put(ConnectionStateType::Connected, now, is_agent);
        } else {
            call.enter(ContactStateType::Connected, now);
            call.put(ConnectionStateType::Connected, now, |_| true);
        }
        Ok(())
    }

    pub(super) fn miss(&mut self, at: usize) {
        let now = self.now;
        if let Some(call) = self.calls.get_mut(at) {
            call.until = None;
            call.enter(ContactStateType::Missed, now);
            call.put(ConnectionStateType::Disconnected, now, is_agent);
        }
    }

    pub(super) fn remove(&mut self, at: usize) {
        if at < self.calls.len() {
            let call = self.calls.remove(at);
            self.customers.retain(|(id, _)| *id != call.contact.contact_id);
        }
    }

    fn hang_up(&mut self, at: usize, hang_up: &HangUp) -> Result<(), SimulatorError> {
        let now = self.now;
        match hang_up.by.unwrap_or(InitiatedBy::Agent) {
            InitiatedBy::Agent => {}
            InitiatedBy::Customer => {
                let call = self.at_mut(at)?;
                call.put(ConnectionStateType::Disconnected, now, |c| is_other(c) && c.is_initial_connection);
                if call.third_parties().next().is_some() {
                    // The agent goes on with the others.
                    return Ok(());
                }
                self.keep_frame();
            }
            _ => {
                return Err(SimulatorError::BadParameters {
                    message: "only `agent` and `customer` can hang up".into(),
                });
            }
        }
        let call = self.at_mut(at)?;
        call.put(ConnectionStateType::Disconnected, now, |_| true);
        self.end(at)
    }

    /// The agent leaves and the others stay.
    pub(super) fn leave(&mut self, at: usize) -> Result<(), SimulatorError> {
        let now = self.now;
        let call = self.at_mut(at)?;
        call.put(ConnectionStateType::Disconnected, now, is_agent);
        call.put(ConnectionStateType::Connected, now, |c| c.state.state_type == ConnectionStateType::Hold);
        self.end(at)
    }

    fn end(&mut self, at: usize) -> Result<(), SimulatorError> {
        let now = self.now;
        let until = self.after_call_work_ms.map(|ms| now.saturating_add(ms));
        let call = self.at_mut(at)?;
        call.enter(ContactStateType::Ended, now);
        call.until = until;
        Ok(())
    }

    fn start_transfer(&mut self, at: usize, transfer: &StartTransfer) -> Result<String, SimulatorError> {
        let callee = Callee {
            quick_connect: transfer.quick_connect.as_deref(),
            phone_number: transfer.phone_number.as_deref(),
            agent: transfer.agent.as_deref(),
            queue: transfer.queue.as_deref(),
        };
        let (endpoint, named) = self.endpoint(&callee)?;
        let kind = transfer.kind.unwrap_or_else(|| kind_for(&endpoint));
        self.transfer_to(at, kind, endpoint, named, transfer.alias.as_deref())
    }

    /// Calls a party in to hand over to it; a cold transfer is complete at once.
    pub(super) fn transfer_to(
        &mut self,
        at: usize,
        kind: TransferKind,
        endpoint: Endpoint,
        named: Option<String>,
        alias: Option<&str>,
    ) -> Result<String, SimulatorError> {
        let connection_id = self.call_in(at, endpoint, named, alias)?;
        if kind == TransferKind::Cold {
            self.keep_frame();
            self.leave(at)?;
        }
        Ok(connection_id)
    }

    /// Calls a party in. Whoever is on the line waits on hold, unless many may talk at once.
    fn call_in(
        &mut self,
        at: usize,
        endpoint: Endpoint,
        named: Option<String>,
        alias: Option<&str>,
    ) -> Result<String, SimulatorError> {
        let contact_id = self.at(at)?.contact.contact_id.clone();
        let mut leg = self.leg(&contact_id, ConnectionType::Outbound);
        leg.endpoint = Some(endpoint);
        leg.quick_connect_name = named;
        let (connection_id, now) = (leg.connection_id.clone(), self.now);
        let call = self.at_mut(at)?;
        if !call.contact.is_multi_party_conference_enabled {
            call.put(ConnectionStateType::Hold, now, is_other);
        }
        call.contact.connections.push(leg);
        if let Some(alias) = alias {
            call.party_aliases.push((connection_id.clone(), alias.to_owned()));
        }
        Ok(connection_id)
    }

    fn set_attributes(&mut self, at: usize, set: &SetAttributes) -> Result<(), SimulatorError> {
        self.write_attributes(at, &set.set)
    }

    /// Sets attributes of a contact; an empty value removes one.
    pub(super) fn write_attributes(
        &mut self,
        at: usize,
        set: &std::collections::BTreeMap<String, String>,
    ) -> Result<(), SimulatorError> {
        let call = self.at_mut(at)?;
        let mut attributes = call.contact.attributes.clone();
        for (key, value) in set {
            if value.is_empty() {
                attributes.remove(key);
            } else {
                attributes.insert(key.clone(), value.clone());
            }
        }
        let bytes: usize = attributes.iter().map(|(key, value)| key.len() + value.len()).sum();
        if bytes > MAX_ATTRIBUTE_BYTES {
            let message =
                format!("all attributes of a contact together have at most {MAX_ATTRIBUTE_BYTES} bytes");
            return Err(SimulatorError::BadParameters { message });
        }
        call.contact.attributes = attributes;
        Ok(())
    }

    fn set_next_status(&mut self, next: &SetNextStatus) -> Result<Done, SimulatorError> {
        rules::check_agent(ActionKind::NextStatus, self)?;
        self.user.next_state = match &next.name {
            Some(name) => {
                let (name, state_type) = known_status(name)?;
                let mut state = state(name, state_type, self.now);
                state.start_timestamp = None;
                Some(state)
            }
            None => None,
        };
        Ok((None, None, Vec::new()))
    }

    pub(super) fn at(&self, at: usize) -> Result<&Call, SimulatorError> {
        self.calls.get(at).ok_or(SimulatorError::NoContact { name: None, known: Vec::new() })
    }

    pub(super) fn at_mut(&mut self, at: usize) -> Result<&mut Call, SimulatorError> {
        self.calls.get_mut(at).ok_or(SimulatorError::NoContact { name: None, known: Vec::new() })
    }

    fn commands(&self, action: &Action, contact_id: &str, connection_id: Option<&str>) -> Vec<Command> {
        let by_customer = matches!(action, Action::HangUp(HangUp { by: Some(InitiatedBy::Customer), .. }));
        let Some(kind) = command_of(action.kind()).filter(|_| !by_customer) else { return Vec::new() };
        let mut command = Command::new(kind, contact_id, InitiatedBy::Agent, self.now);
        command.connection_id = connection_id.map(str::to_owned);
        vec![command]
    }
}

/// Cold for a queue, which nobody can talk to before.
pub(super) fn kind_for(endpoint: &Endpoint) -> TransferKind {
    if endpoint.endpoint_type == Some(EndpointType::Queue) { TransferKind::Cold } else { TransferKind::Warm }
}

fn contact_of(action: &Action) -> Option<&str> {
    match action {
        Action::Answer(on)
        | Action::Miss(on)
        | Action::Abandon(on)
        | Action::Connect(on)
        | Action::Busy(on)
        | Action::Fail(on)
        | Action::Remove(on)
        | Action::Mute(on)
        | Action::Unmute(on)
        | Action::Toggle(on)
        | Action::Conference(on)
        | Action::CompleteTransfer(on)
        | Action::Clear(on)
        | Action::Focus(on) => on.contact.as_deref(),
        Action::Hold(on)
        | Action::Resume(on)
        | Action::PartyAnswers(on)
        | Action::PartyDeclines(on)
        | Action::PartyBusy(on)
        | Action::EndConnection(on) => on.contact.as_deref(),
        Action::Reject(reject) => reject.contact.as_deref(),
        Action::Add(add) => add.contact.as_deref(),
        Action::Transfer(transfer) => transfer.contact.as_deref(),
        Action::HangUp(hang_up) => hang_up.contact.as_deref(),
        Action::Attributes(set) => set.contact.as_deref(),
        Action::Incoming(_)
        | Action::Outgoing(_)
        | Action::Callback(_)
        | Action::Status(_)
        | Action::NextStatus(_) => None,
    }
}

fn known_status(name: &str) -> Result<(&'static str, AgentStateType), SimulatorError> {
    STATUSES.iter().find(|(known, _)| *known == name).copied().ok_or_else(|| SimulatorError::Unknown {
        what: "status",
        name: name.to_owned(),
        closest: closest(name, STATUSES.iter().map(|(known, _)| *known)).map(str::to_owned),
    })
}

/// Keys and values of all attributes of a contact together, in UTF-8.
const MAX_ATTRIBUTE_BYTES: usize = 32_768;
