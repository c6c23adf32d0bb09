//! Deadlines, cancellation, caps, pace, payload errors.

use std::sync::Arc;

use smartagent_plugin_sdk::session::{HostInput, HostSessionOptions, PluginInput, SessionEvent, State};
use smartagent_plugin_sdk::wire::{CloseCode, ErrorBody, ErrorCode, Executed};

use crate::pair::{Answers, Pair, SECOND, plugin_options};

#[test]
fn a_call_before_init_is_not_ready_and_an_unknown_method_is_named() {
    let mut pair = Pair::idle();
    let id = pair.request("early");
    assert_eq!(pair.error_of(id).code, ErrorCode::NotReady);
    let mut pair = Pair::new();
    pair.input(PluginInput::Request {
        id: 500,
        method: "get_usr".into(),
        payload: Arc::from("{}"),
        contact_id: None,
        idempotency_key: None,
        timeout_ms: 1_000,
    });
    assert_eq!(pair.error_of(500).code, ErrorCode::UnknownMethod);
}

#[test]
fn a_lost_answer_times_out_as_unknown_and_sends_a_cancel() {
    let mut pair = Pair::new();
    pair.answers = Answers::Never;
    let id = pair.request_for("slow", 2_000);
    pair.advance(1_600);
    // The host's own answer comes half a second earlier.
    let error = pair.error_of(id);
    assert_eq!((error.code, error.executed), (ErrorCode::Timeout, Executed::Unknown));
    assert_eq!(pair.cancelled, ["q1"]);

    let mut silent = Pair::new();
    silent.black_hole();
    let id = silent.request_for("lost", 2_000);
    silent.advance(2_000);
    let error = silent.error_of(id);
    assert_eq!((error.code, error.executed), (ErrorCode::Timeout, Executed::Unknown));
    assert_eq!(error.idempotency_key.as_deref(), Some("key-lost"));
    assert_eq!(silent.frames("plugin", "cancel").len(), 1);
}

#[test]
fn a_cancelled_call_settles_at_once_and_its_late_answer_is_dropped() {
    let mut pair = Pair::new();
    pair.answers = Answers::Never;
    let id = pair.request("abort me");
    pair.advance(100);
    pair.input(PluginInput::Cancel { id });
    let error = pair.error_of(id);
    assert_eq!((error.code, error.executed), (ErrorCode::Cancelled, Executed::Unknown));
    pair.advance(100);
    assert_eq!(pair.cancelled, ["q1"]);
    pair.host_input(HostInput::Answer { id: "q1".into(), outcome: Ok("{}".into()) });
    pair.host_input(HostInput::Answer { id: "q1".into(), outcome: Ok("{}".into()) });
    pair.advance(100);
    assert_eq!(pair.plugin.late_answers(), 1);
    assert_eq!(pair.outcomes(id).len(), 1);
}

#[test]
fn a_hosts_error_reaches_the_caller_with_its_key() {
    let mut pair = Pair::new();
    pair.answers = Answers::Never;
    let id = pair.request("x");
    pair.advance(100);
    let mut error = ErrorBody::new(ErrorCode::NotFound, "no such contact");
    error.idempotency_key = Some("never on the wire".into());
    pair.host_input(HostInput::Answer { id: "q1".into(), outcome: Err(error) });
    pair.advance(100);
    let error = pair.error_of(id);
    assert_eq!((error.code, error.executed), (ErrorCode::NotFound, Executed::No));
    assert_eq!(error.idempotency_key.as_deref(), Some("key-x"));
}

#[test]
fn the_outbox_refuses_above_its_cap_and_drains_at_half() {
    let mut options = plugin_options();
    options.outbox_frames = 10;
    let mut pair = Pair::with(options, HostSessionOptions::default()).ready();
    pair.black_hole();
    for n in 0..10 {
        let id = pair.request_for(&format!("m{n}"), 100_000);
        assert!(pair.is_open(id));
    }
    let id = pair.request("one too many");
    let error = pair.error_of(id);
    assert_eq!((error.code, error.executed, error.retryable), (ErrorCode::OutboxFull, Executed::No, true));
    assert_eq!(pair.count(|event| matches!(event, SessionEvent::Drain)), 0);
    pair.cut();
    pair.advance(5 * SECOND);
    assert_eq!(pair.count(|event| matches!(event, SessionEvent::Drain)), 1);
    assert_eq!(pair.executed.len(), 10);
}

#[test]
fn a_message_above_the_hosts_frame_cap_is_refused_locally() {
    let mut pair = Pair::new();
    let id = pair.request(&"x".repeat(131_072));
    assert_eq!(pair.error_of(id).code, ErrorCode::TooLarge);
    assert_eq!(pair.frames("plugin", "request").len(), 0);
}

#[test]
fn writes_are_paced_by_the_hosts_rate_and_no_call_is_rate_limited() {
    let mut pair = Pair::new();
    for n in 0..300 {
        pair.request_for(&format!("m{n}"), 60_000);
    }
    assert_eq!(pair.frames("plugin", "request").len(), 100);
    pair.advance(SECOND);
    let after = pair.frames("plugin", "request").len();
    assert!((119..=121).contains(&after), "{after}");
    pair.advance(10 * SECOND);
    assert_eq!(pair.executed.len(), 300);
    assert!((1..=300).all(|id| pair.outcomes(id)[0].is_ok()));
}

#[test]
fn replayed_requests_are_neither_paced_nor_rate_limited() {
    let mut pair = Pair::new();
    pair.black_hole();
    for n in 0..250 {
        pair.request_for(&format!("m{n}"), 60_000);
    }
    pair.advance(8 * SECOND);
    pair.cut();
    pair.advance(5 * SECOND);
    assert_eq!(pair.executed.len(), 250);
    assert!((1..=250).all(|id| pair.outcomes(id)[0].is_ok()));
}

#[test]
fn a_host_can_switch_the_pace_off() {
    let mut options = HostSessionOptions::default();
    options.limits.rate_per_second = 0.0;
    let mut pair = Pair::with(plugin_options(), options).ready();
    for n in 0..1_000 {
        pair.request(&format!("m{n}"));
    }
    pair.advance(SECOND);
    assert_eq!(pair.executed.len(), 1_000);
}

#[test]
fn a_payload_error_of_a_request_is_answered_and_the_link_goes_on() {
    let mut pair = Pair::new();
    pair.forge_to_host(
        r#"{"type":"request","seq":1,"id":"q1","method":"set_title_tag","deadlineMs":9,"payload":{"title":"a","title":"b"}}"#,
    );
    pair.forge_to_host(r#"{"type":"request","seq":2,"id":"q2","method":"set_title_tag","deadlineMs":9,"payload":{"titel":"a"}}"#);
    pair.forge_to_host(r#"{"type":"request","seq":3,"id":"q3","method":"no_such","deadlineMs":9}"#);
    pair.forge_to_host(
        r#"{"type":"request","seq":4,"id":"q4","method":"set_title_tag","deadlineMs":9,"payload":{"title":"fine"}}"#,
    );
    let codes: Vec<_> = pair
        .frames("host", "response")
        .iter()
        .map(|frame| (frame["error"]["code"].as_str().map(str::to_owned), frame["error"]["executed"].clone()))
        .collect();
    assert_eq!(codes[0], (Some("E_BAD_REQUEST".into()), "no".into()));
    assert_eq!(codes[1], (Some("E_BAD_REQUEST".into()), "no".into()));
    assert_eq!(codes[2].0.as_deref(), Some("E_UNKNOWN_METHOD"));
    assert_eq!(codes[3].0, None);
    assert_eq!(pair.executed, ["fine"]);
    assert_eq!(pair.hangups, []);
}

#[test]
fn a_payload_error_of_an_event_consumes_its_number_and_is_reported_on_both_sides() {
    let mut pair = Pair::new();
    pair.forge_to_plugin(r#"{"type":"event","seq":1,"event":"a.b","timestamp":1,"payload":{"n":1e400}}"#);
    pair.forge_to_plugin(r#"{"type":"event","seq":2,"event":"incoming_call","timestamp":1,"payload":{}}"#);
    pair.forge_to_plugin(r#"{"type":"event","seq":3,"event":"a.b","timestamp":1,"payload":{"n":3}}"#);
    assert_eq!(pair.numbers(), [3]);
    assert_eq!(pair.count(|event| matches!(event, SessionEvent::Error(_))), 2);
    let complaints = pair.frames("plugin", "error");
    assert_eq!(complaints.len(), 2);
    assert!(complaints.iter().all(|frame| frame["fatal"] == false));
    assert_eq!(pair.plugin.state(), State::Ready);
}

#[test]
fn twenty_payload_errors_within_a_minute_close_4511() {
    let mut pair = Pair::new();
    for seq in 1..=20 {
        assert_eq!(pair.hangups, []);
        pair.forge_to_host(format!(
            r#"{{"type":"request","seq":{seq},"id":"q{seq}","method":"get_user","deadlineMs":9,"payload":{{"a":1e400}}}}"#
        ));
    }
    assert_eq!(pair.hangups, [("host", 1, CloseCode::TOO_MANY_ERRORS)]);
    pair.advance(SECOND);
    assert_eq!(pair.plugin.state(), State::Closed);
}

#[test]
fn a_broken_result_rejects_the_call_as_a_protocol_error() {
    let mut pair = Pair::new();
    pair.answers = Answers::Never;
    let id = pair.request("x");
    pair.advance(50);
    pair.forge_to_plugin(r#"{"type":"response","seq":1,"id":"q1","result":{"a":1e400}}"#);
    let error = pair.error_of(id);
    assert_eq!((error.code, error.executed), (ErrorCode::Protocol, Executed::Unknown));
    assert_eq!(pair.plugin.state(), State::Ready);
}

#[test]
fn a_violation_of_the_carrier_stops_with_its_close_code() {
    for (code, error) in
        [(CloseCode::BAD_FRAME, ErrorCode::Protocol), (CloseCode::FRAME_TOO_LARGE, ErrorCode::TooLarge)]
    {
        let mut pair = Pair::new();
        let id = pair.request("open");
        pair.input(PluginInput::Violation { link: 1, close_code: code });
        assert_eq!((pair.plugin.state(), pair.error_of(id).code), (State::Closed, error));
        let mut pair = Pair::new();
        pair.host_input(HostInput::Violation { link: 1, close_code: code });
        assert_eq!(pair.hangups, [("host", 1, code)]);
    }
}

#[test]
fn debug_output_holds_no_payload_token_or_title() {
    let mut pair = Pair::new();
    pair.answers = Answers::Never;
    pair.request("canary-4711");
    pair.emit(4_711).unwrap();
    pair.advance(SECOND);
    let token = pair.frames("host", "welcome")[0]["resumeToken"].as_str().unwrap().to_owned();
    let text = format!("{:?} {:?} {:?}", pair.plugin, pair.hosts, pair.events);
    for secret in ["canary-4711", "4711", token.as_str()] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
