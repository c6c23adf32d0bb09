//! Handlers of the application: runs, answers, deadlines, cancellation.

use serde_json::json;
use smartagent_plugin_sdk::schema::Method;
use smartagent_plugin_sdk::wire::{ErrorBody, ErrorCode};

use crate::support::*;

fn handled(method: Method) -> (Desk, Plug) {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("acme.crm");
    desk.emit("call_started", started("c1"));
    desk.events(&mut plug);
    desk.desktop.set_handled(method, true);
    (desk, plug)
}

#[test]
fn a_handled_method_runs_in_the_application_and_answers_when_it_does() {
    let (mut desk, mut plug) = handled(Method::UpdateContact);
    let id = desk.request(&mut plug, "update_contact", json!({ "payload": { "a": "b" } }));
    let run = desk.runs.remove(0);
    assert_eq!(run.method, Method::UpdateContact);
    assert_eq!((run.payload, run.contact_id.as_deref()), (json!({ "a": "b" }), Some("c1")));
    assert_eq!((run.plugin.as_str(), run.deadline_ms), ("acme.crm", 9_500));
    assert_eq!(desk.answer_to(&mut plug, &id), None);
    let result = json!({ "contactId": "c1", "initialContactId": null, "attributes": { "a": "b" } });
    desk.answer(run.ticket, Ok(result.clone()));
    assert_eq!(desk.answer_to(&mut plug, &id).unwrap()["result"], result);
    desk.answer(run.ticket, Ok(result));
    assert_eq!(desk.answer_to(&mut plug, &id), None, "a ticket is answered once");
    desk.desktop.set_handled(Method::UpdateContact, false);
    assert_eq!(desk.ask(&mut plug, "update_contact", json!({ "c": "d" }))["result"]["attributes"]["c"], "d");
}

#[test]
fn a_handlers_error_passes_through_and_a_bad_answer_becomes_internal() {
    let (mut desk, mut plug) = handled(Method::TransferCall);
    let ask = json!({ "payload": { "number": "+442071838750" } });
    let id = desk.request(&mut plug, "transfer_call", ask.clone());
    desk.answer(desk.runs[0].ticket, Err(ErrorBody::new(ErrorCode::Conflict, "busy")));
    assert_eq!(desk.answer_to(&mut plug, &id).unwrap()["error"]["message"], "busy");
    for bad in [json!({ "contactId": "canary" }), json!(["canary"])] {
        let id = desk.request(&mut plug, "transfer_call", ask.clone());
        desk.answer(desk.runs.last().unwrap().ticket, Ok(bad));
        let error = desk.answer_to(&mut plug, &id).unwrap()["error"].clone();
        assert_eq!((&error["code"], &error["executed"]), (&json!("E_INTERNAL"), &json!("unknown")));
        assert_eq!(desk.notices_of("audit").pop().unwrap()["kind"], "bad_answer");
    }
    assert!(!desk.log.concat().contains("canary"));
}

#[test]
fn a_request_whose_time_has_passed_is_not_run() {
    let (mut desk, mut plug) = handled(Method::TransferCall);
    let late = json!({ "deadlineMs": 0, "payload": { "number": "+442071838750" } });
    let error = desk.ask_with(&mut plug, "transfer_call", late)["error"].clone();
    assert_eq!((&error["code"], &error["executed"]), (&json!("E_TIMEOUT"), &json!("no")));
    assert_eq!(desk.runs.len(), 0);
}

#[test]
fn a_deadline_that_passes_during_the_run_times_out_and_aborts() {
    let (mut desk, mut plug) = handled(Method::TransferCall);
    let ask = json!({ "deadlineMs": 300, "payload": { "number": "+442071838750" } });
    let id = desk.request(&mut plug, "transfer_call", ask);
    desk.advance(299);
    assert_eq!(desk.aborts, [0; 0]);
    desk.advance(1);
    let error = desk.answer_to(&mut plug, &id).unwrap()["error"].clone();
    assert_eq!((&error["code"], &error["executed"]), (&json!("E_TIMEOUT"), &json!("unknown")));
    assert_eq!(desk.aborts, [desk.runs[0].ticket]);
    desk.answer(desk.runs[0].ticket, Ok(json!({})));
    assert_eq!(desk.answer_to(&mut plug, &id), None);
}

#[test]
fn a_cancel_aborts_the_run_once() {
    let (mut desk, mut plug) = handled(Method::TransferCall);
    let id = desk.request(&mut plug, "transfer_call", json!({ "payload": { "number": "+442071838750" } }));
    desk.cancel(&mut plug, &id);
    desk.cancel(&mut plug, &id);
    desk.cancel(&mut plug, "q999");
    assert_eq!(desk.aborts, [desk.runs[0].ticket]);
    assert!(!desk.hangups.contains_key(&plug.conn));
}

#[test]
fn an_unknown_method_names_the_closest_one_and_a_bad_payload_lists_every_issue() {
    let (mut desk, mut plug) = handled(Method::TransferCall);
    let error = desk.ask(&mut plug, "update_contacts", json!({}))["error"].clone();
    assert_eq!(error["code"], "E_UNKNOWN_METHOD");
    assert!(error["message"].as_str().unwrap().contains("update_contact"));
    let error =
        desk.ask(&mut plug, "update_customer", json!({ "email": "x", "phoneNumber": "y", "nam": "z" }));
    assert_eq!(error["error"]["code"], "E_BAD_REQUEST");
    assert!(error["error"]["issues"].as_array().unwrap().len() >= 3, "{error}");
}

#[test]
fn a_session_that_ends_aborts_its_runs() {
    let (mut desk, mut plug) = handled(Method::TransferCall);
    desk.request(&mut plug, "transfer_call", json!({ "payload": { "number": "+442071838750" } }));
    desk.send(plug.conn, &json!({ "type": "goodbye", "closeCode": 1000, "reason": "", "resume": false }));
    assert_eq!(desk.aborts, [desk.runs[0].ticket]);
    desk.answer(desk.runs[0].ticket, Ok(json!({})));
}

#[test]
fn an_answer_that_comes_while_the_plugin_is_away_waits_for_it() {
    let (mut desk, mut plug) = handled(Method::TransferCall);
    let id = desk.request(&mut plug, "transfer_call", json!({ "payload": { "number": "+442071838750" } }));
    desk.drop_link(&plug);
    assert_eq!(desk.aborts, [0; 0], "it may come back");
    desk.answer(desk.runs[0].ticket, Err(ErrorBody::new(ErrorCode::Conflict, "busy")));
    let again = with(hello("acme.crm", "i"), json!({ "resume": plug.resume() }));
    let mut back = desk.connect_with(&again, peer());
    assert_eq!(desk.answer_to(&mut back, &id).unwrap()["error"]["code"], "E_CONFLICT");
}
