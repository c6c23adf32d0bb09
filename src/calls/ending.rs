//! Which of the three endings a contact has, and why.
use crate::schema::{
    AgentStateType, CallEndReason, CallEnded, ContactStateType, InitiatedBy, MissedCall, MissedCallReason,
    RejectCall,
};

use super::call::{Call, Change};
use super::command::CommandKind;
use super::leg;

/// The ending that was told of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    CallEnded,
    MissedCall,
    RejectCall,
    /// One of them, before it was listed anew.
    Earlier,
}

impl Call {
    /// Tells the ending of a contact that is still listed, in a state that is over.
    pub(super) fn end_listed(&self, was_known: bool, change: &mut Change<'_>) -> Ending {
        let at = self.state_since(change.now);
        let state = self.contact().state.state_type;
        if self.was_a_call(was_known, state, change) {
            let reason = match state {
                _ if self.parties.was_transferred() => CallEndReason::Transferred,
                ContactStateType::Error => CallEndReason::Error,
                _ => CallEndReason::Ended,
            };
            return self.call_ended(reason, at, change);
        }
        let reject = change.commands.take(&[CommandKind::Reject], self.target(), change.now);
        if state == ContactStateType::Rejected || reject.is_some() {
            return self.reject_call(reject.map_or(InitiatedBy::Unknown, |c| c.initiated_by), at, change);
        }
        let reason = match state {
            _ if change.user.state.name == AGENT_UNREACHABLE => MissedCallReason::AgentUnreachable,
            _ if self.customer_is_gone() => MissedCallReason::CustomerAbandoned,
            ContactStateType::Missed => MissedCallReason::Timeout,
            ContactStateType::Error => MissedCallReason::Error,
            _ => MissedCallReason::Unknown,
        };
        self.missed_call(reason, at, change)
    }

    /// Tells the ending of a contact that is no longer listed.
    pub(super) fn end_unlisted(&self, change: &mut Change<'_>) -> Ending {
        if self.was_answered() || !self.is_offered() {
            let transferred = self.parties.was_transferred();
            let reason = if transferred { CallEndReason::Transferred } else { CallEndReason::Removed };
            return self.call_ended(reason, change.now, change);
        }
        if let Some(reject) = change.commands.take(&[CommandKind::Reject], self.target(), change.now) {
            return self.reject_call(reject.initiated_by, change.now, change);
        }
        let abandoned = self.customer_is_gone();
        let reason = if abandoned { MissedCallReason::CustomerAbandoned } else { MissedCallReason::Unknown };
        self.missed_call(reason, change.now, change)
    }

    /// Whether it ends as a call rather than as an offer that came to nothing.
    fn was_a_call(&self, was_known: bool, state: ContactStateType, change: &Change<'_>) -> bool {
        if self.was_answered() {
            return true;
        }
        match state {
            ContactStateType::Error => !self.is_offered(),
            // `ended` after an unseen connected leads to after call work, after unanswered ringing it does not.
            ContactStateType::Ended => {
                !self.is_offered()
                    || !was_known
                    || change.user.state.state_type == AgentStateType::AfterCallWork
            }
            _ => false,
        }
    }

    const fn was_answered(&self) -> bool {
        self.started_at.is_some() || self.accepted_at.is_some()
    }

    fn customer_is_gone(&self) -> bool {
        self.customer_left || leg::customer(self.contact()).is_some_and(|c| !leg::is_active(c))
    }

    fn call_ended(&self, reason: CallEndReason, at: u64, change: &mut Change<'_>) -> Ending {
        let connected_ms = self.started_at.map_or(0, |started| at.saturating_sub(started));
        let hold_ms = self.hold.total_ms().min(connected_ms);
        let began = self.opening.map(|o| o.at).or(self.started_at);
        let payload = CallEnded {
            contact_id: self.contact().contact_id.clone(),
            contact: self.contact().clone(),
            reason,
            ended_by: self.ended_by(change),
            duration_ms: began.map_or(0, |began| at.saturating_sub(began)).max(connected_ms),
            talk_ms: connected_ms - hold_ms,
            hold_ms,
            extra: Default::default(),
        };
        change.tell(at, payload);
        Ending::CallEnded
    }

    fn ended_by(&self, change: &mut Change<'_>) -> InitiatedBy {
        let kinds = [CommandKind::HangUp, CommandKind::Transfer, CommandKind::EndConnection];
        if let Some(command) = change.commands.take(&kinds, self.target(), change.now) {
            return command.initiated_by;
        }
        let agent_stays = leg::agent(self.contact()).is_some_and(leg::is_active);
        let customer_went = leg::customer(self.contact()).is_some_and(|c| !leg::is_active(c));
        if self.customer_left || (agent_stays && customer_went) {
            InitiatedBy::Customer
        } else {
            InitiatedBy::Unknown
        }
    }

    fn reject_call(&self, rejected_by: InitiatedBy, at: u64, change: &mut Change<'_>) -> Ending {
        let payload = RejectCall {
            contact_id: self.contact().contact_id.clone(),
            contact: self.contact().clone(),
            rejected_by,
            ring_duration_ms: self.ring_duration_ms(at),
            extra: Default::default(),
        };
        change.tell(at, payload);
        Ending::RejectCall
    }

    fn missed_call(&self, reason: MissedCallReason, at: u64, change: &mut Change<'_>) -> Ending {
        let payload = MissedCall {
            contact_id: self.contact().contact_id.clone(),
            contact: self.contact().clone(),
            reason,
            agent_state_name: change.user.state.name.clone(),
            ring_duration_ms: self.ring_duration_ms(at),
            extra: Default::default(),
        };
        change.tell(at, payload);
        Ending::MissedCall
    }
}

/// Amazon Connect's name of the agent state after a contact could not be brought to the agent.
const AGENT_UNREACHABLE: &str = "FailedConnectAgent";
