//! What crosses the links, noted for a developer where the options ask for it.

use serde_json::json;
use smartagent_plugin_sdk::desktop::DesktopOptions;

use crate::support::*;

fn traced() -> DesktopOptions {
    DesktopOptions { trace: true, ..plain() }
}

#[test]
fn nothing_that_crosses_is_noted_unless_asked_for() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("acme");
    desk.emit("incoming_call", incoming("c1"));
    desk.ask(&mut plug, "get_company_id", json!({}));
    assert!(desk.notices_of("delivery").is_empty());
    assert!(desk.notices_of("answer").is_empty());
}

#[test]
fn each_event_is_noted_as_its_session_sees_it() {
    let mut desk = Desk::new(traced());
    desk.connect("acme");
    let blind = json!({ "want": { "scopes": ["call:observe"] } });
    desk.connect_with(&with(hello("blind", "one"), blind), peer());
    assert_eq!(desk.emit("incoming_call", incoming("c1")), 2);
    let notices = desk.notices_of("delivery");
    let seen = |plugin: &str| notices.iter().find(|notice| notice["plugin"] == plugin).unwrap();
    assert_eq!(seen("acme")["event"], "incoming_call");
    assert!(seen("acme")["payload"]["phoneNumber"].is_string());
    assert!(seen("blind")["payload"]["phoneNumber"].is_null());
}

#[test]
fn each_request_is_noted_once_with_its_answer_refused_ones_too() {
    let mut desk = Desk::new(traced());
    let mut plug = desk.connect("acme");
    desk.ask(&mut plug, "get_company_id", json!({}));
    desk.ask(&mut plug, "set_title_tag", json!({ "titel": "x" }));
    desk.ask(&mut plug, "no_such_method", json!({}));
    let notices = desk.notices_of("answer");
    let methods: Vec<_> = notices.iter().map(|notice| notice["method"].clone()).collect();
    assert_eq!(methods, ["get_company_id", "set_title_tag", "no_such_method"]);
    assert_eq!(notices[0]["result"], json!({ "companyId": "acme" }));
    assert_eq!(notices[1]["error"]["code"], "E_BAD_REQUEST");
    assert_eq!(notices[2]["error"]["code"], "E_UNKNOWN_METHOD");
}
