//! T20: no customer's value and no token in any error, audit line, session notice, goodbye or close reason.

use serde_json::{Value, json};
use smartagent_plugin_sdk::desktop::DesktopInput;
use smartagent_plugin_sdk::schema::Method;

use crate::support::*;

#[test]
fn no_canary_value_is_in_anything_that_may_be_logged() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("p");
    desk.emit("incoming_call", incoming("c1"));
    desk.emit("call_started", started("c1"));
    for (method, payload) in hostile() {
        desk.ask(&mut plug, method, payload);
    }
    for bad in
        [json!({ "contactId": "canary", "contact": { "attributes": ["canary"] } }), json!({ "canary": 1 })]
    {
        assert!(desk.emit_to("incoming_call", bad, json!({})).is_err());
    }
    desk.desktop.set_handled(Method::UpdateCustomer, true);
    desk.request(&mut plug, "update_customer", json!({ "payload": { "name": "canary" } }));
    desk.answer(desk.runs[0].ticket, Ok(json!({ "customer": { "name": 7, "email": ["canary"] } })));
    let forged = json!({ "session": plug.session(), "resumeToken": "canary-resume", "received": 0 });
    desk.connect_with(&with(hello("p", "thief"), json!({ "resume": forged })), peer());
    desk.refused(
        &with(hello("p", "i"), json!({ "auth": { "scheme": "bearer", "token": "canary-bad" } })),
        peer(),
    );
    desk.drop_link(&plug);
    desk.connect_with(&with(hello("p", "i"), json!({ "resume": plug.resume() })), peer());
    desk.send(plug.conn, &json!({ "type": "event", "canary": "canary" }));
    desk.put(DesktopInput::Shutdown { retry_after_ms: None });
    assert!(desk.log.len() > 20, "{}", desk.log.len());
    for line in &desk.log {
        assert!(!line.contains("canary") && !line.contains(CANARY_NUMBER), "{line}");
    }
}

/// Requests whose values must not come back in their errors.
fn hostile() -> Vec<(&'static str, Value)> {
    vec![
        ("update_contact", json!({ "a": 7, "b": ["canary"], "c": { "canary": "canary" } })),
        ("update_contact", json!({ "a": "canary".repeat(8_000) })),
        ("update_customer", json!({ "email": "canary", "phoneNumber": "canary", "ID": ["canary"] })),
        ("update_customer", json!({ "name": "canary" })),
        ("transfer_call", json!({ "number": "canary", "endpoint": { "type": "canary" } })),
        ("transfer_call", json!({ "number": "+442071838750" })),
        ("quick_connect", json!({ "name": "canary" })),
        ("end_conference_call", json!({ "connectionName": CANARY_NUMBER })),
        ("end_conference_call", json!({ "connectionId": "canary" })),
        ("show_notification", json!({ "type": "canary", "header": "canary" })),
        ("show_popup_message", json!({ "type": "ERROR", "popupMessage": ["canary"] })),
        ("set_title_tag", json!({ "title": "canary".repeat(100) })),
        ("get_contact", json!({ "contactId": "canary" })),
    ]
}
