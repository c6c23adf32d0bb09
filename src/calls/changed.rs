//! `contact_updated`: which members of a contact differ, times left aside.
use std::collections::BTreeMap;

use crate::schema::{
    AttributeChange, AttributeChanges, Attributes, Connection, Contact, ContactUpdated, Extra,
};

use super::call::Change;

/// Tells how a contact differs from what it was, if it does.
pub(super) fn tell(before: &Contact, now: &Contact, change: &mut Change<'_>) {
    let changed = members(before, now);
    if changed.is_empty() {
        return;
    }
    let attributes =
        (before.attributes != now.attributes).then(|| compare(&before.attributes, &now.attributes));
    let payload = ContactUpdated {
        contact_id: now.contact_id.clone(),
        contact: now.clone(),
        changed,
        attributes,
        extra: Default::default(),
    };
    change.tell(change.now, payload);
}

/// Whether two looks at a contact differ in nothing but times.
pub(super) fn is_same_but_times(a: &Contact, b: &Contact) -> bool {
    members(a, b).is_empty()
}

/// Takes over the times of a look that differs in nothing else.
pub(super) fn take_times(from: &Contact, to: &mut Contact) {
    to.state.timestamp = from.state.timestamp;
    to.queue_timestamp = from.queue_timestamp;
    for (to, from) in to.connections.iter_mut().zip(&from.connections) {
        to.state.timestamp = from.state.timestamp;
    }
}

/// The members that differ, by their names in JSON, in the order of the type.
fn members(a: &Contact, b: &Contact) -> Vec<String> {
    let known = [
        ("initialContactId", a.initial_contact_id != b.initial_contact_id),
        ("type", a.contact_type != b.contact_type),
        ("subtype", a.subtype != b.subtype),
        ("state", a.state.state_type != b.state.state_type || a.state.extra != b.state.extra),
        ("direction", a.direction != b.direction),
        ("initiationMethod", a.initiation_method != b.initiation_method),
        ("queue", a.queue != b.queue),
        ("attributes", a.attributes != b.attributes),
        ("connections", !same_connections(&a.connections, &b.connections)),
        ("customerEndpoint", a.customer_endpoint != b.customer_endpoint),
        ("phoneNumber", a.phone_number != b.phone_number),
        (
            "isMultiPartyConferenceEnabled",
            a.is_multi_party_conference_enabled != b.is_multi_party_conference_enabled,
        ),
        ("isAutoAcceptEnabled", a.is_auto_accept_enabled != b.is_auto_accept_enabled),
        ("isSoftphoneCall", a.is_softphone_call != b.is_softphone_call),
        ("relatedContactId", a.related_contact_id != b.related_contact_id),
        ("contactAssociationId", a.contact_association_id != b.contact_association_id),
        ("segmentAttributes", a.segment_attributes != b.segment_attributes),
        ("name", a.name != b.name),
        ("description", a.description != b.description),
        ("references", a.references != b.references),
    ];
    let known = known.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name.to_owned());
    known.chain(extra_members(&a.extra, &b.extra)).collect()
}

/// The members of a newer host that differ.
fn extra_members(a: &Extra, b: &Extra) -> Vec<String> {
    let kept_or_gone = a.iter().filter(|(name, value)| b.get(*name) != Some(value)).map(|(name, _)| name);
    let new = b.keys().filter(|name| !a.contains_key(*name));
    kept_or_gone.chain(new).cloned().collect()
}

fn same_connections(a: &[Connection], b: &[Connection]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_connection(a, b))
}

fn same_connection(a: &Connection, b: &Connection) -> bool {
    // Taken apart, so that a new member cannot be forgotten here.
    let Connection {
        connection_id,
        contact_id,
        connection_type,
        state,
        is_initial_connection,
        endpoint,
        quick_connect_name,
        is_mute,
        is_forced_mute,
        monitor_status,
        extra,
    } = a;
    *connection_id == b.connection_id
        && *contact_id == b.contact_id
        && *connection_type == b.connection_type
        && state.state_type == b.state.state_type
        && state.extra == b.state.extra
        && *is_initial_connection == b.is_initial_connection
        && *endpoint == b.endpoint
        && *quick_connect_name == b.quick_connect_name
        && *is_mute == b.is_mute
        && *is_forced_mute == b.is_forced_mute
        && *monitor_status == b.monitor_status
        && *extra == b.extra
}

fn compare(before: &Attributes, now: &Attributes) -> AttributeChanges {
    let mut changes = AttributeChanges {
        added: Attributes::new(),
        changed: BTreeMap::new(),
        removed: before.keys().filter(|key| !now.contains_key(*key)).cloned().collect(),
        extra: Default::default(),
    };
    for (key, to) in now {
        match before.get(key) {
            None => {
                changes.added.insert(key.clone(), to.clone());
            }
            Some(from) if from != to => {
                let change =
                    AttributeChange { from: from.clone(), to: to.clone(), extra: Default::default() };
                changes.changed.insert(key.clone(), change);
            }
            Some(_) => {}
        }
    }
    changes
}
