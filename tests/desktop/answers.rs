//! The built-in answers, and what the application is told about them.

use serde_json::{Value, json};
use smartagent_plugin_sdk::schema::{Method, check_result};
use smartagent_plugin_sdk::wire::Body;

use crate::support::*;

fn on_a_call() -> (Desk, Plug) {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("acme.crm");
    desk.emit("incoming_call", incoming("c1"));
    desk.emit("call_started", started("c1"));
    desk.events(&mut plug);
    desk.notices.clear();
    (desk, plug)
}

#[test]
fn update_contact_changes_the_attributes_and_tells_every_session() {
    let (mut desk, mut plug) = on_a_call();
    let mut other = desk.connect("acme.notes");
    let payload = json!({ "tier": "2", "name": "Ben", "gone": "" });
    let answer = desk.ask(&mut plug, "update_contact", payload);
    assert_eq!(answer["result"]["attributes"], json!({ "name": "Ben", "tier": "2" }));
    for plug in [&mut plug, &mut other] {
        let event = desk.events(plug).remove(0);
        assert_eq!(event["event"], "contact_updated");
        assert_eq!(event["payload"]["changed"], json!(["attributes"]));
        let changes = &event["payload"]["attributes"];
        assert_eq!(changes["added"], json!({ "name": "Ben" }));
        assert_eq!(changes["changed"], json!({ "tier": { "from": "canary-gold", "to": "2" } }));
        assert_eq!(changes["removed"], json!([]));
        assert_eq!(event["payload"]["contact"]["attributes"]["name"], "Ben");
    }
    desk.ask(&mut plug, "update_contact", json!({ "name": "" }));
    assert_eq!(desk.events(&mut other)[0]["payload"]["attributes"]["removed"], json!(["name"]));
    desk.ask(&mut plug, "update_contact", json!({ "tier": "2" }));
    assert_eq!(desk.events(&mut other).len(), 0, "nothing changed");
}

#[test]
fn the_attributes_of_a_contact_together_have_a_cap() {
    let (mut desk, mut plug) = on_a_call();
    let half = "x".repeat(16_384 - 20);
    assert!(desk.ask(&mut plug, "update_contact", json!({ "a": half }))["result"].is_object());
    assert!(desk.ask(&mut plug, "update_contact", json!({ "b": half }))["result"].is_object());
    let error = desk.ask(&mut plug, "update_contact", json!({ "c": "x".repeat(40) }));
    assert_eq!(error["error"]["code"], "E_BAD_REQUEST");
    let attributes = desk.ask(&mut plug, "get_contact", json!({}))["result"]["contact"]["attributes"].clone();
    assert!(attributes.get("c").is_none());
}

#[test]
fn what_only_the_application_can_do_is_unavailable_and_says_how() {
    let (mut desk, mut plug) = on_a_call();
    let billing = connection("c1", "third", "outbound", "connected", Some("Billing"));
    let mut conference = started("c1");
    conference["contact"]["connections"].as_array_mut().unwrap().push(billing);
    desk.emit("call_started", conference);
    for (method, payload) in [
        ("transfer_call", json!({ "number": "+442071838750" })),
        ("quick_connect", json!({ "name": "Billing" })),
        ("end_conference_call", json!({ "connectionName": "Billing" })),
        ("update_customer", json!({ "name": "Ben" })),
    ] {
        let error = desk.ask(&mut plug, method, payload)["error"].clone();
        assert_eq!((&error["code"], &error["executed"]), (&json!("E_UNAVAILABLE"), &json!("no")), "{method}");
        assert!(error["message"].as_str().unwrap().contains(&format!("host.handle('{method}'")));
    }
}

#[test]
fn names_that_do_not_exist_are_not_found_and_doubled_ones_conflict() {
    let (mut desk, mut plug) = on_a_call();
    let error = desk.ask(&mut plug, "quick_connect", json!({ "name": "Biling" }))["error"].clone();
    assert_eq!(error["code"], "E_NOT_FOUND");
    assert!(error["message"].as_str().unwrap().contains("`Billing`"));
    let error = desk.ask(&mut plug, "end_conference_call", json!({ "connectionName": "Billing" }));
    assert_eq!(error["error"]["code"], "E_NOT_FOUND");
    let mut conference = started("c1");
    let legs = conference["contact"]["connections"].as_array_mut().unwrap();
    legs.push(connection("c1", "third", "outbound", "connected", Some("Billing")));
    legs.push(connection("c1", "fourth", "outbound", "hold", Some("Billing")));
    legs.push(connection("c1", "fifth", "outbound", "disconnected", Some("Billing")));
    desk.emit("call_started", conference);
    let error =
        desk.ask(&mut plug, "end_conference_call", json!({ "connectionName": "Billing" }))["error"].clone();
    assert_eq!(error["code"], "E_CONFLICT");
    let paths: Vec<&Value> = error["issues"].as_array().unwrap().iter().map(|issue| &issue["path"]).collect();
    assert_eq!(paths, ["third", "fourth"]);
    let error = desk.ask(&mut plug, "end_conference_call", json!({ "connectionId": "fifth" }));
    assert_eq!(error["error"]["code"], "E_NOT_FOUND");
}

#[test]
fn quick_connects_user_and_company_are_answered_from_the_options() {
    let (mut desk, mut plug) = on_a_call();
    let listed = desk.ask(&mut plug, "update_quick_connects", json!({}));
    assert_eq!(listed["result"]["quickConnects"][0]["name"], "Billing");
    assert_eq!(desk.ask(&mut plug, "get_user", json!({}))["result"]["user"]["name"], "Ada");
    assert_eq!(desk.ask(&mut plug, "get_company_id", json!({}))["result"], json!({ "companyId": "acme" }));
    let mut bare = Desk::new(options(json!({ "token": TOKEN })));
    let mut plug = bare.connect("p");
    for method in ["get_user", "get_company_id"] {
        assert_eq!(bare.ask(&mut plug, method, json!({}))["error"]["code"], "E_UNAVAILABLE");
    }
}

#[test]
fn notifications_have_ids_and_are_cleared_by_them() {
    let (mut desk, mut plug) = on_a_call();
    let create = |header: &str| json!({ "type": "CREATE_NOTIFICATION", "header": header, "text": "text" });
    let first = desk.ask(&mut plug, "show_notification", create("A"))["result"]["notificationIds"].clone();
    desk.ask(&mut plug, "show_notification", create("B"));
    let mut other = desk.connect("acme.notes");
    let clear = |id: &Value| json!({ "type": "CLEAR_NOTIFICATION", "notificationId": id });
    let foreign = desk.ask(&mut other, "show_notification", clear(&first[0]));
    assert_eq!(foreign["result"]["notificationIds"], json!([]), "another plugin's");
    assert_eq!(
        desk.ask(&mut plug, "show_notification", clear(&first[0]))["result"]["notificationIds"],
        first
    );
    let rest = desk.ask(&mut plug, "show_notification", json!({ "type": "CLEAR_NOTIFICATION" }));
    assert_eq!(rest["result"]["notificationIds"].as_array().unwrap().len(), 1);
    let told = desk.notices_of("notification");
    let changes: Vec<&Value> = told.iter().map(|notice| &notice["change"]).collect();
    assert_eq!(changes, ["created", "created", "cleared", "cleared"]);
    assert_eq!((&told[0]["plugin"], &told[0]["header"]), (&json!("acme.crm"), &json!("A")));
}

#[test]
fn popups_and_titles_reach_the_application() {
    let (mut desk, mut plug) = on_a_call();
    let popup = json!({ "type": "ERROR", "popupMessage": "Not saved" });
    assert_eq!(desk.ask(&mut plug, "show_popup_message", popup)["result"], json!({}));
    let told = desk.notices_of("popup").remove(0);
    assert_eq!((&told["type"], &told["message"]), (&json!("ERROR"), &json!("Not saved")));
    for _ in 0..2 {
        desk.ask(&mut plug, "set_title_tag", json!({ "title": "3 open" }));
    }
    let titles = desk.notices_of("title");
    assert_eq!((titles.len(), &titles[0]["title"]), (1, &json!("3 open")));
}

#[test]
fn every_accepted_request_is_noticed_once_and_a_refused_one_never() {
    let (mut desk, mut plug) = on_a_call();
    desk.ask(&mut plug, "update_contact", json!({ "a": "b" }));
    desk.ask(&mut plug, "update_contact", json!({ "a": 1 }));
    desk.ask(&mut plug, "$snapshot", json!({}));
    let requests = desk.notices_of("request");
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0]["method"], "update_contact");
    assert_eq!(requests[0]["payload"], json!({ "a": "b" }));
    assert_eq!(requests[0]["contactId"], "c1");
    assert_eq!(requests[0]["session"], plug.session());
}

#[test]
fn every_built_in_result_has_the_shape_of_its_method() {
    let (mut desk, mut plug) = on_a_call();
    for method in Method::ALL.iter().copied() {
        let mut payload = smartagent_plugin_sdk::schema::samples::request(method);
        if method == Method::Live {
            payload = json!({ "event": "call_started" });
        }
        let response = desk.ask(&mut plug, method.as_str(), payload);
        if let Some(result) = response.get("result") {
            let checked = check_result(method, &Body::from_value(result));
            assert!(checked.is_ok(), "{method}: {:?}", checked.err());
        }
    }
}

fn visibility(desk: &mut Desk) -> Vec<bool> {
    desk.notices_of("visibility").iter().map(|notice| notice["visible"].as_bool().unwrap()).collect()
}

#[test]
fn a_call_plugin_is_shown_while_a_call_lives_and_a_contact_log_to_the_end_of_its_work() {
    for (plugin_type, expected) in [
        ("call", vec![false, true, false]),
        ("contact-log", vec![false, true, false]),
        ("always", vec![true]),
        ("default", vec![true]),
        ("nav", vec![false]),
    ] {
        let plugins = [manifest("acme.crm", plugin_type, "https://crm.example", &[])];
        let mut desk = Desk::new(options(json!({ "token": TOKEN, "plugins": plugins })));
        desk.emit("incoming_call", incoming("c1"));
        desk.emit("call_started", started("c1"));
        desk.emit("call_ended", ended("c1"));
        let after_end = visibility(&mut desk);
        desk.emit("after_call_work", after_call_work("c1"));
        desk.emit("after_call_work_end", after_call_work_end("c1"));
        let all: Vec<bool> = after_end.iter().copied().chain(visibility(&mut desk)).collect();
        assert_eq!(all, expected, "{plugin_type}");
        let seen_during_work = after_end.last() == Some(&true);
        assert_eq!(seen_during_work, !matches!(plugin_type, "call" | "nav"), "{plugin_type}");
    }
}

#[test]
fn a_plugin_shows_and_hides_itself_until_its_type_decides_again() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("acme.crm");
    assert_eq!(visibility(&mut desk), [false]);
    desk.ask(&mut plug, "show_plugin", json!({}));
    desk.ask(&mut plug, "show_plugin", json!({}));
    assert_eq!(visibility(&mut desk), [true]);
    assert_eq!(desk.ask(&mut plug, "$snapshot", json!({}))["result"]["snapshot"]["visible"], true);
    desk.emit("call_started", started("c1"));
    assert_eq!(visibility(&mut desk), Vec::<bool>::new(), "it is shown already");
    desk.ask(&mut plug, "hide_plugin", json!({}));
    desk.emit("call_ended", ended("c1"));
    assert_eq!(visibility(&mut desk), [false]);
    desk.ask(&mut plug, "show_plugin", json!({}));
    desk.send(plug.conn, &json!({ "type": "goodbye", "closeCode": 1000, "reason": "", "resume": false }));
    assert_eq!(visibility(&mut desk), [true, false], "with its last session the panel goes");
}
