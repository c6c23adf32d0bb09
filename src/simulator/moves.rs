//! How one action moves parties and contacts from state to state.
use crate::schema::{Connection, ConnectionStateType, ContactStateType};

use super::action::{Action, RejectedAs};
use super::centre::Simulator;
use super::error::SimulatorError;
use super::parties::connection;
use super::phase::{Call, is_agent, is_other};
use super::rules;

/// What becomes of one party.
#[derive(Clone, Copy)]
pub(super) enum Move {
    Hold,
    Resume,
    Answer,
    Decline,
    Busy,
    End,
}

impl Simulator {
    pub(super) fn move_party(
        &mut self,
        at: usize,
        name: Option<&str>,
        to: Move,
    ) -> Result<String, SimulatorError> {
        use ConnectionStateType::{Connected, Connecting, Disconnected, Hold, Rejected};
        let now = self.now;
        let call = self.at_mut(at)?;
        let (name_of, target): (&'static str, _) = match to {
            Move::Hold => ("hold", Hold),
            Move::Resume => ("resume", Connected),
            Move::Answer => ("party_answers", Connected),
            Move::Decline => ("party_declines", Rejected),
            Move::Busy => ("party_busy", Disconnected),
            Move::End => ("end_connection", Disconnected),
        };
        let able = |c: &Connection| match to {
            Move::Hold => c.state.state_type == Connected,
            Move::Resume => c.state.state_type == Hold,
            Move::Answer | Move::Decline | Move::Busy => {
                c.state.state_type == Connecting && !c.is_initial_connection
            }
            Move::End => is_other(c) && (name.is_some() || !c.is_initial_connection),
        };
        let id = call.party(name, able)?;
        if !connection(&call.contact, &id).is_some_and(able) {
            return Err(rules::not_allowed(name_of, call));
        }
        call.put(target, now, |c| c.connection_id == id);
        Ok(id)
    }
}

/// An action that changes the state of a whole contact and nothing else.
pub(super) fn change_state(call: &mut Call, action: &Action, now: u64) {
    use ConnectionStateType::{Connected, Disconnected, Hold};
    match action {
        Action::Reject(reject) => {
            let state = match reject.state {
                RejectedAs::Rejected => ContactStateType::Rejected,
                RejectedAs::Error => ContactStateType::Error,
            };
            call.until = None;
            call.enter(state, now);
            call.put(Disconnected, now, is_agent);
        }
        Action::Abandon(_) => {
            call.until = None;
            call.enter(ContactStateType::Missed, now);
            call.put(Disconnected, now, |_| true);
        }
        Action::Connect(_) => {
            call.enter(ContactStateType::Connected, now);
            call.put(Connected, now, |_| true);
        }
        Action::Busy(_) | Action::Fail(_) => {
            call.until = None;
            call.enter(ContactStateType::Error, now);
            call.put(Disconnected, now, |_| true);
        }
        Action::Mute(_) | Action::Unmute(_) => {
            let muted = matches!(action, Action::Mute(_));
            for leg in call.contact.connections.iter_mut().filter(|c| is_agent(c)) {
                leg.is_mute = Some(muted);
            }
        }
        Action::Toggle(_) => {
            let swap: Vec<(String, ConnectionStateType)> = call
                .others()
                .filter_map(|c| match c.state.state_type {
                    Hold => Some((c.connection_id.clone(), Connected)),
                    Connected => Some((c.connection_id.clone(), Hold)),
                    _ => None,
                })
                .collect();
            for (id, state) in swap {
                call.put(state, now, |c| c.connection_id == id);
            }
        }
        Action::Conference(_) => call.put(Connected, now, |_| true),
        _ => {}
    }
}
