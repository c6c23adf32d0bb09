//! `update_contact`, `get_contacts`, `get_contact`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{json, read, unavailable};
use crate::desktop::Desktop;
use crate::desktop::requests::{Caller, Request};
use crate::schema::{
    AttributeChange, AttributeChanges, Attributes, ContactUpdated, EventName, GetContactAnswer,
    GetContactsAnswer, Method, UpdateContactAnswer, UpdateContactPayload,
};
use crate::session::Now;
use crate::wire::{ErrorBody, ErrorCode, Issue, Rule};

impl Desktop {
    /// Changes the attributes and tells every session of the agent. Where snapshots come in, they are the truth and
    /// only the application can change it.
    pub(super) fn answer_update_contact(
        &mut self,
        request: &Request,
        caller: &Caller,
        now: Now,
    ) -> Result<Value, ErrorBody> {
        let UpdateContactPayload(wanted) = read(request)?;
        let contact_id = caller.contact_id.as_deref();
        let agent = self.agents.get_mut(&caller.agent).filter(|agent| !agent.by_snapshots);
        let agent = agent.ok_or_else(|| unavailable(Method::UpdateContact))?;
        let contact =
            contact_id.and_then(|contact_id| agent.contact_mut(contact_id)).ok_or_else(no_contact)?;
        let (attributes, changes) = changed(&contact.attributes, wanted);
        if bytes_of(&attributes) > MAX_ATTRIBUTES_BYTES {
            return Err(too_many_bytes());
        }
        let has_changed = attributes != contact.attributes;
        contact.attributes = attributes;
        let contact = contact.clone();
        if has_changed {
            let event = json(ContactUpdated {
                contact_id: contact.contact_id.clone(),
                contact: contact.clone(),
                changed: vec!["attributes".into()],
                attributes: Some(changes),
                extra: Map::new(),
            })?;
            self.tell(&caller.agent, EventName::ContactUpdated, &event, now);
        }
        json(UpdateContactAnswer {
            contact_id: contact.contact_id,
            initial_contact_id: contact.initial_contact_id,
            attributes: contact.attributes,
            extra: Map::new(),
        })
    }

    pub(super) fn answer_get_contacts(&self, caller: &Caller) -> Result<Value, ErrorBody> {
        let contacts =
            self.agents.get(&caller.agent).map(|agent| agent.contacts().to_vec()).unwrap_or_default();
        json(GetContactsAnswer { contacts, extra: Map::new() })
    }

    pub(super) fn answer_get_contact(&self, caller: &Caller) -> Result<Value, ErrorBody> {
        let agent = self.agents.get(&caller.agent);
        let contact = caller.contact_id.as_deref().and_then(|id| agent?.contact(id)).cloned();
        json(GetContactAnswer { contact, extra: Map::new() })
    }
}

/// The attributes after the change, and what became of them. An empty value removes its key.
fn changed(before: &Attributes, wanted: Attributes) -> (Attributes, AttributeChanges) {
    let mut after = before.clone();
    let mut changes = AttributeChanges {
        added: BTreeMap::new(),
        changed: BTreeMap::new(),
        removed: Vec::new(),
        extra: Map::new(),
    };
    for (key, value) in wanted {
        match before.get(&key) {
            Some(_) if value.is_empty() => {
                after.remove(&key);
                changes.removed.push(key);
            }
            None if value.is_empty() => {}
            Some(from) if *from == value => {}
            Some(from) => {
                let change = AttributeChange { from: from.clone(), to: value.clone(), extra: Map::new() };
                after.insert(key.clone(), value);
                changes.changed.insert(key, change);
            }
            None => {
                after.insert(key.clone(), value.clone());
                changes.added.insert(key, value);
            }
        }
    }
    (after, changes)
}

fn bytes_of(attributes: &Attributes) -> usize {
    attributes.iter().map(|(key, value)| key.len() + value.len()).sum()
}

fn no_contact() -> ErrorBody {
    ErrorBody::new(ErrorCode::NoContact, "the agent has no contact")
}

fn too_many_bytes() -> ErrorBody {
    let issue = Issue {
        path: String::new(),
        rule: Rule::MaxLength,
        message: "all attributes of a contact together have at most 32,768 bytes of UTF-8".into(),
        hint: Some("an empty value removes a key".into()),
    };
    ErrorBody::bad_request("update_contact", vec![issue])
}

/// Amazon Connect's cap on the attributes of one contact.
const MAX_ATTRIBUTES_BYTES: usize = 32_768;
