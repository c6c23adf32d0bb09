//! The simulated contact centre: clock, agent, contacts, and the ways in.
use serde::Deserialize;

use crate::calls::Command;
use crate::schema::{AgentSnapshot, AgentState, AgentStateType, ContactStateType, Customer, Endpoint, User};

use super::action::{Action, ActionKind};
use super::agent;
use super::error::SimulatorError;
use super::ids::Ids;
use super::phase::{Call, Phase};
use super::rules;

/// What a [`Simulator`] starts with.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SimulatorOptions {
    /// Where ids come from.
    pub seed: u64,
    /// What its clock shows at the start, epoch milliseconds.
    pub start: u64,
    /// The agent; else a made-up one.
    pub user: Option<User>,
    /// Whom the agent can call by name; else one of each type.
    pub quick_connects: Option<Vec<Endpoint>>,
    /// How long a contact rings before it is missed.
    pub ring_ms: u64,
    /// How long after call work takes; else until it is cleared.
    pub after_call_work_ms: Option<u64>,
}

impl Default for SimulatorOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            start: 1_790_000_000_000,
            user: None,
            quick_connects: None,
            ring_ms: 20_000,
            after_call_work_ms: None,
        }
    }
}

/// What an action did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effect {
    /// The contact it was done to.
    pub contact_id: Option<String>,
    /// The connection it was done to.
    pub connection_id: Option<String>,
    /// What to note with the call engine before the snapshots are applied.
    pub commands: Vec<Command>,
    /// The agent's state step by step; most actions are one step.
    pub snapshots: Vec<AgentSnapshot>,
}

/// A contact centre in memory, with one agent. See the module.
#[derive(Clone, Debug)]
pub struct Simulator {
    pub(super) now: u64,
    pub(super) ids: Ids,
    pub(super) user: User,
    /// What the agent chose, which a missed call or after call work hides for a while.
    pub(super) status: AgentState,
    pub(super) calls: Vec<Call>,
    pub(super) focused: Option<String>,
    pub(super) quick_connects: Vec<Endpoint>,
    pub(super) customers: Vec<(String, Customer)>,
    pub(super) frames: Vec<AgentSnapshot>,
    pub(super) ring_ms: u64,
    pub(super) after_call_work_ms: Option<u64>,
}

impl Simulator {
    /// A contact centre without contacts.
    pub fn new(options: SimulatorOptions) -> Self {
        let user = options.user.unwrap_or_else(|| agent::default_user(options.start));
        Self {
            now: options.start,
            ids: Ids::new(options.seed),
            status: user.state.clone(),
            user,
            calls: Vec::new(),
            focused: None,
            quick_connects: options.quick_connects.unwrap_or_else(agent::default_quick_connects),
            customers: Vec::new(),
            frames: Vec::new(),
            ring_ms: options.ring_ms,
            after_call_work_ms: options.after_call_work_ms,
        }
    }

    /// What its clock shows, epoch milliseconds.
    pub const fn now(&self) -> u64 {
        self.now
    }

    /// Whom the agent can call by name.
    pub fn quick_connects(&self) -> &[Endpoint] {
        &self.quick_connects
    }

    /// The agent's state now.
    pub fn snapshot(&self) -> AgentSnapshot {
        AgentSnapshot {
            timestamp: self.now,
            user: self.user.clone(),
            contacts: self.calls.iter().map(|call| call.contact.clone()).collect(),
            focused_contact_id: self.focused.clone(),
            extra: Default::default(),
        }
    }

    /// What can be done now, to any contact or to the agent.
    pub fn allowed(&self) -> Vec<ActionKind> {
        let kinds = ActionKind::ALL.iter().copied();
        kinds
            .filter(|kind| {
                rules::agent_permits(*kind, self) || self.calls.iter().any(|call| rules::permits(*kind, call))
            })
            .collect()
    }

    /// Does one action.
    ///
    /// # Errors
    /// What is not possible in this state is an error that names the state and what is possible there; nothing is
    /// changed then.
    pub fn act(&mut self, action: &Action) -> Result<Effect, SimulatorError> {
        let (contact_id, connection_id, commands) = self.perform(action)?;
        Ok(Effect { contact_id, connection_id, commands, snapshots: self.frames() })
    }

    /// When something happens by itself next: a ringing contact is missed, after call work is over.
    pub fn next_timer(&self) -> Option<u64> {
        self.calls.iter().filter_map(|call| call.until).min()
    }

    /// Lets time pass, up to and including `until`, and says what happened by itself. Time never goes back.
    pub fn advance_to(&mut self, until: u64) -> Vec<AgentSnapshot> {
        let mut snapshots = Vec::new();
        while let Some(at) = self.next_timer().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.expire();
            snapshots.append(&mut self.frames());
        }
        self.now = self.now.max(until);
        snapshots
    }

    /// Lets time pass. See [`Self::advance_to`].
    pub fn advance(&mut self, ms: u64) -> Vec<AgentSnapshot> {
        self.advance_to(self.now.saturating_add(ms))
    }

    /// Keeps the present state as a step of its own.
    pub(super) fn keep_frame(&mut self) {
        self.settle();
        self.frames.push(self.snapshot());
    }

    /// The steps kept, and the present state as the last one.
    pub(super) fn frames(&mut self) -> Vec<AgentSnapshot> {
        self.keep_frame();
        std::mem::take(&mut self.frames)
    }

    fn expire(&mut self) {
        let now = self.now;
        let (mut missed, mut cleared) = (Vec::new(), Vec::new());
        for (at, call) in self.calls.iter_mut().enumerate() {
            if call.until.is_some_and(|until| until <= now) {
                call.until = None;
                if call.phase() == Phase::Ringing { missed.push(at) } else { cleared.push(at) }
            }
        }
        for at in missed {
            self.miss(at);
        }
        for at in cleared.into_iter().rev() {
            self.remove(at);
        }
    }

    /// Brings what depends on the contacts in line with them: the agent's state, next state and focus.
    fn settle(&mut self) {
        if self.calls.is_empty()
            && let Some(next) = self.user.next_state.take()
        {
            self.status = next;
        }
        let (name, state_type) = self.effective_state();
        if self.user.state.name != name || self.user.state.state_type != state_type {
            let chosen = self.status.name == name;
            let mut state =
                if chosen { self.status.clone() } else { agent::state(&name, state_type, self.now) };
            state.start_timestamp = Some(self.now);
            self.user.state = state;
        }
        let listed = |id: &String| self.calls.iter().any(|call| call.contact.contact_id == *id);
        if !self.focused.as_ref().is_some_and(listed) {
            self.focused = self.calls.first().map(|call| call.contact.contact_id.clone());
        }
    }

    fn effective_state(&self) -> (String, AgentStateType) {
        let any = |wanted: fn(&Call) -> bool| self.calls.iter().any(wanted);
        if any(|call| call.contact.state.state_type == ContactStateType::Missed) {
            return ("MissedCallAgent".into(), AgentStateType::Error);
        }
        let live = any(|call| matches!(call.phase(), Phase::Ringing | Phase::Dialling | Phase::Talking));
        if !live && any(|call| call.phase() == Phase::AfterCallWork) {
            return ("AfterCallWork".into(), AgentStateType::AfterCallWork);
        }
        (self.status.name.clone(), self.status.state_type)
    }
}
