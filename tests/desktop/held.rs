//! Events that wait for the end of a tick.

use serde_json::{Value, json};
use smartagent_plugin_sdk::desktop::EmitOptions;
use smartagent_plugin_sdk::schema::{EventName, Scope, samples};
use smartagent_plugin_sdk::wire::CloseCode;

use crate::support::*;

fn hold(desk: &mut Desk, event: &str, payload: &Value, to: Value) -> usize {
    let options: EmitOptions = serde_json::from_value(to).unwrap();
    let count = desk.desktop.emit_held(event, &payload.to_string(), &options, desk.now).unwrap();
    desk.drain();
    count
}

fn release(desk: &mut Desk, sessions: usize) -> bool {
    let more = desk.desktop.release(sessions, desk.now);
    desk.drain();
    more
}

#[test]
fn what_is_held_goes_to_a_few_sessions_at_a_time_in_the_order_of_the_events() {
    let mut desk = Desk::new(plain());
    let mut plugs: Vec<Plug> = (0..3).map(|n| desk.connect(&format!("p{n}"))).collect();
    assert_eq!(hold(&mut desk, "incoming_call", &incoming("c1"), json!({})), 3);
    assert_eq!(hold(&mut desk, "next_status", &next_status(), json!({})), 3);
    assert!(plugs.iter_mut().all(|plug| desk.events(plug).is_empty()));
    assert!(release(&mut desk, 2));
    let got: Vec<_> = plugs.iter_mut().map(|plug| desk.event_names(plug)).collect();
    assert_eq!(got[0], ["incoming_call", "next_status"]);
    assert_eq!((got[0].clone(), 0), (got[1].clone(), got[2].len()));
    assert!(!release(&mut desk, 2));
    assert_eq!(desk.event_names(&mut plugs[2]), got[0]);
    assert!(!release(&mut desk, 2));
    assert!(plugs.iter_mut().all(|plug| desk.events(plug).is_empty()), "nothing is sent twice");
}

#[test]
fn an_event_that_comes_while_others_are_released_follows_them_everywhere() {
    let mut desk = Desk::new(plain());
    let mut plugs: Vec<Plug> = (0..3).map(|n| desk.connect(&format!("p{n}"))).collect();
    hold(&mut desk, "incoming_call", &incoming("c1"), json!({}));
    release(&mut desk, 1);
    hold(&mut desk, "next_status", &next_status(), json!({}));
    release(&mut desk, usize::MAX);
    for plug in &mut plugs {
        assert_eq!(desk.event_names(plug), ["incoming_call", "next_status"]);
    }
}

#[test]
fn whom_an_event_goes_to_is_the_same_and_counted_the_same_as_at_once() {
    for event in EventName::ALL.iter().copied() {
        let wants = [
            json!({}),
            json!({ "scopes": [Scope::CallObserve.as_str()] }),
            json!({ "scopes": [] }),
            json!({ "events": [event.as_str()] }),
            json!({ "events": ["acme.other"] }),
        ];
        for to in [json!({}), json!({ "plugin": "p3" }), json!({ "agent": "nobody" })] {
            let [mut at_once, mut held] = [(); 2].map(|()| Desk::new(plain()));
            let mut plugs = Vec::new();
            for (n, want) in wants.iter().enumerate() {
                let hello = with(hello(&format!("p{n}"), &format!("i{n}")), json!({ "want": want }));
                let plug = at_once.connect_with(&hello, peer());
                plugs.push((plug, held.connect_with(&hello, peer())));
            }
            let payload = samples::event(event);
            let sent = at_once.emit_to(event.as_str(), payload.clone(), to.clone()).unwrap();
            assert_eq!(hold(&mut held, event.as_str(), &payload, to.clone()), sent, "{event} {to}");
            release(&mut held, usize::MAX);
            for (n, (one, other)) in plugs.iter_mut().enumerate() {
                assert_eq!(at_once.events(one), held.events(other), "{event} {to} p{n}");
            }
        }
    }
}

#[test]
fn a_session_that_ends_before_its_events_are_released_stops_nobody_else() {
    let mut desk = Desk::new(plain());
    let mut plugs: Vec<Plug> = (0..3).map(|n| desk.connect(&format!("p{n}"))).collect();
    hold(&mut desk, "incoming_call", &incoming("c1"), json!({}));
    let gone = plugs[1].session().to_owned();
    desk.desktop.remove(&gone, desk.now);
    release(&mut desk, usize::MAX);
    assert_eq!(desk.event_names(&mut plugs[0]), ["incoming_call"]);
    assert_eq!(desk.event_names(&mut plugs[2]), ["incoming_call"]);
}

#[test]
fn a_session_whose_deadline_moves_on_with_every_frame_is_pinged_after_the_last_one_and_judged_in_time() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("p");
    let conn = plug.conn;
    desk.advance(16_000);
    desk.send(conn, &json!({ "type": "pong", "n": 1, "ack": 0 }));
    desk.take(conn);
    for ack in 1..=20_u64 {
        hold(&mut desk, "next_status", &next_status(), json!({}));
        release(&mut desk, usize::MAX);
        assert_eq!(desk.event_names(&mut plug), ["next_status"]);
        desk.advance(1_000);
        desk.send(conn, &json!({ "type": "ack", "ack": ack }));
    }
    let pings = |desk: &mut Desk| desk.take(conn).iter().filter(|frame| frame["type"] == "ping").count();
    desk.advance(14_999);
    assert_eq!(pings(&mut desk), 0, "the earlier place in the heap is no reason to ping");
    desk.advance(1);
    assert_eq!(pings(&mut desk), 1);
    desk.advance(9_999);
    assert_eq!(desk.hangups.get(&conn), None);
    desk.advance(1);
    assert_eq!(desk.hangups[&conn], CloseCode::PING_TIMEOUT);
}
