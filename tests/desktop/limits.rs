//! Caps: requests a second, links before welcome, sessions; and what they cost with many sessions.

use serde_json::json;
use smartagent_plugin_sdk::desktop::{DesktopInput, Grant, Peer};
use smartagent_plugin_sdk::wire::CloseCode;

use crate::support::*;

#[test]
fn b17_a_burst_of_a_hundred_passes_the_rest_is_limited_and_the_link_stays_up() {
    let mut desk = Desk::new(plain());
    let mut plug = desk.connect("p");
    let mut accepted = 0;
    for n in 0..10_000 {
        let id = desk.request(&mut plug, "get_company_id", json!({}));
        let answer = desk.answer_to(&mut plug, &id).unwrap();
        if n % 50 == 0 {
            let seq = answer["seq"].clone();
            desk.send(plug.conn, &json!({ "type": "ack", "ack": seq }));
        }
        if answer.get("result").is_some() {
            accepted += 1;
        } else {
            assert_eq!(answer["error"]["code"], "E_RATE_LIMITED");
            assert!(answer["error"]["retryAfterMs"].as_u64().unwrap() > 0);
        }
    }
    // The host allows a second's worth above the burst, for what the network bunches together.
    assert_eq!(accepted, 120);
    assert!(!desk.hangups.contains_key(&plug.conn));
    desk.advance(50);
    assert!(desk.ask(&mut plug, "get_company_id", json!({}))["result"].is_object());
}

#[test]
fn a_rate_of_zero_is_no_limit_and_is_told_in_the_welcome() {
    let mut desk =
        Desk::new(options(json!({ "companyId": "a", "token": TOKEN, "limits": { "ratePerSecond": 0 } })));
    let mut plug = desk.connect("p");
    assert_eq!(plug.welcome["limits"]["ratePerSecond"], 0.0);
    for _ in 0..500 {
        let answer = desk.ask(&mut plug, "get_company_id", json!({}));
        assert!(answer["result"].is_object());
        let seq = answer["seq"].clone();
        desk.send(plug.conn, &json!({ "type": "ack", "ack": seq }));
    }
}

#[test]
fn links_before_hello_are_capped_by_address_and_in_all() {
    let limits = json!({ "linksPerAddress": 2, "linksBeforeHello": 3 });
    let mut desk = Desk::new(options(json!({ "token": TOKEN, "limits": limits })));
    let at = |address: &str| Peer { address: Some(address.into()), ..Peer::default() };
    let first = desk.open(at("a"));
    desk.open(at("a"));
    assert!(!desk.desktop.admits(Some("a")));
    assert!(desk.desktop.admits(Some("b")));
    let third = desk.open(at("a"));
    assert_eq!(desk.hangups[&third], CloseCode::RATE_LIMITED);
    desk.open(at("b"));
    assert!(!desk.desktop.admits(None));
    // A welcome, a loss and a time-out all make room.
    desk.send(first, &hello("p", "i"));
    assert!(desk.desktop.admits(Some("a")));
    desk.advance(10_000);
    assert!(desk.desktop.admits(Some("b")));
    assert_eq!(desk.desktop.sessions().len(), 1);
}

#[test]
fn the_sixty_fifth_silent_link_of_an_address_is_refused() {
    let mut desk = Desk::new(plain());
    for _ in 0..64 {
        assert!(desk.desktop.admits(Some("192.0.2.1")));
        desk.open(peer());
    }
    assert!(!desk.desktop.admits(Some("192.0.2.1")));
}

#[test]
fn at_the_cap_of_sessions_the_oldest_without_a_link_goes_else_nobody_comes() {
    let mut desk = Desk::new(plain());
    let plugs: Vec<Plug> = (0..20).map(|_| desk.connect("p")).collect();
    let (code, error) = desk.refused(&hello("p", "one-more"), peer());
    assert_eq!((code, &error["code"]), (CloseCode::HOST_FULL, &json!("E_UNAVAILABLE")));
    assert!(code.reconnects());
    desk.connect("another-plugin");
    desk.drop_link(&plugs[5]);
    desk.jump(1);
    desk.drop_link(&plugs[3]);
    desk.connect("p");
    let sessions: Vec<String> = desk.desktop.sessions().iter().map(|info| info.session.to_string()).collect();
    assert!(!sessions.contains(&plugs[5].session().to_owned()), "the oldest detached");
    assert!(sessions.contains(&plugs[3].session().to_owned()));
    let retired =
        desk.notices_of("session").into_iter().find(|notice| notice["change"] == "retired").unwrap();
    assert_eq!(retired["reason"], "host_full");
}

#[test]
fn the_cap_of_all_sessions_holds_over_all_agents() {
    let mut desk = Desk::new(options(json!({ "limits": { "sessions": 2 } })));
    let grant = |agent: &str| Grant { agent: Some(agent.into()), ..Grant::default() };
    let first = desk.connect_as(&hello("p", "a"), grant("a"));
    desk.connect_as(&hello("p", "b"), grant("b"));
    let conn = desk.open(peer());
    desk.send(conn, &hello("p", "c"));
    desk.put(DesktopInput::Authenticated { conn, result: Ok(Some(grant("c"))) });
    assert_eq!(desk.hangups[&conn], CloseCode::HOST_FULL);
    desk.drop_link(&first);
    desk.connect_as(&hello("p", "c"), grant("c"));
    assert_eq!(desk.desktop.sessions().len(), 2);
}

#[test]
fn a_peer_that_breaks_the_protocol_is_closed_and_audited() {
    let mut desk = Desk::new(plain());
    let plug = desk.connect("p");
    desk.send(plug.conn, &json!({ "type": "cancel", "seq": 7, "id": "canary" }));
    assert_eq!(desk.hangups[&plug.conn], CloseCode::BAD_FRAME);
    let audit = desk.notices_of("audit").pop().unwrap();
    assert_eq!((&audit["kind"], &audit["plugin"]), (&json!("protocol"), &json!("p")));
    let silent = desk.open(peer());
    desk.put(DesktopInput::Violation { conn: silent, close_code: CloseCode::FRAME_TOO_LARGE });
    assert_eq!(desk.hangups[&silent], CloseCode::FRAME_TOO_LARGE);
    assert!(!desk.log.concat().contains("canary"));
}

#[test]
fn a_thousand_agents_each_get_their_own_event_and_only_that() {
    let mut desk = Desk::new(options(json!({ "companyId": "a" })));
    let mut plugs = Vec::new();
    for n in 0..1_000 {
        let grant = Grant { agent: Some(format!("agent-{n}")), ..Grant::default() };
        plugs.push(desk.connect_as(&hello("p", &format!("i{n}")), grant));
    }
    for n in 0..plugs.len() {
        let sent = desk.emit_to("acme.x", json!({ "n": n }), json!({ "agent": format!("agent-{n}") }));
        assert_eq!(sent, Ok(1));
    }
    for (n, plug) in plugs.iter_mut().enumerate() {
        let events = desk.events(plug);
        assert_eq!(events.len(), 1);
        assert_eq!(events[0]["payload"]["n"], n);
    }
}
