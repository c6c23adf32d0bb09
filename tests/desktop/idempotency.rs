//! P4: a command with the same key runs at most once in ten minutes while the host lives.

use serde_json::{Value, json};
use smartagent_plugin_sdk::schema::Method;
use smartagent_plugin_sdk::wire::{ErrorBody, ErrorCode};

use crate::support::*;

fn handled() -> (Desk, Plug) {
    handled_with(json!({}))
}

fn handled_with(limits: Value) -> (Desk, Plug) {
    let mut desk =
        Desk::new(options(json!({ "companyId": "acme", "user": user(), "token": TOKEN, "limits": limits })));
    let plug = desk.connect("acme.crm");
    desk.emit("call_started", started("c1"));
    desk.desktop.set_handled(Method::TransferCall, true);
    (desk, plug)
}

fn transfer(key: &str) -> Value {
    json!({ "idempotencyKey": key, "payload": { "number": "+442071838750", "name": "Billing" } })
}

fn transferred() -> Value {
    json!({ "contactId": "c1", "connectionId": "n1", "kind": "warm", "endpoint": quick_connect("Billing") })
}

#[test]
fn p4_a_repeated_key_is_answered_from_the_first_run() {
    let (mut desk, mut plug) = handled();
    let first = desk.request(&mut plug, "transfer_call", transfer("k"));
    desk.answer(desk.runs[0].ticket, Ok(transferred()));
    let reordered =
        json!({ "idempotencyKey": "k", "payload": { "name": "Billing", "number": "+442071838750" } });
    for again in [transfer("k"), reordered] {
        let answer = desk.ask_with(&mut plug, "transfer_call", again);
        assert_eq!(answer["result"], transferred());
    }
    assert_eq!(desk.answer_to(&mut plug, &first).unwrap()["result"], transferred());
    assert_eq!(desk.runs.len(), 1);
    assert_eq!(desk.notices_of("request").len(), 1);
}

#[test]
fn p4_duplicates_wait_for_the_first_answer_across_a_lost_session() {
    let (mut desk, mut plug) = handled();
    let first = desk.request(&mut plug, "transfer_call", transfer("k"));
    let second = desk.request(&mut plug, "transfer_call", transfer("k"));
    // The plugin's process restarts: another instance, another session, the same key.
    desk.send(plug.conn, &json!({ "type": "goodbye", "closeCode": 1000, "reason": "", "resume": false }));
    assert_eq!(desk.aborts, [0; 0], "the command may still be wanted");
    let mut back = desk.connect("acme.crm");
    let third = desk.request(&mut back, "transfer_call", transfer("k"));
    assert_eq!(desk.runs.len(), 1);
    desk.answer(desk.runs[0].ticket, Ok(transferred()));
    assert_eq!(desk.answer_to(&mut back, &third).unwrap()["result"], transferred());
    assert_eq!((first.as_str(), second.as_str()), ("q1", "q2"));
    assert_eq!(desk.answer_to(&mut plug, &first), None);
}

#[test]
fn p4_a_retry_after_a_time_out_gets_what_the_run_answered_meanwhile() {
    let (mut desk, mut plug) = handled();
    let mut short = transfer("k");
    short["deadlineMs"] = json!(100);
    let first = desk.request(&mut plug, "transfer_call", short);
    desk.advance(100);
    assert_eq!(desk.answer_to(&mut plug, &first).unwrap()["error"]["executed"], "unknown");
    desk.answer(desk.runs[0].ticket, Ok(transferred()));
    assert_eq!(desk.ask_with(&mut plug, "transfer_call", transfer("k"))["result"], transferred());
    assert_eq!(desk.runs.len(), 1);
}

#[test]
fn another_payload_or_contact_under_the_same_key_conflicts() {
    let (mut desk, mut plug) = handled();
    desk.request(&mut plug, "transfer_call", transfer("k"));
    let other = json!({ "idempotencyKey": "k", "payload": { "number": "+442071838751" } });
    let mut elsewhere = transfer("k");
    elsewhere["contactId"] = json!("c1");
    for request in [other, elsewhere] {
        let error = desk.ask_with(&mut plug, "transfer_call", request)["error"].clone();
        assert_eq!((&error["code"], &error["executed"]), (&json!("E_IDEMPOTENCY_CONFLICT"), &json!("no")));
    }
    assert_eq!(desk.runs.len(), 1);
}

#[test]
fn a_key_belongs_to_agent_plugin_and_method() {
    let (mut desk, mut plug) = handled();
    desk.request(&mut plug, "transfer_call", transfer("k"));
    let mut other = desk.connect("acme.notes");
    desk.request(&mut other, "transfer_call", transfer("k"));
    assert_eq!(desk.runs.len(), 2);
    let update = json!({ "idempotencyKey": "k", "payload": { "a": "b" } });
    assert!(desk.ask_with(&mut plug, "update_contact", update)["result"].is_object());
}

#[test]
fn an_error_that_executed_nothing_frees_the_key_and_any_other_keeps_it() {
    let (mut desk, mut plug) = handled();
    desk.request(&mut plug, "transfer_call", transfer("k"));
    desk.answer(desk.runs[0].ticket, Err(ErrorBody::new(ErrorCode::Unavailable, "later")));
    desk.request(&mut plug, "transfer_call", transfer("k"));
    assert_eq!(desk.runs.len(), 2);
    desk.answer(desk.runs[1].ticket, Err(ErrorBody::new(ErrorCode::Internal, "broke").unknown()));
    assert_eq!(desk.ask_with(&mut plug, "transfer_call", transfer("k"))["error"]["code"], "E_INTERNAL");
    assert_eq!(desk.runs.len(), 2);
}

#[test]
fn a_built_in_answer_is_repeated_and_its_event_is_not() {
    let (mut desk, mut plug) = handled();
    desk.events(&mut plug);
    let update = json!({ "idempotencyKey": "k", "payload": { "a": "b" } });
    let first = desk.ask_with(&mut plug, "update_contact", update.clone());
    let second = desk.ask_with(&mut plug, "update_contact", update);
    assert_eq!(first["result"], second["result"]);
    assert_eq!(desk.event_names(&mut plug), ["contact_updated"]);
}

#[test]
fn a_retry_is_answered_even_when_its_contact_has_gone() {
    let (mut desk, mut plug) = handled();
    desk.request(&mut plug, "transfer_call", transfer("k"));
    desk.answer(desk.runs[0].ticket, Ok(transferred()));
    desk.emit("after_call_work_end", after_call_work_end("c1"));
    assert_eq!(desk.ask_with(&mut plug, "transfer_call", transfer("k"))["result"], transferred());
}

#[test]
fn a_key_is_forgotten_after_ten_minutes() {
    let (mut desk, mut plug) = handled();
    desk.request(&mut plug, "transfer_call", transfer("k"));
    desk.answer(desk.runs[0].ticket, Ok(transferred()));
    desk.jump(599_999);
    let again = with(hello("acme.crm", "later"), json!({}));
    let mut plug = desk.connect_with(&again, peer());
    assert!(desk.ask_with(&mut plug, "transfer_call", transfer("k"))["result"].is_object());
    desk.jump(1);
    desk.request(&mut plug, "transfer_call", transfer("k"));
    assert_eq!(desk.runs.len(), 2);
}

#[test]
fn at_the_cap_the_oldest_answer_goes_and_what_runs_stays() {
    let (mut desk, mut plug) = handled_with(json!({ "idempotencyEntries": 2 }));
    desk.request(&mut plug, "transfer_call", transfer("runs"));
    desk.request(&mut plug, "transfer_call", transfer("a"));
    let error = desk.ask_with(&mut plug, "transfer_call", transfer("b"))["error"].clone();
    assert_eq!(error["code"], "E_UNAVAILABLE", "both run");
    desk.answer(desk.runs[1].ticket, Ok(transferred()));
    desk.request(&mut plug, "transfer_call", transfer("b"));
    desk.request(&mut plug, "transfer_call", transfer("runs"));
    assert_eq!(desk.runs.len(), 3, "a made room for b, and the first still runs");
}
