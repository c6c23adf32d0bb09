//! Where a simulated contact stands.
use crate::calls::CommandKind;
use crate::schema::{
    CallDirection, Connection, ConnectionStateType, ConnectionType, Contact, ContactStateType, ContactType,
};

/// One simulated contact.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) contact: Contact,
    pub(super) alias: Option<String>,
    /// When the present phase ends by itself: ringing is missed, after call work is cleared.
    pub(super) until: Option<u64>,
    /// Names given to parties, by connection id.
    pub(super) party_aliases: Vec<(String, String)>,
}

/// What can happen next depends on this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Offered to the agent.
    Ringing,
    /// The other side is being called.
    Dialling,
    /// The agent takes part.
    Talking,
    /// Ended and still listed.
    AfterCallWork,
    /// Missed, refused or failed, and still listed.
    Failed,
}

impl Phase {
    pub(super) const fn describe(self) -> &'static str {
        match self {
            Self::Ringing => "the contact is ringing",
            Self::Dialling => "the contact is being dialled",
            Self::Talking => "the contact is connected",
            Self::AfterCallWork => "the contact is in after call work",
            Self::Failed => "the contact has failed",
        }
    }
}

impl Call {
    pub(super) fn phase(&self) -> Phase {
        match self.contact.state.state_type {
            ContactStateType::Connected | ContactStateType::Paused => Phase::Talking,
            ContactStateType::Ended => Phase::AfterCallWork,
            ContactStateType::Missed | ContactStateType::Rejected | ContactStateType::Error => Phase::Failed,
            ContactStateType::Connecting if self.is_dialled() => Phase::Dialling,
            _ => Phase::Ringing,
        }
    }

    fn is_dialled(&self) -> bool {
        self.contact.contact_type == ContactType::QueueCallback
            || self.contact.direction == CallDirection::Outbound
    }

    /// Sets the contact's state, from `now` on.
    pub(super) const fn enter(&mut self, state: ContactStateType, now: u64) {
        self.contact.state.state_type = state;
        self.contact.state.timestamp = now;
    }

    /// Sets the state of every connection that `which` picks and that is still there.
    pub(super) fn put(&mut self, state: ConnectionStateType, now: u64, which: impl Fn(&Connection) -> bool) {
        for connection in self.contact.connections.iter_mut().filter(|c| is_active(c) && which(c)) {
            if connection.state.state_type != state {
                connection.state.state_type = state;
                connection.state.timestamp = now;
            }
        }
    }

    /// The third parties that are still there.
    pub(super) fn third_parties(&self) -> impl Iterator<Item = &Connection> {
        self.contact.connections.iter().filter(|c| is_other(c) && !c.is_initial_connection && is_active(c))
    }

    /// Everybody but the agent who is still there.
    pub(super) fn others(&self) -> impl Iterator<Item = &Connection> {
        self.contact.connections.iter().filter(|c| is_other(c) && is_active(c))
    }

    pub(super) fn in_state(&self, state: ConnectionStateType) -> usize {
        self.others().filter(|c| c.state.state_type == state).count()
    }
}

pub(super) fn is_active(connection: &Connection) -> bool {
    !matches!(connection.state.state_type, ConnectionStateType::Disconnected | ConnectionStateType::Rejected)
}

pub(super) fn is_other(connection: &Connection) -> bool {
    connection.connection_type != ConnectionType::Agent
}

pub(super) fn is_agent(connection: &Connection) -> bool {
    connection.connection_type == ConnectionType::Agent
}

/// The command that an agent's action amounts to, where the engine has use for it.
pub(super) const fn command_of(kind: super::action::ActionKind) -> Option<CommandKind> {
    use super::action::ActionKind as Kind;
    Some(match kind {
        Kind::Outgoing => CommandKind::Dial,
        Kind::Answer => CommandKind::Accept,
        Kind::Reject => CommandKind::Reject,
        Kind::Hold => CommandKind::Hold,
        Kind::Resume => CommandKind::Resume,
        Kind::Add => CommandKind::AddConnection,
        Kind::Toggle => CommandKind::Toggle,
        Kind::Conference => CommandKind::Conference,
        Kind::EndConnection => CommandKind::EndConnection,
        Kind::Transfer | Kind::CompleteTransfer => CommandKind::Transfer,
        Kind::HangUp => CommandKind::HangUp,
        Kind::Clear => CommandKind::Clear,
        _ => return None,
    })
}
