//! Going on with a session, taking it over, and not getting somebody else's.

use serde_json::{Value, json};
use smartagent_plugin_sdk::desktop::{DesktopInput, Grant};
use smartagent_plugin_sdk::schema::Scope;
use smartagent_plugin_sdk::wire::CloseCode;

use crate::support::*;

fn resuming(plugin: &str, instance: &str, resume: Value) -> Value {
    with(hello(plugin, instance), json!({ "resume": resume }))
}

#[test]
fn f1_a_session_resumes_before_its_first_event() {
    let mut desk = Desk::new(plain());
    let first = desk.connect("p");
    desk.drop_link(&first);
    let second = desk.connect_with(&resuming("p", "i", first.resume()), peer());
    assert_eq!(second.welcome["resumed"], true);
    assert_eq!(second.session(), first.session());
    assert_ne!(second.welcome["resumeToken"], first.welcome["resumeToken"]);
    let changes: Vec<Value> =
        desk.notices_of("session").into_iter().map(|notice| notice["change"].clone()).collect();
    assert_eq!(changes, ["opened", "detached", "resumed"]);
}

#[test]
fn events_of_an_outage_come_after_the_resume_in_order_and_once() {
    let mut desk = Desk::new(plain());
    let mut first = desk.connect("p");
    desk.emit("incoming_call", incoming("c1"));
    assert_eq!(desk.event_names(&mut first), ["incoming_call"]);
    desk.drop_link(&first);
    assert_eq!(desk.emit("call_started", started("c1")), 1);
    desk.emit("call_ended", ended("c1"));
    let mut second = desk.connect_with(&resuming("p", "i", first.resume()), peer());
    assert_eq!(desk.event_names(&mut second), ["call_started", "call_ended"]);
}

#[test]
fn b4_of_two_connections_with_one_token_the_newest_wins() {
    let mut desk = Desk::new(plain());
    let first = desk.connect("p");
    desk.drop_link(&first);
    let again = resuming("p", "i", first.resume());
    let second = desk.connect_with(&again, peer());
    let mut third = desk.connect_with(&again, peer());
    assert_eq!(desk.hangups[&second.conn], CloseCode::REPLACED);
    assert_eq!(third.welcome["resumed"], true);
    desk.emit("incoming_call", incoming("c1"));
    assert_eq!(desk.event_names(&mut third), ["incoming_call"]);
    assert_eq!(desk.take(second.conn).iter().filter(|frame| frame["type"] == "event").count(), 0);
    // The loser wakes up later and is not heard.
    desk.send(second.conn, &json!({ "type": "goodbye", "closeCode": 1000, "reason": "", "resume": false }));
    assert_eq!(desk.desktop.sessions().len(), 1);
    assert!(desk.notices_of("audit").iter().any(|audit| audit["kind"] == "replaced"));
}

#[test]
fn b7_a_foreign_resume_gets_a_fresh_session_and_an_audit_event() {
    let mut desk = Desk::new(options(json!({})));
    let grant = |agent: &str| Grant { agent: Some(agent.into()), ..Grant::default() };
    let mine = desk.connect_as(&hello("p", "i"), grant("ada"));
    let forged = json!({ "session": mine.session(), "resumeToken": "r_forged", "received": 0 });
    let unknown =
        json!({ "session": "s_nothing", "resumeToken": mine.welcome["resumeToken"], "received": 0 });
    let attempts = [
        (resuming("p", "j1", forged), "ada", 1),
        (resuming("q", "j2", mine.resume()), "ada", 1),
        (resuming("p", "j3", mine.resume()), "bob", 1),
        (resuming("p", "j4", unknown), "ada", 0),
    ];
    for (hello, agent, audits) in attempts {
        let other = desk.connect_as(&hello, grant(agent));
        assert_eq!(other.welcome["resumed"], false);
        assert_eq!(other.welcome["reason"], "unknown_session");
        assert_ne!(other.session(), mine.session());
        let foreign =
            desk.notices_of("audit").iter().filter(|audit| audit["kind"] == "foreign_resume").count();
        assert_eq!(foreign, audits);
    }
    // The owner noticed nothing and can still go on.
    assert!(!desk.hangups.contains_key(&mine.conn));
    let again = desk.connect_as(&resuming("p", "i", mine.resume()), grant("ada"));
    assert_eq!(again.welcome["resumed"], true);
}

#[test]
fn changed_grants_are_not_resumed() {
    let mut desk = Desk::new(options(json!({})));
    let grant = |scopes: &[Scope]| Grant { scopes: Some(scopes.to_vec()), ..Grant::default() };
    let first = desk.connect_as(&hello("p", "i"), grant(&[Scope::ContactRead]));
    let again = desk.connect_as(&resuming("p", "i", first.resume()), grant(&[Scope::CallObserve]));
    assert_eq!(again.welcome["reason"], "identity_changed");
    assert!(again.welcome["snapshot"].is_object());
    assert_eq!(again.welcome["granted"], json!(["call:observe"]));
    assert_eq!(desk.desktop.sessions().len(), 1, "the old session is gone");
}

#[test]
fn r14_the_window_is_judged_by_the_clock_even_if_no_timer_fired() {
    for (away_ms, resumed) in [(119_900, true), (120_100, false)] {
        let mut desk = Desk::new(plain());
        let first = desk.connect("p");
        desk.drop_link(&first);
        desk.jump(away_ms);
        let second = desk.connect_with(&resuming("p", "other", first.resume()), peer());
        assert_eq!(second.welcome["resumed"], resumed, "{away_ms}");
        if !resumed {
            assert_eq!(second.welcome["reason"], "expired");
        }
    }
}

#[test]
fn a_session_whose_window_passed_is_forgotten() {
    let mut desk = Desk::new(plain());
    let first = desk.connect("p");
    desk.drop_link(&first);
    desk.advance(119_999);
    assert_eq!(desk.desktop.sessions().len(), 1);
    desk.advance(2);
    assert_eq!(desk.desktop.sessions(), []);
    let last = desk.notices_of("session").pop().unwrap();
    assert_eq!((&last["change"], &last["reason"]), (&json!("retired"), &json!("expired")));
}

#[test]
fn b9_after_a_restart_nothing_is_resumed_and_the_snapshot_tells_the_truth() {
    let mut desk = Desk::new(plain());
    let first = desk.connect("p");
    let mut restarted = Desk::new(plain());
    restarted.emit("incoming_call", incoming("c1"));
    let second = restarted.connect_with(&resuming("p", "i", first.resume()), peer());
    assert_eq!(second.welcome["reason"], "unknown_session");
    assert_eq!(second.welcome["snapshot"]["contacts"][0]["contactId"], "c1");
}

#[test]
fn the_same_instance_without_resume_retires_its_old_session_and_another_instance_does_not() {
    let mut desk = Desk::new(plain());
    let first = desk.connect_with(&hello("p", "one"), peer());
    let mut other = desk.connect_with(&hello("p", "two"), peer());
    assert!(!desk.hangups.contains_key(&first.conn));
    let mut second = desk.connect_with(&hello("p", "one"), peer());
    assert_eq!(desk.hangups[&first.conn], CloseCode::REPLACED);
    assert_eq!(desk.desktop.sessions().len(), 2);
    assert_eq!(desk.emit("incoming_call", incoming("c1")), 2);
    assert_eq!(desk.events(&mut other).len(), 1);
    assert_eq!(desk.events(&mut second).len(), 1);
}

#[test]
fn a_goodbye_ends_the_session_at_once() {
    let mut desk = Desk::new(plain());
    let first = desk.connect("p");
    desk.send(
        first.conn,
        &json!({ "type": "goodbye", "closeCode": 1000, "reason": "done", "resume": false }),
    );
    assert_eq!(desk.desktop.sessions(), []);
    let last = desk.notices_of("session").pop().unwrap();
    assert_eq!((&last["change"], &last["reason"]), (&json!("retired"), &json!("goodbye")));
}

#[test]
fn a_shutdown_says_goodbye_and_everybody_can_come_back() {
    let mut desk = Desk::new(plain());
    let plugs: Vec<_> = (0..3).map(|n| desk.connect(&format!("p{n}"))).collect();
    let silent = desk.open(peer());
    desk.put(DesktopInput::Shutdown { retry_after_ms: Some(1_200) });
    assert_eq!(desk.hangups[&silent], CloseCode::SHUTDOWN);
    for plug in &plugs {
        assert_eq!(desk.hangups[&plug.conn], CloseCode::SHUTDOWN);
        let goodbye = desk.take(plug.conn).pop().unwrap();
        assert_eq!(goodbye["type"], "goodbye");
        assert_eq!((&goodbye["resume"], &goodbye["retryAfterMs"]), (&json!(true), &json!(1_200)));
    }
    for (n, plug) in plugs.iter().enumerate() {
        let again = desk.connect_with(&resuming(&format!("p{n}"), "i", plug.resume()), peer());
        assert_eq!(again.welcome["resumed"], true);
    }
}

#[test]
fn a_removed_session_is_closed_4513_and_gone() {
    let mut desk = Desk::new(plain());
    let plug = desk.connect("p");
    assert!(desk.desktop.remove(plug.session(), desk.now));
    desk.drain();
    assert_eq!(desk.hangups[&plug.conn], CloseCode::REMOVED);
    assert_eq!(desk.desktop.sessions(), []);
    assert!(!desk.desktop.remove(plug.session(), desk.now));
    // Also one that is away.
    let away = desk.connect("p");
    desk.drop_link(&away);
    assert!(desk.desktop.remove(away.session(), desk.now));
    assert_eq!(desk.desktop.sessions(), []);
}

#[test]
fn a_plugin_that_comes_back_too_late_is_told_what_became_of_its_session() {
    let mut desk = Desk::new(plain());
    let first = desk.connect("p");
    let resume = first.resume();
    desk.drop_link(&first);
    desk.advance(120_001);
    assert_eq!(desk.desktop.sessions(), [], "the timer fired");
    let late = desk.connect_with(&resuming("p", "i", resume.clone()), peer());
    assert_eq!((&late.welcome["resumed"], &late.welcome["reason"]), (&json!(false), &json!("expired")));
    let other = desk.connect_with(&resuming("q", "j", resume.clone()), peer());
    assert_eq!(other.welcome["reason"], "unknown_session", "nobody else is told that it was there");
    desk.advance(600_000);
    let later = desk.connect_with(&resuming("p", "k", resume), peer());
    assert_eq!(later.welcome["reason"], "unknown_session");
}

#[test]
fn a_plugin_whose_outbox_overflowed_while_it_was_away_is_told_so() {
    let mut desk = Desk::new(plain());
    let first = desk.connect("p");
    desk.drop_link(&first);
    desk.emit("incoming_call", incoming("c1"));
    for _ in 0..1_100 {
        desk.emit("call_started", started("c1"));
    }
    assert_eq!(desk.desktop.sessions(), []);
    let again = desk.connect_with(&resuming("p", "i", first.resume()), peer());
    assert_eq!((&again.welcome["resumed"], &again.welcome["reason"]), (&json!(false), &json!("overflow")));
    assert_eq!(again.welcome["snapshot"]["contacts"][0]["contactId"], "c1");
}
