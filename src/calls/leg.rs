//! Questions about one connection and about the connections of one contact.
use crate::schema::{Connection, ConnectionStateType, ConnectionType, Contact};

/// Whether the party is still there.
pub(super) fn is_active(connection: &Connection) -> bool {
    !matches!(connection.state.state_type, ConnectionStateType::Disconnected | ConnectionStateType::Rejected)
}

pub(super) fn is_held(connection: &Connection) -> bool {
    connection.state.state_type == ConnectionStateType::Hold
}

pub(super) fn is_connected(connection: &Connection) -> bool {
    connection.state.state_type == ConnectionStateType::Connected
}

/// Whether it is the agent's own leg.
pub(super) fn is_agent(connection: &Connection) -> bool {
    connection.connection_type == ConnectionType::Agent
}

/// Whether it is a party of the conversation: neither the agent's own leg nor a supervisor.
pub(super) fn is_other(connection: &Connection) -> bool {
    !matches!(connection.connection_type, ConnectionType::Agent | ConnectionType::Monitoring)
}

/// Whether it is the leg the contact began with.
pub(super) fn is_customer(connection: &Connection) -> bool {
    is_other(connection) && connection.is_initial_connection
}

/// Whether somebody was called in.
pub(super) fn is_third_party(connection: &Connection) -> bool {
    is_other(connection) && !connection.is_initial_connection
}

pub(super) fn find<'a>(contact: &'a Contact, connection_id: &str) -> Option<&'a Connection> {
    contact.connections.iter().find(|c| c.connection_id == connection_id)
}

pub(super) fn agent(contact: &Contact) -> Option<&Connection> {
    contact.connections.iter().find(|c| is_agent(c))
}

pub(super) fn customer(contact: &Contact) -> Option<&Connection> {
    contact.connections.iter().find(|c| is_customer(c))
}

/// Those who take part, the agent included.
pub(super) fn active(contact: &Contact) -> impl Iterator<Item = &Connection> {
    contact.connections.iter().filter(|c| (is_agent(c) || is_other(c)) && is_active(c))
}

pub(super) fn any_held(contact: &Contact) -> bool {
    active(contact).any(is_held)
}

/// Whether the customer and the agent do not hear each other.
pub(super) fn is_on_hold(contact: &Contact) -> bool {
    active(contact).any(|c| is_held(c) && (is_agent(c) || is_customer(c)))
}

/// When a state began: its own time where the source gives one, else `now`.
pub(super) const fn since(timestamp: u64, now: u64) -> u64 {
    if timestamp == 0 { now } else { timestamp }
}
