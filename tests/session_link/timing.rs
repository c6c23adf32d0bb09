//! Heartbeat, suspension, reconnect, first `init()`, acknowledgements by time.

use smartagent_plugin_sdk::session::{DialError, HostInput, PluginInput, Reconnect, SessionEvent, State};
use smartagent_plugin_sdk::wire::{CloseCode, ErrorBody, ErrorCode};

use crate::pair::{Pair, SECOND, plugin_options};

fn init_outcome(pair: &Pair) -> Option<Result<(), ErrorBody>> {
    pair.events.iter().find_map(|event| match event {
        SessionEvent::InitDone(outcome) => Some(outcome.clone().map(|_| ())),
        _ => None,
    })
}

#[test]
fn an_idle_link_is_kept_alive_by_the_hosts_pings_alone() {
    let mut pair = Pair::new();
    pair.advance(3_600 * SECOND);
    assert_eq!(pair.hangups, []);
    let pings = pair.frames("host", "ping").len();
    assert!((235..=245).contains(&pings), "{pings}");
    assert_eq!(pair.frames("plugin", "ping").len(), 0);
}

#[test]
fn the_first_ping_comes_after_a_random_half_to_whole_interval() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..20 {
        let mut pair = Pair::idle();
        for _ in 0..seed {
            pair.next_seed();
        }
        let mut pair = pair.ready();
        let start = pair.now.mono_ms - SECOND;
        while pair.frames("host", "ping").is_empty() {
            pair.advance(10);
        }
        let after = pair.now.mono_ms - start;
        assert!((7_500..=15_020).contains(&after), "{after}");
        seen.insert(after);
    }
    assert!(seen.len() > 10, "{seen:?}");
}

#[test]
fn a_silent_plugin_is_dropped_4002_and_a_silent_host_is_probed_first() {
    let mut pair = Pair::new();
    pair.black_hole();
    pair.advance(60 * SECOND);
    assert!(pair.hangups.contains(&("host", 1, CloseCode::PING_TIMEOUT)));
    assert!(pair.hangups.contains(&("plugin", 1, CloseCode::PING_TIMEOUT)));
    assert_eq!(pair.frames("plugin", "ping").len(), 1);
    assert_eq!(pair.plugin.state(), State::Ready);
    assert_eq!(pair.hosts.len(), 1);
}

#[test]
fn f19_a_suspension_of_12_hours_is_probed_and_a_healthy_link_is_left_alone() {
    let mut pair = Pair::new();
    // The machine with both ends slept: the session's own clock says that its window has not run while attached.
    pair.suspend(12 * 3_600 * SECOND);
    pair.advance(60 * SECOND);
    assert_eq!(pair.hangups, []);
    assert_eq!(pair.dials, 1);
    assert!(!pair.frames("plugin", "ping").is_empty());
}

#[test]
fn f19_after_a_suspension_a_dead_link_is_replaced_within_ten_seconds() {
    let mut pair = Pair::new();
    pair.black_hole();
    pair.suspend(12 * 3_600 * SECOND);
    pair.advance(10 * SECOND);
    assert_eq!(pair.plugin.state(), State::Ready);
    assert_eq!(pair.dials, 2);
}

#[test]
fn f19_steps_of_the_wall_clock_change_nothing() {
    let mut pair = Pair::new();
    for step in [3_600_000_i64, -7_200_000, 86_400_000, -86_400_000] {
        pair.now.wall_ms = pair.now.wall_ms.saturating_add_signed(step);
        pair.advance(60 * SECOND);
    }
    assert_eq!(pair.hangups, []);
    assert_eq!(pair.dials, 1);
}

#[test]
fn f20_timers_that_fire_once_a_minute_for_half_an_hour_drop_nothing() {
    let mut pair = Pair::new();
    for _ in 0..30 {
        pair.suspend(60 * SECOND);
        // What arrives meanwhile is delivered when the timers have fired.
        pair.advance(20);
    }
    assert_eq!(pair.hangups, []);
}

#[test]
fn an_ack_rides_on_a_frame_or_goes_alone_after_200_ms() {
    let mut pair = Pair::new();
    pair.emit(1).unwrap();
    pair.advance(100);
    let acks = pair.frames("plugin", "ack").len();
    pair.request("carries it");
    assert_eq!(pair.frames("plugin", "request")[0]["ack"], 1);
    pair.advance(150);
    assert_eq!(pair.frames("plugin", "ack").len(), acks);
    pair.advance(300);
    pair.emit(2).unwrap();
    pair.advance(5 + 199);
    let before = pair.frames("plugin", "ack").iter().filter(|frame| frame["ack"].as_u64() >= Some(3)).count();
    pair.advance(10);
    let after = pair.frames("plugin", "ack").iter().filter(|frame| frame["ack"].as_u64() >= Some(3)).count();
    assert_eq!((before, after), (0, 1));
}

#[test]
fn a_first_init_retries_within_its_timeout_then_rejects_and_nothing_dials_any_more() {
    let mut pair = Pair::idle();
    pair.listening = false;
    pair.input(PluginInput::Init);
    let id = pair.request_for("queued", 60_000);
    pair.advance(9_990);
    assert!(pair.dials > 2);
    assert_eq!(init_outcome(&pair), None);
    pair.advance(20);
    assert_eq!(init_outcome(&pair).unwrap().unwrap_err().code, ErrorCode::NoHost);
    assert_eq!(pair.error_of(id).code, ErrorCode::NoHost);
    assert_eq!(pair.plugin.state(), State::Idle);
    assert_eq!(pair.plugin.deadline(), None);
    let dials = pair.dials;
    pair.advance(600 * SECOND);
    assert_eq!(pair.dials, dials);
    pair.listening = true;
    pair.events.clear();
    pair.input(PluginInput::Init);
    pair.advance(SECOND);
    assert_eq!(init_outcome(&pair), Some(Ok(())));
}

#[test]
fn a_first_init_that_cannot_be_helped_rejects_at_once() {
    for (code, close_code) in [
        (ErrorCode::Auth, Some(CloseCode::AUTH_FAILED)),
        (ErrorCode::Tls, None),
        (ErrorCode::Origin, Some(CloseCode::FORBIDDEN)),
    ] {
        let mut pair = Pair::idle();
        pair.listening = false;
        pair.dial_error = DialError { code, message: "no".into(), close_code, retry_after_ms: None };
        pair.input(PluginInput::Init);
        assert_eq!(init_outcome(&pair).unwrap().unwrap_err().code, code);
        assert_eq!((pair.plugin.state(), pair.dials), (State::Idle, 1));
    }
}

#[test]
fn init_is_idempotent_and_starts_afresh_after_close() {
    let mut pair = Pair::new();
    pair.input(PluginInput::Init);
    pair.advance(SECOND);
    assert_eq!(pair.dials, 1);
    pair.input(PluginInput::Close);
    pair.advance(SECOND);
    let late = pair.request("closed");
    assert_eq!(pair.error_of(late).code, ErrorCode::Closed);
    pair.events.clear();
    pair.input(PluginInput::Init);
    pair.emit(7).unwrap_err();
    pair.advance(SECOND);
    assert_eq!(init_outcome(&pair), Some(Ok(())));
    assert_eq!((pair.plugin.state(), pair.hosts.len()), (State::Ready, 2));
    assert_eq!(pair.resyncs(), []);
}

#[test]
fn without_reconnect_a_lost_link_closes_the_session() {
    let mut options = plugin_options();
    options.reconnect = Reconnect::Never;
    let mut pair = Pair::with(options, Default::default()).ready();
    pair.cut();
    pair.advance(60 * SECOND);
    assert_eq!((pair.plugin.state(), pair.dials), (State::Closed, 1));
}

#[test]
fn retry_after_is_a_floor_for_the_next_dial() {
    let mut pair = Pair::new();
    pair.host_input(HostInput::Goodbye {
        code: CloseCode::SHUTDOWN,
        reason: "restart".into(),
        resume: true,
        retry_after_ms: Some(30_000),
    });
    pair.advance(29_900);
    assert_eq!(pair.dials, 1);
    pair.advance(5 * SECOND);
    assert_eq!((pair.plugin.state(), pair.hosts.len()), (State::Ready, 1));
}

#[test]
fn each_close_code_reconnects_or_stops_as_the_table_says() {
    let reconnects =
        [1001, 1005, 1006, 1011, 1012, 1013, 1014, 4000, 4001, 4002, 4003, 4004, 4005, 4008, 4013];
    let stops = [1000, 1002, 1003, 1007, 1008, 1009, 1010, 4500, 4501, 4503, 4506, 4509, 4510, 4511, 4513];
    for (codes, state) in [(&reconnects, State::Interrupted), (&stops, State::Closed)] {
        for code in codes {
            let mut pair = Pair::new();
            let id = pair.request("open");
            let lost = PluginInput::Lost { link: 1, code: Some(CloseCode(*code)), reason: "r".into() };
            pair.input(lost);
            assert_eq!(pair.plugin.state(), state, "{code}");
            if state == State::Closed {
                assert_eq!(pair.error_of(id).code, CloseCode(*code).error_code(), "{code}");
                assert_eq!(pair.plugin.deadline(), None);
            } else {
                assert!(pair.is_open(id));
            }
        }
    }
}

#[test]
fn a_fatal_error_frame_stands_for_the_close_code_that_a_port_does_not_have() {
    let mut pair = Pair::new();
    pair.forge_to_plugin(r#"{"type":"error","code":"E_AUTH","message":"m","fatal":true,"closeCode":4501}"#);
    assert_eq!(pair.plugin.state(), State::Closed);
    let mut pair = Pair::new();
    pair.forge_to_plugin(r#"{"type":"error","code":"E_AUTH","message":"m","fatal":true,"closeCode":4004}"#);
    assert_eq!(pair.plugin.state(), State::Interrupted);
    pair.advance(2 * SECOND);
    assert_eq!((pair.plugin.state(), pair.resyncs().len()), (State::Ready, 0));
}
