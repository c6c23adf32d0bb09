//! Plays scenarios through the simulator and the call engine.
use serde_json::{Value, json};
use smartagent_plugin_sdk::calls::{Derived, Engine, EngineOptions};
use smartagent_plugin_sdk::simulator::scenario::{Runner, RunnerOutput, Scenario};

/// One thing that a scenario did, with the events that followed.
pub struct Played {
    pub events: Vec<Derived>,
    pub ok: bool,
    pub failure: Option<String>,
}

/// Plays a scenario to its end, on a clock that jumps to wherever the runner waits for.
pub fn play(scenario: Scenario, speed: f64) -> Played {
    let mut runner = Runner::new(scenario, speed);
    let mut engine = Engine::new(EngineOptions::default());
    let mut played = Played { events: Vec::new(), ok: false, failure: None };
    let mut now = 0;
    loop {
        match runner.poll(now) {
            RunnerOutput::Note(command) => engine.note(command),
            RunnerOutput::Apply(snapshot) => played.events.extend(engine.apply(&snapshot)),
            RunnerOutput::Timeout(at) => now = at,
            RunnerOutput::Failed(error) => played.failure = Some(error.to_string()),
            RunnerOutput::Done { ok } => {
                played.ok = ok;
                return played;
            }
            RunnerOutput::Action(_) | RunnerOutput::Fault(_) | RunnerOutput::Met(_) => {}
        }
    }
}

/// The events as NDJSON. Times are relative to `start`; the contact is told in short unless `full`.
pub fn ndjson(events: &[Derived], start: u64, full: bool) -> String {
    let mut text = String::new();
    for event in events {
        let mut payload = event.payload_value();
        if !full {
            shorten(&mut payload);
        }
        let line = json!({"at": event.timestamp - start, "event": event.name(), "payload": payload});
        text.push_str(&line.to_string());
        text.push('\n');
    }
    text
}

fn shorten(payload: &mut Value) {
    if let Some(contact) = payload.get_mut("contact") {
        let mut short = vec![contact["state"]["type"].as_str().unwrap_or_default().to_owned()];
        short.extend(contact["connections"].as_array().into_iter().flatten().map(party));
        *contact = json!(short.join(" "));
    }
    for name in ["connection", "endpoint"] {
        if let Some(value) = payload.get_mut(name).filter(|v| v.get("connectionId").is_some()) {
            *value = json!(party(value));
        }
    }
    for name in ["connections", "remaining", "active", "held"] {
        if let Some(list) = payload.get_mut(name).and_then(Value::as_array_mut) {
            for value in list {
                *value = json!(party(value));
            }
        }
    }
}

fn party(connection: &Value) -> String {
    let who = match (connection["type"].as_str(), connection["isInitialConnection"].as_bool()) {
        (Some("agent"), _) => "agent",
        (_, Some(true)) => "customer",
        _ => "third",
    };
    format!("{who}:{}", connection["state"]["type"].as_str().unwrap_or_default())
}
