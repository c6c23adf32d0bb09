//! What a desktop shows of the contact centre beyond the agent's state.
use serde::Serialize;

use super::action::ActionKind;
use super::agent::STATUSES;
use super::centre::Simulator;
use super::phase::{Call, Phase};
use super::rules;
use crate::schema::{AgentStateType, Customer, Endpoint};

/// What can be done now, and what is known of each contact.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View<'a> {
    /// Names of the actions of the agent as a whole that are possible.
    pub allowed: Vec<&'static str>,
    /// What an agent can choose.
    pub statuses: Vec<StatusView>,
    /// The contacts, in the order of the snapshot.
    pub contacts: Vec<ContactView<'a>>,
    /// Whom the agent can call by name.
    pub quick_connects: &'a [Endpoint],
}

/// A status that an agent can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StatusView {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    #[serde(rename = "type")]
    pub status_type: AgentStateType,
}

/// One contact.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactView<'a> {
    /// Its id.
    pub contact_id: &'a str,
    /// The name it got by `as`.
    pub alias: Option<&'a str>,
    /// Where it stands: `ringing`, `dialling`, `talking`, `after_call_work` or `failed`.
    pub phase: &'static str,
    /// Names of the actions that are possible for it.
    pub allowed: Vec<&'static str>,
    /// What is known of the customer.
    pub customer: Option<&'a Customer>,
}

impl Simulator {
    /// What a desktop shows beside the snapshot.
    pub fn view(&self) -> View<'_> {
        let contacts = self.calls.iter().map(|call| self.view_of(call)).collect();
        View {
            allowed: names(|kind| rules::agent_permits(kind, self)),
            statuses: STATUSES.map(|(name, status_type)| StatusView { name, status_type }).to_vec(),
            contacts,
            quick_connects: &self.quick_connects,
        }
    }

    fn view_of<'a>(&'a self, call: &'a Call) -> ContactView<'a> {
        let contact_id = call.contact.contact_id.as_str();
        ContactView {
            contact_id,
            alias: call.alias.as_deref(),
            phase: match call.phase() {
                Phase::Ringing => "ringing",
                Phase::Dialling => "dialling",
                Phase::Talking => "talking",
                Phase::AfterCallWork => "after_call_work",
                Phase::Failed => "failed",
            },
            allowed: names(|kind| rules::permits(kind, call)),
            customer: self.customers.iter().find(|(id, _)| id == contact_id).map(|(_, customer)| customer),
        }
    }
}

fn names(possible: impl Fn(ActionKind) -> bool) -> Vec<&'static str> {
    ActionKind::ALL.iter().copied().filter(|kind| possible(*kind)).map(ActionKind::as_str).collect()
}
