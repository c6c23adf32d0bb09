//! The simulated contact centre: what is possible when, and what messages from plugins do.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]
use serde_json::{Value, json};
use smartagent_plugin_sdk::schema::{AgentSnapshot, Method};
use smartagent_plugin_sdk::simulator::{ActionKind, Effect, Simulator, SimulatorError, SimulatorOptions};
use smartagent_plugin_sdk::wire::{ErrorBody, ErrorCode};

fn desk() -> Simulator {
    Simulator::new(SimulatorOptions::default())
}

fn try_act(desk: &mut Simulator, action: Value) -> Result<Effect, SimulatorError> {
    desk.act(&serde_json::from_value(action).unwrap())
}

fn act(desk: &mut Simulator, action: Value) -> Effect {
    try_act(desk, action).unwrap_or_else(|error| panic!("{error}"))
}

fn talking() -> Simulator {
    let mut desk = desk();
    act(&mut desk, json!({"incoming": {"as": "call"}}));
    act(&mut desk, json!({"answer": {}}));
    desk
}

fn send(desk: &mut Simulator, method: Method, payload: Value) -> Result<Value, ErrorBody> {
    desk.handle(method, None, &payload).expect("a message about a call").map(|handled| handled.result)
}

fn states(snapshot: &AgentSnapshot) -> Vec<&'static str> {
    snapshot.contacts[0].connections.iter().map(|c| c.state.state_type.as_str()).collect()
}

#[test]
fn an_action_that_is_not_possible_names_the_state_and_what_is_possible_and_changes_nothing() {
    let mut desk = desk();
    act(&mut desk, json!({"incoming": {}}));
    let before = desk.snapshot();
    let error = try_act(&mut desk, json!({"conference": {}})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "conference is not possible while the contact is ringing; allowed there: answer, reject, miss, abandon, fail, remove, focus, attributes"
    );
    assert_eq!(error.code(), ErrorCode::Conflict);
    assert_eq!(desk.snapshot(), before);
}

#[test]
fn an_action_without_a_contact_an_unknown_name_and_an_unknown_status_are_errors() {
    let mut desk = desk();
    let error = try_act(&mut desk, json!({"answer": {}})).unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        (ErrorCode::NoContact, "the agent has no contact to act on")
    );
    act(&mut desk, json!({"incoming": {"as": "first"}}));
    let error = try_act(&mut desk, json!({"answer": {"contact": "frist"}})).unwrap_err();
    assert_eq!(error.to_string(), "no contact `frist`; known: first");
    let error = try_act(&mut desk, json!({"next_status": {"name": "Lnuch"}})).unwrap_err();
    assert_eq!(error.to_string(), "no status `Lnuch`; did you mean `Lunch`?");
}

#[test]
fn offline_agents_and_agents_about_to_leave_get_no_calls() {
    let mut desk = desk();
    act(&mut desk, json!({"status": {"name": "Offline"}}));
    assert!(try_act(&mut desk, json!({"incoming": {}})).is_err());
    assert_eq!(desk.allowed(), [ActionKind::Status]);
    act(&mut desk, json!({"status": {"name": "Available"}}));
    act(&mut desk, json!({"incoming": {}}));
    act(&mut desk, json!({"next_status": {"name": "Break"}}));
    let error = try_act(&mut desk, json!({"incoming": {}})).unwrap_err();
    assert!(error.to_string().contains("and Break next"), "{error}");
}

#[test]
fn ringing_ends_by_itself_and_after_call_work_too_where_it_is_timed() {
    let options =
        SimulatorOptions { after_call_work_ms: Some(3_000), ring_ms: 1_000, ..SimulatorOptions::default() };
    let mut desk = Simulator::new(options);
    act(&mut desk, json!({"incoming": {}}));
    assert!(desk.advance(999).is_empty());
    let missed = desk.advance(1);
    assert_eq!(missed[0].contacts[0].state.state_type.as_str(), "missed");
    assert_eq!(missed[0].user.state.name, "MissedCallAgent");
    act(&mut desk, json!({"clear": {}}));
    act(&mut desk, json!({"incoming": {}}));
    act(&mut desk, json!({"answer": {}}));
    act(&mut desk, json!({"hang_up": {}}));
    assert_eq!(desk.snapshot().user.state.name, "AfterCallWork");
    let cleared = desk.advance(10_000);
    assert_eq!((cleared.len(), cleared[0].contacts.len()), (1, 0));
    assert_eq!(cleared[0].timestamp, 1_790_000_004_000);
    assert_eq!(desk.snapshot().user.state.name, "Available");
}

#[test]
fn the_next_status_begins_when_the_last_contact_is_cleared() {
    let mut desk = talking();
    act(&mut desk, json!({"next_status": {"name": "Lunch"}}));
    act(&mut desk, json!({"hang_up": {}}));
    let snapshot = act(&mut desk, json!({"clear": {}})).snapshots.remove(0);
    assert_eq!(snapshot.user.state.name, "Lunch");
    assert_eq!(snapshot.user.next_state, None);
}

#[test]
fn the_obvious_party_is_meant_where_none_is_named() {
    let mut desk = talking();
    act(&mut desk, json!({"add": {"quickConnect": "Billing"}}));
    assert_eq!(states(&desk.snapshot()), ["connected", "hold", "connecting"]);
    act(&mut desk, json!({"party_answers": {}}));
    act(&mut desk, json!({"toggle": {}}));
    assert_eq!(states(&desk.snapshot()), ["connected", "connected", "hold"]);
    act(&mut desk, json!({"conference": {}}));
    let error = try_act(&mut desk, json!({"hold": {}})).unwrap_err();
    assert!(matches!(error, SimulatorError::SeveralParties { ref ids } if ids.len() == 2), "{error}");
    act(&mut desk, json!({"end_connection": {}}));
    assert_eq!(states(&desk.snapshot()), ["connected", "connected", "disconnected"]);
}

#[test]
fn update_contact_sets_and_removes_attributes_and_answers_all_of_them() {
    let mut desk = talking();
    send(&mut desk, Method::UpdateContact, json!({"a": "1", "b": "2"})).unwrap();
    let answer = send(&mut desk, Method::UpdateContact, json!({"a": "", "c": "3"})).unwrap();
    assert_eq!(answer["attributes"], json!({"b": "2", "c": "3"}));
    assert_eq!(desk.snapshot().contacts[0].attributes.len(), 2);
    let error = send(&mut desk, Method::UpdateContact, json!({"d": "x".repeat(32_768)})).unwrap_err();
    assert_eq!(error.code, ErrorCode::BadRequest);
    assert_eq!(desk.snapshot().contacts[0].attributes.len(), 2);
}

#[test]
fn transfer_call_calls_a_number_in_warm_and_a_queue_cold() {
    let mut desk = talking();
    let answer =
        send(&mut desk, Method::TransferCall, json!({"number": "+442079460188", "name": "Desk"})).unwrap();
    assert_eq!(answer["kind"], "warm");
    assert_eq!(answer["endpoint"]["phoneNumber"], "+442079460188");
    let snapshot = desk.snapshot();
    assert_eq!(answer["connectionId"], snapshot.contacts[0].connections[2].connection_id.as_str());
    assert_eq!(states(&snapshot), ["connected", "hold", "connecting"]);
    let error = send(&mut desk, Method::TransferCall, json!({"number": "+442079460189"})).unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict);

    let mut desk = talking();
    let endpoint = json!({"type": "queue", "endpointId": "arn:sales", "name": "Sales"});
    let answer = send(&mut desk, Method::TransferCall, json!({"endpoint": endpoint})).unwrap();
    assert_eq!((&answer["kind"], &answer["endpoint"]["endpointARN"]), (&json!("cold"), &json!("arn:sales")));
    assert_eq!(desk.snapshot().contacts[0].state.state_type.as_str(), "ended");
}

#[test]
fn quick_connect_finds_by_name_and_names_the_closest_one() {
    let mut desk = talking();
    let answer = send(&mut desk, Method::QuickConnect, json!({"name": "Alex"})).unwrap();
    assert_eq!(answer["endpoint"]["agentLogin"], "alex");
    assert_eq!(desk.snapshot().contacts[0].connections[2].quick_connect_name.as_deref(), Some("Alex"));
    let error = send(&mut desk, Method::QuickConnect, json!({"name": "Biling"})).unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
    assert!(error.message.ends_with("did you mean `Billing`?"), "{}", error.message);
}

#[test]
fn end_conference_call_matches_names_and_numbers_and_tells_of_several() {
    let mut desk = talking();
    act(&mut desk, json!({"hang_up": {}}));
    act(&mut desk, json!({"clear": {}}));
    act(&mut desk, json!({"incoming": {"multiParty": true}}));
    act(&mut desk, json!({"answer": {}}));
    for _ in 0..2 {
        act(&mut desk, json!({"add": {"phoneNumber": "+442079460199"}}));
        act(&mut desk, json!({"party_answers": {}}));
    }
    let error =
        send(&mut desk, Method::EndConferenceCall, json!({"connectionName": "+442079460199"})).unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict);
    let ids: Vec<String> = error.issues.unwrap().into_iter().map(|issue| issue.path).collect();
    assert_eq!(ids.len(), 2);
    let answer = send(&mut desk, Method::EndConferenceCall, json!({"connectionId": ids[0]})).unwrap();
    assert_eq!(answer["connectionId"], ids[0].as_str());
    let error = send(&mut desk, Method::EndConferenceCall, json!({"connectionName": "nobody"})).unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[test]
fn update_customer_adds_to_what_is_known() {
    let mut desk = talking();
    send(&mut desk, Method::UpdateCustomer, json!({"name": "Robin"})).unwrap();
    let answer = send(&mut desk, Method::UpdateCustomer, json!({"ID": "4711"})).unwrap();
    assert_eq!(answer["customer"], json!({"name": "Robin", "ID": "4711"}));
}

#[test]
fn messages_without_a_contact_are_refused_and_those_about_no_call_are_left_to_the_host() {
    let mut desk = desk();
    let error = send(&mut desk, Method::UpdateContact, json!({"a": "1"})).unwrap_err();
    assert_eq!(error.code, ErrorCode::NoContact);
    assert!(desk.handle(Method::ShowPlugin, None, &json!({})).is_none());
    let quick_connects = send(&mut desk, Method::UpdateQuickConnects, json!({})).unwrap();
    assert_eq!(quick_connects["quickConnects"].as_array().unwrap().len(), 3);
}
