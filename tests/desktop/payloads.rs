//! What a desktop emits in these tests: one agent, calls with a customer's data in them, manifests.

use serde_json::{Value, json};

use crate::support::WALL;

pub fn manifest(id: &str, plugin_type: &str, origin: &str, scopes: &[&str]) -> Value {
    let scopes: Vec<Value> =
        scopes.iter().map(|scope| json!({ "scope": scope, "reason": "needed" })).collect();
    json!({
        "manifest": 1, "id": id, "name": id, "version": "1.0.0", "type": plugin_type,
        "url": format!("{origin}/index.html"), "origins": [], "scopes": scopes, "events": ["*"],
    })
}

pub fn quick_connect(name: &str) -> Value {
    json!({
        "endpointARN": format!("arn:{name}"), "endpointId": null, "type": "phone_number", "name": name,
        "phoneNumber": "+442071838750", "agentLogin": null, "queue": null,
    })
}

pub fn agent_state(name: &str) -> Value {
    json!({ "name": name, "type": "routable", "agentStateARN": null, "startTimestamp": WALL })
}

pub fn user() -> Value {
    let queue = json!({ "name": "Sales", "queueARN": "arn:q", "queueId": "q" });
    json!({
        "agentARN": "arn:agent", "username": "ada", "name": "Ada", "extension": null, "permissions": [],
        "softphoneEnabled": true, "locale": "en_GB",
        "routingProfile": {
            "name": "Basic", "routingProfileARN": "arn:r", "routingProfileId": "r", "defaultOutboundQueue": queue,
            "queues": [queue], "channelConcurrencyMap": { "VOICE": 1 },
        },
        "state": agent_state("Available"), "nextState": null,
    })
}

pub fn connection(
    contact_id: &str,
    connection_id: &str,
    kind: &str,
    state: &str,
    name: Option<&str>,
) -> Value {
    json!({
        "connectionId": connection_id, "contactId": contact_id, "type": kind,
        "state": { "type": state, "timestamp": WALL }, "isInitialConnection": kind == "inbound",
        "endpoint": name.map(quick_connect), "quickConnectName": name,
    })
}

/// A call with a customer's data in it: every personal value starts with `canary`, or is this number.
pub fn contact(contact_id: &str, state: &str) -> Value {
    json!({
        "contactId": contact_id, "initialContactId": contact_id, "type": "voice", "subtype": null,
        "state": { "type": state, "timestamp": WALL }, "direction": "inbound", "initiationMethod": "inbound",
        "queue": null, "queueTimestamp": null, "attributes": { "tier": "canary-gold" },
        "connections": [
            connection(contact_id, "agent-leg", "agent", "connected", None),
            connection(contact_id, "customer-leg", "inbound", "connected", None),
        ],
        "customerEndpoint": {
            "endpointARN": null, "endpointId": null, "type": "phone_number", "name": "canary-name",
            "phoneNumber": CANARY_NUMBER, "agentLogin": null, "queue": null,
        },
        "phoneNumber": CANARY_NUMBER, "isMultiPartyConferenceEnabled": false, "isAutoAcceptEnabled": false,
        "isSoftphoneCall": true,
    })
}

pub const CANARY_NUMBER: &str = "+15550100999";

pub fn incoming(contact_id: &str) -> Value {
    json!({
        "contactId": contact_id, "contact": contact(contact_id, "connecting"), "phoneNumber": CANARY_NUMBER,
        "queue": null, "isCallback": false, "autoAccept": false,
    })
}

pub fn started(contact_id: &str) -> Value {
    json!({
        "contactId": contact_id, "contact": contact(contact_id, "connected"), "direction": "inbound",
        "startedAt": WALL, "ringDurationMs": 2_000,
    })
}

pub fn ended(contact_id: &str) -> Value {
    json!({
        "contactId": contact_id, "contact": contact(contact_id, "ended"), "reason": "ended", "endedBy": "customer",
        "durationMs": 5_000, "talkMs": 5_000, "holdMs": 0,
    })
}

pub fn after_call_work(contact_id: &str) -> Value {
    json!({
        "contactId": contact_id, "contact": contact(contact_id, "ended"), "startedAt": WALL,
        "agentState": agent_state("AfterCallWork"),
    })
}

pub fn after_call_work_end(contact_id: &str) -> Value {
    json!({
        "contactId": contact_id, "contact": contact(contact_id, "ended"), "startedAt": WALL, "durationMs": 1_000,
        "agentState": agent_state("Available"),
    })
}

pub fn next_status() -> Value {
    json!({ "nextState": agent_state("Lunch"), "previous": null, "current": agent_state("Available") })
}
