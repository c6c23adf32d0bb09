//! Recordings: what a desktop makes lines of, what is emptied in them, and that they play the same events again.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use smartagent_plugin_sdk::calls::Command;
use smartagent_plugin_sdk::desktop::{Desktop, DesktopOptions, DesktopOutput, EmitOptions};
use smartagent_plugin_sdk::recording::{
    Entry, Line, MAX_LINE_BYTES, Reader, Recorder, RecordingOptions, What, json_schema,
};
use smartagent_plugin_sdk::schema::{AgentSnapshot, EventName, Method, samples};
use smartagent_plugin_sdk::session::{PluginInput, PluginOptions, State};
use smartagent_plugin_sdk::simulator::scenario::{BUNDLED, Runner, RunnerOutput, Scenario};
use smartagent_plugin_sdk::testkit::MemoryDesk;
use smartagent_plugin_sdk::wire::{ErrorCode, PluginInfo, SdkInfo};

const START: u64 = 1_790_000_000_000;
const FULL: RecordingOptions = RecordingOptions { redact: false };

/// A desk with one plugin that is ready.
fn desk() -> MemoryDesk {
    let mut desk = MemoryDesk::new(Desktop::new(DesktopOptions::default(), [7; 32]), START);
    let info = PluginInfo { id: Some("p".into()), version: None, plugin_type: None, instance: "one".into() };
    let sdk = SdkInfo { name: "test".into(), version: "0".into(), runtime: None };
    let id = desk.add_peer(PluginOptions::new(info, sdk), [9; 32]);
    desk.handle_peer(id, PluginInput::Init);
    assert_eq!(desk.state(id), State::Ready);
    desk
}

/// What `play` makes of a desk, line by line.
fn recorded(options: RecordingOptions, play: impl FnOnce(&mut MemoryDesk)) -> Vec<String> {
    let mut desk = desk();
    desk.with_desktop(|desktop, now| desktop.record(options, now)).unwrap();
    play(&mut desk);
    desk.with_desktop(|desktop, _| desktop.stop_recording());
    let outputs = desk.inbox().drain(usize::MAX);
    assert!(matches!(outputs.last(), Some(DesktopOutput::RecordingEnded)));
    let lines = outputs.into_iter().filter_map(|output| match output {
        DesktopOutput::Recorded(line) => Some(line),
        _ => None,
    });
    lines.collect()
}

fn play_scenario(desk: &mut MemoryDesk, scenario: Scenario) {
    let mut runner = Runner::new(scenario, f64::INFINITY);
    let mut now = 0;
    loop {
        match runner.poll(now) {
            RunnerOutput::Note(command) => {
                desk.with_desktop(|desktop, now| desktop.note_command(command, None, now))
            }
            RunnerOutput::Apply(snapshot) => {
                desk.with_desktop(|desktop, now| desktop.apply_snapshot(*snapshot, None, now));
            }
            RunnerOutput::Timeout(at) => now = at,
            RunnerOutput::Done { .. } => return,
            _ => {}
        }
    }
}

fn entries(lines: &[String]) -> Vec<Entry> {
    let mut reader = Reader::new("test.ndjson");
    let read = lines.iter().map(|line| reader.read(line).unwrap_or_else(|error| panic!("{error}\n{line}")));
    let entries = read.filter_map(|line| match line {
        Some(Line::Entry(entry)) => Some(*entry),
        _ => None,
    });
    entries.collect()
}

fn replay(desk: &mut MemoryDesk, lines: &[String]) {
    for Entry { what, .. } in entries(lines) {
        match what {
            What::Snapshot { agent, snapshot } => {
                let snapshot: AgentSnapshot = serde_json::from_value(snapshot).unwrap();
                desk.with_desktop(|desktop, now| desktop.apply_snapshot(snapshot, Some(&agent), now));
            }
            What::Command { agent, command } => {
                desk.with_desktop(|desktop, now| desktop.note_command(*command, Some(&agent), now));
            }
            What::Emit { event, timestamp, agent, plugin, payload } => {
                let (agent, timestamp) = (Some(agent), Some(timestamp));
                let options = EmitOptions { agent, plugin, timestamp, session: None };
                let sent = desk
                    .with_desktop(|desktop, now| desktop.emit(&event, &payload.to_string(), &options, now));
                assert_eq!(sent, Ok(1));
            }
            _ => {}
        }
    }
}

/// The events that went out, without the session's id.
fn events(lines: &[String]) -> Vec<String> {
    let told = entries(lines).into_iter().filter_map(|entry| match entry.what {
        What::Event { event, timestamp, agent, plugin, payload, .. } => {
            Some(json!([event, timestamp, agent, plugin, payload]).to_string())
        }
        _ => None,
    });
    told.collect()
}

#[test]
fn a_replayed_recording_yields_the_same_events_byte_for_byte() {
    for (name, text) in BUNDLED {
        let first = recorded(FULL, |desk| play_scenario(desk, Scenario::parse(name, text).unwrap()));
        let second = recorded(FULL, |desk| replay(desk, &first));
        assert!(events(&first).len() > 3, "{name}");
        assert_eq!(events(&second), events(&first), "{name}");
    }
}

#[test]
fn every_event_can_be_emitted_again_redacted_or_not() {
    for options in [FULL, RecordingOptions::default()] {
        let first = recorded(options, |desk| {
            for event in EventName::ALL {
                let payload = samples::event(*event).to_string();
                let sent = desk.with_desktop(|desktop, now| {
                    desktop.emit(event.as_str(), &payload, &EmitOptions::default(), now)
                });
                assert_eq!(sent, Ok(1), "{event:?}");
            }
        });
        let second = recorded(options, |desk| replay(desk, &first));
        assert_eq!(events(&second), events(&first));
        assert_eq!(events(&second).len(), EventName::ALL.len());
    }
}

#[test]
fn every_line_keeps_no_personal_value_and_can_be_read_back() {
    let mut whats = vec![
        json!({"kind": "snapshot", "agent": "a", "snapshot": samples::agent_snapshot()}),
        json!({"kind": "emit", "event": "acme.note", "timestamp": 1, "agent": "a", "payload": {"text": "Zoe"}}),
    ];
    for event in EventName::ALL {
        whats.push(json!({"kind": "event", "event": event, "timestamp": 1, "agent": "a", "plugin": "p", "session": "s",
            "payload": samples::event(*event)}));
    }
    for method in Method::ALL {
        let payload = Some(samples::request(*method)).filter(Value::is_object).unwrap_or(json!({}));
        whats.push(
            json!({"kind": "message", "method": method.as_str(), "agent": "a", "plugin": "p", "session": "s",
            "payload": payload}),
        );
        whats.push(
            json!({"kind": "answer", "method": method.as_str(), "agent": "a", "plugin": "p", "session": "s",
            "tookMs": 0, "result": samples::answer(*method)}),
        );
    }
    whats.push(
        json!({"kind": "answer", "method": "Zoe", "agent": "a", "plugin": "p", "session": "s", "tookMs": 0,
        "error": {"code": "E_NOT_FOUND", "message": "there is no Zoe"}}),
    );
    let (recorder, header) = Recorder::begin(RecordingOptions::default(), 0, START);
    for what in whats {
        let mut object = what.clone();
        object["at"] = json!(0);
        let [entry] = &entries(&[header.clone(), object.to_string()])[..] else { panic!("{object}") };
        let line = recorder.line(entry.what.clone());
        for personal in personal_values() {
            assert!(!line.contains(&personal), "{personal} in {line}");
        }
        assert_eq!(entries(&[header.clone(), line]).len(), 1, "{what}");
    }
}

/// The texts of the samples that are a customer's, or could be.
fn personal_values() -> Vec<String> {
    let contact = samples::contact();
    let attributes = contact["attributes"].as_object().unwrap().values();
    let mut values: Vec<_> = attributes.filter_map(|value| value.as_str().map(str::to_owned)).collect();
    // A single digit is in every line.
    values.retain(|value| value.len() > 2);
    let request = samples::request(Method::UpdateCustomer);
    for value in [&contact["phoneNumber"], &request["email"], &request["phoneNumber"], &request["name"]] {
        values.push(value.as_str().unwrap().to_owned());
    }
    let transfer = samples::request(Method::TransferCall);
    values.push(transfer["endpoint"]["phoneNumber"].as_str().unwrap().to_owned());
    values.extend(["20417", "Saved.", "Zoe"].map(str::to_owned));
    values
}

#[test]
fn a_second_recording_is_refused_until_the_first_is_stopped() {
    let mut desk = desk();
    let mut record = || desk.with_desktop(|desktop, now| desktop.record(FULL, now));
    assert_eq!(record(), Ok(()));
    assert_eq!(record().map_err(|error| error.code), Err(ErrorCode::Conflict));
    desk.with_desktop(|desktop, _| desktop.stop_recording());
    assert_eq!(desk.with_desktop(|desktop, now| desktop.record(FULL, now)), Ok(()));
}

#[test]
fn without_a_recording_nothing_is_copied_out() {
    let mut desk = desk();
    play_scenario(&mut desk, Scenario::parse(BUNDLED[0].0, BUNDLED[0].1).unwrap());
    let outputs = desk.inbox().drain(usize::MAX);
    let is_line =
        |output: &DesktopOutput| matches!(output, DesktopOutput::Recorded(_) | DesktopOutput::RecordingEnded);
    assert!(!outputs.iter().any(is_line));
}

#[test]
fn times_count_from_the_beginning_of_the_recording() {
    let mut desk = desk();
    desk.advance(5_000);
    desk.with_desktop(|desktop, now| desktop.record(FULL, now)).unwrap();
    desk.advance(250);
    let command = json!({"type": "accept", "contactId": "c", "initiatedBy": "agent", "timestamp": START});
    let command: Command = serde_json::from_value(command).unwrap();
    desk.with_desktop(|desktop, now| desktop.note_command(command, None, now));
    let lines: Vec<Value> = desk
        .inbox()
        .drain(usize::MAX)
        .into_iter()
        .filter_map(|output| match output {
            DesktopOutput::Recorded(line) => serde_json::from_str(&line).ok(),
            _ => None,
        })
        .collect();
    assert_eq!(lines[0]["startedAt"], START + 5_000);
    assert_eq!(lines.last().unwrap()["at"], 250);
}

#[test]
fn a_line_above_the_cap_and_random_text_are_errors_and_no_panic() {
    let mut reader = Reader::new("x");
    let error = reader.read(&"x".repeat(MAX_LINE_BYTES + 1)).unwrap_err();
    assert_eq!(error.to_string(), format!("x:1: the line has more than {MAX_LINE_BYTES} bytes"));
    for text in ["[]", "null", "{}", "\"Ada\"", "{\"recording\":\"Ada\"}", "{\"recording\":1,\"source\":7}"] {
        let error = reader.read(text).unwrap_err();
        assert!(!error.to_string().contains("Ada"), "{error}");
    }
    assert!(reader.end().is_err());
}

#[test]
fn the_published_json_schema_is_that_of_the_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/recording.schema.json");
    let current = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(current, json_schema(), "run `cargo run --no-default-features --example generate`");
    for kind in ["snapshot", "command", "emit", "event", "message", "answer", "session"] {
        assert!(current.contains(&format!("\"const\": \"{kind}\"")), "{kind}");
    }
}

#[test]
fn a_recording_that_began_in_the_middle_of_a_call_plays_that_call_to_its_end() {
    let text = "scenario: 1\nname: x\nsteps:\n  - incoming\n  - answer\n";
    let mut desk = desk();
    play_scenario(&mut desk, Scenario::parse("x", text).unwrap());
    desk.inbox().drain(usize::MAX);
    desk.with_desktop(|desktop, now| desktop.record(FULL, now)).unwrap();
    let gone = json!({"timestamp": START + 60_000, "user": samples::user(), "contacts": [], "focusedContactId": null});
    let gone: AgentSnapshot = serde_json::from_value(gone).unwrap();
    desk.with_desktop(|desktop, now| desktop.apply_snapshot(gone, None, now));
    let lines: Vec<String> = desk
        .inbox()
        .drain(usize::MAX)
        .into_iter()
        .filter_map(|output| match output {
            DesktopOutput::Recorded(line) => Some(line),
            _ => None,
        })
        .collect();
    let recorded_events = events(&lines);
    let replayed = events(&recorded(FULL, |desk| replay(desk, &lines)));
    assert!(recorded_events.iter().any(|event| event.contains("call_ended")), "{recorded_events:?}");
    assert!(
        replayed[0].contains("\"incoming_call\"") || replayed[0].contains("\"call_started\""),
        "{replayed:?}"
    );
    assert_eq!(names(&replayed)[replayed.len() - recorded_events.len()..], names(&recorded_events));
}

fn names(events: &[String]) -> Vec<String> {
    let name = |event: &String| serde_json::from_str::<Value>(event).ok()?[0].as_str().map(str::to_owned);
    events.iter().filter_map(name).collect()
}

proptest::proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(lines in proptest::collection::vec("\\PC{0,60}", 0..4)) {
        let mut reader = Reader::new("x");
        let header = r#"{"recording":1,"source":"x","redacted":true,"startedAt":0}"#;
        assert!(reader.read(header).is_ok());
        for line in lines {
            let _ = reader.read(&line);
            let _ = reader.read(&json!({"at": 0, "kind": line, "agent": line}).to_string());
        }
        assert!(reader.end().is_ok());
    }
}
