//! Every sample passes its check, survives a round trip through its type, and can be emptied.

use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use smartagent_plugin_sdk::schema::{self, EventName, Method, Payload, samples};
use smartagent_plugin_sdk::wire::Body;

fn round_trip<T: DeserializeOwned + Serialize>(value: &Value) -> Option<Value> {
    let read: T = serde_json::from_value(value.clone()).ok()?;
    serde_json::to_value(read).ok()
}

fn round_trip_event(event: EventName, value: &Value) -> Option<Value> {
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
        assert_eq!(round_trip_event(*event, &sample), Some(sample), "{event}");
    }
}

#[test]
fn members_from_a_newer_host_survive_the_check_and_the_types() {
    for event in EventName::ALL {
        let mut sample = samples::event(*event);
        with_strangers(&mut sample);
        let payload = schema::check_event(event.as_str(), &Body::from_value(&sample)).unwrap();
        assert_eq!(payload.value(), &sample);
        assert_eq!(round_trip_event(*event, &sample), Some(sample), "{event}");
    }
}

#[test]
fn every_request_and_answer_sample_passes() {
    for method in Method::ALL {
        schema::check_request(*method, &Body::from_value(&samples::request(*method))).unwrap();
        schema::check_result(*method, &Body::from_value(&samples::answer(*method))).unwrap();
    }
    assert_eq!(
        round_trip::<schema::AgentSnapshot>(&samples::agent_snapshot()),
        Some(samples::agent_snapshot())
    );
    assert_eq!(round_trip::<schema::Snapshot>(&samples::snapshot()), Some(samples::snapshot()));
    assert_eq!(round_trip::<schema::Manifest>(&samples::manifest()), Some(samples::manifest()));
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

fn is_readable_event(event: EventName, payload: &Payload) -> bool {
    round_trip_event(event, payload.value()).is_some()
}

fn is_readable_request(method: Method, payload: &Payload) -> bool {
    match method {
        Method::UpdateContact => payload.read::<schema::UpdateContactPayload>().is_some(),
        Method::UpdateCustomer => payload.read::<schema::UpdateCustomerPayload>().is_some(),
        Method::UpdateQuickConnects => payload.read::<schema::UpdateQuickConnectsPayload>().is_some(),
        Method::TransferCall => payload.read::<schema::TransferCallPayload>().is_some(),
        Method::EndConferenceCall => payload.read::<schema::EndConferenceCallPayload>().is_some(),
        Method::QuickConnect => payload.read::<schema::QuickConnectPayload>().is_some(),
        Method::ShowNotification => payload.read::<schema::ShowNotificationPayload>().is_some(),
        Method::ShowPopupMessage => payload.read::<schema::ShowPopupMessagePayload>().is_some(),
        Method::SetTitleTag => payload.read::<schema::SetTitleTagPayload>().is_some(),
        Method::Live => payload.read::<schema::LivePayload>().is_some(),
        _ => payload.read::<schema::NoPayload>().is_some(),
    }
}

fn is_readable_answer(method: Method, payload: &Payload) -> bool {
    match method {
        Method::UpdateContact => payload.read::<schema::UpdateContactAnswer>().is_some(),
        Method::UpdateCustomer => payload.read::<schema::UpdateCustomerAnswer>().is_some(),
        Method::UpdateQuickConnects => payload.read::<schema::UpdateQuickConnectsAnswer>().is_some(),
        Method::TransferCall | Method::QuickConnect => payload.read::<schema::TransferCallAnswer>().is_some(),
        Method::EndConferenceCall => payload.read::<schema::EndConferenceCallAnswer>().is_some(),
        Method::ShowNotification => payload.read::<schema::ShowNotificationAnswer>().is_some(),
        Method::GetUser => payload.read::<schema::GetUserAnswer>().is_some(),
        Method::GetCompanyId => payload.read::<schema::GetCompanyIdAnswer>().is_some(),
        Method::GetContacts => payload.read::<schema::GetContactsAnswer>().is_some(),
        Method::GetContact => payload.read::<schema::GetContactAnswer>().is_some(),
        Method::Snapshot => payload.read::<schema::SnapshotAnswer>().is_some(),
        Method::Live => payload.read::<schema::LiveAnswer>().is_some(),
        _ => payload.read::<schema::Done>().is_some(),
    }
}

/// How many values there are inside of `value`, itself included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum::<usize>(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// Puts `new` in the place of the value number `at`.
fn replace(value: &mut Value, at: &mut usize, new: &Value) {
    if *at == 0 {
        *value = new.clone();
    }
    *at = at.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, at, new)),
        Value::Object(members) => members.values_mut().for_each(|member| replace(member, at, new)),
        _ => {}
    }
}

fn any_replacement() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z]{0,3}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!(["connected"])),
        Just(json!({"type": "queue"})),
    ]
}

proptest! {
    #[test]
    fn what_passes_its_check_can_be_read_as_its_type(
        event in 0..EventName::ALL.len(),
        method in 0..Method::ALL.len(),
        at in any::<prop::sample::Index>(),
        new in any_replacement(),
    ) {
        let (event, method) = (EventName::ALL[event], Method::ALL[method]);
        let changed = |mut value: Value| {
            let inside = count(&value) - 1;
            if inside > 0 {
                replace(&mut value, &mut (1 + at.index(inside)), &new);
            }
            Body::from_value(&value)
        };
        if let Ok(payload) = schema::check_event(event.as_str(), &changed(samples::event(event))) {
            prop_assert!(is_readable_event(event, &payload), "{event}");
        }
        if let Ok(payload) = schema::check_request(method, &changed(samples::request(method))) {
            prop_assert!(is_readable_request(method, &payload), "{method}");
        }
        if let Ok(payload) = schema::check_result(method, &changed(samples::answer(method))) {
            prop_assert!(is_readable_answer(method, &payload), "{method}");
        }
    }
}
