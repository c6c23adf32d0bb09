//! Each method and each event against each scope: what is not granted is refused by name, what is personal is emptied.

use serde_json::{Value, json};
use smartagent_plugin_sdk::schema::{EventName, Method, Scope, samples};

use crate::support::*;

/// A plugin that wants these scopes only.
fn limited(desk: &mut Desk, scopes: &[Scope]) -> Plug {
    let names: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    let instance = format!("limited-{}", desk.desktop.sessions().len());
    desk.connect_with(&with(hello("limited", &instance), json!({ "want": { "scopes": names } })), peer())
}

fn on_a_call() -> Desk {
    let mut desk = Desk::new(plain());
    desk.emit("incoming_call", incoming("c1"));
    desk.emit("call_started", started("c1"));
    desk
}

#[test]
fn each_method_is_refused_without_its_scope_and_passes_with_it_alone() {
    for method in Method::ALL.iter().copied() {
        for scope in Scope::ALL.iter().copied() {
            let mut desk = on_a_call();
            let mut plug = limited(&mut desk, &[scope]);
            let response = desk.ask(&mut plug, method.as_str(), samples::request(method));
            let error = &response["error"];
            let needs = match method {
                Method::Live => Some(Scope::CallObserve),
                _ => method.scope(),
            };
            if needs.is_none_or(|needs| needs == scope) {
                assert_ne!(error["code"], "E_FORBIDDEN", "{method} with {scope}");
            } else {
                assert_eq!(error["code"], "E_FORBIDDEN", "{method} with {scope}: {response}");
                assert_eq!(error["executed"], "no");
                let named = needs.unwrap().as_str();
                assert!(error["message"].as_str().unwrap().contains(named), "{error}");
            }
        }
    }
}

#[test]
fn each_event_goes_only_to_those_with_its_scope() {
    for event in EventName::ALL.iter().copied() {
        for scope in Scope::ALL.iter().copied() {
            let mut desk = Desk::new(plain());
            let mut plug = limited(&mut desk, &[scope]);
            let sent = desk.emit(event.as_str(), samples::event(event));
            assert_eq!(sent, usize::from(scope == event.scope()), "{event} with {scope}");
            assert_eq!(desk.events(&mut plug).len(), sent);
        }
    }
}

#[test]
fn personal_members_are_emptied_and_never_left_out_without_contact_read() {
    let mut desk = on_a_call();
    let mut reader = limited(&mut desk, &[Scope::CallObserve, Scope::ContactRead]);
    let mut blind = limited(&mut desk, &[Scope::CallObserve, Scope::ContactWrite]);
    let seen = &reader.welcome["snapshot"]["contacts"][0];
    assert_eq!(seen["attributes"]["tier"], "canary-gold");
    let emptied = blind.welcome["snapshot"]["contacts"][0].clone();
    assert_emptied(&emptied);
    desk.emit("incoming_call", incoming("c2"));
    let event = desk.events(&mut blind).remove(0);
    assert_eq!(event["payload"]["phoneNumber"], Value::Null);
    assert_emptied(&event["payload"]["contact"]);
    assert_eq!(desk.events(&mut reader)[0]["payload"]["phoneNumber"], CANARY_NUMBER);
    for method in ["get_contacts", "$snapshot", "$live"] {
        let payload = if method == "$live" { json!({ "event": "call_started" }) } else { json!({}) };
        let told = desk.ask(&mut blind, method, payload.clone())["result"].to_string();
        assert!(told.contains("c1"), "{method}: {told}");
        assert!(!told.contains("canary") && !told.contains(CANARY_NUMBER), "{method}: {told}");
        assert!(desk.ask(&mut reader, method, payload)["result"].to_string().contains("canary"), "{method}");
    }
    let answer =
        desk.ask_with(&mut blind, "update_contact", json!({ "contactId": "c1", "payload": { "a": "b" } }));
    assert_eq!(answer["result"]["contactId"], "c1", "{answer}");
    assert!(!answer.to_string().contains("canary"));
}

fn assert_emptied(contact: &Value) {
    assert_eq!(contact["attributes"], json!({}));
    for name in ["customerEndpoint", "phoneNumber"] {
        assert!(contact.as_object().unwrap().contains_key(name), "{name} is left out");
        assert_eq!(contact[name], Value::Null, "{name}");
    }
    assert_eq!(contact["state"]["type"].as_str().map(str::is_empty), Some(false));
}

#[test]
fn the_snapshot_holds_no_more_than_the_scopes_allow() {
    let mut desk = on_a_call();
    let nobody = limited(&mut desk, &[]);
    let snapshot = &nobody.welcome["snapshot"];
    assert_eq!(snapshot["user"], Value::Null);
    assert_eq!(snapshot["contacts"], json!([]));
    assert_eq!(snapshot["focusedContactId"], Value::Null);
    assert_eq!(snapshot["companyId"], "acme");
    let observer = limited(&mut desk, &[Scope::CallObserve]);
    assert_eq!(observer.welcome["snapshot"]["contacts"][0]["contactId"], "c1");
    assert_eq!(observer.welcome["snapshot"]["user"], Value::Null);
    let reader = limited(&mut desk, &[Scope::AgentRead]);
    assert_eq!(reader.welcome["snapshot"]["user"]["username"], "ada");
}

#[test]
fn a_refused_scope_is_audited() {
    let mut desk = on_a_call();
    let mut plug = limited(&mut desk, &[]);
    desk.ask(&mut plug, "get_user", json!({}));
    let audit = desk.notices_of("audit").pop().unwrap();
    assert_eq!(audit["kind"], "scope_refused");
    assert_eq!(audit["message"], "get_user: scope agent:read is not granted");
    assert_eq!(audit["session"], plug.session());
}

#[test]
fn wanted_events_are_the_only_ones_that_come() {
    let mut desk = Desk::new(plain());
    let want = json!({ "want": { "events": ["call_started", "acme.order"] } });
    let mut plug = desk.connect_with(&with(hello("p", "i"), want), peer());
    assert_eq!(desk.emit("incoming_call", incoming("c1")), 0);
    assert_eq!(desk.emit("call_started", started("c1")), 1);
    assert_eq!(desk.emit("acme.order", json!({ "any": ["thing"] })), 1);
    assert_eq!(desk.emit("acme.other", json!({})), 0);
    assert_eq!(desk.event_names(&mut plug), ["call_started", "acme.order"]);
}
