//! Checks of what crosses the link. Each lists every issue, with its place and rule and never with the value.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::types::*;
use super::{EventName, Method, Payload, is_custom_event};
use crate::wire::{Body, Issue, Rule};

/// Checks the payload of an event from the host. A custom name (with a dot) passes unvalidated.
pub fn check_event(name: &str, body: &Body) -> Result<Payload, Vec<Issue>> {
    match EventName::parse(name) {
        None if is_custom_event(name) => plain(body),
        None => Err(vec![issue("no such event")]),
        Some(EventName::NextStatus) => typed::<NextStatus>(body),
        Some(_) => plain(body),
    }
}

/// Checks the payload of a request from a plugin: strict, with the rules between members.
pub fn check_request(method: Method, body: &Body) -> Result<Payload, Vec<Issue>> {
    match method {
        Method::UpdateContact => typed::<UpdateContactPayload>(body),
        Method::UpdateCustomer => typed::<UpdateCustomerPayload>(body),
        Method::TransferCall => typed::<TransferCallPayload>(body),
        _ => plain(body),
    }
}

/// Checks a result from the host: open.
pub fn check_result(method: Method, body: &Body) -> Result<Payload, Vec<Issue>> {
    let _ = method;
    plain(body)
}

/// Checks the state that a desktop hands in.
pub fn check_snapshot(value: &Value) -> Result<AgentSnapshot, Vec<Issue>> {
    read(value)
}

/// Checks the state that a plugin gets.
pub fn check_plugin_snapshot(value: &Value) -> Result<Snapshot, Vec<Issue>> {
    read(value)
}

/// Checks a plugin's manifest: strict.
pub fn check_manifest(value: &Value) -> Result<Manifest, Vec<Issue>> {
    read(value)
}

/// Checks an agent.
pub fn check_user(value: &Value) -> Result<User, Vec<Issue>> {
    read(value)
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, Vec<Issue>> {
    T::deserialize(value).map_err(|_| vec![issue("does not have the expected shape")])
}

fn typed<T: DeserializeOwned>(body: &Body) -> Result<Payload, Vec<Issue>> {
    let payload = plain(body)?;
    read::<T>(payload.value())?;
    Ok(payload)
}

fn plain(body: &Body) -> Result<Payload, Vec<Issue>> {
    if !body.faults().is_empty() {
        return Err(body.faults().to_vec());
    }
    let value = serde_json::from_str(body.json()).map_err(|_| vec![issue("not JSON")])?;
    Ok(Payload::new(body.json().clone(), value))
}

fn issue(message: &str) -> Issue {
    Issue { path: String::new(), rule: Rule::Type, message: message.to_owned(), hint: None }
}
