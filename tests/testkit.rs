//! The in-memory desk: real sessions on both ends, one clock.

use serde_json::json;
use smartagent_plugin_sdk::desktop::{Desktop, DesktopInput, DesktopOptions, DesktopOutput, EmitOptions};
use smartagent_plugin_sdk::dispatch::Delivery;
use smartagent_plugin_sdk::schema::Method;
use smartagent_plugin_sdk::session::{PluginInput, PluginOptions, State};
use smartagent_plugin_sdk::testkit::{MemoryDesk, PeerId};
use smartagent_plugin_sdk::wire::{ErrorBody, ErrorCode, Executed, PluginInfo, SdkInfo};

const START: u64 = 1_790_000_000_000;

fn desk() -> MemoryDesk {
    MemoryDesk::new(Desktop::new(DesktopOptions::default(), [7; 32]), START)
}

fn plugin(desk: &mut MemoryDesk) -> PeerId {
    let info = PluginInfo { id: None, version: None, plugin_type: None, instance: "one".into() };
    let sdk = SdkInfo { name: "test".into(), version: "0".into(), runtime: None };
    desk.add_peer(PluginOptions::new(info, sdk), [9; 32])
}

fn ready(desk: &mut MemoryDesk) -> PeerId {
    let id = plugin(desk);
    desk.handle_peer(id, PluginInput::Init);
    assert_eq!(desk.state(id), State::Ready);
    id
}

fn request(id: u64, method: &str) -> PluginInput {
    PluginInput::Request {
        id,
        method: method.into(),
        payload: "{}".into(),
        contact_id: None,
        idempotency_key: None,
        timeout_ms: 10_000,
    }
}

fn settled(deliveries: Vec<Delivery>) -> Vec<(u64, Result<String, ErrorBody>)> {
    let of = |delivery| match delivery {
        Delivery::Settled { id, outcome, .. } => Some((id, outcome.map(|answer| answer.json().to_string()))),
        _ => None,
    };
    deliveries.into_iter().filter_map(of).collect()
}

#[test]
fn a_plugin_is_ready_before_any_time_has_passed() {
    let mut desk = desk();
    let id = ready(&mut desk);
    assert_eq!(desk.now().wall_ms, START);
    assert!(matches!(desk.drain_peer(id, 1)[..], [Delivery::InitDone(Ok(_))]));
}

#[test]
fn an_event_reaches_the_plugin_that_listens() {
    let mut desk = desk();
    let id = ready(&mut desk);
    if let Some(peer) = desk.peer(id) {
        peer.listen("acme.opened", true);
    }
    let sent = desk.with_desktop(|desktop, now| {
        desktop.emit("acme.opened", &json!({"n": 1}).to_string(), &EmitOptions::default(), now)
    });
    assert_eq!(sent, Ok(1));
    let heard =
        desk.drain_peer(id, 16).into_iter().any(|delivery| matches!(delivery, Delivery::Event { .. }));
    assert!(heard);
}

#[test]
fn a_call_in_flight_survives_a_dropped_link() {
    let mut desk = desk();
    let id = ready(&mut desk);
    desk.with_desktop(|desktop, _| desktop.set_handled(Method::GetUser, true));
    desk.drop_links();
    assert_eq!(desk.state(id), State::Interrupted);
    desk.handle_peer(id, request(1, "get_user"));
    desk.advance(1_000);
    assert_eq!(desk.state(id), State::Interrupted, "it may not come back while the link is down");
    desk.restore();
    desk.advance(8_000);
    assert_eq!(desk.state(id), State::Ready);
    let runs: Vec<u64> = desk
        .inbox()
        .drain(64)
        .into_iter()
        .filter_map(|output| match output {
            DesktopOutput::Run { ticket, .. } => Some(ticket),
            _ => None,
        })
        .collect();
    assert_eq!(runs.len(), 1, "sent once, run once");
    let answer =
        DesktopInput::Answer { ticket: runs[0], outcome: Err(ErrorBody::new(ErrorCode::NotFound, "nobody")) };
    desk.with_desktop(|desktop, now| desktop.handle(answer, now));
    let outcomes = settled(desk.drain_peer(id, 64));
    assert!(matches!(&outcomes[..], [(1, Err(error))] if error.code == ErrorCode::NotFound), "{outcomes:?}");
}

#[test]
fn a_deadline_passes_only_when_the_clock_is_moved() {
    let mut desk = desk();
    let id = ready(&mut desk);
    desk.with_desktop(|desktop, _| desktop.set_handled(Method::GetUser, true));
    desk.handle_peer(id, request(1, "get_user"));
    desk.advance(9_000);
    assert!(settled(desk.drain_peer(id, 64)).is_empty());
    desk.advance(2_000);
    let outcomes = settled(desk.drain_peer(id, 64));
    assert!(
        matches!(&outcomes[..], [(1, Err(error))] if error.code == ErrorCode::Timeout && error.executed == Executed::Unknown),
        "{outcomes:?}"
    );
}

#[test]
fn a_closed_desk_refuses_dials_and_says_why() {
    let mut desk = desk();
    desk.close();
    let id = plugin(&mut desk);
    desk.handle_peer(id, PluginInput::Init);
    desk.advance(10_000);
    let refused = desk.drain_peer(id, 8).into_iter().find_map(|delivery| match delivery {
        Delivery::InitDone(Err(error)) => Some(error),
        _ => None,
    });
    assert!(refused.is_some_and(|error| error.message.contains("closed")));
}
