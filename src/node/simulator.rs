use std::cell::RefCell;

use napi::{Error, Result};
use napi_derive::napi;
use serde::Serialize;
use serde_json::{Value, json};

use super::deliveries::error_text;
use super::options::read;
use crate::schema::Method;
use crate::simulator::scenario::{Runner, RunnerOutput, Scenario, Step, bundled};
use crate::simulator::{Action, Handled, Simulator, SimulatorOptions};
use crate::wire::{ErrorBody, ErrorCode};

/// A contact centre in memory with one agent. Times are epoch milliseconds; answers are JSON text.
#[napi]
pub struct NativeSimulator {
    simulator: RefCell<Simulator>,
}

#[napi]
impl NativeSimulator {
    /// Throws the JSON of an error where the options are wrong.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: String) -> Result<Self> {
        let options = read::<SimulatorOptions>(&options, "options")
            .map_err(|error| Error::from_reason(error_text(&error)))?;
        Ok(Self { simulator: RefCell::new(Simulator::new(options)) })
    }

    /// Does one action: `{"result": {contactId, connectionId, commands, snapshots}}` or `{"error"}`.
    #[napi(catch_unwind)]
    pub fn act(&self, action: String) -> String {
        let outcome = read::<Action>(&action, "action").and_then(|action| {
            let effect = self.simulator.borrow_mut().act(&action);
            effect.map_err(|error| ErrorBody::new(ErrorCode::Conflict, error.to_string()))
        });
        outcome_text(outcome.map(|effect| {
            json!({
                "contactId": effect.contact_id, "connectionId": effect.connection_id,
                "commands": effect.commands, "snapshots": effect.snapshots,
            })
        }))
    }

    /// Does what a plugin's message asks of the call: `{"result": {result, snapshots}}` or `{"error"}`; null for the
    /// methods that concern no call.
    #[napi(catch_unwind)]
    pub fn handle(&self, method: String, contact_id: Option<String>, payload: String) -> Option<String> {
        let payload = serde_json::from_str(&payload).unwrap_or_default();
        let handled =
            self.simulator.borrow_mut().handle(Method::parse(&method)?, contact_id.as_deref(), &payload)?;
        Some(outcome_text(handled.map(handled_json)))
    }

    /// Lets time pass and gives a JSON array of the snapshots that follow.
    #[napi(catch_unwind)]
    pub fn advance_to(&self, time: f64) -> String {
        json!(self.simulator.borrow_mut().advance_to(whole(time))).to_string()
    }

    /// When something happens by itself next.
    #[napi(catch_unwind)]
    pub fn next_timer(&self) -> Option<f64> {
        self.simulator.borrow().next_timer().map(number)
    }

    /// The agent's state now, as JSON.
    #[napi(catch_unwind)]
    pub fn snapshot(&self) -> String {
        json!(self.simulator.borrow().snapshot()).to_string()
    }

    /// Whom the agent can call by name, as a JSON array.
    #[napi(catch_unwind)]
    pub fn quick_connects(&self) -> String {
        json!(self.simulator.borrow().quick_connects()).to_string()
    }

    /// Names of the actions that are possible now, as a JSON array.
    #[napi(catch_unwind)]
    pub fn allowed(&self) -> String {
        let kinds = self.simulator.borrow().allowed();
        json!(kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>()).to_string()
    }
}

/// A scenario that is being played. Times are milliseconds of the caller's clock.
#[napi]
pub struct NativeScenario {
    runner: RefCell<Runner>,
    facts: String,
}

#[napi]
impl NativeScenario {
    /// Reads a scenario. Throws the JSON of an error that names file, line and column. On a host that has seen it
    /// before, `round` counts from 1: another day, with other contacts.
    #[napi(constructor, catch_unwind)]
    pub fn new(file: String, text: String, speed: f64, round: Option<u32>) -> Result<Self> {
        let mut scenario = Scenario::parse(&file, &text).map_err(|error| {
            let error = ErrorBody::new(ErrorCode::BadRequest, error.to_string());
            Error::from_reason(error_text(&error))
        })?;
        let round = u64::from(round.unwrap_or_default());
        scenario.seed = scenario.seed.wrapping_add(round);
        scenario.start = scenario.start.saturating_add(round * DAY_MS);
        let facts = json!({
            "name": scenario.name,
            "description": scenario.description,
            "breaksLinks": scenario.breaks_links(),
            "quickConnects": Simulator::new(scenario.simulator_options()).quick_connects(),
        });
        Ok(Self { runner: RefCell::new(Runner::new(scenario, speed)), facts: facts.to_string() })
    }

    /// Text of a bundled scenario; null where there is none of that name.
    #[napi(catch_unwind)]
    pub fn bundled(name: String) -> Option<String> {
        bundled(&name).map(ToOwned::to_owned)
    }

    /// `{name, description, breaksLinks, quickConnects}` as JSON.
    #[napi(catch_unwind)]
    pub fn facts(&self) -> String {
        self.facts.clone()
    }

    /// The agent's state now, as JSON.
    #[napi(catch_unwind)]
    pub fn snapshot(&self) -> String {
        json!(self.runner.borrow().simulator().snapshot()).to_string()
    }

    /// A JSON array of what is to be done; the last one is a `timeout` or `done`.
    #[napi(catch_unwind)]
    pub fn poll(&self, now: f64) -> String {
        let mut outputs = Vec::new();
        loop {
            let output = self.runner.borrow_mut().poll(whole(now));
            let last = matches!(output, RunnerOutput::Timeout(_) | RunnerOutput::Done { .. });
            outputs.push(output_json(output));
            if last {
                return Value::Array(outputs).to_string();
            }
        }
    }

    /// Takes a plugin's request: as `NativeSimulator.handle`.
    #[napi(catch_unwind)]
    pub fn message(
        &self,
        plugin: String,
        method: String,
        contact_id: Option<String>,
        payload: String,
    ) -> Option<String> {
        let payload = serde_json::from_str(&payload).unwrap_or_default();
        let method = Method::parse(&method)?;
        let handled = self.runner.borrow_mut().message(&plugin, method, contact_id.as_deref(), &payload)?;
        Some(outcome_text(handled.map(handled_json)))
    }
}

const DAY_MS: u64 = 86_400_000;

fn output_json(output: RunnerOutput) -> Value {
    match output {
        RunnerOutput::Action(action) => json!({ "kind": "action", "action": action }),
        RunnerOutput::Note(command) => json!({ "kind": "note", "command": command }),
        RunnerOutput::Apply(snapshot) => json!({ "kind": "apply", "snapshot": snapshot }),
        RunnerOutput::Fault(step) => json!({ "kind": "fault", "name": step.name(), "with": details(&step) }),
        RunnerOutput::Met(step) => json!({ "kind": "met", "name": step.name(), "with": details(&step) }),
        RunnerOutput::Failed(error) => json!({ "kind": "failed", "message": error.to_string() }),
        RunnerOutput::Timeout(at) => json!({ "kind": "timeout", "at": at }),
        RunnerOutput::Done { ok } => json!({ "kind": "done", "ok": ok }),
    }
}

fn details(step: &Step) -> Value {
    match step {
        Step::Action(action) => json!(action),
        Step::Wait(ms) => json!(ms),
        Step::Expect(expect) => json!(expect),
        Step::ExpectNone(none) => json!(none),
        Step::Drop(drop) => json!(drop),
        Step::Delay(delay) => json!(delay),
        Step::Restart(restart) => json!(restart),
        Step::Refuse(refuse) => json!(refuse),
    }
}

fn handled_json(handled: Handled) -> Value {
    json!({ "result": handled.result, "snapshots": handled.snapshots })
}

fn outcome_text<T: Serialize>(outcome: std::result::Result<T, ErrorBody>) -> String {
    match outcome {
        Ok(result) => json!({ "result": result }).to_string(),
        Err(error) => json!({ "error": error }).to_string(),
    }
}

/// JavaScript's numbers are floats; times are whole and far below 2^53.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts from floats saturate")]
fn whole(time: f64) -> u64 {
    time as u64
}

#[expect(clippy::cast_precision_loss, reason = "epoch milliseconds are below 2^53")]
fn number(time: u64) -> f64 {
    time as f64
}
