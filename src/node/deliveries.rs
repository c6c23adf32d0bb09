//! One JSON array for each batch of deliveries. Payloads and results are passed on as the text they arrived in.

use serde_json::{Value, json};

use crate::dispatch::Delivery;
use crate::session::Ready;
use crate::wire::ErrorBody;

/// The array, or nothing at all where there is nothing.
pub(super) fn batch(deliveries: &[Delivery]) -> String {
    if deliveries.is_empty() {
        return String::new();
    }
    let mut text = String::with_capacity(deliveries.len() * 512);
    for delivery in deliveries {
        text.push(if text.is_empty() { '[' } else { ',' });
        write(&mut text, delivery);
    }
    text.push(']');
    text
}

fn write(text: &mut String, delivery: &Delivery) {
    match delivery {
        Delivery::Event { seq, name, timestamp, payload, .. } => {
            text.push_str(r#"{"kind":"event","event":"#);
            // The name fits the grammar of names, which needs no escape.
            text.push('"');
            text.push_str(name);
            text.push_str(&format!(r#"","seq":{seq},"timestamp":{timestamp},"payload":"#));
            text.push_str(payload.json());
            text.push('}');
        }
        Delivery::Settled { id, outcome: Ok(result), .. } => {
            text.push_str(&format!(r#"{{"kind":"settled","id":{id},"result":"#));
            text.push_str(result);
            text.push('}');
        }
        other => text.push_str(&rare(other).to_string()),
    }
}

fn rare(delivery: &Delivery) -> Value {
    match delivery {
        Delivery::InitDone(Ok(_)) => json!({ "kind": "initialised" }),
        Delivery::InitDone(Err(error)) => json!({ "kind": "init", "error": error }),
        Delivery::Ready(ready) => json!({ "kind": "ready", "ready": facts(ready) }),
        Delivery::Interrupted { code, reason } => {
            json!({ "kind": "interrupted", "code": code, "reason": reason })
        }
        Delivery::Resync { reason, snapshot, unsettled } => {
            json!({ "kind": "resync", "reason": reason, "snapshot": snapshot, "unsettled": unsettled })
        }
        Delivery::Settled { id, outcome, .. } => {
            json!({ "kind": "settled", "id": id, "error": outcome.as_ref().err() })
        }
        Delivery::Drain => json!({ "kind": "drain" }),
        Delivery::Responding(responding) => json!({ "kind": "responding", "responding": responding }),
        Delivery::Error(error) => json!({ "kind": "error", "error": error }),
        Delivery::Warning { event, message } => {
            json!({ "kind": "warning", "event": event, "message": message })
        }
        Delivery::Closed { code, reason } => json!({ "kind": "closed", "code": code, "reason": reason }),
        Delivery::TokenWanted { ticket } => json!({ "kind": "token", "ticket": ticket }),
        Delivery::Event { .. } => Value::Null,
    }
}

/// What `init()` resolves with; user, company and contacts only where the session is new.
fn facts(ready: &Ready) -> Value {
    let mut facts = json!({
        "session": ready.session,
        "plugin": ready.plugin,
        "granted": ready.granted,
        "denied": ready.denied,
        "host": ready.host,
        "protocol": ready.protocol,
        "resumed": ready.resumed,
    });
    if let (Some(snapshot), Some(facts)) = (&ready.snapshot, facts.as_object_mut()) {
        for member in ["user", "companyId", "contacts"] {
            facts.insert(member.into(), snapshot.get(member).cloned().unwrap_or(Value::Null));
        }
    }
    facts
}

/// An error as the facade reads it.
pub(super) fn error_text(error: &ErrorBody) -> String {
    json!(error).to_string()
}
