//! Empties what is personal: the members that the types mark `x-pii`, and members that this version does not know.
//!
//! Nothing is left out: a member becomes null where its type allows it, else `{}`, `[]` or `"[redacted]"`. A member
//! that is not known could be anything, so it is emptied as well.

use serde_json::Value;

use super::shape::{Node, NodeId, Object, Rest, Shape, Tree};
use super::{EventName, Method, shape};

/// Empties an event's payload for a plugin without `contact:read`.
pub fn redact_event(event: EventName, payload: &mut Value) {
    redact(shape::event_type(event), payload);
}

/// Empties a contact for a plugin without `contact:read`.
pub fn redact_contact(contact: &mut Value) {
    redact("Contact", contact);
}

/// Empties a plugin's snapshot for a plugin without `contact:read`.
pub fn redact_snapshot(snapshot: &mut Value) {
    redact("Snapshot", snapshot);
}

/// Empties the state that a desktop handed in, for a recording.
pub fn redact_agent_snapshot(snapshot: &mut Value) {
    redact("AgentSnapshot", snapshot);
}

/// Empties a result for a plugin without `contact:read`.
///
/// Quick connects and the ends of transfers stay: they are the contact centre's own directory and guarded by
/// `call:transfer`. The payloads in an answer to `$live` are events: redact each with [`redact_event`].
pub fn redact_result(method: Method, result: &mut Value) {
    let is_directory = matches!(
        method,
        Method::UpdateQuickConnects | Method::TransferCall | Method::QuickConnect | Method::Live
    );
    if !is_directory {
        redact(shape::answer_type(method), result);
    }
}

/// Empties a result for a recording: the ends of transfers and the events in an answer to `$live` too.
pub fn redact_answer(method: Method, result: &mut Value) {
    redact(shape::answer_type(method), result);
}

/// Empties what a plugin sent, for a recording or a log.
pub fn redact_request(method: Method, payload: &mut Value) {
    redact(shape::payload_type(method), payload);
}

fn redact(type_name: &str, value: &mut Value) {
    if let Some(root) = Tree.root(type_name) {
        visit(root, value);
    }
}

/// Recursion goes along the types, none of which contains itself.
fn visit(id: NodeId, value: &mut Value) {
    let Some(node) = Tree.node(id) else { return };
    match (&node.shape, &mut *value) {
        (Shape::List(item), Value::Array(items)) => items.iter_mut().for_each(|value| visit(*item, value)),
        (Shape::Object(object), Value::Object(_)) => visit_members(object, value),
        (Shape::Tagged { tag, variants }, Value::Object(members)) => {
            let text = members.get(*tag).and_then(Value::as_str);
            let variant = variants.iter().find(|(known, _)| Some(*known) == text);
            match variant.and_then(|(_, id)| Tree.node(*id)) {
                Some(Node { shape: Shape::Object(object), .. }) => visit_members(object, value),
                _ => members.values_mut().for_each(|value| empty(value, true)),
            }
        }
        (Shape::Boolean | Shape::Integer { .. } | Shape::Text { .. } | Shape::Choice(_), _) => {}
        // The value has another type than it should have, so nothing is known of it.
        (_, Value::Null) => {}
        (_, value) => empty(value, true),
    }
}

fn visit_members(object: &Object, value: &mut Value) {
    let Value::Object(members) = value else { return };
    for (key, value) in members {
        if let Some(member) = object.members.iter().find(|member| *key == member.name) {
            if member.personal {
                empty(value, Tree.node(member.node).is_some_and(|node| node.nullable));
            } else {
                visit(member.node, value);
            }
            continue;
        }
        match object.rest {
            Rest::Each { node, personal: false } => visit(node, value),
            Rest::Each { personal: true, .. } => empty(value, false),
            Rest::Any | Rest::None => empty(value, !value.is_object()),
        }
    }
}

fn empty(value: &mut Value, nullable: bool) {
    *value = match value {
        Value::Array(_) => Value::Array(Vec::new()),
        _ if nullable => Value::Null,
        Value::Object(_) => Value::Object(serde_json::Map::new()),
        Value::String(_) => Value::String(REDACTED.to_owned()),
        _ => Value::Null,
    };
}

/// Stands where a text has been that cannot be null.
const REDACTED: &str = "[redacted]";
