//! Agents apart from each other, and state that follows what is emitted or handed over.

use serde_json::{Value, json};
use smartagent_plugin_sdk::desktop::{Command, Grant};
use smartagent_plugin_sdk::schema::{Method, check_snapshot};
use smartagent_plugin_sdk::wire::ErrorCode;

use crate::support::*;

fn two_agents() -> (Desk, Plug, Plug) {
    let mut desk = Desk::new(options(json!({ "companyId": "acme", "user": user() })));
    let mut connect = |agent: &str| {
        let grant = Grant { agent: Some(agent.into()), ..Grant::default() };
        desk.connect_as(&hello("p", agent), grant)
    };
    let (ada, bob) = (connect("ada"), connect("bob"));
    (desk, ada, bob)
}

fn snapshot(at: u64, contacts: Vec<Value>, focused: Option<&str>) -> Value {
    json!({ "timestamp": WALL + at, "user": user(), "contacts": contacts, "focusedContactId": focused })
}

fn apply(desk: &mut Desk, agent: &str, value: Value) -> usize {
    let snapshot = check_snapshot(&value).unwrap();
    let count = desk.desktop.apply_snapshot(snapshot, Some(agent), desk.now);
    desk.drain();
    count
}

#[test]
fn an_event_goes_to_its_agent_and_to_nobody_else() {
    let (mut desk, mut ada, mut bob) = two_agents();
    assert_eq!(desk.emit_to("incoming_call", incoming("c1"), json!({ "agent": "ada" })), Ok(1));
    assert_eq!(desk.emit("incoming_call", incoming("c2")), 0, "nobody serves the default agent");
    assert_eq!(desk.events(&mut ada).len(), 1);
    assert_eq!(desk.events(&mut bob).len(), 0);
    let contacts = desk.ask(&mut bob, "get_contacts", json!({}));
    assert_eq!(contacts["result"]["contacts"], json!([]));
    let error =
        desk.ask_with(&mut bob, "update_contact", json!({ "contactId": "c1", "payload": { "a": "b" } }));
    assert_eq!(error["error"]["code"], "E_NOT_FOUND");
    let error = desk.ask(&mut bob, "update_contact", json!({ "a": "b" }));
    assert_eq!(error["error"]["code"], "E_NO_CONTACT");
    assert_eq!(desk.ask(&mut ada, "update_contact", json!({ "a": "b" }))["result"]["contactId"], "c1");
    assert_eq!(desk.events(&mut bob).len(), 0, "another agent's contact_updated");
}

#[test]
fn options_choose_plugin_and_session() {
    let mut desk = Desk::new(plain());
    let mut crm = desk.connect("crm");
    let mut notes = [desk.connect("notes"), desk.connect("notes")];
    assert_eq!(desk.emit_to("acme.x", json!({}), json!({ "plugin": "notes" })), Ok(2));
    assert_eq!(desk.emit_to("acme.y", json!({}), json!({ "session": notes[1].session() })), Ok(1));
    assert_eq!(desk.emit_to("acme.z", json!({}), json!({ "session": "s_nothing" })), Ok(0));
    assert_eq!(desk.emit_to("acme.z", json!({}), json!({ "session": crm.session(), "agent": "bob" })), Ok(0));
    assert_eq!(desk.events(&mut crm).len(), 0);
    assert_eq!(desk.event_names(&mut notes[0]), ["acme.x"]);
    assert_eq!(desk.event_names(&mut notes[1]), ["acme.x", "acme.y"]);
}

#[test]
fn a_bad_event_is_refused_with_every_issue_and_an_unknown_one_with_the_closest_name() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("p");
    let error = desk.emit_to("incoming_call", json!({ "contactId": 7 }), json!({})).unwrap_err();
    assert_eq!(error.code, ErrorCode::BadRequest);
    assert!(error.issues.unwrap().len() > 2);
    let error = desk.emit_to("incomming_call", json!({}), json!({})).unwrap_err();
    assert_eq!(error.code, ErrorCode::UnknownEvent);
    assert!(error.message.contains("incoming_call"));
    let error = desk.emit_to("acme.big", json!({ "text": "x".repeat(1_048_576) }), json!({})).unwrap_err();
    assert_eq!(error.code, ErrorCode::TooLarge);
    assert_eq!(desk.events(&mut plug).len(), 0);
}

#[test]
fn the_state_follows_emitted_events_until_after_call_work_ends() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("p");
    let listed = |desk: &mut Desk, plug: &mut Plug| {
        let contacts = desk.ask(plug, "get_contacts", json!({}))["result"]["contacts"].clone();
        contacts
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["state"]["type"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    desk.emit("incoming_call", incoming("c1"));
    assert_eq!(listed(&mut desk, &mut plug), ["connecting"]);
    desk.emit("call_started", started("c1"));
    assert_eq!(listed(&mut desk, &mut plug), ["connected"]);
    desk.emit("call_ended", ended("c1"));
    assert_eq!(listed(&mut desk, &mut plug), ["ended"], "a note can still be written");
    desk.emit("after_call_work", after_call_work("c1"));
    desk.send(plug.conn, &json!({ "type": "ack", "ack": 0 }));
    let user = desk.ask(&mut plug, "get_user", json!({}));
    assert_eq!(user["result"]["user"]["state"]["name"], "AfterCallWork");
    assert_eq!(desk.ask(&mut plug, "update_contact", json!({ "note": "x" }))["result"]["contactId"], "c1");
    desk.emit("after_call_work_end", after_call_work_end("c1"));
    assert_eq!(listed(&mut desk, &mut plug), Vec::<String>::new());
    desk.emit("next_status", next_status());
    let user = desk.ask(&mut plug, "get_user", json!({}));
    assert_eq!(user["result"]["user"]["nextState"]["name"], "Lunch");
}

#[test]
fn a_call_without_after_call_work_leaves_with_the_next_one_or_after_half_a_minute() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("p");
    let ids = |desk: &mut Desk, plug: &mut Plug| {
        let contacts = desk.ask(plug, "get_contacts", json!({}))["result"]["contacts"].clone();
        contacts
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["contactId"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    for id in ["c1", "c2"] {
        desk.emit("incoming_call", incoming(id));
        desk.emit("call_started", started(id));
        desk.emit("call_ended", ended(id));
    }
    assert_eq!(ids(&mut desk, &mut plug), ["c2"]);
    desk.jump(29_999);
    desk.put(smartagent_plugin_sdk::desktop::DesktopInput::Tick);
    let again = with(hello("p", "p-0"), json!({ "resume": plug.resume() }));
    let mut plug = desk.connect_with(&again, peer());
    assert_eq!(ids(&mut desk, &mut plug), ["c2"]);
    desk.advance(1);
    assert_eq!(ids(&mut desk, &mut plug), Vec::<String>::new());
}

#[test]
fn a_contact_is_the_named_the_focused_the_only_active_or_a_question() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("p");
    for id in ["c1", "c2"] {
        desk.emit("incoming_call", incoming(id));
        desk.emit("call_started", started(id));
    }
    let conflict = desk.ask(&mut plug, "update_contact", json!({ "a": "b" }));
    assert_eq!(conflict["error"]["code"], "E_CONFLICT");
    let paths: Vec<&Value> =
        conflict["error"]["issues"].as_array().unwrap().iter().map(|i| &i["path"]).collect();
    assert_eq!(paths, ["c1", "c2"]);
    desk.desktop.set_focused_contact(Some("c2".into()), None);
    assert_eq!(desk.ask(&mut plug, "get_contact", json!({}))["result"]["contact"]["contactId"], "c2");
    let named = desk.ask_with(&mut plug, "get_contact", json!({ "contactId": "c1" }));
    assert_eq!(named["result"]["contact"]["contactId"], "c1");
    desk.desktop.set_focused_contact(None, None);
    desk.emit("call_ended", ended("c2"));
    assert_eq!(desk.ask(&mut plug, "get_contact", json!({}))["result"]["contact"]["contactId"], "c1");
    let other = desk.ask_with(&mut plug, "show_plugin", json!({ "contactId": "c9" }));
    assert_eq!(other["error"]["code"], "E_NOT_FOUND");
}

#[test]
fn an_agent_without_contacts_has_none() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("p");
    assert_eq!(desk.ask(&mut plug, "get_contact", json!({}))["result"]["contact"], Value::Null);
    assert_eq!(
        desk.ask(&mut plug, "transfer_call", json!({ "number": "+442071838750" }))["error"]["code"],
        "E_NO_CONTACT"
    );
}

#[test]
fn snapshots_make_the_events_and_the_state() {
    let (mut desk, mut ada, mut bob) = two_agents();
    apply(&mut desk, "ada", snapshot(0, vec![], None));
    assert!(apply(&mut desk, "ada", snapshot(1, vec![contact("c1", "connecting")], Some("c1"))) >= 1);
    apply(&mut desk, "ada", snapshot(2, vec![contact("c1", "connected")], Some("c1")));
    let names = desk.event_names(&mut ada);
    assert!(
        names.contains(&"incoming_call".to_owned()) && names.contains(&"call_started".to_owned()),
        "{names:?}"
    );
    assert_eq!(desk.events(&mut bob).len(), 0);
    let told = desk.ask(&mut ada, "$snapshot", json!({}))["result"]["snapshot"].clone();
    assert_eq!(told["focusedContactId"], "c1");
    assert_eq!(told["contacts"][0]["state"]["type"], "connected");
    assert_eq!(apply(&mut desk, "ada", snapshot(3, vec![contact("c1", "connected")], Some("c1"))), 0);
    let error = desk.ask(&mut ada, "update_contact", json!({ "a": "b" }));
    assert_eq!(error["error"]["code"], "E_UNAVAILABLE");
    assert!(error["error"]["message"].as_str().unwrap().contains("host.handle('update_contact'"));
}

#[test]
fn what_a_handler_does_for_a_plugin_is_told_as_the_plugins() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("p");
    desk.desktop.set_handled(smartagent_plugin_sdk::schema::Method::EndConferenceCall, true);
    let third = |state: &str| connection("c1", "third-leg", "outbound", state, Some("Billing"));
    let call = |state: Option<&str>| {
        let mut contact = contact("c1", "connected");
        contact["connections"].as_array_mut().unwrap().extend(state.map(third));
        contact
    };
    apply(&mut desk, "default", snapshot(0, vec![call(None)], None));
    apply(&mut desk, "default", snapshot(1, vec![call(Some("connected"))], None));
    desk.events(&mut plug);
    desk.request(&mut plug, "end_conference_call", json!({ "payload": { "connectionName": "Billing" } }));
    assert_eq!(desk.runs.len(), 1);
    apply(&mut desk, "default", snapshot(2, vec![call(None)], None));
    let events = desk.events(&mut plug);
    let end = events.iter().find(|event| event["event"] == "end_connection").expect("end_connection");
    assert_eq!(end["payload"]["initiatedBy"], "plugin");
}

#[test]
fn a_command_of_the_desktop_is_told_as_its_issuers() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("p");
    let command = json!({ "type": "reject", "contactId": "c1", "initiatedBy": "agent", "timestamp": WALL });
    apply(&mut desk, "default", snapshot(0, vec![contact("c1", "connecting")], None));
    desk.desktop.note_command(serde_json::from_value::<Command>(command).unwrap(), None, desk.now);
    apply(&mut desk, "default", snapshot(1, vec![contact("c1", "rejected")], None));
    let events = desk.events(&mut plug);
    let reject = events.iter().find(|event| event["event"] == "reject_call").expect("reject_call");
    assert_eq!(reject["payload"]["rejectedBy"], "agent");
}

#[test]
fn live_tells_the_state_that_lasts_with_the_contact_as_it_is_now() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("p");
    let live = |desk: &mut Desk, plug: &mut Plug, event: &str| {
        desk.ask(plug, "$live", json!({ "event": event }))["result"]["events"].as_array().unwrap().clone()
    };
    desk.emit_to("incoming_call", incoming("c1"), json!({ "timestamp": WALL - 5_000 })).unwrap();
    let ringing = live(&mut desk, &mut plug, "incoming_call");
    assert_eq!(ringing[0]["timestamp"], WALL - 5_000);
    assert_eq!(ringing[0]["payload"]["phoneNumber"], CANARY_NUMBER);
    desk.ask(&mut plug, "update_contact", json!({ "note": "new" }));
    let ringing = live(&mut desk, &mut plug, "incoming_call");
    assert_eq!(ringing[0]["payload"]["contact"]["attributes"]["note"], "new");
    desk.emit("call_started", started("c1"));
    assert_eq!(live(&mut desk, &mut plug, "incoming_call").len(), 0);
    assert_eq!(live(&mut desk, &mut plug, "call_started").len(), 1);
    desk.emit("call_ended", ended("c1"));
    assert_eq!(live(&mut desk, &mut plug, "call_started").len(), 0);
    desk.emit("after_call_work", after_call_work("c1"));
    assert_eq!(live(&mut desk, &mut plug, "after_call_work").len(), 1);
    assert_eq!(live(&mut desk, &mut plug, "acme.own").len(), 0);
    desk.emit("after_call_work_end", after_call_work_end("c1"));
    assert_eq!(live(&mut desk, &mut plug, "after_call_work").len(), 0);
    let unknown = desk.ask(&mut plug, "$live", json!({ "event": "after_cal_work" }))["error"].clone();
    assert_eq!(unknown["code"], "E_UNKNOWN_EVENT");
    assert!(unknown["message"].to_string().contains("after_call_work"), "{unknown}");
}

#[test]
fn hold_is_live_for_whoever_is_held_now() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("p");
    let held = |first: &str, second: &str| {
        let mut contact = contact("c1", "connected");
        contact["connections"] = json!([
            connection("c1", "first", "inbound", first, None),
            connection("c1", "second", "outbound", second, None),
        ]);
        contact
    };
    let party = |id: &str, state: &str| connection("c1", id, "outbound", state, None);
    desk.emit("call_started", started("c1"));
    desk.emit("on_hold", json!({
        "contactId": "c1", "contact": held("hold", "connected"), "connection": party("first", "hold"), "self": false,
        "heldConnections": ["first"],
    }));
    let live = |desk: &mut Desk, plug: &mut Plug| {
        let answer = desk.ask(plug, "$live", json!({ "event": "on_hold" }));
        answer["result"]["events"].as_array().unwrap().clone()
    };
    assert_eq!(live(&mut desk, &mut plug)[0]["payload"]["connection"]["connectionId"], "first");
    desk.emit(
        "toggle_connections",
        json!({
            "contactId": "c1", "contact": held("connected", "hold"), "active": [party("first", "connected")],
            "held": [party("second", "hold")],
        }),
    );
    let swapped = live(&mut desk, &mut plug);
    assert_eq!(swapped[0]["payload"]["connection"]["connectionId"], "second");
    assert_eq!(swapped[0]["payload"]["heldConnections"], json!(["second"]));
    desk.emit("off_hold", json!({
        "contactId": "c1", "contact": held("connected", "connected"), "connection": party("second", "connected"),
        "self": false, "heldMs": 10,
    }));
    assert_eq!(live(&mut desk, &mut plug).len(), 0);
}

#[test]
fn a_key_that_no_receiver_should_have_is_left_out_with_a_warning() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("p");
    let text =
        incoming("c1").to_string().replace(r#""tier":"#, r#""__proto__":"x","constructor":"y","tier":"#);
    assert!(text.contains("__proto__"));
    let sent = desk.desktop.emit("incoming_call", &text, &Default::default(), desk.now);
    desk.drain();
    assert_eq!(sent, Ok(1));
    let attributes = desk.events(&mut plug)[0]["payload"]["contact"]["attributes"].clone();
    assert_eq!(attributes, json!({ "constructor": "y", "tier": "canary-gold" }));
    assert_eq!(desk.notices_of("audit")[0]["kind"], "dropped_key");
}

#[test]
fn answers_leave_the_same_key_out_with_a_warning() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("p");
    let mut held = contact("c1", "connected");
    held["attributes"]["__proto__"] = json!("x");
    held["attributes"]["constructor"] = json!("y");
    let snapshot = json!({ "timestamp": 1, "user": user(), "contacts": [held.clone()] });
    let snapshot = serde_json::from_value(snapshot).unwrap();
    desk.desktop.apply_snapshot(snapshot, None, desk.now);
    desk.drain();
    desk.notices_of("audit");
    let wanted = json!({ "constructor": "y", "tier": "canary-gold" });
    let all = desk.ask(&mut plug, "get_contacts", json!({}));
    assert_eq!(all["result"]["contacts"][0]["attributes"], wanted);
    let one = desk.ask(&mut plug, "get_contact", json!({}));
    assert_eq!(one["result"]["contact"]["attributes"], wanted);
    let live = desk.ask(&mut plug, "$live", json!({ "event": "call_started" }));
    assert_eq!(live["result"]["events"][0]["payload"]["contact"]["attributes"], wanted);
    // What the application's handler answers goes the same way.
    desk.desktop.set_handled(Method::GetContact, true);
    let id = desk.request(&mut plug, "get_contact", json!({}));
    desk.answer(desk.runs[0].ticket, Ok(json!({ "contact": held })));
    let handled = desk.answer_to(&mut plug, &id).unwrap();
    assert_eq!(handled["result"]["contact"]["attributes"], wanted);
    let told: Vec<Value> = desk.notices_of("audit").iter().map(|audit| audit["kind"].clone()).collect();
    assert_eq!(told, vec!["dropped_key"; 4]);
}
