//! Single rules of the call engine, on snapshots written by hand.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
use serde_json::{Value, json};
use smartagent_plugin_sdk::calls::{Command, CommandKind, Derived, Engine, EngineOptions, EventPayload};
use smartagent_plugin_sdk::schema::{AgentSnapshot, ContactType, EventName, InitiatedBy};
use smartagent_plugin_sdk::simulator::{Simulator, SimulatorOptions};

const T: u64 = 1_790_000_000_000;

/// A snapshot at `T + at` with the given contacts.
fn snapshot(at: u64, contacts: &[Value]) -> AgentSnapshot {
    let mut snapshot = Simulator::new(SimulatorOptions::default()).snapshot();
    snapshot.timestamp = T + at;
    snapshot.contacts = contacts.iter().map(|c| serde_json::from_value(c.clone()).unwrap()).collect();
    snapshot
}

/// A contact whose state and connections, `[id, type, state]`, began at `T + at`. The first other party is the customer.
fn contact(id: &str, state: &str, at: u64, connections: &[[&str; 3]]) -> Value {
    let legs: Vec<Value> = connections
        .iter()
        .map(|[leg, connection_type, leg_state]| {
            json!({
                "connectionId": leg, "contactId": id, "type": connection_type,
                "state": {"type": leg_state, "timestamp": T + at}, "isInitialConnection": *leg == "customer",
                "endpoint": null, "quickConnectName": null
            })
        })
        .collect();
    json!({
        "contactId": id, "initialContactId": null, "type": "voice", "subtype": null,
        "state": {"type": state, "timestamp": T + at}, "direction": "inbound", "initiationMethod": "inbound",
        "queue": null, "queueTimestamp": null, "attributes": {}, "connections": legs, "customerEndpoint": null,
        "phoneNumber": "+442079460123", "isMultiPartyConferenceEnabled": false, "isAutoAcceptEnabled": false,
        "isSoftphoneCall": true
    })
}

const RINGING: [[&str; 3]; 2] = [["agent", "agent", "connecting"], ["customer", "inbound", "connected"]];
const TALKING: [[&str; 3]; 2] = [["agent", "agent", "connected"], ["customer", "inbound", "connected"]];
const OVER: [[&str; 3]; 2] = [["agent", "agent", "disconnected"], ["customer", "inbound", "disconnected"]];

fn names(events: &[Derived]) -> Vec<&'static str> {
    events.iter().map(|event| event.name().as_str()).collect()
}

fn engine() -> Engine {
    Engine::new(EngineOptions::default())
}

fn only(events: &[Derived], name: EventName) -> Value {
    let found: Vec<&Derived> = events.iter().filter(|event| event.name() == name).collect();
    assert_eq!(found.len(), 1, "{name} in {:?}", names(events));
    found[0].payload_value()
}

#[test]
fn an_unchanged_snapshot_and_one_with_other_times_tell_nothing() {
    let mut engine = engine();
    engine.apply(&snapshot(0, &[contact("c", "connected", 0, &TALKING)]));
    assert!(engine.apply(&snapshot(1, &[contact("c", "connected", 0, &TALKING)])).is_empty());
    assert!(engine.apply(&snapshot(2, &[contact("c", "connected", 9, &TALKING)])).is_empty());
}

#[test]
fn a_contact_first_seen_connected_is_told_from_its_beginning_without_a_ring_duration() {
    let events = engine().apply(&snapshot(500, &[contact("c", "connected", 100, &TALKING)]));
    assert_eq!(names(&events), ["incoming_call", "call_started"]);
    let started = only(&events, EventName::CallStarted);
    assert_eq!((&started["startedAt"], &started["ringDurationMs"]), (&json!(T + 100), &Value::Null));
}

#[test]
fn a_contact_first_seen_over_is_told_by_its_ending_alone() {
    for (state, told) in [
        ("ended", vec!["call_ended", "after_call_work"]),
        ("missed", vec!["missed_call"]),
        ("rejected", vec!["reject_call"]),
        ("error", vec!["missed_call"]),
    ] {
        assert_eq!(names(&engine().apply(&snapshot(5, &[contact("c", state, 1, &OVER)]))), told, "{state}");
    }
}

#[test]
fn a_missed_contact_that_stays_listed_as_ended_has_no_after_call_work() {
    let mut engine = engine();
    engine.apply(&snapshot(0, &[contact("c", "connecting", 0, &RINGING)]));
    let events = engine.apply(&snapshot(9, &[contact("c", "missed", 9, &OVER)]));
    assert_eq!(names(&events), ["missed_call", "contact_updated"]);
    assert_eq!(names(&engine.apply(&snapshot(10, &[contact("c", "ended", 10, &OVER)]))), ["contact_updated"]);
    assert!(engine.apply(&snapshot(11, &[])).is_empty());
}

#[test]
fn ringing_that_is_followed_by_ended_was_a_call_only_where_the_agent_is_in_after_call_work() {
    for (state_type, told) in [("after_call_work", "call_ended"), ("routable", "missed_call")] {
        let mut engine = engine();
        engine.apply(&snapshot(0, &[contact("c", "connecting", 0, &RINGING)]));
        let mut ended = snapshot(9, &[contact("c", "ended", 9, &OVER)]);
        ended.user.state.state_type = serde_json::from_value(json!(state_type)).unwrap();
        assert_eq!(names(&engine.apply(&ended))[0], told);
    }
}

#[test]
fn a_contact_that_vanishes_has_its_ending_and_none_more_when_it_comes_back() {
    let mut engine = engine();
    engine.apply(&snapshot(0, &[contact("c", "connected", 0, &TALKING)]));
    let events = engine.apply(&snapshot(700, &[]));
    assert_eq!(only(&events, EventName::CallEnded)["reason"], "removed");
    assert!(engine.apply(&snapshot(800, &[contact("c", "connected", 0, &TALKING)])).is_empty());
    let ended = [contact("c", "ended", 900, &OVER)];
    assert_eq!(names(&engine.apply(&snapshot(900, &ended))), ["contact_updated"]);
    assert!(engine.apply(&snapshot(1_000, &[])).is_empty());
}

#[test]
fn a_ringing_contact_that_vanishes_was_missed_or_refused() {
    for (reject, told) in [(false, EventName::MissedCall), (true, EventName::RejectCall)] {
        let mut engine = engine();
        engine.apply(&snapshot(0, &[contact("c", "connecting", 0, &RINGING)]));
        if reject {
            engine.note(Command::new(CommandKind::Reject, "c", InitiatedBy::Agent, T + 400));
        }
        let events = engine.apply(&snapshot(500, &[]));
        assert_eq!(events.iter().map(Derived::name).collect::<Vec<_>>(), [told]);
        assert_eq!(only(&events, told)["ringDurationMs"], 500);
    }
}

#[test]
fn a_change_is_matched_to_a_command_within_thirty_seconds_and_else_unknown() {
    for (noted_at, by) in [(70_000, "plugin"), (69_999, "unknown"), (130_000, "plugin"), (130_001, "unknown")]
    {
        let mut engine = engine();
        engine.apply(&snapshot(0, &[contact("c", "connected", 0, &TALKING)]));
        engine.note(Command::new(CommandKind::HangUp, "c", InitiatedBy::Plugin, T + noted_at));
        let events = engine.apply(&snapshot(100_000, &[contact("c", "ended", 100_000, &OVER)]));
        assert_eq!(only(&events, EventName::CallEnded)["endedBy"], by, "noted at {noted_at}");
    }
}

#[test]
fn a_command_explains_one_change_of_its_own_contact_and_connection() {
    let mut engine = engine();
    let two =
        |a: &[[&str; 3]], b: &[[&str; 3]]| [contact("a", "connected", 0, a), contact("b", "connected", 0, b)];
    engine.apply(&snapshot(0, &two(&TALKING, &TALKING)));
    let mut add = Command::new(CommandKind::AddConnection, "a", InitiatedBy::Plugin, T + 5);
    add.connection_id = Some("third".into());
    engine.note(add);
    let with = |id| [TALKING[0], TALKING[1], [id, "outbound", "connecting"]];
    let events = engine.apply(&snapshot(10, &two(&with("fourth"), &with("third"))));
    let by: Vec<Value> = events
        .iter()
        .filter(|e| e.name() == EventName::AddConnection)
        .map(|e| e.payload_value()["initiatedBy"].clone())
        .collect();
    assert_eq!(by, ["unknown", "unknown"]);
    let both =
        [TALKING[0], TALKING[1], ["fourth", "outbound", "connecting"], ["third", "outbound", "connecting"]];
    let events = engine.apply(&snapshot(20, &two(&both, &with("third"))));
    assert_eq!(only(&events, EventName::AddConnection)["initiatedBy"], "plugin");
}

#[test]
fn the_customer_ended_it_when_the_customers_leg_went_first_and_nobody_is_known_when_all_went_at_once() {
    let gone = [TALKING[0], ["customer", "inbound", "disconnected"]];
    for (first, by) in [(Some(gone), "customer"), (None, "unknown")] {
        let mut engine = engine();
        engine.apply(&snapshot(0, &[contact("c", "connected", 0, &TALKING)]));
        if let Some(first) = first {
            engine.apply(&snapshot(50, &[contact("c", "connected", 0, &first)]));
        }
        let events = engine.apply(&snapshot(60, &[contact("c", "ended", 60, &OVER)]));
        assert_eq!(only(&events, EventName::CallEnded)["endedBy"], by);
    }
}

#[test]
fn clocks_that_go_back_never_make_a_duration_negative() {
    let mut engine = engine();
    engine.apply(&snapshot(90_000, &[contact("c", "connecting", 90_000, &RINGING)]));
    let events = engine.apply(&snapshot(80_000, &[contact("c", "connected", 80_000, &TALKING)]));
    assert_eq!(only(&events, EventName::CallStarted)["ringDurationMs"], 0);
    let held = [TALKING[0], ["customer", "inbound", "hold"]];
    engine.apply(&snapshot(70_000, &[contact("c", "connected", 70_000, &held)]));
    let events = engine.apply(&snapshot(60_000, &[contact("c", "connected", 60_000, &TALKING)]));
    assert_eq!(only(&events, EventName::OffHold)["heldMs"], 0);
    let events = engine.apply(&snapshot(50_000, &[contact("c", "ended", 50_000, &OVER)]));
    let ended = only(&events, EventName::CallEnded);
    assert_eq!((&ended["durationMs"], &ended["talkMs"], &ended["holdMs"]), (&json!(0), &json!(0), &json!(0)));
}

#[test]
fn a_toggle_takes_the_place_of_its_hold_pair_and_of_nothing_else() {
    let legs = |agent, customer, third| {
        [["agent", "agent", agent], ["customer", "inbound", customer], ["third", "outbound", third]]
    };
    let mut engine = engine();
    engine.apply(&snapshot(0, &[contact("c", "connected", 0, &legs("connected", "hold", "connected"))]));
    let events =
        engine.apply(&snapshot(9, &[contact("c", "connected", 9, &legs("hold", "connected", "hold"))]));
    assert_eq!(names(&events), ["toggle_connections", "on_hold", "contact_updated"]);
    let EventPayload::OnHold(own) = &events[1].payload else { panic!("{:?}", events[1]) };
    assert!(own.is_self);
    assert_eq!(own.held_connections, ["agent", "third"]);
}

#[test]
fn leaving_alone_with_the_customer_is_no_transfer_and_a_declined_one_is_forgotten() {
    let mut engine = engine();
    engine.apply(&snapshot(0, &[contact("c", "connected", 0, &TALKING)]));
    engine.note(Command::new(CommandKind::Transfer, "c", InitiatedBy::Plugin, T + 5));
    let third = |state| [TALKING[0], TALKING[1], ["third", "outbound", state]];
    let events = engine.apply(&snapshot(10, &[contact("c", "connected", 0, &third("connecting"))]));
    assert_eq!(only(&events, EventName::AddConnection)["initiatedBy"], "plugin");
    let events = engine.apply(&snapshot(20, &[contact("c", "connected", 0, &third("rejected"))]));
    assert_eq!(names(&events), ["end_connection", "contact_updated"]);
    let events = engine.apply(&snapshot(30, &[contact("c", "ended", 30, &OVER)]));
    assert_eq!(names(&events), ["call_ended", "after_call_work", "contact_updated"]);
    assert_eq!(only(&events, EventName::CallEnded)["reason"], "ended");
}

#[test]
fn a_cold_transfer_without_a_connection_of_its_own_is_told_from_the_command() {
    let mut engine = engine();
    engine.apply(&snapshot(0, &[contact("c", "connected", 0, &TALKING)]));
    let mut transfer = Command::new(CommandKind::Transfer, "c", InitiatedBy::Plugin, T + 5);
    transfer.quick_connect_name = Some("Sales".into());
    transfer.endpoint = serde_json::from_value(json!({
        "endpointARN": "arn:q", "endpointId": "arn:q", "type": "queue", "name": "Sales", "phoneNumber": null,
        "agentLogin": null, "queue": "sales"
    }))
    .ok();
    engine.note(transfer);
    let left = [["agent", "agent", "disconnected"], TALKING[1]];
    let events = engine.apply(&snapshot(30, &[contact("c", "ended", 30, &left)]));
    let told = only(&events, EventName::TransferCall);
    assert_eq!(told["kind"], "cold");
    assert_eq!(told["endpoint"]["name"], "Sales");
    assert_eq!((&told["connectionId"], &told["quickConnectName"]), (&Value::Null, &json!("Sales")));
    assert_eq!(only(&events, EventName::CallEnded)["reason"], "transferred");
}

#[test]
fn unknown_members_of_a_newer_host_are_kept_and_told_when_they_change() {
    let with = |value: &str| {
        let mut contact = contact("c", "connected", 0, &TALKING);
        contact["sentiment"] = json!(value);
        contact
    };
    let mut engine = engine();
    let events = engine.apply(&snapshot(0, &[with("good")]));
    assert_eq!(events[0].payload_value()["contact"]["sentiment"], "good");
    let events = engine.apply(&snapshot(1, &[with("bad")]));
    assert_eq!(only(&events, EventName::ContactUpdated)["changed"], json!(["sentiment"]));
}

#[test]
fn only_voice_and_callbacks_have_events_unless_more_channels_are_named() {
    let mut chat = contact("c", "connected", 0, &TALKING);
    chat["type"] = json!("chat");
    assert!(engine().apply(&snapshot(0, &[chat.clone()])).is_empty());
    let mut engine = Engine::new(EngineOptions { channels: vec![ContactType::Chat] });
    assert_eq!(names(&engine.apply(&snapshot(0, &[chat]))), ["incoming_call", "call_started"]);
}

#[test]
fn a_late_listener_gets_each_state_that_lasts_once_for_each_contact() {
    let mut engine = engine();
    let held = [TALKING[0], ["customer", "inbound", "hold"]];
    let contacts = [
        contact("ringing", "connecting", 10, &RINGING),
        contact("talking", "connected", 20, &TALKING),
        contact("held", "connected", 30, &held),
    ];
    let mut first = snapshot(40, &contacts);
    engine.apply(&first);
    first.contacts.push(serde_json::from_value(contact("over", "ended", 35, &OVER)).unwrap());
    engine.apply(&first);
    let live = |name| -> Vec<(String, u64)> {
        let told = engine.live(name);
        told.iter().map(|e| (e.contact_id().unwrap().to_owned(), e.timestamp - T)).collect()
    };
    assert_eq!(live(EventName::IncomingCall), [("ringing".to_owned(), 10)]);
    assert_eq!(live(EventName::CallStarted), [("talking".to_owned(), 20), ("held".to_owned(), 30)]);
    assert_eq!(live(EventName::OnHold), [("held".to_owned(), 30)]);
    assert_eq!(live(EventName::AfterCallWork), [("over".to_owned(), 35)]);
    assert!(live(EventName::CallEnded).is_empty() && live(EventName::OutgoingCall).is_empty());
}

#[test]
fn of_two_contacts_with_one_id_the_first_counts() {
    let mut engine = engine();
    let twice = [contact("c", "connected", 0, &TALKING), contact("c", "missed", 0, &OVER)];
    assert_eq!(names(&engine.apply(&snapshot(0, &twice))), ["incoming_call", "call_started"]);
    assert_eq!(engine.state().calls.len(), 1);
}
