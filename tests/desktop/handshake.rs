//! Who gets a `welcome`, as whom, and with which rights.

use serde_json::{Value, json};
use smartagent_plugin_sdk::desktop::{Attached, Carrier, DesktopInput, Grant, Peer};
use smartagent_plugin_sdk::schema::Scope;
use smartagent_plugin_sdk::wire::CloseCode;

use crate::support::*;

fn asking() -> Desk {
    Desk::new(options(json!({ "companyId": "acme", "user": user() })))
}

fn with_manifests() -> Desk {
    let plugins = [
        manifest("acme.crm", "call", "https://crm.example", &["contact:read", "call:observe"]),
        manifest("acme.notes", "contact-log", "https://notes.example", &["ui:show"]),
    ];
    Desk::new(options(json!({ "token": TOKEN, "plugins": plugins, "user": user() })))
}

#[test]
fn the_welcome_names_plugin_scopes_and_state() {
    let mut desk = Desk::new(plain());
    let plug = desk.connect("acme.crm");
    assert_eq!(plug.welcome["resumed"], false);
    assert_eq!(plug.welcome["reason"], "new");
    assert_eq!(plug.welcome["plugin"], json!({ "id": "acme.crm", "type": "call" }));
    assert_eq!(plug.welcome["granted"].as_array().unwrap().len(), Scope::ALL.len());
    assert_eq!(plug.welcome["denied"], json!([]));
    assert_eq!(plug.welcome["snapshot"]["companyId"], "acme");
    assert_eq!(plug.welcome["snapshot"]["user"]["name"], "Ada");
    assert_eq!(plug.welcome["snapshot"]["visible"], false, "a call plugin without a call");
    assert_eq!(plug.welcome["time"], WALL);
}

#[test]
fn a_wrong_token_is_refused_and_audited_without_being_told() {
    let mut desk = Desk::new(plain());
    for auth in
        [json!({ "scheme": "bearer", "token": "canary-wrong" }), json!({ "scheme": "basic", "token": TOKEN })]
    {
        let (code, error) = desk.refused(&with(hello("p", "i"), json!({ "auth": auth })), peer());
        assert_eq!(code, CloseCode::AUTH_FAILED);
        assert_eq!(error["code"], "E_AUTH");
        assert_eq!(error["closeCode"], 4501);
        let audit = desk.notices_of("audit").pop().unwrap();
        assert_eq!((&audit["kind"], &audit["address"]), (&json!("auth_failed"), &json!("192.0.2.1")));
    }
    assert!(!desk.log.concat().contains("canary"));
}

#[test]
fn the_application_decides_on_tokens_agents_plugins_and_scopes() {
    let mut desk = asking();
    let grant = Grant {
        agent: Some("ada".into()),
        plugin: Some("acme.crm".into()),
        scopes: Some(vec![Scope::ContactRead]),
        ..Grant::default()
    };
    let plug = desk.connect_as(&hello("liar", "i"), grant);
    assert_eq!(desk.asked[0].1.as_deref(), Some(TOKEN));
    assert_eq!(plug.welcome["plugin"]["id"], "acme.crm");
    assert_eq!(plug.welcome["granted"], json!(["contact:read"]));
    assert_eq!(plug.welcome["denied"].as_array().unwrap().len(), 8);
    assert_eq!(&*desk.desktop.sessions()[0].agent, "ada");
}

#[test]
fn an_application_that_refuses_fails_or_sleeps_gives_no_session() {
    let mut desk = asking();
    let conns: Vec<u64> = (0..3)
        .map(|n| {
            let conn = desk.open(peer());
            desk.send(conn, &hello("p", &format!("i{n}")));
            conn
        })
        .collect();
    desk.put(DesktopInput::Authenticated { conn: conns[0], result: Ok(None) });
    desk.put(DesktopInput::Authenticated { conn: conns[1], result: Err("canary database".into()) });
    desk.advance(10_000);
    let codes: Vec<_> = conns.iter().map(|conn| desk.hangups[conn]).collect();
    assert_eq!(codes, [CloseCode::AUTH_FAILED, CloseCode::INTERNAL, CloseCode::INTERNAL]);
    assert!(codes[1].reconnects());
    // The answer that comes too late is for nobody.
    desk.put(DesktopInput::Authenticated { conn: conns[2], result: Ok(Some(Grant::default())) });
    assert_eq!(desk.desktop.sessions(), []);
    assert!(!desk.log.concat().contains("canary"));
}

#[test]
fn nothing_may_come_between_hello_and_welcome() {
    let mut desk = asking();
    let conn = desk.open(peer());
    desk.send(conn, &hello("p", "i"));
    desk.send(conn, &json!({ "type": "ack", "ack": 0 }));
    assert_eq!(desk.hangups[&conn], CloseCode::BAD_FRAME);
}

#[test]
fn silence_before_hello_ends_after_ten_seconds() {
    let mut desk = Desk::new(plain());
    let conn = desk.open(peer());
    desk.advance(9_999);
    assert!(!desk.hangups.contains_key(&conn));
    desk.advance(1);
    assert_eq!(desk.hangups[&conn], CloseCode::HELLO_TIMEOUT);
}

#[test]
fn b18_versions_without_one_in_common_are_refused() {
    let mut desk = Desk::new(plain());
    let (code, _) = desk.refused(&with(hello("p", "i"), json!({ "versions": [2] })), peer());
    assert_eq!(code, CloseCode::VERSION_UNSUPPORTED);
    for versions in [json!([]), json!((1..=1_000).collect::<Vec<_>>())] {
        let (code, _) = desk.refused(&with(hello("p", "i"), json!({ "versions": versions })), peer());
        assert!(!code.reconnects(), "{code:?}");
    }
    assert_eq!(
        desk.connect_with(&with(hello("p", "i"), json!({ "versions": [7, 1] })), peer()).welcome["version"],
        1
    );
}

#[test]
fn manifests_bind_a_plugin_to_its_origin_and_to_what_it_declares() {
    let mut desk = with_manifests();
    let plug = desk.connect_with(&hello("acme.crm", "i"), peer_from("https://crm.example"));
    assert_eq!(plug.welcome["granted"], json!(["contact:read", "call:observe"]));
    assert_eq!(plug.welcome["plugin"]["type"], "call");
    // The origin speaks for itself, whatever the page calls itself.
    let liar = desk.connect_with(&hello("acme.notes", "i2"), peer_from("https://crm.example"));
    assert_eq!(liar.welcome["plugin"]["id"], "acme.crm");
    let (code, error) = desk.refused(&hello("acme.crm", "i3"), peer_from("https://evil.example"));
    assert_eq!((code, &error["code"]), (CloseCode::FORBIDDEN, &json!("E_ORIGIN")));
    let (code, _) = desk.refused(&hello("acme.other", "i4"), peer());
    assert_eq!(code, CloseCode::FORBIDDEN);
    assert_eq!(desk.notices_of("audit").len(), 2);
}

#[test]
fn an_embedding_page_speaks_for_its_plugins_only_with_a_token_that_may() {
    let mut desk = Desk::new(options(json!({
        "plugins": [manifest("acme.crm", "call", "https://crm.example", &["contact:read"])],
    })));
    let relayed = with(hello("acme.crm", "i"), json!({ "embed": { "origin": "https://crm.example" } }));
    let may = Grant { may_embed: true, ..Grant::default() };
    let plug = desk.connect_as(&relayed, may.clone());
    assert_eq!(plug.welcome["granted"], json!(["contact:read"]));
    assert_eq!(desk.desktop.sessions()[0].origin.as_deref(), Some("https://crm.example"));
    for (hello, grant) in [
        (relayed.clone(), Grant::default()),
        (with(relayed, json!({ "embed": { "origin": "https://evil.example" } })), may),
    ] {
        let conn = desk.open(peer_from("https://desk.example"));
        desk.send(conn, &hello);
        desk.put(DesktopInput::Authenticated { conn, result: Ok(Some(grant)) });
        assert_eq!(desk.hangups[&conn], CloseCode::FORBIDDEN);
    }
}

#[test]
fn a_relayed_plugin_that_answers_no_ping_keeps_its_link_as_on_a_port() {
    let mut desk = asking();
    let relayed = with(hello("acme.crm", "i"), json!({ "embed": { "origin": "https://crm.example" } }));
    let frozen = desk.connect_as(&relayed, Grant { may_embed: true, ..Grant::default() });
    let direct = desk.connect_as(&hello("acme.notes", "i2"), Grant::default());
    desk.advance(60_000);
    assert!(
        desk.desktop.sessions().iter().any(|session| &*session.plugin == "acme.crm" && session.connected)
    );
    assert_eq!(desk.hangups.get(&frozen.conn), None);
    assert_eq!(desk.hangups[&direct.conn], CloseCode::PING_TIMEOUT);
}

#[test]
fn an_attached_port_needs_no_token_and_is_who_the_host_says() {
    let mut desk = Desk::new(plain());
    let scopes = Some(vec![Scope::AgentRead]);
    let attached = Attached { plugin: Some("acme.crm".into()), agent: Some("ada".into()), scopes };
    let port = Peer { attached: Some(attached), carrier: Carrier::Port, ..Peer::default() };
    let plug = desk.connect_with(
        &with(hello("liar", "i"), json!({ "auth": { "scheme": "bearer", "token": "x" } })),
        port,
    );
    assert_eq!(plug.welcome["plugin"]["id"], "acme.crm");
    let info = &desk.desktop.sessions()[0];
    assert_eq!((&*info.agent, info.carrier), ("ada", Carrier::Port));
    assert_eq!(info.granted, [Scope::AgentRead]);
}

fn attached_port() -> Peer {
    Peer { attached: Some(Attached::default()), carrier: Carrier::Port, ..Peer::default() }
}

fn session_changes(desk: &mut Desk) -> Vec<Value> {
    desk.notices_of("session").iter().map(|notice| notice["change"].clone()).collect()
}

#[test]
fn a_silent_port_is_told_once_and_kept() {
    let mut desk = Desk::new(plain());
    let plug = desk.connect_with(&hello("p", "i"), attached_port());
    desk.advance(60_000);
    assert_eq!(session_changes(&mut desk), ["opened", "unresponsive"]);
    let silent = &desk.desktop.sessions()[0];
    assert_eq!((silent.connected, silent.responding), (true, false));
    assert!(desk.hangups.is_empty());
    desk.send(plug.conn, &json!({ "type": "ack", "ack": 0 }));
    assert_eq!(session_changes(&mut desk), ["responsive"]);
    assert!(desk.desktop.sessions()[0].responding);
}

#[test]
fn a_dismissed_port_gets_a_goodbye_and_its_session_waits() {
    let mut desk = Desk::new(plain());
    let plug = desk.connect_with(&hello("p", "i"), attached_port());
    desk.take(plug.conn);
    desk.put(DesktopInput::Dismiss { conn: plug.conn, reason: "another document".into() });
    let goodbye = desk.take(plug.conn).pop().unwrap();
    assert_eq!((&goodbye["type"], &goodbye["resume"]), (&json!("goodbye"), &json!(true)));
    assert!(desk.hangups.contains_key(&plug.conn));
    assert!(!desk.desktop.sessions()[0].connected);
    let again = with(hello("p", "i"), json!({ "resume": plug.resume() }));
    assert_eq!(desk.connect_with(&again, attached_port()).welcome["resumed"], true);
    // One that has not said hello yet is told why, too.
    let conn = desk.open(attached_port());
    desk.put(DesktopInput::Dismiss { conn, reason: "another document".into() });
    assert_eq!(desk.take(conn)[0]["closeCode"], 4001);
}

#[test]
fn a_nameless_plugin_is_anonymous() {
    let mut desk = Desk::new(plain());
    let nameless = with(hello("x", "i"), json!({ "plugin": { "instance": "i" } }));
    assert_eq!(desk.connect_with(&nameless, peer()).welcome["plugin"], json!({ "id": "anonymous" }));
}

#[test]
fn an_expired_token_closes_4004_and_a_fresh_one_resumes() {
    let mut desk = asking();
    let until = |at| Grant { expires_at: Some(at), ..Grant::default() };
    let first = desk.connect_as(&hello("p", "i"), until(WALL + 6_000));
    desk.advance(5_999);
    assert!(!desk.hangups.contains_key(&first.conn));
    desk.advance(1);
    assert_eq!(desk.hangups[&first.conn], CloseCode::TOKEN_EXPIRED);
    let again = with(hello("p", "i"), json!({ "resume": first.resume() }));
    let conn = desk.open(peer());
    desk.send(conn, &again);
    desk.put(DesktopInput::Authenticated { conn, result: Ok(Some(until(WALL + 6_000))) });
    assert_eq!(desk.hangups[&conn], CloseCode::TOKEN_EXPIRED, "still the old token");
    let second = desk.connect_as(&again, until(WALL + 200_000));
    assert_eq!(second.welcome["resumed"], true);
}

#[test]
fn the_reserved_role_is_refused_and_says_so() {
    let mut desk = Desk::new(plain());
    let (code, error) = desk.refused(&with(hello("p", "i"), json!({ "role": "desktop" })), peer());
    assert_eq!(code, CloseCode::FORBIDDEN);
    assert_eq!((&error["code"], &error["fatal"]), (&json!("E_FORBIDDEN"), &json!(true)));
    assert!(error["message"].as_str().unwrap().contains("reserved"), "{error}");
    desk.connect_with(&with(hello("p", "i"), json!({ "role": "plugin" })), peer());
}
