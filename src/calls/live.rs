//! The states that last, told as the events that began them.
use crate::schema::{ContactStateType, EventName, InitiatedBy, NextStatus, OnHold};

use super::call::Call;
use super::derived::Derived;
use super::engine::EngineState;
use super::leg;

/// One entry for each contact in the state that `event` begins.
pub(super) fn live(event: EventName, state: EngineState<'_>) -> Vec<Derived> {
    let of_calls = |told: fn(&Call, EngineState<'_>) -> Option<Derived>| {
        state.calls.iter().filter_map(|call| told(call, state)).collect()
    };
    match event {
        EventName::IncomingCall => of_calls(ringing),
        EventName::OutgoingCall => of_calls(dialling),
        EventName::CallStarted => of_calls(talking),
        EventName::OnHold => of_calls(on_hold),
        EventName::AfterCallWork => of_calls(after_call_work),
        EventName::NextStatus => next_status(state).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn ringing(call: &Call, _: EngineState<'_>) -> Option<Derived> {
    let opening = call.opening.filter(|_| is_ringing(call) && call.is_offered())?;
    Some(Derived::new(opening.at, call.incoming_call()))
}

fn dialling(call: &Call, _: EngineState<'_>) -> Option<Derived> {
    let opening = call.opening.filter(|_| is_ringing(call) && !call.is_offered())?;
    Some(Derived::new(opening.at, call.outgoing_call(call.dialled.unwrap_or(InitiatedBy::Unknown))))
}

fn talking(call: &Call, _: EngineState<'_>) -> Option<Derived> {
    let started_at = call.started_at().filter(|_| !call.is_over())?;
    Some(Derived::new(started_at, call.call_started(started_at)))
}

fn on_hold(call: &Call, state: EngineState<'_>) -> Option<Derived> {
    if call.is_over() {
        return None;
    }
    let contact = call.contact();
    let held = || leg::active(contact).filter(|c| leg::is_held(c));
    let connection = held().find(|c| leg::is_customer(c)).or_else(|| held().next())?;
    let payload = OnHold {
        contact_id: contact.contact_id.clone(),
        contact: contact.clone(),
        connection: connection.clone(),
        is_self: leg::is_agent(connection),
        held_connections: held().map(|c| c.connection_id.clone()).collect(),
        extra: Default::default(),
    };
    Some(Derived::new(leg::since(connection.state.timestamp, state.timestamp), payload))
}

fn after_call_work(call: &Call, state: EngineState<'_>) -> Option<Derived> {
    let started_at = call.after_call_work_since()?;
    Some(Derived::new(started_at, call.after_call_work(started_at, state.user?)))
}

fn next_status(state: EngineState<'_>) -> Option<Derived> {
    let user = state.user?;
    let payload = NextStatus {
        next_state: Some(user.next_state.clone()?),
        previous: None,
        current: user.state.clone(),
        extra: Default::default(),
    };
    Some(Derived::new(state.timestamp, payload))
}

/// Whether it was told of and nobody has taken it, and still may.
fn is_ringing(call: &Call) -> bool {
    let state = call.contact().state.state_type;
    let offered = match state {
        ContactStateType::Incoming => true,
        // A callback that is being connected was taken by the agent.
        ContactStateType::Connecting => call.accepted_at.is_none(),
        _ => false,
    };
    offered && call.started_at().is_none() && !call.is_over()
}
