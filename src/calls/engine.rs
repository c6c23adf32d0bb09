//! The engine: who is known, what was seen of them, and one entry point for each thing that can happen.
use std::collections::VecDeque;

use crate::schema::{AgentSnapshot, AgentState, Contact, ContactType, EventName, NextStatus, User};

use super::call::{Call, Change};
use super::command::{Command, Commands};
use super::derived::Derived;
use super::live;

/// What an [`Engine`] looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EngineOptions {
    /// Channels that have events, beside `voice` and `queue_callback`.
    pub channels: Vec<ContactType>,
}

impl EngineOptions {
    /// Whether contacts of that channel have events.
    pub fn covers(&self, channel: ContactType) -> bool {
        matches!(channel, ContactType::Voice | ContactType::QueueCallback) || self.channels.contains(&channel)
    }
}

/// The call engine of one agent. See the module.
#[derive(Debug, Default)]
pub struct Engine {
    options: EngineOptions,
    commands: Commands,
    user: Option<User>,
    focused_contact_id: Option<String>,
    calls: Vec<Call>,
    gone: VecDeque<String>,
    now: u64,
    round: u64,
}

/// What an [`Engine`] knows after the latest snapshot.
#[derive(Clone, Copy, Debug)]
pub struct EngineState<'a> {
    /// When the latest snapshot was taken; 0 before the first.
    pub timestamp: u64,
    /// The agent; `None` before the first snapshot.
    pub user: Option<&'a User>,
    /// The contact the agent looks at.
    pub focused_contact_id: Option<&'a str>,
    /// The listed contacts of the channels that have events, in the order they appeared.
    pub calls: &'a [Call],
}

impl Engine {
    /// An engine that has seen nothing.
    pub fn new(options: EngineOptions) -> Self {
        Self { options, ..Self::default() }
    }

    /// Notes a command when it is issued. A change within 30 s of it is told as its issuer's.
    pub fn note(&mut self, command: Command) {
        self.commands.note(command);
    }

    /// Takes the next snapshot and says what happened since the one before, in the published order.
    ///
    /// Any snapshot is accepted: of two contacts with one id the first counts, and a contact that had its ending and
    /// was no longer listed has no events but `contact_updated` when it is listed again.
    pub fn apply(&mut self, snapshot: &AgentSnapshot) -> Vec<Derived> {
        let mut events = Vec::new();
        self.now = snapshot.timestamp;
        self.round = self.round.wrapping_add(1);
        self.commands.forget_before(self.now);
        let next_status = self.next_status(&snapshot.user);
        for (at, contact) in snapshot.contacts.iter().enumerate() {
            if self.options.covers(contact.contact_type) {
                self.see(at, contact, &snapshot.user, &mut events);
            }
        }
        self.remove_unlisted(&snapshot.user, &mut events);
        events.extend(next_status);
        events.sort_by_key(|e| e.payload.rank());
        if self.user.as_ref() != Some(&snapshot.user) {
            self.user = Some(snapshot.user.clone());
        }
        if self.focused_contact_id != snapshot.focused_contact_id {
            self.focused_contact_id.clone_from(&snapshot.focused_contact_id);
        }
        events
    }

    /// What is known after the latest snapshot.
    pub fn state(&self) -> EngineState<'_> {
        EngineState {
            timestamp: self.now,
            user: self.user.as_ref(),
            focused_contact_id: self.focused_contact_id.as_deref(),
            calls: &self.calls,
        }
    }

    /// The live state that a late listener of `event` asks for: one entry for each contact in that state, with the
    /// time it began. Empty for an event that is a moment and leaves no state behind.
    pub fn live(&self, event: EventName) -> Vec<Derived> {
        live::live(event, self.state())
    }

    /// Compares one contact with what was known of it. `at` is its place in the snapshot, most often its old place.
    fn see(&mut self, at: usize, contact: &Contact, user: &User, events: &mut Vec<Derived>) {
        let is_it = |call: &Call| call.contact().contact_id == contact.contact_id;
        let place = match self.calls.get(at) {
            Some(call) if is_it(call) => Some(at),
            _ => self.calls.iter().position(is_it),
        };
        let mut change = Change { user, now: self.now, commands: &mut self.commands, events };
        if let Some(call) = place.and_then(|place| self.calls.get_mut(place)) {
            if call.mark(self.round) {
                call.follow(contact, &mut change);
            }
            return;
        }
        let had_its_ending = self.gone.contains(&contact.contact_id);
        let mut call = Call::first_seen(contact, had_its_ending, &mut change);
        call.mark(self.round);
        self.calls.push(call);
    }

    fn remove_unlisted(&mut self, user: &User, events: &mut Vec<Derived>) {
        let (round, now) = (self.round, self.now);
        let (commands, gone) = (&mut self.commands, &mut self.gone);
        self.calls.retain_mut(|call| {
            if call.is_marked(round) {
                return true;
            }
            call.vanish(&mut Change { user, now, commands, events });
            if gone.len() == MAX_GONE {
                gone.pop_front();
            }
            if !gone.contains(&call.contact().contact_id) {
                gone.push_back(call.contact().contact_id.clone());
            }
            false
        });
    }

    fn next_status(&self, user: &User) -> Option<Derived> {
        let previous = self.user.as_ref().and_then(|u| u.next_state.as_ref());
        if same_state(previous, user.next_state.as_ref()) {
            return None;
        }
        let payload = NextStatus {
            next_state: user.next_state.clone(),
            previous: previous.cloned(),
            current: user.state.clone(),
            extra: Default::default(),
        };
        Some(Derived::new(self.now, payload))
    }
}

/// Whether two agent states are the same but for their times.
fn same_state(a: Option<&AgentState>, b: Option<&AgentState>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => {
            a.name == b.name && a.state_type == b.state_type && a.agent_state_arn == b.agent_state_arn
        }
        (None, None) => true,
        _ => false,
    }
}

/// How many contacts that are no longer listed are remembered, so that none ends twice. At the cap the oldest is
/// forgotten: should it be listed again, it counts as a new contact.
const MAX_GONE: usize = 4_096;
