//! Checks of what crosses the link. Each lists every issue, with its place and rule and never with the value.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::pack::{pack, pack_first};
use super::report::{Report, shown};
use super::types::{AgentSnapshot, Manifest, Snapshot, User};
use super::{EventName, Method, Payload, Reader, closest, is_custom_event, rules, shape, walk};
use crate::wire::{Body, Issue, Rule};

/// Checks the payload of an event from the host: open. A custom name (with a dot) passes unvalidated.
///
/// # Errors
/// All issues, those of the text itself first. A name that is neither known nor custom is one issue.
pub fn check_event(name: &str, body: &Body) -> Result<Payload, Vec<Issue>> {
    match EventName::parse(name) {
        Some(event) => check_open(Reader::Event(event), body),
        None if is_custom_event(name) => check_body(body, |_, _| {}),
        None => {
            let mut report = Report::default();
            let message = format!("no event is named `{}`", shown(name));
            report.add_with_hint(String::new(), Rule::Enum, message, || {
                closest(name, EventName::ALL.iter().map(|event| event.as_str()))
                    .map(|name| format!("did you mean `{name}`?"))
            });
            Err(report.finish().err().unwrap_or_default())
        }
    }
}

/// Reads and checks the body behind a [`crate::wire::Head`] in one pass; `None` where the frame is for
/// [`crate::wire::decode`] and the check above.
pub fn read_straight(reader: Reader, rest: &str) -> Option<Payload> {
    let (packed, end) = pack_first(reader, rest)?;
    let (json, behind) = rest.split_at_checked(end)?;
    (behind == "}").then(|| Payload::of_packed(Arc::from(json), packed))
}

/// Checks the payload of a request from a plugin: strict, with the rules between members.
///
/// # Errors
/// All issues, those of the text itself first.
pub fn check_request(method: Method, body: &Body) -> Result<Payload, Vec<Issue>> {
    check_body(body, |value, report| {
        walk::walk(shape::payload_type(method), value, report);
        rules::request(method, value, report);
    })
}

/// Checks a result from the host: open.
///
/// # Errors
/// All issues, those of the text itself first.
pub fn check_result(method: Method, body: &Body) -> Result<Payload, Vec<Issue>> {
    check_open(Reader::Answer(method), body)
}

/// Checks the state that a desktop hands in: open.
///
/// # Errors
/// All issues.
pub fn check_snapshot(value: &Value) -> Result<AgentSnapshot, Vec<Issue>> {
    check_value("AgentSnapshot", value, |_, _| {})
}

/// Checks the state that a plugin gets: open.
///
/// # Errors
/// All issues.
pub fn check_plugin_snapshot(value: &Value) -> Result<Snapshot, Vec<Issue>> {
    check_value("Snapshot", value, |_, _| {})
}

/// Checks a plugin's manifest: strict.
///
/// # Errors
/// All issues.
pub fn check_manifest(value: &Value) -> Result<Manifest, Vec<Issue>> {
    check_value("Manifest", value, rules::manifest)
}

/// Checks an agent: open.
///
/// # Errors
/// All issues.
pub fn check_user(value: &Value) -> Result<User, Vec<Issue>> {
    check_value("User", value, |_, _| {})
}

/// What comes from a host is packed for the readers where that can be; packing is a check of its own.
fn check_open(reader: Reader, body: &Body) -> Result<Payload, Vec<Issue>> {
    if body.faults().is_empty()
        && let Some(packed) = pack(reader, body.json())
    {
        return Ok(Payload::of_packed(body.json().clone(), packed));
    }
    check_body(body, |value, report| walk::walk(reader.type_name(), value, report))
}

fn check_body(body: &Body, check: impl FnOnce(&Value, &mut Report)) -> Result<Payload, Vec<Issue>> {
    let mut report = Report::new(body.faults(), body.unlisted_faults());
    let value = match serde_json::from_str(body.json()) {
        Ok(value) => value,
        Err(_) => {
            // Too deep, or a number that no double holds: a fault of the text, listed already where it came by wire.
            if body.faults().is_empty() {
                report.add(String::new(), Rule::Format, "the text cannot be read as a value");
            }
            return Err(report.finish().err().unwrap_or_default());
        }
    };
    check(&value, &mut report);
    report.finish().map(|()| Payload::new(body.json().clone(), value))
}

fn check_value<T: DeserializeOwned>(
    type_name: &str,
    value: &Value,
    rules: impl FnOnce(&Value, &mut Report),
) -> Result<T, Vec<Issue>> {
    let mut report = Report::default();
    walk::walk(type_name, value, &mut report);
    rules(value, &mut report);
    report.finish()?;
    T::deserialize(value).map_err(|_| {
        let message = format!("cannot be read as {type_name}");
        vec![Issue { path: String::new(), rule: Rule::Type, message, hint: None }]
    })
}
