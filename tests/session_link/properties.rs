//! What must hold for every sequence of sends, emits, drops, restarts and clock jumps (P1–P7).
//!
//! `SMARTAGENT_PROPTEST_CASES` sets how many sequences are tried.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use smartagent_plugin_sdk::session::{PluginInput, SessionEvent, State};
use smartagent_plugin_sdk::wire::Executed;

use crate::pair::{Answers, Pair, SECOND};

#[derive(Clone, Copy, Debug)]
enum Step {
    Emit,
    Request(u64),
    Cancel(u8),
    Advance(u64),
    Suspend(u64),
    Cut,
    BlackHole,
    Listen(bool),
    Take(bool),
    Answers(bool),
    RestartHost,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Emit),
        6 => (100_u64..20_000).prop_map(Step::Request),
        1 => any::<u8>().prop_map(Step::Cancel),
        8 => (0_u64..300).prop_map(Step::Advance),
        2 => (300_u64..40_000).prop_map(Step::Advance),
        1 => (1_000_u64..90_000).prop_map(Step::Suspend),
        3 => Just(Step::Cut),
        1 => Just(Step::BlackHole),
        1 => any::<bool>().prop_map(Step::Listen),
        1 => any::<bool>().prop_map(Step::Take),
        1 => any::<bool>().prop_map(Step::Answers),
    ]
}

fn apply(pair: &mut Pair, step: Step, emitted: &mut Vec<u64>, calls: &mut Vec<u64>) {
    match step {
        Step::Emit => {
            let n = emitted.len() as u64;
            if pair.emit(n).is_ok() {
                emitted.push(n);
            }
        }
        Step::Request(timeout_ms) => {
            let title = format!("m{}", calls.len());
            calls.push(pair.request_for(&title, timeout_ms));
        }
        Step::Cancel(which) => {
            if let Some(id) = calls.get(usize::from(which)).copied() {
                pair.input(PluginInput::Cancel { id });
            }
        }
        Step::Advance(ms) => pair.advance(ms),
        Step::Suspend(ms) => pair.suspend(ms),
        Step::Cut => pair.cut(),
        Step::BlackHole => pair.black_hole(),
        Step::Listen(yes) => pair.listening = yes,
        Step::Take(yes) => {
            pair.taking = yes;
            if yes {
                pair.take_all();
            }
        }
        Step::Answers(yes) => pair.answers = if yes { Answers::AtOnce } else { Answers::Never },
        Step::RestartHost => pair.restart_host(),
    }
}

fn runner() -> TestRunner {
    let cases = std::env::var("SMARTAGENT_PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[42; 32]))
}

/// Everybody is reachable, answers and takes; then time passes.
fn recover(pair: &mut Pair) {
    pair.listening = true;
    pair.answers = Answers::AtOnce;
    pair.taking = true;
    pair.take_all();
    pair.advance(60 * SECOND);
}

fn titles_in_order(executed: &[String]) -> bool {
    let numbers: Vec<u64> =
        executed.iter().filter_map(|title| title.strip_prefix('m')?.parse().ok()).collect();
    numbers.len() == executed.len() && numbers.windows(2).all(|pair| pair[0] < pair[1])
}

fn assert_calls(pair: &Pair, calls: &[u64]) {
    for (n, id) in calls.iter().enumerate() {
        let outcomes = pair.outcomes(*id);
        // P5: exactly one outcome each.
        assert_eq!(outcomes.len(), 1, "call {id}");
        let ran = pair.executed.contains(&format!("m{n}"));
        match &outcomes[0] {
            Ok(_) => assert!(ran, "call {id} was answered without being run"),
            // "no" is a promise.
            Err(error) if error.executed == Executed::No => assert!(!ran, "call {id}: {error}"),
            Err(_) => {}
        }
    }
    assert_eq!(pair.plugin.open_calls(), 0);
}

#[test]
fn within_the_resume_window_everything_arrives_once_and_in_order() {
    let strategy = (proptest::collection::vec(step(), 1..80), 0_u64..60);
    runner()
        .run(&strategy, |(steps, latency)| {
            let mut pair = Pair::idle();
            pair.latency = Box::new(move || latency);
            let mut pair = pair.ready();
            let (mut emitted, mut calls) = (Vec::new(), Vec::new());
            let mut away_ms = 0;
            for step in steps {
                // P2 speaks of outages shorter than the resume window.
                away_ms = if pair.plugin.state() == State::Ready { 0 } else { away_ms };
                if let Step::Advance(ms) | Step::Suspend(ms) = step {
                    away_ms += ms;
                    if away_ms > 80 * SECOND {
                        pair.listening = true;
                        continue;
                    }
                }
                apply(&mut pair, step, &mut emitted, &mut calls);
            }
            recover(&mut pair);
            if pair.resyncs().is_empty() {
                assert_eq!(pair.numbers(), emitted);
                assert_eq!(pair.hosts.len(), 1);
            }
            assert!(pair.resyncs().len() <= 1, "{:?}", pair.resyncs());
            assert!(titles_in_order(&pair.executed), "{:?}", pair.executed);
            assert_calls(&pair, &calls);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_lost_session_is_told_once_and_nothing_is_repeated_or_left_open() {
    let strategy = proptest::collection::vec(prop_oneof![10 => step(), 1 => Just(Step::RestartHost)], 1..120);
    runner()
        .run(&strategy, |steps| {
            let mut pair = Pair::new();
            let (mut emitted, mut calls) = (Vec::new(), Vec::new());
            for step in steps {
                if matches!(step, Step::Emit) && pair.hosts.is_empty() {
                    continue;
                }
                apply(&mut pair, step, &mut emitted, &mut calls);
            }
            recover(&mut pair);
            assert_eq!(pair.plugin.state(), State::Ready);
            // P1, P2: what arrived is in order and without repetition, whatever was lost with a session.
            assert!(pair.numbers().windows(2).all(|pair| pair[0] < pair[1]), "{:?}", pair.numbers());
            assert!(titles_in_order(&pair.executed), "{:?}", pair.executed);
            // P3: as many resyncs as sessions the plugin has lost.
            let sessions = pair.count(|event| matches!(event, SessionEvent::Ready(ready) if !ready.resumed));
            assert_eq!(pair.resyncs().len(), sessions - 1);
            assert_calls(&pair, &calls);
            // P7, as far as this layer goes: nothing after close.
            pair.input(PluginInput::Close);
            let told = pair.events.len();
            pair.advance(300 * SECOND);
            assert_eq!(pair.events.len(), told);
            Ok(())
        })
        .unwrap();
}
