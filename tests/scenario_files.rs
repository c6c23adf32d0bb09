//! Scenario files: what is accepted, what an error says, and what the bundled ones show.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]
mod calls_trace;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use smartagent_plugin_sdk::schema::{EventName, Method};
use smartagent_plugin_sdk::simulator::scenario::{
    BUNDLED, Runner, RunnerOutput, Scenario, bundled, json_schema, json_schema_text,
};
use smartagent_plugin_sdk::wire::ErrorCode;

use calls_trace::{ndjson, play};

fn steps(steps: &str) -> Scenario {
    let text = format!("scenario: 1\nname: test\nsteps:\n{steps}");
    Scenario::parse("test.yaml", &text).unwrap_or_else(|error| panic!("{error}"))
}

fn error_of(text: &str) -> String {
    Scenario::parse("bad.yaml", text).expect_err("must not be accepted").to_string()
}

#[test]
fn an_unknown_step_is_told_with_its_place_and_the_closest_name() {
    let error = error_of("scenario: 1\nname: x\nsteps:\n  - incoming\n  - anwser\n");
    assert_eq!(error, "bad.yaml:5:5: unknown name `anwser`; did you mean `answer`?");
    let error = error_of("scenario: 1\nname: x\nsteps:\n  - incoming\n  - hangup: {by: agent}\n");
    assert_eq!(error, "bad.yaml:5:5: unknown name `hangup`; did you mean `hang_up`?");
}

#[test]
fn an_unknown_member_is_told_with_its_place_and_the_closest_name() {
    let error = error_of("scenario: 1\nname: x\nsteps:\n  - incoming: {phonenumber: '+44'}\n");
    assert_eq!(error, "bad.yaml:4:16: unknown member `phonenumber`; did you mean `phoneNumber`?");
    let error = error_of("scenario: 1\nname: x\nsteeps: []\n");
    assert_eq!(error, "bad.yaml:3:1: unknown member `steeps`; did you mean `steps`?");
}

#[test]
fn a_value_of_the_wrong_kind_is_told_with_its_place() {
    let error = error_of("scenario: 1\nname: x\nsteps:\n  - wait: soon\n");
    assert!(error.starts_with("bad.yaml:4:11: "), "{error}");
    let error = error_of("scenario: 1\nname: x\nsteps:\n  - expect: {message: update_contacts}\n");
    assert!(error.starts_with("bad.yaml:4:23: unknown name `update_contacts`; did you mean"), "{error}");
}

#[test]
fn a_step_with_two_members_a_missing_member_and_broken_yaml_are_errors_with_a_place() {
    let error = error_of("scenario: 1\nname: x\nsteps:\n  - hold:\n    party: customer\n");
    assert!(error.starts_with("bad.yaml:4:") && error.contains("indent `party` further"), "{error}");
    let error = error_of("scenario: 1\nsteps: []\n");
    assert!(error.contains("member `name` is missing"), "{error}");
    let error = error_of("scenario: 1\nname: [x\n");
    assert!(error.starts_with("bad.yaml:"), "{error}");
    let error = error_of("scenario: 2\nname: x\nsteps: []\n");
    assert!(error.contains("version 2 is not known"), "{error}");
}

#[test]
fn json_is_read_like_yaml_and_a_step_may_stand_alone_or_be_null() {
    let text = r#"{"scenario": 1, "name": "x", "steps": [{"incoming": {"phoneNumber": "+44\/\"1\""}}, {"answer": null}, "hang_up"]}"#;
    let scenario = Scenario::parse("x.json", text).unwrap_or_else(|error| panic!("{error}"));
    let played = play(scenario, 1.0);
    assert_eq!(played.failure, None);
    assert_eq!(played.events[0].payload_value()["phoneNumber"], "+44/\"1\"");
}

#[test]
fn a_step_that_is_not_possible_fails_with_its_place_the_state_and_what_is_allowed() {
    let played = play(steps("  - incoming\n  - hold\n"), 1.0);
    assert!(!played.ok);
    let failure = played.failure.unwrap();
    assert!(
        failure.starts_with(
            "test.yaml:5:5: hold is not possible while the contact is ringing; allowed there: answer, reject"
        ),
        "{failure}"
    );
}

#[test]
fn every_bundled_scenario_plays_to_its_end() {
    assert_eq!(BUNDLED.len(), 11);
    for (name, text) in BUNDLED {
        let scenario = Scenario::parse(name, text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(scenario.name, *name);
        assert!(!scenario.description.is_empty());
        let played = play(scenario, 1.0);
        assert_eq!(played.failure, None, "{name}");
        assert!(played.ok, "{name}");
    }
    assert!(bundled("inbound-call").is_some() && bundled("inbound").is_none());
}

#[test]
fn the_same_scenario_gives_the_same_bytes_at_any_speed() {
    for (name, text) in BUNDLED {
        let trace = |speed| {
            let scenario = Scenario::parse(name, text).unwrap();
            ndjson(&play(scenario, speed).events, 0, true)
        };
        let slow = trace(0.25);
        assert!(!slow.is_empty());
        assert_eq!(slow, trace(1.0), "{name}");
        assert_eq!(slow, trace(1_000.0), "{name}");
        assert_eq!(slow, trace(f64::INFINITY), "{name}");
    }
}

#[test]
fn another_seed_gives_other_ids() {
    let contact_id = |seed: u64| {
        let text = format!("scenario: 1\nname: x\nseed: {seed}\nsteps:\n  - incoming\n");
        play(Scenario::parse("x", &text).unwrap(), 1.0).events[0].contact_id().map(str::to_owned)
    };
    assert_ne!(contact_id(1), contact_id(2));
}

/// The events of each bundled scenario, by event.
fn sources() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut sources: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, text) in BUNDLED {
        for event in play(Scenario::parse(name, text).unwrap(), f64::INFINITY).events {
            sources.entry(event.name().as_str()).or_default().insert(name);
        }
    }
    sources
}

#[test]
fn each_of_the_17_events_comes_from_a_bundled_scenario_and_the_table_in_the_docs_says_which() {
    let sources = sources();
    let mut table = String::from("| Event | Bundled scenarios |\n|---|---|\n");
    for name in EventName::ALL {
        let from = sources.get(name.as_str()).unwrap_or_else(|| panic!("no bundled scenario gives {name}"));
        let from: Vec<String> = from.iter().map(|name| format!("`{name}`")).collect();
        table.push_str(&format!("| `{name}` | {} |\n", from.join(", ")));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scenarios.md");
    let docs = std::fs::read_to_string(path).unwrap();
    let (start, end) = ("<!-- events: generated -->\n", "<!-- /events -->");
    let from = docs.find(start).unwrap() + start.len();
    let to = docs.find(end).unwrap();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, format!("{}{table}{}", &docs[..from], &docs[to..])).unwrap();
        return;
    }
    assert_eq!(&docs[from..to], table, "run the test with UPDATE_GOLDEN=1");
}

#[test]
fn the_published_json_schema_is_that_of_the_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/scenario.schema.json");
    let text = json_schema_text();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/schema")).unwrap();
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), text, "run the test with UPDATE_GOLDEN=1");
}

#[test]
fn the_json_schema_names_every_step() {
    let schema = json_schema();
    let text = schema.to_string();
    for name in ["incoming", "hang_up", "wait", "expect", "expect_none", "drop", "delay", "restart", "refuse"]
    {
        assert!(text.contains(&format!("\"{name}\"")), "{name}");
    }
    assert_eq!(schema["title"], "SmartAgent scenario");
}

/// Polls until the runner waits or is done, and says what came.
fn drain(runner: &mut Runner, now: u64) -> Vec<RunnerOutput> {
    let mut outputs = Vec::new();
    loop {
        let output = runner.poll(now);
        let last = matches!(output, RunnerOutput::Timeout(_) | RunnerOutput::Done { .. });
        outputs.push(output);
        if last {
            return outputs;
        }
    }
}

#[test]
fn an_expectation_is_met_by_a_message_before_or_within_its_time_and_each_message_counts_once() {
    let text = "  - incoming\n  - answer\n  - expect: {message: update_contact, payload: {tier: '1'}, withinMs: 700}\n  - expect: {message: update_contact, withinMs: 700}\n";
    let mut runner = Runner::new(steps(text), 1.0);
    assert_eq!(drain(&mut runner, 0).last(), Some(&RunnerOutput::Timeout(700)));
    let send = |runner: &mut Runner, payload: Value| {
        runner.message("acme.crm", Method::UpdateContact, None, &payload).unwrap().unwrap()
    };
    send(&mut runner, json!({"tier": "2"}));
    assert_eq!(drain(&mut runner, 100).last(), Some(&RunnerOutput::Timeout(700)));
    let handled = send(&mut runner, json!({"tier": "1", "more": "x"}));
    assert_eq!(handled.result["attributes"], json!({"tier": "1", "more": "x"}));
    let outputs = drain(&mut runner, 200);
    assert_eq!(outputs.iter().filter(|o| matches!(o, RunnerOutput::Met(_))).count(), 2);
    assert_eq!(outputs.last(), Some(&RunnerOutput::Done { ok: true }));
}

#[test]
fn an_expectation_that_is_not_met_fails_with_its_place_and_what_came_instead() {
    let mut runner = Runner::new(steps("  - incoming\n  - expect: {message: set_title_tag}\n"), 1.0);
    drain(&mut runner, 0);
    runner.message("acme.crm", Method::UpdateContact, None, &json!({"a": "b"}));
    let outputs = drain(&mut runner, 5_000);
    let RunnerOutput::Failed(error) = &outputs[0] else { panic!("{outputs:?}") };
    assert_eq!(
        error.to_string(),
        "test.yaml:5:5: no matching set_title_tag came in time; other messages: update_contact"
    );
    assert_eq!(outputs.last(), Some(&RunnerOutput::Done { ok: false }));
}

#[test]
fn a_message_that_must_not_come_fails_the_scenario() {
    let text = "  - incoming\n  - expect_none: {message: transfer_call, forMs: 1000}\n";
    let mut runner = Runner::new(steps(text), 1.0);
    drain(&mut runner, 0);
    assert_eq!(drain(&mut runner, 1_000).last(), Some(&RunnerOutput::Done { ok: true }));
    let mut runner = Runner::new(steps(text), 1.0);
    drain(&mut runner, 0);
    runner.message("acme.crm", Method::TransferCall, None, &json!({"number": "+442079460188"}));
    assert_eq!(drain(&mut runner, 1_000).last(), Some(&RunnerOutput::Done { ok: false }));
}

#[test]
fn faults_are_handed_to_the_caller_in_their_place() {
    let text = "  - incoming\n  - drop: {forMs: 50}\n  - delay: {byMs: 5, forMs: 10}\n  - restart\n  - refuse: {message: update_contact, code: E_UNAVAILABLE}\n";
    let outputs = drain(&mut Runner::new(steps(text), 1.0), 0);
    let names: Vec<&str> = outputs
        .iter()
        .filter_map(|o| if let RunnerOutput::Fault(step) = o { Some(step.name()) } else { None })
        .collect();
    assert_eq!(names, ["drop", "delay", "restart", "refuse"]);
}

#[test]
fn a_refused_message_counts_as_sent_and_has_no_effect_and_the_next_one_has() {
    let text = "  - incoming\n  - refuse: {message: update_contact, code: E_UNAVAILABLE}\n  - expect: {message: update_contact}\n  - expect: {message: update_contact}\n";
    let mut runner = Runner::new(steps(text), 1.0);
    drain(&mut runner, 0);
    let mut send = || runner.message("acme.crm", Method::UpdateContact, None, &json!({"tier": "1"})).unwrap();
    assert_eq!(send().unwrap_err().code, ErrorCode::Unavailable);
    assert_eq!(send().unwrap().result["attributes"], json!({"tier": "1"}));
    assert_eq!(drain(&mut runner, 0).last(), Some(&RunnerOutput::Done { ok: true }));
}

#[test]
fn a_scenario_says_whether_it_breaks_links() {
    assert!(steps("  - drop: {forMs: 50}\n").breaks_links());
    assert!(
        !steps("  - incoming\n  - refuse: {message: update_contact, code: E_UNAVAILABLE}\n").breaks_links()
    );
}

#[test]
fn a_wait_takes_real_time_by_the_speed_and_timers_in_it_come_at_their_own_time() {
    let text = "scenario: 1\nname: x\nringMs: 1000\nsteps:\n  - incoming\n  - wait: 4000\n";
    let mut runner = Runner::new(Scenario::parse("x", text).unwrap(), 2.0);
    assert_eq!(drain(&mut runner, 100).last(), Some(&RunnerOutput::Timeout(600)));
    let outputs = drain(&mut runner, 600);
    assert!(
        outputs.iter().any(
            |o| matches!(o, RunnerOutput::Apply(s) if s.contacts[0].state.state_type.as_str() == "missed")
        )
    );
    assert_eq!(outputs.last(), Some(&RunnerOutput::Timeout(2_100)));
    assert_eq!(drain(&mut runner, 2_100).last(), Some(&RunnerOutput::Done { ok: true }));
}
