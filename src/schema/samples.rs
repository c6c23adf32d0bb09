//! One realistic sample of every payload and answer: one agent, one caller, one contact. The documentation, the wire
//! vectors and the tests use them.

use serde_json::{Value, json};

use super::{EventName, Method};

/// When the sample call began to ring, epoch milliseconds.
pub const START: u64 = 1_790_000_000_000;

/// A sample payload of an event.
pub fn event(event: EventName) -> Value {
    let mut payload = extra_members(event);
    if event.has_contact()
        && let Value::Object(extra) = payload
    {
        let mut members = serde_json::Map::new();
        members.insert("contactId".to_owned(), json!(CONTACT));
        members.insert("contact".to_owned(), contact_of(event));
        members.extend(extra);
        payload = Value::Object(members);
    }
    payload
}

/// A sample payload of a request.
pub fn request(method: Method) -> Value {
    match method {
        Method::UpdateContact => json!({"sa-name": "Ben Okafor", "sa-reason": "delivery"}),
        Method::UpdateCustomer => {
            json!({"email": "ben@example.com", "phoneNumber": CALLER, "name": "Ben Okafor", "ID": "C-20417"})
        }
        Method::TransferCall => json!({
            "name": "Back office",
            "endpoint": {"endpointARN": arn("transfer-destination/e-1"), "type": "phone_number", "phoneNumber": BACK_OFFICE},
        }),
        Method::EndConferenceCall => json!({"connectionName": "Back office"}),
        Method::QuickConnect => json!({"name": "Back office", "message": "Delivery question, order 20417"}),
        Method::ShowNotification => {
            json!({"type": "CREATE_NOTIFICATION", "header": "Order found", "text": "Order 20417 is on its way."})
        }
        Method::ShowPopupMessage => json!({"type": "SUCCESS", "popupMessage": "Saved."}),
        Method::SetTitleTag => json!({"title": "2"}),
        Method::Live => json!({"event": "incoming_call"}),
        _ => json!({}),
    }
}

/// A sample answer to a request.
pub fn answer(method: Method) -> Value {
    match method {
        Method::UpdateContact => json!({
            "contactId": CONTACT,
            "initialContactId": CONTACT,
            "attributes": {"sa-name": "Ben Okafor", "sa-reason": "delivery", "tier": "2"},
        }),
        Method::UpdateCustomer => json!({"customer": request(Method::UpdateCustomer)}),
        Method::UpdateQuickConnects => json!({"quickConnects": [back_office()]}),
        Method::TransferCall | Method::QuickConnect => {
            json!({"contactId": CONTACT, "connectionId": "n-3", "kind": "warm", "endpoint": back_office()})
        }
        Method::EndConferenceCall => json!({"contactId": CONTACT, "connectionId": "n-3"}),
        Method::ShowNotification => json!({"notificationIds": ["t-1"]}),
        Method::ShowPopupMessage | Method::ShowPlugin | Method::HidePlugin | Method::SetTitleTag => json!({}),
        Method::GetUser => json!({"user": user()}),
        Method::GetCompanyId => json!({"companyId": COMPANY}),
        Method::GetContacts => json!({"contacts": [contact()]}),
        Method::GetContact => json!({"contact": contact()}),
        Method::Snapshot => json!({"snapshot": snapshot()}),
        Method::Live => json!({"events": [{"timestamp": START, "payload": event(EventName::IncomingCall)}]}),
    }
}

/// The sample contact, connected.
pub fn contact() -> Value {
    contact_in("connected", START + 6_000, vec![agent_leg("connected"), caller_leg("connected")])
}

/// The sample agent.
pub fn user() -> Value {
    json!({
        "agentARN": arn("agent/a-1"), "username": "ada", "name": "Ada Moreno", "extension": null,
        "permissions": ["outboundCall", "voiceId"], "softphoneEnabled": true, "locale": "en_GB",
        "routingProfile": {
            "name": "Service", "routingProfileARN": arn("routing-profile/r-1"), "routingProfileId": "r-1",
            "defaultOutboundQueue": queue(), "queues": [queue()], "channelConcurrencyMap": {"VOICE": 1, "CHAT": 3},
        },
        "state": state("Available", "routable", Some(START - 60_000)),
        "nextState": null,
    })
}

/// What a desktop hands in while the sample call is connected.
pub fn agent_snapshot() -> Value {
    json!({"timestamp": START + 6_000, "user": user(), "contacts": [contact()], "focusedContactId": CONTACT})
}

/// What a plugin with every scope gets meanwhile.
pub fn snapshot() -> Value {
    json!({
        "user": user(), "companyId": COMPANY, "contacts": [contact()], "focusedContactId": CONTACT, "visible": true,
    })
}

/// A sample manifest.
pub fn manifest() -> Value {
    json!({
        "manifest": 1, "id": "acme.crm-panel", "name": "CRM panel", "version": "2.3.1", "type": "call",
        "url": "https://crm.example.com/panel", "origins": ["https://crm.example.com"],
        "scopes": [
            {"scope": "call:observe", "reason": "Opens the customer's record when a call rings."},
            {"scope": "contact:read", "reason": "Finds the record by the caller's number."},
        ],
        "events": ["incoming_call", "call_ended"], "visibleByDefault": false,
    })
}

fn extra_members(event: EventName) -> Value {
    match event {
        EventName::IncomingCall => {
            json!({"phoneNumber": CALLER, "queue": queue(), "isCallback": false, "autoAccept": false})
        }
        EventName::ContactUpdated => json!({
            "changed": ["attributes"],
            "attributes": {
                "added": {"sa-name": "Ben Okafor"}, "changed": {"tier": {"from": "1", "to": "2"}}, "removed": ["draft"],
            },
        }),
        EventName::CallStarted => {
            json!({"direction": "inbound", "startedAt": START + 6_000, "ringDurationMs": 6_000})
        }
        EventName::OnHold => {
            json!({"connection": caller_leg("hold"), "self": false, "heldConnections": ["n-2"]})
        }
        EventName::OffHold => json!({"connection": caller_leg("connected"), "self": false, "heldMs": 20_000}),
        EventName::CallEnded => json!({
            "reason": "ended", "endedBy": "customer", "durationMs": 186_000, "talkMs": 160_000, "holdMs": 20_000,
        }),
        EventName::RejectCall => json!({"rejectedBy": "agent", "ringDurationMs": 4_000}),
        EventName::OutgoingCall => json!({"phoneNumber": CALLER, "queue": queue(), "initiatedBy": "agent"}),
        EventName::TransferCall => json!({
            "kind": "warm", "endpoint": back_office(), "connectionId": "n-3", "quickConnectName": "Back office",
            "initiatedBy": "plugin",
        }),
        EventName::MissedCall => {
            json!({"reason": "timeout", "agentStateName": "Missed call", "ringDurationMs": 20_000})
        }
        EventName::AddConnection => {
            json!({"connection": back_office_leg("connecting"), "initiatedBy": "plugin"})
        }
        EventName::ConferenceConnections => json!({"connections": conference()}),
        EventName::EndConnection => json!({
            "connection": back_office_leg("disconnected"),
            "remaining": [agent_leg("connected"), caller_leg("connected")],
            "initiatedBy": "agent",
        }),
        EventName::ToggleConnections => {
            json!({"active": [back_office_leg("connected")], "held": [caller_leg("hold")]})
        }
        EventName::AfterCallWork => json!({
            "startedAt": START + 186_000,
            "agentState": state("After call work", "after_call_work", Some(START + 186_000)),
        }),
        EventName::AfterCallWorkEnd => json!({
            "startedAt": START + 186_000, "durationMs": 30_000,
            "agentState": state("Available", "routable", Some(START + 216_000)),
        }),
        EventName::NextStatus => json!({
            "nextState": state("Lunch", "not_routable", None), "previous": null,
            "current": state("Busy", "system", Some(START + 6_000)),
        }),
    }
}

fn contact_of(event: EventName) -> Value {
    let both = |agent: &str, caller: &str| vec![agent_leg(agent), caller_leg(caller)];
    match event {
        EventName::IncomingCall => contact_in("connecting", START, both("connecting", "connected")),
        EventName::OutgoingCall => {
            let mut contact = contact_in("connecting", START, both("connected", "connecting"));
            contact["direction"] = json!("outbound");
            contact["initiationMethod"] = json!("outbound");
            contact["queueTimestamp"] = Value::Null;
            contact["connections"][1]["type"] = json!("outbound");
            contact
        }
        EventName::OnHold => contact_in("connected", START + 6_000, both("connected", "hold")),
        EventName::CallEnded | EventName::AfterCallWork | EventName::AfterCallWorkEnd => {
            contact_in("ended", START + 186_000, both("disconnected", "disconnected"))
        }
        EventName::RejectCall => contact_in("rejected", START + 4_000, both("rejected", "disconnected")),
        EventName::MissedCall => contact_in("missed", START + 20_000, both("disconnected", "disconnected")),
        EventName::AddConnection => contact_in(
            "connected",
            START + 6_000,
            vec![agent_leg("connected"), caller_leg("hold"), back_office_leg("connecting")],
        ),
        EventName::ConferenceConnections | EventName::TransferCall => {
            contact_in("connected", START + 6_000, conference())
        }
        EventName::ToggleConnections => contact_in(
            "connected",
            START + 6_000,
            vec![agent_leg("connected"), caller_leg("hold"), back_office_leg("connected")],
        ),
        _ => contact(),
    }
}

fn contact_in(state: &str, since: u64, connections: Vec<Value>) -> Value {
    json!({
        "contactId": CONTACT, "initialContactId": CONTACT, "type": "voice", "subtype": "connect:Telephony",
        "state": {"type": state, "timestamp": since}, "direction": "inbound", "initiationMethod": "inbound",
        "queue": queue(), "queueTimestamp": START - 15_000, "attributes": {"tier": "2", "sa-name": "Ben Okafor"},
        "connections": connections, "customerEndpoint": caller(), "phoneNumber": CALLER,
        "isMultiPartyConferenceEnabled": true, "isAutoAcceptEnabled": false, "isSoftphoneCall": true,
        "segmentAttributes": {"connect:Subtype": "connect:Telephony"},
    })
}

fn conference() -> Vec<Value> {
    vec![agent_leg("connected"), caller_leg("connected"), back_office_leg("connected")]
}

fn agent_leg(state: &str) -> Value {
    connection("n-1", "agent", state, endpoint("agent", Some("Ada Moreno"), None), Value::Null)
}

fn caller_leg(state: &str) -> Value {
    connection("n-2", "inbound", state, caller(), Value::Null)
}

fn back_office_leg(state: &str) -> Value {
    connection("n-3", "outbound", state, back_office(), json!("Back office"))
}

fn connection(id: &str, kind: &str, state: &str, endpoint: Value, quick_connect: Value) -> Value {
    json!({
        "connectionId": id, "contactId": CONTACT, "type": kind, "state": {"type": state, "timestamp": START + 6_000},
        "isInitialConnection": kind == "inbound", "endpoint": endpoint, "quickConnectName": quick_connect,
        "isMute": false,
    })
}

fn caller() -> Value {
    endpoint("phone_number", None, Some(CALLER))
}

fn back_office() -> Value {
    let mut endpoint = endpoint("phone_number", Some("Back office"), Some(BACK_OFFICE));
    endpoint["endpointARN"] = json!(arn("transfer-destination/e-1"));
    endpoint["endpointId"] = endpoint["endpointARN"].clone();
    endpoint
}

fn endpoint(kind: &str, name: Option<&str>, phone_number: Option<&str>) -> Value {
    json!({
        "endpointARN": null, "endpointId": null, "type": kind, "name": name, "phoneNumber": phone_number,
        "agentLogin": if kind == "agent" { Some("ada") } else { None }, "queue": null,
    })
}

fn queue() -> Value {
    json!({"name": "Service", "queueARN": arn("queue/q-1"), "queueId": "q-1"})
}

fn state(name: &str, kind: &str, since: Option<u64>) -> Value {
    json!({"name": name, "type": kind, "agentStateARN": arn("agent-state/s-1"), "startTimestamp": since})
}

fn arn(resource: &str) -> String {
    format!("arn:aws:connect:eu-west-2:123456789012:instance/i-1/{resource}")
}

const COMPANY: &str = "acme";
const CONTACT: &str = "c-77";
const CALLER: &str = "+442071838750";
const BACK_OFFICE: &str = "+442079460123";
