//! One contact as the engine has seen it so far, and how it takes the next look at it.
use std::mem;

use crate::schema::{
    AfterCallWork, AfterCallWorkEnd, CallDirection, CallStarted, Contact, ContactStateType, ContactType,
    IncomingCall, InitiatedBy, InitiationMethod, OutgoingCall, User,
};

use super::changed;
use super::command::{CommandKind, Commands, Target};
use super::derived::{Derived, EventPayload};
use super::ending::Ending;
use super::leg;
use super::parties::Parties;

/// One contact: what it is now, and what was seen of it.
#[derive(Clone, Debug)]
pub struct Call {
    contact: Contact,
    pub(super) opening: Option<Opening>,
    pub(super) started_at: Option<u64>,
    pub(super) dialled: Option<InitiatedBy>,
    /// When the agent took a callback; the customer is called only then.
    pub(super) accepted_at: Option<u64>,
    pub(super) customer_left: bool,
    pub(super) hold: HoldClock,
    pub(super) parties: Parties,
    ending: Option<Ending>,
    after_call_work_since: Option<u64>,
    round: u64,
}

/// When a contact was first told of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    pub(super) at: u64,
    /// Whether it was seen while it rang: else nobody knows for how long it did.
    pub(super) rang: bool,
}

/// One look: what surrounds the contact, and where its events go.
pub(super) struct Change<'a> {
    pub(super) user: &'a User,
    pub(super) now: u64,
    pub(super) commands: &'a mut Commands,
    pub(super) events: &'a mut Vec<Derived>,
}

impl Change<'_> {
    pub(super) fn tell(&mut self, timestamp: u64, payload: impl Into<EventPayload>) {
        self.events.push(Derived::new(timestamp, payload));
    }
}

impl Call {
    /// The contact, as last seen.
    pub const fn contact(&self) -> &Contact {
        &self.contact
    }

    /// When it was connected, epoch milliseconds.
    pub const fn started_at(&self) -> Option<u64> {
        self.started_at
    }

    /// Whether its ending was told: `call_ended`, `missed_call` or `reject_call`.
    pub const fn is_over(&self) -> bool {
        self.ending.is_some()
    }

    /// When its after call work began, epoch milliseconds.
    pub const fn after_call_work_since(&self) -> Option<u64> {
        self.after_call_work_since
    }

    /// Sets up a contact that is listed for the first time, or again after it `had_its_ending`.
    pub(super) fn first_seen(contact: &Contact, had_its_ending: bool, change: &mut Change<'_>) -> Self {
        let mut call = Self {
            contact: contact.clone(),
            opening: None,
            started_at: None,
            dialled: None,
            accepted_at: None,
            customer_left: false,
            hold: HoldClock::default(),
            parties: Parties::default(),
            ending: had_its_ending.then_some(Ending::Earlier),
            after_call_work_since: None,
            round: 0,
        };
        call.step(None, change);
        call
    }

    /// Takes the next look at it.
    pub(super) fn follow(&mut self, next: &Contact, change: &mut Change<'_>) {
        if changed::is_same_but_times(&self.contact, next) {
            // A poll often tells new times for old states; nothing follows from those, and cloning is what costs.
            changed::take_times(next, &mut self.contact);
            return;
        }
        let before = mem::replace(&mut self.contact, next.clone());
        self.step(Some(&before), change);
        changed::tell(&before, &self.contact, change);
    }

    /// It is no longer listed.
    pub(super) fn vanish(&mut self, change: &mut Change<'_>) {
        if let Some(started_at) = self.after_call_work_since.take() {
            let payload = AfterCallWorkEnd {
                contact_id: self.contact.contact_id.clone(),
                contact: self.contact.clone(),
                started_at,
                duration_ms: change.now.saturating_sub(started_at),
                agent_state: change.user.state.clone(),
                extra: Default::default(),
            };
            change.tell(change.now, payload);
        } else if self.ending.is_none() {
            self.hold.settle(false, change.now);
            self.parties.transfer_unseen(&self.contact, self.started_at.is_some(), change);
            self.ending = Some(self.end_unlisted(change));
        }
    }

    /// Notes that it is listed in this round; `false` if it was noted before.
    pub(super) const fn mark(&mut self, round: u64) -> bool {
        let first = self.round != round;
        self.round = round;
        first
    }

    pub(super) const fn is_marked(&self, round: u64) -> bool {
        self.round == round
    }

    pub(super) fn target(&self) -> Target<'_> {
        Target { contact_id: &self.contact.contact_id, connection_id: None }
    }

    /// When the present state of the contact began.
    pub(super) const fn state_since(&self, now: u64) -> u64 {
        leg::since(self.contact.state.timestamp, now)
    }

    fn step(&mut self, before: Option<&Contact>, change: &mut Change<'_>) {
        if self.ending.is_none() {
            if is_over(self.contact.state.state_type) {
                self.finish(before, change);
            } else {
                self.go_on(before, change);
            }
        }
        if self.ending == Some(Ending::CallEnded) {
            self.enter_after_call_work(change);
        }
    }

    fn go_on(&mut self, before: Option<&Contact>, change: &mut Change<'_>) {
        self.open(change);
        self.start(change);
        let agent_stays = leg::agent(&self.contact).is_none_or(leg::is_active);
        if agent_stays && customer_went(before, &self.contact) {
            self.customer_left = true;
        }
        self.hold.settle(leg::is_on_hold(&self.contact), hold_changed_at(&self.contact, change.now));
        self.parties.follow(before, &self.contact, change);
        if !agent_stays {
            self.parties.transfer(before, &self.contact, self.started_at.is_some(), change);
        }
    }

    fn finish(&mut self, before: Option<&Contact>, change: &mut Change<'_>) {
        let at = self.state_since(change.now);
        self.hold.settle(false, at);
        if self.started_at.is_some() {
            self.parties.add(before, &self.contact, change);
            self.parties.transfer(before, &self.contact, true, change);
        }
        self.ending = Some(self.end_listed(before.is_some(), change));
    }

    fn open(&mut self, change: &mut Change<'_>) {
        let state = self.contact.state.state_type;
        if matches!(state, ContactStateType::Init | ContactStateType::Pending) {
            return;
        }
        if self.is_callback() && state == ContactStateType::Connecting && self.accepted_at.is_none() {
            self.accepted_at = Some(self.state_since(change.now));
        }
        if self.opening.is_some() {
            return;
        }
        let rang = matches!(state, ContactStateType::Incoming | ContactStateType::Connecting);
        let at = self.state_since(change.now);
        self.opening = Some(Opening { at, rang });
        if self.is_offered() {
            change.tell(at, self.incoming_call());
        } else {
            let initiated_by = self.dialled_by(change);
            self.dialled = Some(initiated_by);
            change.tell(at, self.outgoing_call(initiated_by));
        }
    }

    fn start(&mut self, change: &mut Change<'_>) {
        if self.started_at.is_none() && self.contact.state.state_type == ContactStateType::Connected {
            let at = self.state_since(change.now);
            self.started_at = Some(at);
            change.tell(at, self.call_started(at));
        }
    }

    fn enter_after_call_work(&mut self, change: &mut Change<'_>) {
        if self.after_call_work_since.is_some() || self.contact.state.state_type != ContactStateType::Ended {
            return;
        }
        let at = self.state_since(change.now);
        self.after_call_work_since = Some(at);
        change.tell(at, self.after_call_work(at, change.user));
    }

    fn dialled_by(&self, change: &mut Change<'_>) -> InitiatedBy {
        match change.commands.take(&[CommandKind::Dial], self.target(), change.now) {
            Some(command) => command.initiated_by,
            None if self.contact.initiation_method == Some(InitiationMethod::CampaignPreview) => {
                InitiatedBy::Campaign
            }
            None => InitiatedBy::Unknown,
        }
    }

    pub(super) fn is_callback(&self) -> bool {
        self.contact.contact_type == ContactType::QueueCallback
    }

    /// Whether the agent was asked to take it; else the agent asked for it.
    pub(super) fn is_offered(&self) -> bool {
        self.is_callback() || self.contact.direction == CallDirection::Inbound
    }

    pub(super) fn incoming_call(&self) -> IncomingCall {
        let transferred = matches!(
            self.contact.initiation_method,
            Some(InitiationMethod::Transfer | InitiationMethod::QueueTransfer)
        );
        let first = self.contact.initial_contact_id.as_ref().filter(|id| **id != self.contact.contact_id);
        IncomingCall {
            contact_id: self.contact.contact_id.clone(),
            contact: self.contact.clone(),
            phone_number: self.phone_number(),
            queue: self.contact.queue.clone(),
            is_callback: self.is_callback(),
            auto_accept: self.contact.is_auto_accept_enabled,
            transferred_from: first.filter(|_| transferred).cloned(),
            extra: Default::default(),
        }
    }

    pub(super) fn outgoing_call(&self, initiated_by: InitiatedBy) -> OutgoingCall {
        OutgoingCall {
            contact_id: self.contact.contact_id.clone(),
            contact: self.contact.clone(),
            phone_number: self.phone_number(),
            queue: self.contact.queue.clone(),
            initiated_by,
            extra: Default::default(),
        }
    }

    pub(super) fn call_started(&self, started_at: u64) -> CallStarted {
        CallStarted {
            contact_id: self.contact.contact_id.clone(),
            contact: self.contact.clone(),
            direction: self.contact.direction,
            started_at,
            ring_duration_ms: self.ring_duration_ms(started_at),
            extra: Default::default(),
        }
    }

    pub(super) fn after_call_work(&self, started_at: u64, user: &User) -> AfterCallWork {
        AfterCallWork {
            contact_id: self.contact.contact_id.clone(),
            contact: self.contact.clone(),
            started_at,
            agent_state: user.state.clone(),
            extra: Default::default(),
        }
    }

    /// How long it rang until `until`; `None` where the ringing was not seen.
    pub(super) fn ring_duration_ms(&self, until: u64) -> Option<u64> {
        let until = self.accepted_at.unwrap_or(until);
        self.opening.filter(|o| o.rang).map(|o| until.saturating_sub(o.at))
    }

    fn phone_number(&self) -> Option<String> {
        let of_endpoint = || self.contact.customer_endpoint.as_ref().and_then(|e| e.phone_number.clone());
        self.contact.phone_number.clone().or_else(of_endpoint)
    }
}

/// Adds up the time during which agent and customer did not hear each other.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct HoldClock {
    since: Option<u64>,
    total_ms: u64,
}

impl HoldClock {
    fn settle(&mut self, on_hold: bool, at: u64) {
        match (self.since, on_hold) {
            (None, true) => self.since = Some(at),
            (Some(since), false) => {
                self.total_ms = self.total_ms.saturating_add(at.saturating_sub(since));
                self.since = None;
            }
            _ => {}
        }
    }

    /// Time on hold, up to the last `settle`.
    pub(super) const fn total_ms(&self) -> u64 {
        self.total_ms
    }
}

/// The latest time at which the agent's or the customer's leg changed.
fn hold_changed_at(contact: &Contact, now: u64) -> u64 {
    let own = contact.connections.iter().filter(|c| leg::is_agent(c) || leg::is_customer(c));
    leg::since(own.map(|c| c.state.timestamp).max().unwrap_or(0), now)
}

fn customer_went(before: Option<&Contact>, now: &Contact) -> bool {
    let Some(was) = before.and_then(leg::customer).filter(|c| leg::is_active(c)) else { return false };
    leg::find(now, &was.connection_id).is_none_or(|c| !leg::is_active(c))
}

/// Whether a contact in that state goes on no more.
const fn is_over(state: ContactStateType) -> bool {
    matches!(
        state,
        ContactStateType::Missed
            | ContactStateType::Rejected
            | ContactStateType::Error
            | ContactStateType::Ended
    )
}
