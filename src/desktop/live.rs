//! The states that last, as the events that began them: what `$live` answers to a late listener.

use serde_json::{Map, Value};

use crate::schema::{Connection, ConnectionStateType, ConnectionType, Contact, EventName, LiveEvent};

/// At most one entry per contact and event.
#[derive(Default)]
pub(super) struct Live {
    entries: Vec<Entry>,
}

struct Entry {
    contact_id: String,
    event: EventName,
    timestamp: u64,
    payload: Map<String, Value>,
}

impl Live {
    /// Follows one event about `contact`, which is the state after it.
    pub fn follow(
        &mut self,
        event: EventName,
        timestamp: u64,
        contact: &Contact,
        payload: &Map<String, Value>,
    ) {
        let contact_id = contact.contact_id.as_str();
        match event {
            EventName::IncomingCall | EventName::OnHold => {
                self.set(event, timestamp, contact_id, payload.clone())
            }
            EventName::CallStarted => {
                self.end(contact_id, EventName::IncomingCall);
                self.set(event, timestamp, contact_id, payload.clone());
            }
            EventName::ToggleConnections => self.toggle(timestamp, contact, payload),
            EventName::AfterCallWork => {
                self.forget(contact_id);
                self.set(event, timestamp, contact_id, payload.clone());
            }
            EventName::CallEnded
            | EventName::MissedCall
            | EventName::RejectCall
            | EventName::AfterCallWorkEnd => {
                self.forget(contact_id);
            }
            _ => {}
        }
        if held(contact).next().is_none() {
            self.end(contact_id, EventName::OnHold);
        }
    }

    /// Drops everything about a contact.
    pub fn forget(&mut self, contact_id: &str) {
        self.entries.retain(|entry| entry.contact_id != contact_id);
    }

    /// The states that `event` began and that still last, each with its contact as it is now.
    pub fn of(&self, event: EventName, contacts: &[Contact]) -> Vec<LiveEvent> {
        let entries = self.entries.iter().filter(|entry| entry.event == event);
        let told = entries.filter_map(|entry| {
            let contact = contacts.iter().find(|contact| contact.contact_id == entry.contact_id)?;
            let mut payload = entry.payload.clone();
            payload.insert("contact".into(), serde_json::to_value(contact).ok()?);
            Some(LiveEvent { timestamp: entry.timestamp, payload, extra: Map::new() })
        });
        told.collect()
    }

    /// After a swap another party is on hold, so the entry has to name that one.
    fn toggle(&mut self, timestamp: u64, contact: &Contact, payload: &Map<String, Value>) {
        let Some(connection) = held(contact).next() else { return };
        let Ok(connection_value) = serde_json::to_value(connection) else { return };
        let ids = held(contact).map(|held| Value::from(held.connection_id.as_str())).collect::<Vec<_>>();
        let mut on_hold = Map::new();
        for name in ["contactId", "contact"] {
            on_hold.insert(name.into(), payload.get(name).cloned().unwrap_or_default());
        }
        on_hold.insert("connection".into(), connection_value);
        on_hold.insert("self".into(), Value::Bool(connection.connection_type == ConnectionType::Agent));
        on_hold.insert("heldConnections".into(), Value::Array(ids));
        self.set(EventName::OnHold, timestamp, &contact.contact_id, on_hold);
    }

    fn set(&mut self, event: EventName, timestamp: u64, contact_id: &str, payload: Map<String, Value>) {
        self.end(contact_id, event);
        self.entries.push(Entry { contact_id: contact_id.to_owned(), event, timestamp, payload });
    }

    fn end(&mut self, contact_id: &str, event: EventName) {
        self.entries.retain(|entry| !(entry.contact_id == contact_id && entry.event == event));
    }
}

fn held(contact: &Contact) -> impl Iterator<Item = &Connection> {
    contact.connections.iter().filter(|connection| connection.state.state_type == ConnectionStateType::Hold)
}
