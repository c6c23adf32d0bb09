//! Failures seen in the field (F) and faults of the link (B), as the table of faults numbers them.

use smartagent_plugin_sdk::session::{
    HostInput, PluginInput, ResumeRefused, RetireReason, SessionEvent, State,
};
use smartagent_plugin_sdk::wire::{CloseCode, ErrorCode, Executed, Resume};

use crate::pair::{Answers, Pair, SECOND, facts, plugin_options};

/// One hundred events and one hundred requests, alternating; `at` is called before each of the 200 steps.
fn converse(pair: &mut Pair, mut at: impl FnMut(&mut Pair, u64)) {
    for n in 0..100 {
        at(pair, 2 * n);
        pair.emit(n).unwrap();
        at(pair, 2 * n + 1);
        pair.request_for(&format!("m{n}"), 3_000_000);
        pair.advance(7);
    }
    pair.advance(60 * SECOND);
}

fn assert_complete(pair: &Pair, what: &str) {
    assert_eq!(pair.numbers(), (0..100).collect::<Vec<_>>(), "events, {what}");
    let titles: Vec<String> = (0..100).map(|n| format!("m{n}")).collect();
    assert_eq!(pair.executed, titles, "requests, {what}");
    for id in 1..=100 {
        let outcomes = pair.outcomes(id);
        assert!(matches!(outcomes.as_slice(), [Ok(_)]), "call {id}, {what}: {outcomes:?}");
    }
    assert_eq!(pair.resyncs(), [], "{what}");
}

/// A message that was cut within is never delivered, so every byte offset falls between two of these boundaries: what
/// is under way is lost, from the first frame that has not arrived.
#[test]
fn b1_a_drop_at_any_point_of_a_200_frame_conversation_loses_and_repeats_nothing() {
    for latency in [0, 3, 40] {
        for cut_at in (0..200).step_by(if latency == 3 { 1 } else { 9 }) {
            let mut pair = Pair::idle();
            pair.latency = Box::new(move || latency);
            let mut pair = pair.ready();
            converse(&mut pair, |pair, step| {
                if step == cut_at {
                    pair.cut();
                }
            });
            assert_complete(&pair, &format!("latency {latency}, cut at {cut_at}"));
            assert_eq!(pair.hosts.len(), 1);
        }
    }
}

#[test]
fn b1_a_drop_after_every_single_written_frame_loses_and_repeats_nothing() {
    for keep in 0..60 {
        let mut pair = Pair::new();
        for n in 0..30 {
            pair.emit(n).unwrap();
            pair.request_for(&format!("m{n}"), 3_000_000);
        }
        // Of each direction only the first `keep` messages arrive.
        for to_plugin in [true, false] {
            for wire in pair.in_flight(to_plugin).into_iter().skip(keep) {
                *wire = crate::pair::Wire::Close(None);
            }
        }
        pair.advance(30 * SECOND);
        assert_eq!(pair.numbers(), (0..30).collect::<Vec<_>>(), "{keep}");
        assert_eq!(pair.executed, (0..30).map(|n| format!("m{n}")).collect::<Vec<_>>(), "{keep}");
    }
}

#[test]
fn b2_a_half_open_link_is_noticed_by_the_heartbeat_and_loses_nothing() {
    for cut_at in (0..200).step_by(17) {
        let mut pair = Pair::new();
        converse(&mut pair, |pair, step| {
            if step == cut_at {
                pair.black_hole();
            }
        });
        assert_complete(&pair, &format!("half open at {cut_at}"));
    }
}

#[test]
fn b3_a_welcome_that_is_lost_five_times_in_a_row_still_resumes() {
    for losses in 1..=5 {
        let mut pair = Pair::new();
        pair.emit(1).unwrap();
        pair.advance(SECOND);
        pair.cut();
        for _ in 0..losses {
            let seen = pair.frames("host", "welcome").len();
            while pair.frames("host", "welcome").len() == seen {
                pair.advance(1);
            }
            pair.cut();
        }
        pair.emit(2).unwrap();
        pair.advance(60 * SECOND);
        assert_eq!(pair.numbers(), [1, 2], "{losses}");
        assert_eq!((pair.hosts.len(), pair.resyncs().len()), (1, 0), "{losses}");
        assert_eq!(pair.plugin.state(), State::Ready);
    }
}

#[test]
fn b4_of_two_links_with_the_same_token_the_newest_wins_and_the_other_is_closed_4509() {
    let mut pair = Pair::new();
    pair.emit(1).unwrap();
    let token = pair.frames("host", "welcome")[0]["resumeToken"].as_str().unwrap().to_owned();
    let resume = Resume { session: pair.host().id().to_owned(), resume_token: token, received: 0 };
    let now = pair.now;
    pair.host().attach(50, facts(None), Some(&resume), now).unwrap();
    pair.host().attach(51, facts(None), Some(&resume), now).unwrap();
    pair.drain();
    assert_eq!(pair.hangups, [("host", 1, CloseCode::REPLACED), ("host", 50, CloseCode::REPLACED)]);
    assert_eq!(pair.host().link(), Some(51));
    let before = pair.executed.len();
    pair.host_input(HostInput::Message {
        link: 50,
        text: br#"{"type":"request","seq":1,"id":"q1","method":"set_title_tag","deadlineMs":9,"payload":{"title":"x"}}"#
            .to_vec(),
    });
    assert_eq!(pair.executed.len(), before);
}

#[test]
fn b5_frames_of_a_fenced_link_that_wakes_after_a_minute_are_ignored() {
    let mut pair = Pair::new();
    pair.cut();
    pair.advance(60 * SECOND);
    let stale = r#"{"type":"request","seq":1,"id":"q9","method":"set_title_tag","deadlineMs":9000,"payload":{"title":"stale"}}"#;
    pair.host_input(HostInput::Message { link: 1, text: stale.into() });
    pair.host_input(HostInput::Violation { link: 1, close_code: CloseCode::BAD_FRAME });
    pair.host_input(HostInput::Lost { link: 1, code: Some(CloseCode::NORMAL) });
    let stale = r#"{"type":"event","seq":1,"event":"a.b","timestamp":1,"payload":{"n":9}}"#;
    pair.input(PluginInput::Message { link: 1, text: stale.into() });
    pair.input(PluginInput::Lost { link: 1, code: Some(CloseCode::REMOVED), reason: String::new() });
    pair.input(PluginInput::Opened { link: 1, auth: None });
    pair.emit(1).unwrap();
    pair.request("fresh");
    pair.advance(SECOND);
    assert_eq!(pair.numbers(), [1]);
    assert_eq!(pair.executed, ["fresh"]);
    assert_eq!(pair.retired, []);
}

#[test]
fn b6_a_second_hello_and_a_second_welcome_close_4500() {
    let mut pair = Pair::new();
    let hello = pair.written[0].2.clone();
    pair.forge_to_host(hello);
    assert_eq!(pair.hangups, [("host", 1, CloseCode::BAD_FRAME)]);
    let mut pair = Pair::new();
    let welcome = pair.written[1].2.clone();
    pair.forge_to_plugin(welcome);
    assert_eq!(pair.hangups, [("plugin", 1, CloseCode::BAD_FRAME)]);
    for wrong in ["event", "response"] {
        let mut pair = Pair::new();
        let text = if wrong == "event" {
            r#"{"type":"event","seq":1,"event":"a.b","timestamp":1,"payload":{}}"#
        } else {
            r#"{"type":"response","seq":1,"id":"q1","result":{}}"#
        };
        pair.forge_to_host(text);
        assert_eq!(pair.hangups, [("host", 1, CloseCode::BAD_FRAME)], "a plugin that sends {wrong}");
    }
}

#[test]
fn b7_a_resume_with_a_foreign_session_forged_token_or_impossible_position_is_refused() {
    let mut pair = Pair::new();
    let token = pair.frames("host", "welcome")[0]["resumeToken"].as_str().unwrap().to_owned();
    let session = pair.host().id().to_owned();
    let now = pair.now;
    let mut check = |session: &str, token: &str, received| {
        let resume = Resume { session: session.into(), resume_token: token.into(), received };
        pair.host().check_resume(&resume, now)
    };
    assert_eq!(check("s_other", &token, 0), Err(ResumeRefused::UnknownSession));
    assert_eq!(check(&session, "r_forged", 0), Err(ResumeRefused::UnknownSession));
    assert_eq!(check(&session, "", 0), Err(ResumeRefused::UnknownSession));
    assert_eq!(check(&session, &token[..token.len() - 1], 0), Err(ResumeRefused::UnknownSession));
    assert_eq!(check(&session, &token, 1), Err(ResumeRefused::UnknownSession));
    assert_eq!(check(&session, &token, 0), Ok(()));
}

#[test]
fn b8_a_resume_at_119_9_s_goes_on_and_one_at_120_1_s_has_expired_with_frozen_host_timers() {
    for (away_ms, sessions) in [(119_900, 1), (120_100, 2)] {
        let mut pair = Pair::new();
        pair.frozen_host_timers = true;
        pair.cut();
        pair.listening = false;
        pair.deliver();
        // The dial that reaches the host is the one at exactly this time.
        while pair.now.mono_ms < 1_001_000 + away_ms - 25_000 {
            pair.advance(100);
        }
        pair.input(PluginInput::Close);
        let mut pair = resume_by_hand(pair, 1_001_000 + away_ms);
        assert_eq!(pair.hosts.len(), sessions, "{away_ms}");
        pair.drain();
    }
}

/// Knocks at the host at exactly this time with what the closed plugin knew.
fn resume_by_hand(mut pair: Pair, at: u64) -> Pair {
    let token = pair.frames("host", "welcome")[0]["resumeToken"].as_str().unwrap().to_owned();
    let resume = Resume { session: pair.host().id().to_owned(), resume_token: token, received: 0 };
    pair.now.mono_ms = at;
    pair.welcome(900, Some(&resume));
    pair
}

#[test]
fn b11_reordered_and_replayed_frames_dispatch_nothing_twice() {
    let mut pair = Pair::new();
    pair.emit(1).unwrap();
    pair.emit(2).unwrap();
    let mut under_way: Vec<String> = pair
        .in_flight(true)
        .into_iter()
        .map(|wire| match wire {
            crate::pair::Wire::Text(text) => text.clone(),
            crate::pair::Wire::Close(_) => String::new(),
        })
        .collect();
    pair.advance(SECOND);
    for text in under_way.clone() {
        pair.forge_to_plugin(text);
    }
    assert_eq!(pair.numbers(), [1, 2]);

    let mut pair = Pair::new();
    pair.emit(1).unwrap();
    pair.emit(2).unwrap();
    under_way.swap(0, 1);
    for text in under_way {
        pair.forge_to_plugin(text);
    }
    assert_eq!(pair.numbers(), [] as [u64; 0]);
    assert_eq!(pair.hangups[0], ("plugin", 1, CloseCode::BAD_FRAME));
}

#[test]
fn b12_a_peer_that_never_acks_stops_at_the_window_and_gets_4003_five_seconds_after_the_cap() {
    let mut pair = Pair::new();
    pair.taking = false;
    let mut refused = 0;
    for n in 0..1_100 {
        refused += usize::from(pair.emit(n).is_err());
    }
    pair.advance(100);
    assert_eq!(pair.frames("host", "event").len(), 256);
    assert_eq!(refused, 1_100 - 1_024);
    assert_eq!(pair.emit(0).unwrap_err().code, ErrorCode::Overflow);
    pair.advance(4_800);
    assert_eq!(pair.retired, []);
    pair.advance(200);
    assert_eq!(pair.retired, [RetireReason::Overflow]);
    assert_eq!(pair.hangups[0], ("host", 1, CloseCode::SLOW_CONSUMER));
    let told = pair.frames("host", "error");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["closeCode"], 4003, "a port has no close code of its own");
    pair.taking = true;
    pair.take_all();
    pair.advance(5 * SECOND);
    assert_eq!(pair.resyncs().len(), 1);
    assert_eq!(pair.numbers().len(), 256);
    assert_eq!(pair.plugin.state(), State::Ready);
}

#[test]
fn b13_a_plugin_that_takes_nothing_for_a_minute_of_events_gets_one_resync_once_it_has_caught_up() {
    let mut pair = Pair::new();
    pair.taking = false;
    for n in 0..60_000 {
        // Refused once the outbox is full or the session is gone.
        let _ = pair.emit(n);
        pair.advance(1);
    }
    assert_eq!(pair.retired, [RetireReason::Overflow]);
    assert_eq!(pair.plugin.state(), State::Interrupted);
    assert_eq!(pair.numbers().len(), 256);
    assert_eq!(pair.resyncs().len(), 0);
    pair.taking = true;
    pair.take_all();
    pair.advance(SECOND);
    assert_eq!(pair.plugin.state(), State::Ready);
    assert_eq!(pair.resyncs().len(), 1);
    pair.emit(60_000).unwrap();
    pair.advance(SECOND);
    assert_eq!(pair.numbers().last(), Some(&60_000));
}

#[test]
fn b12_a_host_outbox_that_overflows_while_the_plugin_is_away_retires_the_session_at_once() {
    let mut pair = Pair::new();
    pair.listening = false;
    pair.cut();
    pair.advance(10);
    for n in 0..1_024 {
        pair.emit(n).unwrap();
    }
    assert_eq!(pair.retired, []);
    assert_eq!(pair.emit(1_024).unwrap_err().code, ErrorCode::Overflow);
    assert_eq!(pair.retired, [RetireReason::Overflow]);
    assert_eq!(pair.emit(1_025).unwrap_err().code, ErrorCode::Closed);
}

#[test]
fn b12_a_host_that_writes_beyond_its_window_is_closed_4500() {
    let mut pair = Pair::new();
    pair.taking = false;
    for seq in 1..=257 {
        pair.forge_to_plugin(format!(
            r#"{{"type":"event","seq":{seq},"event":"a.b","timestamp":1,"payload":{{}}}}"#
        ));
    }
    assert_eq!(pair.hangups, [("plugin", 1, CloseCode::BAD_FRAME)]);
}

#[test]
fn b15_an_answer_to_nobody_a_second_answer_and_a_late_answer_are_counted_and_dropped() {
    let mut pair = Pair::new();
    pair.answers = Answers::Never;
    let id = pair.request_for("slow", 1_000);
    pair.advance(100);
    pair.forge_to_plugin(r#"{"type":"response","seq":1,"id":"q77","result":{}}"#);
    pair.forge_to_plugin(r#"{"type":"response","seq":2,"id":"other","result":{}}"#);
    pair.forge_to_plugin(r#"{"type":"response","seq":3,"id":"q1","result":{}}"#);
    pair.forge_to_plugin(r#"{"type":"response","seq":4,"id":"q1","error":{"code":"E_INTERNAL","message":"m","retryable":true,"executed":"unknown"}}"#);
    assert!(matches!(pair.outcomes(id).as_slice(), [Ok(_)]));
    assert_eq!(pair.plugin.late_answers(), 3);
    assert_eq!(pair.plugin.state(), State::Ready);
}

#[test]
fn b16_a_cancel_after_completion_twice_or_of_nothing_is_ignored() {
    let mut pair = Pair::new();
    let id = pair.request("done");
    pair.advance(SECOND);
    pair.input(PluginInput::Cancel { id });
    pair.input(PluginInput::Cancel { id: 999 });
    assert_eq!(pair.outcomes(id).len(), 1);
    assert_eq!(pair.frames("plugin", "cancel").len(), 0);
    pair.forge_to_host(r#"{"type":"cancel","seq":2,"id":"q1"}"#);
    pair.forge_to_host(r#"{"type":"cancel","seq":3,"id":"q1"}"#);
    pair.forge_to_host(r#"{"type":"cancel","seq":4,"id":"nobody"}"#);
    assert_eq!(pair.cancelled, [] as [String; 0]);
    assert_eq!(pair.hangups, []);

    let mut running = Pair::new();
    running.answers = Answers::Never;
    running.request("running");
    running.advance(100);
    running.forge_to_host(r#"{"type":"cancel","seq":2,"id":"q1"}"#);
    running.forge_to_host(r#"{"type":"cancel","seq":3,"id":"q1"}"#);
    assert_eq!(running.cancelled, ["q1"]);
}

#[test]
fn b17_ten_thousand_requests_in_a_second_run_the_burst_and_the_rest_is_rate_limited() {
    let mut pair = Pair::new();
    for seq in 1..=10_000_u64 {
        pair.forge_to_host(format!(
            r#"{{"type":"request","seq":{seq},"ack":{},"id":"x{seq}","method":"get_company_id","deadlineMs":9000}}"#,
            seq - 1
        ));
        if seq % 10 == 0 {
            pair.now.mono_ms += 1;
        }
    }
    let run = pair.executed.len();
    assert!((100..=145).contains(&run), "{run}");
    let limited: Vec<_> = pair
        .frames("host", "response")
        .into_iter()
        .filter(|frame| frame["error"]["code"] == "E_RATE_LIMITED")
        .collect();
    assert_eq!(limited.len(), 10_000 - run);
    assert_eq!(limited[0]["error"]["executed"], "no");
    assert!(limited[0]["error"]["retryAfterMs"].as_u64().unwrap() > 0);
    assert_eq!(pair.hangups, []);
}

#[test]
fn b18_versions_without_1_are_refused_4506() {
    use smartagent_plugin_sdk::session::{Handshake, Now};
    let now = Now::default();
    let many: Vec<String> = (2..1_002).map(|n: u32| n.to_string()).collect();
    for versions in ["[2]".to_owned(), "[]".to_owned(), format!("[{}]", many.join(","))] {
        let hello = format!(
            r#"{{"type":"hello","versions":{versions},"plugin":{{"instance":"i"}},"sdk":{{"name":"s","version":"1"}}}}"#
        );
        let refusal = Handshake::new(now).handle_message(hello.as_bytes(), now).unwrap_err();
        assert_eq!(refusal.close_code, CloseCode::VERSION_UNSUPPORTED, "{versions}");
        assert_eq!(refusal.code, ErrorCode::Version);
    }
}

#[test]
fn f1_a_session_that_saw_no_event_resumes() {
    let mut pair = Pair::new();
    pair.cut();
    pair.advance(SECOND);
    assert_eq!(pair.frames("host", "welcome")[1]["resumed"], true);
}

#[test]
fn f2_ten_thousand_drops_in_a_row_all_resume() {
    let mut pair = Pair::new();
    for n in 0..10_000 {
        pair.emit(n).unwrap();
        pair.cut();
        pair.advance(21 * SECOND);
        pair.written.clear();
    }
    assert_eq!(pair.plugin.state(), State::Ready);
    assert_eq!(pair.numbers(), (0..10_000).collect::<Vec<_>>());
    assert_eq!((pair.hosts.len(), pair.resyncs().len()), (1, 0));
}

#[test]
fn f4_welcome_replay_and_new_frames_in_one_batch_lose_nothing_wherever_a_call_falls_between() {
    for call_after in 0..8 {
        let mut pair = Pair::new();
        pair.emit(1).unwrap();
        pair.emit(2).unwrap();
        pair.cut();
        let seen = pair.frames("host", "welcome").len();
        while pair.frames("host", "welcome").len() == seen {
            pair.advance(1);
        }
        pair.emit(3).unwrap();
        let batch: Vec<String> = pair
            .in_flight(true)
            .into_iter()
            .filter_map(|wire| {
                match std::mem::replace(wire, crate::pair::Wire::Text(r#"{"type":"ack","ack":0}"#.into())) {
                    crate::pair::Wire::Text(text) => Some(text),
                    crate::pair::Wire::Close(_) => None,
                }
            })
            .collect();
        assert!(batch.len() >= 4);
        for (at, text) in batch.into_iter().enumerate() {
            if at == call_after {
                pair.request("between");
            }
            pair.forge_to_plugin(text);
        }
        if pair.outcomes(1).is_empty() && call_after >= 4 {
            pair.request("between");
        }
        pair.advance(5 * SECOND);
        assert_eq!(pair.numbers(), [1, 2, 3], "{call_after}");
        assert_eq!(pair.executed, ["between"], "{call_after}");
    }
}

#[test]
fn f5_offline_for_two_minutes_at_100_calls_a_second_keeps_exactly_1024_and_refuses_the_rest() {
    let mut pair = Pair::new();
    pair.cut();
    pair.listening = false;
    pair.advance(10);
    let mut ids = Vec::new();
    for n in 0..12_000 {
        ids.push(pair.request_for(&format!("m{n}"), 200_000));
        pair.advance(10);
    }
    assert_eq!(pair.count(|event| matches!(event, SessionEvent::Settled { .. })), 12_000 - 1_024);
    assert!(pair.is_open(ids[1_023]));
    let error = pair.error_of(ids[1_024]);
    assert_eq!((error.code, error.executed), (ErrorCode::OutboxFull, Executed::No));
    assert_eq!(pair.plugin.open_calls(), 1_024);
}

#[test]
fn f6_what_is_sent_while_connecting_or_interrupted_is_delivered_once() {
    let mut pair = Pair::idle();
    pair.latency = Box::new(|| 50);
    pair.input(PluginInput::Init);
    for n in 0..10 {
        pair.request(&format!("c{n}"));
        pair.advance(10);
    }
    pair.cut();
    for n in 0..10 {
        pair.request(&format!("i{n}"));
        pair.advance(10);
    }
    pair.advance(5 * SECOND);
    let expected: Vec<String> =
        (0..10).map(|n| format!("c{n}")).chain((0..10).map(|n| format!("i{n}"))).collect();
    assert_eq!(pair.executed, expected);
}

#[test]
fn f7_after_a_host_restart_a_thousand_events_arrive_from_number_1_without_gap() {
    let mut pair = Pair::new();
    for n in 0..50 {
        pair.emit(n).unwrap();
    }
    pair.advance(SECOND);
    pair.restart_host();
    pair.advance(5 * SECOND);
    for n in 1_000..2_000 {
        pair.emit(n).unwrap();
        pair.advance(1);
    }
    pair.advance(SECOND);
    assert_eq!(pair.numbers()[50..], (1_000..2_000).collect::<Vec<_>>());
    let first = pair.events.iter().rev().find_map(|event| match event {
        SessionEvent::Event { mark, payload, .. } if payload.value()["n"] == 1_000 => Some(mark.seq()),
        _ => None,
    });
    assert_eq!(first, Some(1));
    assert_eq!(pair.resyncs().len(), 1);
}

#[test]
fn f8_close_at_any_point_of_dial_and_handshake_leaves_nothing_open_and_nothing_dialling() {
    for point in 0..40 {
        for listening in [true, false] {
            let mut pair = Pair::idle();
            pair.latency = Box::new(|| 5);
            pair.listening = listening;
            pair.input(PluginInput::Init);
            pair.request("queued");
            pair.advance(point);
            if point % 4 == 3 {
                pair.cut();
                pair.advance(1);
            }
            pair.input(PluginInput::Close);
            assert_eq!(pair.plugin.state(), State::Closed);
            assert_eq!(pair.plugin.deadline(), None, "no timer after close, point {point}");
            let dials = pair.dials;
            pair.advance(120 * SECOND);
            assert_eq!(pair.dials, dials, "point {point}");
            assert!(pair.hosts.iter().all(|host| host.link().is_none()), "point {point}");
            assert_eq!(pair.outcomes(1).len(), 1, "point {point}");
            let closed = pair.count(|event| matches!(event, SessionEvent::Closed { .. }));
            let ended = pair.count(|event| matches!(event, SessionEvent::InitDone(_)));
            assert_eq!((closed, ended), (1, 1), "point {point}");
            pair.input(PluginInput::Close);
            assert_eq!(pair.count(|event| matches!(event, SessionEvent::Closed { .. })), 1);
        }
    }
}

#[test]
fn f8_a_carrier_that_opens_after_close_is_not_used() {
    let mut session = smartagent_plugin_sdk::session::PluginSession::new(plugin_options(), [1; 32]);
    let now = smartagent_plugin_sdk::session::Now::default();
    session.handle(PluginInput::Init, now);
    session.handle(PluginInput::Close, now);
    session.handle(PluginInput::Opened { link: 1, auth: None }, now);
    let mut outputs = Vec::new();
    while let Some(output) = session.poll_output() {
        outputs.push(format!("{output:?}"));
    }
    assert!(outputs[0].starts_with("Dial"), "{outputs:?}");
    assert!(outputs[1].starts_with("Hangup"), "{outputs:?}");
    assert!(!outputs.iter().any(|output| output.starts_with("Transmit")), "{outputs:?}");
}

#[test]
fn f9_a_refused_resume_at_any_time_is_ready_within_one_backoff_step() {
    for away_ms in [0, 50, 1_000, 30_000, 130_000] {
        let mut pair = Pair::new();
        pair.cut();
        pair.listening = false;
        pair.advance(away_ms);
        pair.restart_host();
        pair.listening = true;
        let dials = pair.dials;
        pair.advance(20_700);
        assert_eq!(pair.plugin.state(), State::Ready, "{away_ms}");
        assert_eq!(pair.dials, dials + 1, "{away_ms}");
        assert_eq!(pair.resyncs().len(), 1, "{away_ms}");
    }
}
