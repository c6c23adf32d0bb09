use std::cell::RefCell;

use napi::{Error, Result};
use napi_derive::napi;
use serde_json::{Value, json};

use super::deliveries::error_text;
use super::options::read;
use super::simulator::{effect_json, handled_json, outcome_text};
use super::times::{number, whole};
use crate::schema::Method;
use crate::simulator::scenario::{Runner, RunnerOutput, Scenario, Step, bundled};
use crate::simulator::{Action, Simulator};
use crate::wire::{ErrorBody, ErrorCode};

/// A scenario that is being played. Times are milliseconds of the caller's clock.
#[napi]
pub struct NativeScenario {
    runner: RefCell<Runner>,
    facts: String,
}

#[napi]
impl NativeScenario {
    /// Reads a scenario. Throws the JSON of an error that names file, line and column. On a host that has seen it
    /// before, `round` counts from 1: another day, with other contacts. `start` is what its clock shows at the start.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        file: String,
        text: String,
        speed: f64,
        round: Option<u32>,
        start: Option<f64>,
    ) -> Result<Self> {
        let mut scenario = Scenario::parse(&file, &text).map_err(|error| {
            let error = ErrorBody::new(ErrorCode::BadRequest, error.to_string());
            Error::from_reason(error_text(&error))
        })?;
        let round = u64::from(round.unwrap_or_default());
        scenario.seed = scenario.seed.wrapping_add(round);
        scenario.start = start.map_or(scenario.start.saturating_add(round * DAY_MS), whole);
        let facts = scenario_facts(&scenario).to_string();
        Ok(Self { runner: RefCell::new(Runner::new(scenario, speed)), facts })
    }

    /// Text of a bundled scenario; null where there is none of that name.
    #[napi(catch_unwind)]
    pub fn bundled(name: String) -> Option<String> {
        bundled(&name).map(ToOwned::to_owned)
    }

    /// `{name, description, breaksLinks, quickConnects, steps: [{name, with, line}]}` as JSON.
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

    /// As `poll`, but at most the outputs of one step: its action and what follows from it, a fault or an expectation.
    #[napi(catch_unwind)]
    pub fn poll_step(&self, now: f64) -> String {
        let mut runner = self.runner.borrow_mut();
        let mut outputs = Vec::new();
        let mut taken = false;
        loop {
            let output = runner.poll(whole(now));
            let last = matches!(output, RunnerOutput::Timeout(_) | RunnerOutput::Done { .. });
            taken |= !matches!(output, RunnerOutput::Apply(_) | RunnerOutput::Note(_));
            outputs.push(output_json(output));
            if last || taken && !runner.has_outputs() {
                return Value::Array(outputs).to_string();
            }
        }
    }

    /// Where it stands, `{done, doing, now, rate}` as JSON.
    #[napi(catch_unwind)]
    pub fn progress(&self, now: f64) -> String {
        json!(self.runner.borrow().progress(whole(now))).to_string()
    }

    /// Plays on at another speed.
    #[napi(catch_unwind)]
    pub fn set_speed(&self, speed: f64, now: f64) {
        self.runner.borrow_mut().set_speed(speed, whole(now));
    }

    /// Leaves the steps to come out.
    #[napi(catch_unwind)]
    pub fn abandon(&self, now: f64) {
        self.runner.borrow_mut().abandon(whole(now));
    }

    /// Does an action that is no step: as `NativeSimulator.act`.
    #[napi(catch_unwind)]
    pub fn act(&self, action: String, now: f64) -> String {
        outcome_text(read::<Action>(&action, "action").and_then(|action| {
            let effect = self.runner.borrow_mut().act_beside(&action, whole(now));
            effect.map(effect_json).map_err(|error| ErrorBody::new(ErrorCode::Conflict, error.to_string()))
        }))
    }

    /// Lets simulated time pass beside the steps and gives a JSON array of the snapshots that follow.
    #[napi(catch_unwind)]
    pub fn follow(&self, until: f64) -> String {
        json!(self.runner.borrow_mut().follow(whole(until))).to_string()
    }

    /// When something happens by itself next, in simulated time.
    #[napi(catch_unwind)]
    pub fn next_timer(&self) -> Option<f64> {
        self.runner.borrow().simulator().next_timer().map(number)
    }

    /// What a desktop shows beside the snapshot, as JSON.
    #[napi(catch_unwind)]
    pub fn view(&self) -> String {
        json!(self.runner.borrow().simulator().view()).to_string()
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

fn scenario_facts(scenario: &Scenario) -> Value {
    let steps =
        scenario.steps.iter().enumerate().map(
            |(at, step)| json!({ "name": step.name(), "with": details(step), "line": scenario.line(at) }),
        );
    json!({
        "name": scenario.name,
        "description": scenario.description,
        "breaksLinks": scenario.breaks_links(),
        "quickConnects": Simulator::new(scenario.simulator_options()).quick_connects(),
        "steps": steps.collect::<Vec<_>>(),
    })
}

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
        // An object with one member, the action's name.
        Step::Action(action) => json!(action)[action.kind().as_str()].take(),
        Step::Wait(ms) => json!(ms),
        Step::Expect(expect) => json!(expect),
        Step::ExpectNone(none) => json!(none),
        Step::Drop(drop) => json!(drop),
        Step::Delay(delay) => json!(delay),
        Step::Restart(restart) => json!(restart),
        Step::Refuse(refuse) => json!(refuse),
    }
}
