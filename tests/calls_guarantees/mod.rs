//! The published guarantees, checked on the events of each change.
use std::collections::{HashMap, HashSet};

use serde_json::Value;
use smartagent_plugin_sdk::calls::{Derived, EventPayload};
use smartagent_plugin_sdk::schema::{AgentSnapshot, EventName};

/// Follows the events of one engine and fails as soon as a guarantee is broken.
#[derive(Default)]
pub struct Guarantees {
    told: HashMap<String, Told>,
    pub seen: HashSet<EventName>,
}

#[derive(Default)]
struct Told {
    openings: usize,
    starts: usize,
    endings: usize,
    ended_as_call: bool,
    work_begun: usize,
    work_ended: usize,
    held: HashSet<String>,
}

const ORDER: [&[EventName]; 11] = [
    &[EventName::IncomingCall, EventName::OutgoingCall],
    &[EventName::CallStarted],
    &[EventName::AddConnection],
    &[EventName::OnHold, EventName::OffHold, EventName::ToggleConnections, EventName::ConferenceConnections],
    &[EventName::EndConnection],
    &[EventName::TransferCall],
    &[EventName::CallEnded, EventName::MissedCall, EventName::RejectCall],
    &[EventName::AfterCallWork],
    &[EventName::AfterCallWorkEnd],
    &[EventName::ContactUpdated],
    &[EventName::NextStatus],
];

impl Guarantees {
    pub fn check(&mut self, events: &[Derived]) {
        let mut last = 0;
        for event in events {
            let rank = ORDER.iter().position(|names| names.contains(&event.name())).unwrap();
            assert!(rank >= last, "{} stands after a later kind", event.name());
            last = rank;
            self.seen.insert(event.name());
            self.check_one(event);
        }
    }

    fn check_one(&mut self, event: &Derived) {
        let payload = event.payload_value();
        no_negative_duration(&payload);
        let Some(id) = event.contact_id() else { return };
        assert_eq!(payload["contact"]["contactId"], id);
        let told = self.told.entry(id.to_owned()).or_default();
        let over = told.endings > 0;
        match &event.payload {
            EventPayload::IncomingCall(_) | EventPayload::OutgoingCall(_) => told.openings += 1,
            EventPayload::CallStarted(_) => told.starts += 1,
            EventPayload::CallEnded(e) => {
                told.endings += 1;
                told.ended_as_call = true;
                assert!(e.talk_ms.saturating_add(e.hold_ms) <= e.duration_ms, "{payload}");
            }
            EventPayload::MissedCall(_) | EventPayload::RejectCall(_) => told.endings += 1,
            EventPayload::AfterCallWork(_) => {
                told.work_begun += 1;
                assert!(told.ended_as_call, "after call work without call_ended");
            }
            EventPayload::AfterCallWorkEnd(_) => told.work_ended += 1,
            EventPayload::OnHold(e) => {
                assert!(told.held.insert(e.connection.connection_id.clone()), "held twice");
                assert!(e.held_connections.contains(&e.connection.connection_id));
            }
            EventPayload::ToggleConnections(e) => {
                assert!(!e.active.is_empty() && !e.held.is_empty());
                told.held.extend(e.held.iter().map(|c| c.connection_id.clone()));
                told.held.retain(|id| e.active.iter().all(|c| c.connection_id != *id));
            }
            EventPayload::OffHold(e) => assert!(told.held.remove(&e.connection.connection_id), "never held"),
            EventPayload::EndConnection(e) => told.held.retain(|id| *id != e.connection.connection_id),
            EventPayload::ConferenceConnections(e) => assert!(e.connections.len() >= 3),
            EventPayload::ContactUpdated(e) => assert!(!e.changed.is_empty()),
            _ => {}
        }
        assert!(told.openings <= 1 && told.starts <= 1 && told.endings <= 1, "told twice: {}", event.name());
        assert!(told.work_begun <= 1 && told.work_ended <= told.work_begun, "{}", event.name());
        let late = matches!(
            event.name(),
            EventName::AfterCallWork | EventName::AfterCallWorkEnd | EventName::ContactUpdated
        );
        assert!(!over || late, "{} after the ending", event.name());
    }

    /// At the end, with no contact listed any more: each had exactly one ending, and no work goes on.
    pub fn check_all_over(&self, contact_ids: &HashSet<String>) {
        for id in contact_ids {
            let told = self.told.get(id).unwrap_or_else(|| panic!("nothing was told of {id}"));
            assert_eq!(told.endings, 1, "endings of {id}");
            assert_eq!(told.work_begun, told.work_ended, "after call work of {id}");
        }
    }
}

/// A duration that went below zero would be huge, as the types have no sign. Illegal snapshots have such times too,
/// so only sums that cannot be are looked for here: a duration is never longer than the epoch allows.
fn no_negative_duration(payload: &Value) {
    for (name, value) in payload.as_object().into_iter().flatten() {
        if name.ends_with("Ms") && !value.is_null() {
            assert!(value.as_u64().is_some_and(|ms| ms < 1 << 53), "{name} is {value}");
        }
    }
}

/// Ids of the contacts of a snapshot that have events.
pub fn listed(snapshot: &AgentSnapshot) -> impl Iterator<Item = String> {
    snapshot.contacts.iter().map(|contact| contact.contact_id.clone())
}
