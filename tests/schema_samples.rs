//! Every sample passes its check, survives a round trip through its type, and can be emptied.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use smartagent_plugin_sdk::schema::{self, EventName, Method, samples};
use smartagent_plugin_sdk::wire::Body;

fn round_trip<T: DeserializeOwned + Serialize>(value: &Value) -> Value {
    let read: T = serde_json::from_value(value.clone()).unwrap();
    serde_json::to_value(read).unwrap()
}

fn round_trip_event(event: EventName, value: &Value) -> Value {
    let round_trip = match event {
        EventName::IncomingCall => round_trip::<schema::IncomingCall>,
        EventName::ContactUpdated => round_trip::<schema::ContactUpdated>,
        EventName::CallStarted => round_trip::<schema::CallStarted>,
        EventName::OnHold => round_trip::<schema::OnHold>,
        EventName::OffHold => round_trip::<schema::OffHold>,
        EventName::CallEnded => round_trip::<schema::CallEnded>,
        EventName::RejectCall => round_trip::<schema::RejectCall>,
        EventName::OutgoingCall => round_trip::<schema::OutgoingCall>,
        EventName::TransferCall => round_trip::<schema::TransferCall>,
        EventName::MissedCall => round_trip::<schema::MissedCall>,
        EventName::AddConnection => round_trip::<schema::AddConnection>,
        EventName::ConferenceConnections => round_trip::<schema::ConferenceConnections>,
        EventName::EndConnection => round_trip::<schema::EndConnection>,
        EventName::ToggleConnections => round_trip::<schema::ToggleConnections>,
        EventName::AfterCallWork => round_trip::<schema::AfterCallWork>,
        EventName::AfterCallWorkEnd => round_trip::<schema::AfterCallWorkEnd>,
        EventName::NextStatus => round_trip::<schema::NextStatus>,
    };
    round_trip(value)
}

/// Adds a member that nobody knows to every object but those that are maps by name.
fn with_strangers(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(with_strangers),
        Value::Object(members) => {
            for (key, value) in members.iter_mut() {
                if !["attributes", "segmentAttributes", "channelConcurrencyMap"].contains(&key.as_str()) {
                    with_strangers(value);
                }
            }
            members.insert("fromTheFuture".to_owned(), json!({"deep": [1, "stranger"]}));
        }
        _ => {}
    }
}

#[test]
fn every_event_sample_passes_and_round_trips() {
    for event in EventName::ALL {
        let sample = samples::event(*event);
        let payload = schema::check_event(event.as_str(), &Body::from_value(&sample)).unwrap();
        assert_eq!(payload.value(), &sample);
        assert_eq!(round_trip_event(*event, &sample), sample, "{event}");
    }
}

#[test]
fn members_from_a_newer_host_survive_the_check_and_the_types() {
    for event in EventName::ALL {
        let mut sample = samples::event(*event);
        with_strangers(&mut sample);
        let payload = schema::check_event(event.as_str(), &Body::from_value(&sample)).unwrap();
        assert_eq!(payload.value(), &sample);
        assert_eq!(round_trip_event(*event, &sample), sample, "{event}");
    }
}

#[test]
fn every_request_and_answer_sample_passes() {
    for method in Method::ALL {
        schema::check_request(*method, &Body::from_value(&samples::request(*method))).unwrap();
        schema::check_result(*method, &Body::from_value(&samples::answer(*method))).unwrap();
    }
    assert_eq!(round_trip::<schema::AgentSnapshot>(&samples::agent_snapshot()), samples::agent_snapshot());
    assert_eq!(round_trip::<schema::Snapshot>(&samples::snapshot()), samples::snapshot());
    assert_eq!(round_trip::<schema::Manifest>(&samples::manifest()), samples::manifest());
    schema::check_snapshot(&samples::agent_snapshot()).unwrap();
    schema::check_plugin_snapshot(&samples::snapshot()).unwrap();
    schema::check_manifest(&samples::manifest()).unwrap();
    schema::check_user(&samples::user()).unwrap();
}

#[test]
fn typed_reading_gives_the_type_of_the_name_and_none_for_another() {
    let body = Body::from_value(&samples::event(EventName::CallEnded));
    let payload = schema::check_event("call_ended", &body).unwrap();
    assert_eq!(payload.read::<schema::CallEnded>().unwrap().hold_ms, 20_000);
    assert!(payload.read::<schema::NextStatus>().is_none());
}

/// Every text of a person in the samples' contacts.
const PERSONAL: [&str; 4] = ["Ben", "+4420", "Ada Moreno", "draft"];

#[test]
fn what_a_plugin_without_contact_read_gets_has_nothing_personal_and_is_still_valid() {
    for event in EventName::ALL {
        let mut payload = samples::event(*event);
        let before: Vec<_> = payload.as_object().unwrap().keys().cloned().collect();
        schema::redact_event(*event, &mut payload);
        let text = payload.to_string();
        for personal in PERSONAL {
            assert!(!text.contains(personal), "{event}: {personal} in {text}");
        }
        assert_eq!(payload.as_object().unwrap().keys().cloned().collect::<Vec<_>>(), before, "{event}");
        schema::check_event(event.as_str(), &Body::from_value(&payload)).unwrap();
    }
    let mut contact = samples::contact();
    schema::redact_contact(&mut contact);
    assert_eq!(contact["attributes"], json!({}));
    assert_eq!(contact["segmentAttributes"], json!({}));
    assert_eq!(contact["phoneNumber"], Value::Null);
    assert_eq!(contact["customerEndpoint"], Value::Null);
    assert_eq!(contact["connections"][1]["endpoint"]["phoneNumber"], Value::Null);
    assert_eq!(contact["connections"][0]["endpoint"]["name"], Value::Null);
    assert_eq!(contact["connections"][0]["endpoint"]["type"], "agent");
    assert_eq!(contact["queue"]["name"], "Service");
}

#[test]
fn snapshots_and_results_are_emptied_like_events() {
    let mut snapshot = samples::snapshot();
    schema::redact_snapshot(&mut snapshot);
    assert!(!snapshot.to_string().contains("+4420"));
    assert_eq!(snapshot["user"]["name"], "Ada Moreno", "the agent is guarded by another scope");
    schema::check_plugin_snapshot(&snapshot).unwrap();
    for method in [Method::GetContact, Method::GetContacts, Method::Snapshot, Method::UpdateContact] {
        let mut answer = samples::answer(method);
        schema::redact_result(method, &mut answer);
        assert!(!answer.to_string().contains("Ben"), "{method}: {answer}");
        schema::check_result(method, &Body::from_value(&answer)).unwrap();
    }
    let mut answer = samples::answer(Method::UpdateQuickConnects);
    schema::redact_result(Method::UpdateQuickConnects, &mut answer);
    assert_eq!(answer, samples::answer(Method::UpdateQuickConnects));
}

#[test]
fn members_that_nobody_knows_are_emptied_too() {
    let mut payload = samples::event(EventName::ContactUpdated);
    payload["contact"]["loyaltyCard"] = json!("4711");
    payload["contact"]["history"] = json!(["4711"]);
    payload["contact"]["crm"] = json!({"card": "4711"});
    schema::redact_event(EventName::ContactUpdated, &mut payload);
    assert_eq!(payload["contact"]["loyaltyCard"], Value::Null);
    assert_eq!(payload["contact"]["history"], json!([]));
    assert_eq!(payload["contact"]["crm"], json!({}));
}

#[test]
fn a_recorded_request_keeps_its_shape_and_loses_its_texts() {
    let mut payload = samples::request(Method::UpdateContact);
    schema::redact_request(Method::UpdateContact, &mut payload);
    assert_eq!(payload, json!({"sa-name": "[redacted]", "sa-reason": "[redacted]"}));
    let mut payload = samples::request(Method::ShowNotification);
    schema::redact_request(Method::ShowNotification, &mut payload);
    assert_eq!(payload, json!({"type": "CREATE_NOTIFICATION", "header": "[redacted]", "text": "[redacted]"}));
}
