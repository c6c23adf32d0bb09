//! Empties what is personal in an entry: by the types where the schema knows them, else all of it.

use serde_json::{Map, Value};

use super::What;
use crate::schema::{EventName, Method, redact_agent_snapshot, redact_answer, redact_event, redact_request};

/// Ids, times, names of events and methods, the agent and the names of quick connects stay; so a redacted recording
/// still plays the same calls.
pub(super) fn redact(what: &mut What) {
    match what {
        What::Snapshot { snapshot, .. } => redact_agent_snapshot(snapshot),
        What::Command { command, .. } => {
            if let Some(endpoint) = &mut command.endpoint {
                endpoint.name = None;
                endpoint.phone_number = None;
                endpoint.extra.clear();
            }
        }
        What::Emit { event, payload, .. } | What::Event { event, payload, .. } => {
            match EventName::parse(event) {
                Some(known) => redact_event(known, payload),
                // A desktop's own event could hold anything.
                None => *payload = Value::Object(Map::new()),
            }
        }
        What::Message { method, payload, .. } => match Method::parse(method) {
            Some(known) => redact_request(known, payload),
            None => *payload = Value::Object(Map::new()),
        },
        What::Answer { method, result, error, .. } => {
            let known = Method::parse(method);
            if known.is_none() {
                // Whatever a plugin wrote where a method's name belongs.
                REDACTED.clone_into(method);
            }
            match (known, result.as_mut()) {
                (Some(known), Some(result)) => redact_answer(known, result),
                (None, Some(result)) => *result = Value::Null,
                _ => {}
            }
            // A handler's own text may name a customer.
            if let Some(error) = error {
                REDACTED.clone_into(&mut error.message);
            }
        }
        What::Session { .. } => {}
    }
}

/// Stands where a text has been.
const REDACTED: &str = "[redacted]";
