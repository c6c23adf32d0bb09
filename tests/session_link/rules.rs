//! The rules R1–R15 of the protocol page, one test each, named after it.

use serde_json::Value;
use smartagent_plugin_sdk::session::{
    Handshake, HostInput, HostSession, HostSessionOptions, Now, PluginInput, ResumeRefused, RetireReason,
    SessionEvent, State,
};
use smartagent_plugin_sdk::wire::{CloseCode, ErrorCode, Executed, Resume};

use crate::pair::{Answers, Pair, SECOND, facts, read};

fn hello_of(pair: &Pair) -> String {
    pair.written[0].2.clone()
}

fn resume_of(pair: &Pair) -> Resume {
    let hello = pair.frames("plugin", "hello").pop().expect("a hello");
    serde_json::from_value(hello["resume"].clone()).expect("a resume")
}

#[test]
fn r1_a_first_frame_other_than_hello_or_welcome_closes_4500() {
    let now = Now::default();
    for text in [r#"{"type":"ping","n":1}"#, r#"{"type":"ack","ack":0}"#, "", "null"] {
        let refusal = Handshake::new(now).handle_message(text.as_bytes(), now).unwrap_err();
        assert_eq!(refusal.close_code, CloseCode::BAD_FRAME, "{text}");
        assert!(matches!(read(&refusal.frame()).kind(), "error"));
    }
    for text in
        [r#"{"type":"event","seq":1,"event":"a.b","timestamp":1,"payload":{}}"#, r#"{"type":"ping","n":1}"#]
    {
        let mut pair = Pair::idle();
        pair.input(PluginInput::Init);
        pair.forge_to_plugin(text);
        assert_eq!(pair.hangups, [("plugin", 1, CloseCode::BAD_FRAME)]);
        assert_eq!(pair.plugin.state(), State::Idle);
        let failed = pair.events.iter().any(
            |event| matches!(event, SessionEvent::InitDone(Err(error)) if error.code == ErrorCode::Protocol),
        );
        assert!(failed, "{:?}", pair.events);
    }
}

#[test]
fn r2_a_plugin_sends_nothing_between_hello_and_welcome_and_a_host_refuses_it() {
    let mut pair = Pair::idle();
    pair.latency = Box::new(|| 3_000);
    pair.input(PluginInput::Init);
    pair.request("early");
    pair.advance(5_999);
    assert_eq!(pair.written.iter().filter(|(side, ..)| *side == "plugin").count(), 1);
    pair.advance(10_000);
    assert_eq!(pair.executed, ["early"]);

    let now = Now::default();
    let mut handshake = Handshake::new(now);
    handshake.handle_message(hello_of(&pair).as_bytes(), now).unwrap();
    let refusal = handshake.handle_message(br#"{"type":"ack","ack":0}"#, now).unwrap_err();
    assert_eq!(refusal.close_code, CloseCode::BAD_FRAME);
}

#[test]
fn r3_a_reliable_frame_is_numbered_kept_until_acked_and_carries_the_remaining_deadline() {
    let mut pair = Pair::new();
    pair.black_hole();
    let id = pair.request_for("slow link", 8_000);
    pair.advance(3 * SECOND);
    pair.cut();
    pair.advance(SECOND);
    assert!(pair.outcomes(id)[0].is_ok());
    let written = pair.frames("plugin", "request");
    assert_eq!(written.len(), 2);
    assert_eq!((&written[0]["seq"], &written[1]["seq"]), (&Value::from(1), &Value::from(1)));
    assert_eq!(written[0]["deadlineMs"], 7_500);
    let remaining = written[1]["deadlineMs"].as_u64().unwrap();
    assert!((3_900..4_500).contains(&remaining), "{remaining}");
    assert_eq!(pair.executed, ["slow link"]);
}

#[test]
fn r3_the_wire_deadline_is_at_least_half_of_a_short_timeout() {
    let mut pair = Pair::new();
    pair.request_for("short", 600);
    assert_eq!(pair.frames("plugin", "request")[0]["deadlineMs"], 300);
}

#[test]
fn r3_a_request_whose_caller_has_settled_goes_out_with_deadline_0_and_is_not_run() {
    let mut pair = Pair::new();
    pair.cut();
    pair.listening = false;
    pair.advance(10);
    let gone = pair.request_for("times out", 2_000);
    let aborted = pair.request("aborted");
    let kept = pair.request_for("kept", 60_000);
    pair.input(PluginInput::Cancel { id: aborted });
    pair.advance(3 * SECOND);
    pair.listening = true;
    pair.advance(20 * SECOND);
    assert_eq!(pair.error_of(gone).code, ErrorCode::Timeout);
    assert_eq!(pair.error_of(aborted).code, ErrorCode::Cancelled);
    assert_eq!(pair.error_of(gone).executed, Executed::No);
    assert_eq!(pair.error_of(aborted).executed, Executed::No);
    assert!(pair.outcomes(kept)[0].is_ok());
    assert_eq!(pair.executed, ["kept"]);
    let answers = pair.frames("host", "response");
    assert_eq!(answers.len(), 3);
    assert_eq!(answers[0]["error"]["code"], "E_TIMEOUT");
    assert_eq!(answers[0]["error"]["executed"], "no");
    assert_eq!(pair.plugin.late_answers(), 2);
}

#[test]
fn r4_the_next_number_is_accepted_an_older_one_is_acked_at_once_and_a_gap_closes_4500() {
    let mut pair = Pair::new();
    pair.emit(1).unwrap();
    pair.advance(SECOND);
    let before = pair.frames("plugin", "ack").len();
    let repeated = pair.written.iter().find(|(_, _, text)| text.contains("test.count")).unwrap().2.clone();
    pair.forge_to_plugin(repeated);
    assert_eq!(pair.numbers(), [1]);
    assert_eq!(pair.frames("plugin", "ack").len(), before + 1);
    pair.forge_to_plugin(r#"{"type":"event","seq":3,"event":"a.b","timestamp":1,"payload":{}}"#);
    assert_eq!(pair.numbers(), [1]);
    assert_eq!(pair.hangups.last().unwrap().2, CloseCode::BAD_FRAME);
    assert_eq!(pair.plugin.state(), State::Closed);

    let mut pair = Pair::new();
    pair.forge_to_host(r#"{"type":"request","seq":2,"id":"q1","method":"get_company_id","deadlineMs":1}"#);
    assert_eq!(pair.hangups.last().unwrap(), &("host", 1, CloseCode::BAD_FRAME));
    assert_eq!(pair.retired, [RetireReason::Protocol]);
}

#[test]
fn r5_an_ack_beyond_what_was_sent_closes_4500_and_one_going_back_is_ignored() {
    let mut pair = Pair::new();
    pair.emit(1).unwrap();
    pair.advance(SECOND);
    pair.forge_to_host(r#"{"type":"ack","ack":0}"#);
    pair.request("fine");
    pair.advance(SECOND);
    assert_eq!(pair.executed, ["fine"]);
    pair.forge_to_host(r#"{"type":"ack","ack":3}"#);
    assert_eq!(pair.hangups.last().unwrap(), &("host", 1, CloseCode::BAD_FRAME));

    let mut pair = Pair::new();
    pair.forge_to_plugin(r#"{"type":"ping","n":1,"ack":1}"#);
    assert_eq!(pair.hangups.last().unwrap(), &("plugin", 1, CloseCode::BAD_FRAME));
}

#[test]
fn r6_a_resume_fences_the_old_link_first_trims_rotates_and_replays_in_order() {
    let mut pair = Pair::new();
    pair.taking = false;
    for n in 1..=3 {
        pair.emit(n).unwrap();
    }
    pair.advance(SECOND);
    pair.black_hole();
    pair.emit(4).unwrap();
    pair.input(PluginInput::Lost { link: 1, code: None, reason: String::new() });
    pair.taking = true;
    pair.take_all();
    let at = pair.written.len();
    pair.advance(SECOND);
    // The host had not noticed: it fences link 1 before it welcomes link 2.
    assert!(pair.hangups.contains(&("host", 1, CloseCode::REPLACED)));
    let after: Vec<_> = pair.written[at..].iter().filter(|(side, ..)| *side == "host").collect();
    assert_eq!((after[0].1, read(&after[0].2).kind()), (1, "error"));
    assert_eq!((after[1].1, read(&after[1].2).kind()), (2, "welcome"));
    assert_eq!(read(&after[2].2).seq(), Some(4));
    let welcomes = pair.frames("host", "welcome");
    assert_eq!(welcomes[1]["resumed"], true);
    assert_ne!(welcomes[0]["resumeToken"], welcomes[1]["resumeToken"]);
    assert_eq!(welcomes[0]["session"], welcomes[1]["session"]);
    assert_eq!(pair.numbers(), [1, 2, 3, 4]);
}

#[test]
fn r6_changed_grants_are_not_resumed_and_bring_one_resync() {
    let mut pair = Pair::new();
    pair.cut();
    pair.refuse_resume = Some("identity_changed");
    pair.advance(2 * SECOND);
    assert_eq!(pair.resyncs(), [("identity_changed".to_owned(), 0)]);
    assert_eq!(pair.plugin.state(), State::Ready);
}

#[test]
fn r7_a_resumed_plugin_trims_replays_and_sends_at_least_one_ack() {
    let mut pair = Pair::new();
    pair.answers = Answers::Never;
    pair.request("received");
    pair.advance(100);
    pair.black_hole();
    pair.request("lost");
    pair.cut();
    let at = pair.written.len();
    pair.advance(SECOND);
    let again: Vec<_> = pair.written[at..]
        .iter()
        .filter(|(side, _, text)| *side == "plugin" && read(text).kind() == "request")
        .collect();
    assert_eq!(again.len(), 1);
    assert_eq!(read(&again[0].2).seq(), Some(2));
    assert_eq!(pair.executed, ["received", "lost"]);

    let mut quiet = Pair::new();
    quiet.cut();
    let at = quiet.written.len();
    quiet.advance(SECOND);
    let acks =
        quiet.written[at..].iter().filter(|(side, _, text)| *side == "plugin" && read(text).ack() == Some(0));
    assert!(acks.count() >= 1, "a resume without anything to replay is acknowledged");
}

#[test]
fn r8_the_previous_token_is_valid_until_the_first_frame_after_welcome() {
    let mut pair = Pair::new();
    let first = pair.frames("host", "welcome")[0]["resumeToken"].as_str().unwrap().to_owned();
    let session = pair.host().id().to_owned();
    let old = Resume { session: session.clone(), resume_token: first, received: 0 };
    let now = pair.now;
    for link in 100..105 {
        pair.host().attach(link, facts(None), Some(&old), now).expect("no frame has confirmed the new token");
    }
    let mut tokens = std::collections::BTreeSet::new();
    pair.drain();
    for welcome in pair.frames("host", "welcome") {
        tokens.insert(welcome["resumeToken"].as_str().unwrap().to_owned());
    }
    assert_eq!(tokens.len(), 6);
    let newest = pair.frames("host", "welcome").pop().unwrap()["resumeToken"].as_str().unwrap().to_owned();
    pair.host_input(HostInput::Message { link: 104, text: br#"{"type":"ack","ack":0}"#.to_vec() });
    let refused = pair.host().check_resume(&old, now);
    assert_eq!(refused, Err(ResumeRefused::UnknownSession));
    let current = Resume { session, resume_token: newest, received: 0 };
    assert_eq!(pair.host().check_resume(&current, now), Ok(()));
}

#[test]
fn r9_a_session_that_received_nothing_is_resumable() {
    let mut pair = Pair::new();
    pair.cut();
    pair.advance(SECOND);
    assert_eq!(resume_of(&pair).received, 0);
    assert_eq!(pair.frames("host", "welcome")[1]["resumed"], true);
    assert_eq!(pair.hosts.len(), 1);
    assert_eq!(pair.resyncs(), []);
}

#[test]
fn r10_a_refused_resume_settles_every_call_and_brings_exactly_one_resync() {
    let mut pair = Pair::new();
    pair.answers = Answers::Never;
    let sent = pair.request_for("sent", 60_000);
    pair.advance(SECOND);
    pair.cut();
    pair.listening = false;
    pair.advance(10);
    let queued = pair.request_for("queued", 60_000);
    pair.restart_host();
    pair.listening = true;
    pair.advance(5 * SECOND);
    assert_eq!(pair.error_of(sent).code, ErrorCode::OutcomeUnknown);
    assert_eq!(pair.error_of(sent).executed, Executed::Unknown);
    assert_eq!(pair.error_of(sent).idempotency_key.as_deref(), Some("key-sent"));
    assert_eq!(pair.error_of(queued).code, ErrorCode::Unavailable);
    assert_eq!(pair.error_of(queued).executed, Executed::No);
    assert_eq!(pair.resyncs(), [("unknown_session".to_owned(), 2)]);
    assert_eq!(pair.executed, ["sent"]);
    pair.emit(1).unwrap();
    pair.request("next");
    pair.advance(SECOND);
    assert_eq!(pair.numbers(), [1]);
    assert_eq!(pair.executed, ["sent", "next"]);
}

#[test]
fn r10_a_first_init_has_no_resync_and_keeps_what_was_queued() {
    let mut pair = Pair::idle();
    pair.listening = false;
    pair.input(PluginInput::Init);
    let id = pair.request("queued while connecting");
    pair.advance(SECOND);
    pair.listening = true;
    pair.advance(5 * SECOND);
    assert!(pair.outcomes(id)[0].is_ok());
    assert_eq!(pair.resyncs(), []);
}

#[test]
fn r10_a_goodbye_before_the_first_welcome_brings_no_resync_and_keeps_what_was_queued() {
    let mut pair = Pair::idle();
    pair.input(PluginInput::Init);
    let id = pair.request("queued while connecting");
    let goodbye = r#"{"type":"goodbye","closeCode":4001,"reason":"restarting","resume":false}"#;
    pair.forge_to_plugin(goodbye);
    pair.advance(5 * SECOND);
    assert_eq!(pair.plugin.state(), State::Ready);
    assert_eq!(pair.resyncs(), []);
    assert_eq!(pair.outcomes(id).len(), 1);
    assert!(pair.outcomes(id)[0].is_ok());
}

#[test]
fn r11_the_newest_link_wins_and_the_replaced_plugin_never_retries() {
    let mut pair = Pair::new();
    let token = pair.frames("host", "welcome")[0]["resumeToken"].as_str().unwrap().to_owned();
    let resume = Resume { session: pair.host().id().to_owned(), resume_token: token, received: 0 };
    let now = pair.now;
    pair.host().attach(77, facts(None), Some(&resume), now).unwrap();
    pair.drain();
    let dials = pair.dials;
    pair.advance(600 * SECOND);
    assert_eq!(pair.hangups[0], ("host", 1, CloseCode::REPLACED));
    assert_eq!(pair.plugin.state(), State::Closed);
    assert_eq!(pair.dials, dials);
}

#[test]
fn r12_ack_says_what_was_taken_not_what_arrived() {
    let mut pair = Pair::new();
    pair.taking = false;
    for n in 1..=3 {
        pair.emit(n).unwrap();
    }
    pair.advance(SECOND);
    assert!(pair.written.iter().all(|(side, _, text)| *side == "host" || read(text).ack().unwrap_or(0) == 0));
    let third = pair.untaken.remove(2).unwrap();
    pair.input(PluginInput::Taken { mark: third });
    pair.advance(SECOND);
    assert!(pair.written.iter().all(|(side, _, text)| *side == "host" || read(text).ack().unwrap_or(0) == 0));
    pair.take_all();
    pair.advance(SECOND);
    let last = pair.frames("plugin", "ack").pop().unwrap();
    assert_eq!(last["ack"], 3);
}

#[test]
fn r12_a_late_taken_of_an_older_session_acknowledges_nothing_of_the_new_one() {
    let mut pair = Pair::new();
    pair.taking = false;
    pair.emit(1).unwrap();
    pair.advance(100);
    let stale = pair.untaken.pop_front().unwrap();
    pair.restart_host();
    pair.advance(5 * SECOND);
    pair.emit(2).unwrap();
    pair.advance(100);
    pair.input(PluginInput::Taken { mark: stale });
    pair.advance(SECOND);
    assert_eq!(pair.frames("plugin", "ack").pop().unwrap()["ack"], 0);
}

#[test]
fn r13_nothing_is_resent_while_the_link_lives() {
    let mut pair = Pair::new();
    pair.answers = Answers::Never;
    pair.taking = false;
    pair.request_for("once", 100_000);
    pair.emit(1).unwrap();
    pair.advance(90 * SECOND);
    assert_eq!(pair.frames("plugin", "request").len(), 1);
    assert_eq!(pair.frames("host", "event").len(), 1);
}

#[test]
fn r14_a_session_expires_by_the_clock_even_if_no_timer_fired() {
    for (away_ms, expected) in [(119_900, Ok(())), (120_100, Err(ResumeRefused::Expired))] {
        let start = Now::default();
        let mut host = HostSession::new(HostSessionOptions::default(), [3; 32], start);
        host.attach(1, facts(Some("new")), None, start).unwrap();
        let Some(smartagent_plugin_sdk::session::HostOutput::Transmit { text, .. }) = host.poll_output()
        else {
            panic!("a welcome comes first")
        };
        let welcome: Value = serde_json::from_str(&text).unwrap();
        host.handle(HostInput::Lost { link: 1, code: None }, start);
        let resume = Resume {
            session: host.id().to_owned(),
            resume_token: welcome["resumeToken"].as_str().unwrap().to_owned(),
            received: 0,
        };
        let later = Now { mono_ms: away_ms, wall_ms: 0 };
        assert_eq!(host.check_resume(&resume, later), expected);
        assert_eq!(host.attach(2, facts(None), Some(&resume), later), expected);
    }
}

#[test]
fn r15_goodbye_without_resume_or_close_1000_ends_the_session_at_once_and_a_drop_does_not() {
    let mut closed = Pair::new();
    closed.input(PluginInput::Close);
    closed.advance(SECOND);
    assert_eq!(closed.retired, [RetireReason::Ended]);
    assert_eq!(closed.frames("plugin", "goodbye")[0]["resume"], false);

    let mut by_code = Pair::new();
    by_code.host_input(HostInput::Lost { link: 1, code: Some(CloseCode::NORMAL) });
    assert_eq!(by_code.retired, [RetireReason::Ended]);

    let mut dropped = Pair::new();
    dropped.cut();
    dropped.advance(SECOND);
    assert_eq!(dropped.retired, []);

    let mut by_host = Pair::new();
    by_host.answers = Answers::Never;
    let id = by_host.request("open");
    by_host.advance(100);
    by_host.host_input(HostInput::Goodbye {
        code: CloseCode::SHUTDOWN,
        reason: "restarting".into(),
        resume: false,
        retry_after_ms: Some(3_000),
    });
    by_host.advance(10);
    assert_eq!(by_host.retired, [RetireReason::Ended]);
    assert_eq!(by_host.error_of(id).code, ErrorCode::OutcomeUnknown);
    assert_eq!(by_host.plugin.state(), State::Interrupted);
    by_host.advance(2_900);
    assert_eq!(by_host.dials, 1);
    by_host.advance(SECOND);
    assert_eq!(by_host.resyncs(), [("new".to_owned(), 1)]);
}
