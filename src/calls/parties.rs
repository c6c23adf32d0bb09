//! The parties of one contact: who is called in, held, joined, who leaves, and to whom the contact is handed over.
use crate::schema::{
    AddConnection, ConferenceConnections, Connection, Contact, EndConnection, Endpoint, InitiatedBy, OffHold,
    OnHold, ToggleConnections, TransferCall, TransferKind,
};

use super::call::Change;
use super::command::{Command, CommandKind, Target};
use super::leg;

/// What was seen of the parties of one contact.
#[derive(Clone, Debug, Default)]
pub(super) struct Parties {
    third: Vec<ThirdParty>,
    held: Vec<Held>,
    held_before: bool,
    joined: bool,
    transferred: bool,
}

/// Somebody who was called in and is still listed.
#[derive(Clone, Debug)]
struct ThirdParty {
    connection_id: String,
    initiated_by: InitiatedBy,
    /// Whether a transfer called it in, rather than an invitation.
    by_transfer: bool,
    gone: bool,
}

#[derive(Clone, Debug)]
struct Held {
    connection_id: String,
    since: u64,
}

impl Parties {
    /// Takes the next look at a contact that goes on.
    pub(super) fn follow(&mut self, before: Option<&Contact>, now: &Contact, change: &mut Change<'_>) {
        self.add(before, now, change);
        self.hold(before, now, change);
        self.join(before, now, change);
        self.leave(before, now, change);
        self.third.retain_mut(|party| match leg::find(now, &party.connection_id) {
            Some(connection) => {
                party.gone = !leg::is_active(connection);
                true
            }
            None => false,
        });
    }

    /// Tells of third parties that are new. One that is gone already is told of where the contact was known without.
    pub(super) fn add(&mut self, before: Option<&Contact>, now: &Contact, change: &mut Change<'_>) {
        for connection in now.connections.iter().filter(|c| leg::is_third_party(c)) {
            let known = self.third.iter().position(|p| p.connection_id == connection.connection_id);
            let active = leg::is_active(connection);
            match known.and_then(|at| self.third.get(at)) {
                Some(party) if !(party.gone && active) => continue,
                Some(_) => self.third.retain(|p| p.connection_id != connection.connection_id),
                None => {}
            }
            let on = Target { contact_id: &now.contact_id, connection_id: Some(&connection.connection_id) };
            let (initiated_by, by_transfer) = called_in_by(on, change);
            let connection_id = connection.connection_id.clone();
            self.third.push(ThirdParty { connection_id, initiated_by, by_transfer, gone: !active });
            if active || before.is_some() {
                let payload = AddConnection {
                    contact_id: now.contact_id.clone(),
                    contact: now.clone(),
                    connection: connection.clone(),
                    initiated_by,
                    extra: Default::default(),
                };
                change.tell(leg::since(connection.state.timestamp, change.now), payload);
            }
        }
    }

    fn hold(&mut self, before: Option<&Contact>, now: &Contact, change: &mut Change<'_>) {
        let mut newly_held: Vec<&Connection> = Vec::new();
        let mut resumed: Vec<(&Connection, u64)> = Vec::new();
        for connection in leg::active(now) {
            let at = leg::since(connection.state.timestamp, change.now);
            let place = self.held.iter().position(|h| h.connection_id == connection.connection_id);
            match place {
                None if leg::is_held(connection) => {
                    self.held.push(Held { connection_id: connection.connection_id.clone(), since: at });
                    newly_held.push(connection);
                }
                Some(place) if leg::is_connected(connection) => {
                    let held = self.held.swap_remove(place);
                    resumed.push((connection, at.saturating_sub(held.since)));
                }
                _ => {}
            }
        }
        self.held.retain(|h| leg::find(now, &h.connection_id).is_some_and(leg::is_active));
        let was_connected = |c: &Connection| {
            before.and_then(|b| leg::find(b, &c.connection_id)).is_some_and(leg::is_connected)
        };
        let toggled = newly_held.iter().any(|c| leg::is_other(c) && was_connected(c))
            && resumed.iter().any(|(c, _)| leg::is_other(c));
        if toggled {
            toggle(now, &newly_held, &resumed, was_connected, change);
        }
        for connection in newly_held {
            if !(toggled && leg::is_other(connection) && was_connected(connection)) {
                on_hold(now, connection, change);
            }
        }
        for (connection, held_ms) in resumed {
            if !(toggled && leg::is_other(connection)) {
                off_hold(now, connection, held_ms, change);
            }
        }
    }

    fn join(&mut self, before: Option<&Contact>, now: &Contact, change: &mut Change<'_>) {
        if leg::active(now).count() < 3 {
            self.held_before = false;
            self.joined = false;
            return;
        }
        if leg::any_held(now) || before.is_some_and(leg::any_held) {
            self.held_before = true;
        }
        let all_connected = leg::active(now).all(leg::is_connected);
        if all_connected && !self.joined && self.held_before {
            self.held_before = false;
            let on = Target { contact_id: &now.contact_id, connection_id: None };
            change.commands.take(&[CommandKind::Conference], on, change.now);
            let latest = leg::active(now).map(|c| c.state.timestamp).max().unwrap_or(0);
            let payload = ConferenceConnections {
                contact_id: now.contact_id.clone(),
                contact: now.clone(),
                connections: leg::active(now).cloned().collect(),
                extra: Default::default(),
            };
            change.tell(leg::since(latest, change.now), payload);
        }
        self.joined = all_connected;
    }

    fn leave(&mut self, before: Option<&Contact>, now: &Contact, change: &mut Change<'_>) {
        // With the agent's own leg gone it is the agent who left, not the others.
        if leg::agent(now).is_some_and(|c| !leg::is_active(c)) {
            return;
        }
        let Some(before) = before else { return };
        // When nobody but the agent stays, the call itself is over and `call_ended` follows.
        if !leg::active(now).any(leg::is_other) {
            return;
        }
        let mut told: Vec<&str> = Vec::new();
        for was in before.connections.iter().filter(|c| leg::is_other(c) && leg::is_active(c)) {
            let is = leg::find(now, &was.connection_id);
            if is.is_none_or(|c| !leg::is_active(c)) && !told.contains(&was.connection_id.as_str()) {
                told.push(&was.connection_id);
                self.forget_transfer(was, change);
                end_connection(now, is.unwrap_or(was), change);
            }
        }
        // Called in and gone between two looks.
        for is in now.connections.iter().filter(|c| leg::is_third_party(c) && !leg::is_active(c)) {
            if leg::find(before, &is.connection_id).is_none() && !told.contains(&is.connection_id.as_str()) {
                told.push(&is.connection_id);
                self.forget_transfer(is, change);
                end_connection(now, is, change);
            }
        }
    }

    /// A transfer whose party is gone explains nothing any more.
    fn forget_transfer(&self, party: &Connection, change: &mut Change<'_>) {
        if self.third.iter().any(|p| p.by_transfer && p.connection_id == party.connection_id) {
            let on = Target { contact_id: &party.contact_id, connection_id: Some(&party.connection_id) };
            change.commands.take(&[CommandKind::Transfer], on, change.now);
        }
    }

    /// Tells that the agent left while others stay, if so; once in the life of a contact.
    pub(super) fn transfer(
        &mut self,
        before: Option<&Contact>,
        now: &Contact,
        started: bool,
        change: &mut Change<'_>,
    ) {
        let on = Target { contact_id: &now.contact_id, connection_id: None };
        let issued = change.commands.find(&[CommandKind::Transfer], on, change.now).cloned();
        let others = now.connections.iter().filter(|c| leg::is_other(c) && leg::is_active(c)).count();
        let customer_stays = leg::customer(now).is_none_or(leg::is_active);
        let unseen = issued.is_some() && customer_stays && !self.was_declined(now);
        if started && !self.transferred && (others >= 2 || unseen) {
            self.hand_over(before, now, issued, change);
        }
    }

    /// The same for a contact that is no longer listed, which only a command can tell from any other end.
    pub(super) fn transfer_unseen(&mut self, last: &Contact, started: bool, change: &mut Change<'_>) {
        let on = Target { contact_id: &last.contact_id, connection_id: None };
        let issued = change.commands.find(&[CommandKind::Transfer], on, change.now).cloned();
        if started && !self.transferred && issued.is_some() {
            self.hand_over(Some(last), last, issued, change);
        }
    }

    /// Whether somebody whom a transfer called in is gone: it came to nothing, then.
    fn was_declined(&self, now: &Contact) -> bool {
        let gone = |id: &str| leg::find(now, id).is_some_and(|c| !leg::is_active(c));
        self.third.iter().any(|p| p.by_transfer && gone(&p.connection_id))
    }

    pub(super) const fn was_transferred(&self) -> bool {
        self.transferred
    }

    fn hand_over(
        &mut self,
        before: Option<&Contact>,
        now: &Contact,
        issued: Option<Command>,
        change: &mut Change<'_>,
    ) {
        self.transferred = true;
        let party =
            self.third.iter().rev().find(|p| leg::find(now, &p.connection_id).is_some_and(leg::is_active));
        let connection = party.and_then(|p| leg::find(now, &p.connection_id));
        let talked = party
            .and_then(|p| before.and_then(|b| leg::find(b, &p.connection_id)))
            .is_some_and(|c| leg::is_connected(c) || leg::is_held(c));
        let on = Target { contact_id: &now.contact_id, connection_id: None };
        let hung_up = change.commands.find(&[CommandKind::HangUp], on, change.now).map(|c| c.initiated_by);
        let by_party = party.filter(|p| p.by_transfer).map(|p| p.initiated_by);
        let by_command = issued.as_ref().map(|c| c.initiated_by);
        let named = issued.as_ref().and_then(|c| c.quick_connect_name.clone());
        let endpoint =
            connection.and_then(|c| c.endpoint.clone()).or_else(|| issued.and_then(|c| c.endpoint));
        let agent_left = leg::agent(now).map_or(0, |c| c.state.timestamp);
        let payload = TransferCall {
            contact_id: now.contact_id.clone(),
            contact: now.clone(),
            kind: if talked { TransferKind::Warm } else { TransferKind::Cold },
            endpoint: endpoint.unwrap_or_else(unknown_endpoint),
            connection_id: connection.map(|c| c.connection_id.clone()),
            quick_connect_name: connection.and_then(|c| c.quick_connect_name.clone()).or(named),
            initiated_by: by_party.or(by_command).or(hung_up).unwrap_or(InitiatedBy::Unknown),
            extra: Default::default(),
        };
        change.tell(leg::since(agent_left, change.now), payload);
    }
}

fn toggle(
    now: &Contact,
    newly_held: &[&Connection],
    resumed: &[(&Connection, u64)],
    was_connected: impl Fn(&Connection) -> bool,
    change: &mut Change<'_>,
) {
    let active: Vec<Connection> =
        resumed.iter().map(|(c, _)| *c).filter(|c| leg::is_other(c)).cloned().collect();
    let held = newly_held.iter().filter(|c| leg::is_other(c) && was_connected(c));
    let on = Target { contact_id: &now.contact_id, connection_id: None };
    change.commands.take(&[CommandKind::Toggle], on, change.now);
    let latest = active.iter().map(|c| c.state.timestamp).max().unwrap_or(0);
    let payload = ToggleConnections {
        contact_id: now.contact_id.clone(),
        contact: now.clone(),
        active,
        held: held.map(|c| (*c).clone()).collect(),
        extra: Default::default(),
    };
    change.tell(leg::since(latest, change.now), payload);
}

fn on_hold(now: &Contact, connection: &Connection, change: &mut Change<'_>) {
    let payload = OnHold {
        contact_id: now.contact_id.clone(),
        contact: now.clone(),
        connection: connection.clone(),
        is_self: leg::is_agent(connection),
        held_connections: leg::active(now)
            .filter(|c| leg::is_held(c))
            .map(|c| c.connection_id.clone())
            .collect(),
        extra: Default::default(),
    };
    change.tell(leg::since(connection.state.timestamp, change.now), payload);
}

fn off_hold(now: &Contact, connection: &Connection, held_ms: u64, change: &mut Change<'_>) {
    let payload = OffHold {
        contact_id: now.contact_id.clone(),
        contact: now.clone(),
        connection: connection.clone(),
        is_self: leg::is_agent(connection),
        held_ms,
        extra: Default::default(),
    };
    change.tell(leg::since(connection.state.timestamp, change.now), payload);
}

fn end_connection(now: &Contact, connection: &Connection, change: &mut Change<'_>) {
    let on = Target { contact_id: &now.contact_id, connection_id: Some(&connection.connection_id) };
    let command = change.commands.take(&[CommandKind::EndConnection], on, change.now);
    let initiated_by = match command {
        Some(command) => command.initiated_by,
        None if leg::is_customer(connection) => InitiatedBy::Customer,
        None => InitiatedBy::Unknown,
    };
    // A connection that vanished keeps the time of its last state, which is not when it went.
    let went = if leg::is_active(connection) { 0 } else { connection.state.timestamp };
    let payload = EndConnection {
        contact_id: now.contact_id.clone(),
        contact: now.clone(),
        connection: connection.clone(),
        remaining: leg::active(now).cloned().collect(),
        initiated_by,
        extra: Default::default(),
    };
    change.tell(leg::since(went, change.now), payload);
}

/// Who called a third party in, and whether by a transfer. The transfer stays noted: it goes on until the agent left.
fn called_in_by(on: Target<'_>, change: &mut Change<'_>) -> (InitiatedBy, bool) {
    if let Some(command) = change.commands.take(&[CommandKind::AddConnection], on, change.now) {
        return (command.initiated_by, false);
    }
    match change.commands.find(&[CommandKind::Transfer], on, change.now) {
        Some(command) => (command.initiated_by, true),
        None => (InitiatedBy::Unknown, false),
    }
}

/// The endpoint of a transfer of which only the agent's leaving was seen.
fn unknown_endpoint() -> Endpoint {
    Endpoint {
        endpoint_arn: None,
        endpoint_id: None,
        endpoint_type: None,
        name: None,
        phone_number: None,
        agent_login: None,
        queue: None,
        extra: Default::default(),
    }
}
