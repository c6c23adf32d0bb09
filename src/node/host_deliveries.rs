//! One JSON array for each batch of a host's deliveries.

use serde_json::{Value, json};

use crate::host::HostDelivery;

/// The array, or nothing at all where there is nothing. `answers` are deliveries in JSON already.
pub(super) fn host_batch(answers: Vec<String>, deliveries: Vec<HostDelivery>) -> String {
    if answers.is_empty() && deliveries.is_empty() {
        return String::new();
    }
    let items: Vec<String> =
        answers.into_iter().chain(deliveries.into_iter().map(|one| value(one).to_string())).collect();
    format!("[{}]", items.join(","))
}

fn value(delivery: HostDelivery) -> Value {
    match delivery {
        HostDelivery::Authenticate { conn, token, plugin, origin, address } => json!({
            "kind": "authenticate", "ticket": conn, "token": token, "plugin": plugin, "origin": origin, "address": address,
        }),
        HostDelivery::Run { ticket, method, payload, agent, contact_id, session, plugin, deadline_ms } => {
            json!({
                "kind": "run", "ticket": ticket, "method": method.as_str(), "payload": payload.value(), "agent": agent,
                "contactId": contact_id, "session": session, "plugin": plugin, "deadlineMs": deadline_ms,
            })
        }
        HostDelivery::Abort { ticket } => json!({ "kind": "abort", "ticket": ticket }),
        HostDelivery::Notice(notice) => json!({ "kind": "notice", "notice": notice }),
        HostDelivery::Transmit { conn, text } => json!({ "kind": "transmit", "conn": conn, "text": text }),
        HostDelivery::Hangup { conn, code, reason } => {
            json!({ "kind": "hangup", "conn": conn, "code": code, "reason": reason })
        }
        HostDelivery::Recorded(line) => json!({ "kind": "recorded", "line": line }),
        HostDelivery::RecordingEnded => json!({ "kind": "recordingEnded" }),
        HostDelivery::Error(error) => json!({ "kind": "error", "error": error }),
        HostDelivery::Closed => json!({ "kind": "closed" }),
    }
}
