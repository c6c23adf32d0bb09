//! What is possible in which state.
use crate::schema::{AgentStateType, ConnectionStateType};

use super::action::ActionKind as Kind;
use super::centre::Simulator;
use super::error::SimulatorError;
use super::phase::{Call, Phase, is_active, is_agent};

/// Whether an action on a contact is possible in the contact's state.
pub(super) fn permits(kind: Kind, call: &Call) -> bool {
    let phase = call.phase();
    let talking = phase == Phase::Talking;
    let calling = call.third_parties().any(|c| c.state.state_type == ConnectionStateType::Connecting);
    match kind {
        Kind::Answer | Kind::Reject | Kind::Miss | Kind::Abandon => phase == Phase::Ringing,
        Kind::Connect | Kind::Busy => phase == Phase::Dialling,
        Kind::Fail => phase != Phase::AfterCallWork && phase != Phase::Failed,
        Kind::Hold => talking && any_leg(call, ConnectionStateType::Connected),
        Kind::Resume => talking && any_leg(call, ConnectionStateType::Hold),
        Kind::Mute => talking && !is_muted(call),
        Kind::Unmute => talking && is_muted(call),
        Kind::Add | Kind::Transfer => talking && call.others().count() < others_cap(call) && !calling,
        Kind::PartyAnswers | Kind::PartyDeclines | Kind::PartyBusy => talking && calling,
        Kind::Toggle => {
            talking
                && call.in_state(ConnectionStateType::Connected) > 0
                && call.in_state(ConnectionStateType::Hold) > 0
        }
        Kind::Conference => {
            talking && call.others().count() >= 2 && any_leg(call, ConnectionStateType::Hold) && !calling
        }
        Kind::EndConnection => talking && call.third_parties().next().is_some(),
        Kind::CompleteTransfer => talking && call.others().count() >= 2,
        Kind::HangUp => matches!(phase, Phase::Talking | Phase::Dialling),
        Kind::Clear => matches!(phase, Phase::AfterCallWork | Phase::Failed),
        Kind::Remove | Kind::Focus | Kind::Attributes => true,
        Kind::Incoming | Kind::Outgoing | Kind::Callback | Kind::Status | Kind::NextStatus => false,
    }
}

/// Whether an action of the agent as a whole is possible.
pub(super) fn agent_permits(kind: Kind, centre: &Simulator) -> bool {
    let room = centre.calls.len() < MAX_CONTACTS;
    match kind {
        Kind::Incoming | Kind::Callback => {
            room && centre.user.state.state_type == AgentStateType::Routable
                && centre.user.next_state.is_none()
        }
        Kind::Outgoing => room && centre.user.state.state_type != AgentStateType::Offline,
        Kind::Status => centre.calls.is_empty(),
        Kind::NextStatus => !centre.calls.is_empty(),
        _ => false,
    }
}

/// Fails unless the action on the contact is possible.
pub(super) fn check(kind: Kind, call: &Call) -> Result<(), SimulatorError> {
    if permits(kind, call) { Ok(()) } else { Err(not_allowed(kind.as_str(), call)) }
}

/// Fails unless the action of the agent is possible.
pub(super) fn check_agent(kind: Kind, centre: &Simulator) -> Result<(), SimulatorError> {
    if agent_permits(kind, centre) {
        return Ok(());
    }
    let mut state = format!("the agent is {} with {} contacts", centre.user.state.name, centre.calls.len());
    if let Some(next) = &centre.user.next_state {
        state = format!("{state} and {} next", next.name);
    }
    Err(SimulatorError::NotAllowed { action: kind.as_str(), state, allowed: centre.allowed() })
}

/// The error of an action that the contact's state does not permit.
pub(super) fn not_allowed(action: &'static str, call: &Call) -> SimulatorError {
    let states: Vec<&str> = call.third_parties().map(|c| c.state.state_type.as_str()).collect();
    let mut state = call.phase().describe().to_owned();
    if call.phase() == Phase::Talking && !states.is_empty() {
        state = format!("{state} with third parties in state {}", states.join(", "));
    }
    let allowed = Kind::ALL.iter().copied().filter(|kind| permits(*kind, call)).collect();
    SimulatorError::NotAllowed { action, state, allowed }
}

/// How many parties beside the agent a contact has at most.
const fn others_cap(call: &Call) -> usize {
    if call.contact.is_multi_party_conference_enabled { 5 } else { 2 }
}

fn any_leg(call: &Call, state: ConnectionStateType) -> bool {
    call.contact.connections.iter().any(|c| is_active(c) && c.state.state_type == state)
}

fn is_muted(call: &Call) -> bool {
    call.contact.connections.iter().any(|c| is_agent(c) && c.is_mute == Some(true))
}

/// How many contacts the agent has at most, cleared ones not counted.
const MAX_CONTACTS: usize = 64;
