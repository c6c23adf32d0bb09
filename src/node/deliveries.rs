//! What JavaScript gets of the deliveries that are no event and no answer, and of errors.

use serde_json::{Value, json};

use crate::dispatch::Delivery;
use crate::session::Ready;
use crate::wire::ErrorBody;

/// A delivery that comes rarely, as the facade reads it.
pub(super) fn rare(delivery: &Delivery) -> Value {
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
