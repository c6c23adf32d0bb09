//! Plays a scenario, step by step.
use std::collections::VecDeque;

use serde_json::{Map, Value};

use super::file::Scenario;
use super::parse::ScenarioError;
use super::step::{Expect, Refuse, Step};
use super::yaml::Place;
use crate::calls::Command;
use crate::schema::{AgentSnapshot, Method};
use crate::simulator::{Action, Handled, Simulator};
use crate::wire::ErrorBody;

/// What the caller of a [`Runner`] has to do or to know next.
#[derive(Clone, Debug, PartialEq)]
pub enum RunnerOutput {
    /// A step was taken: for a timeline.
    Action(Action),
    /// Note the command with the call engine.
    Note(Command),
    /// Apply the snapshot.
    Apply(Box<AgentSnapshot>),
    /// Play the fault: one of `Drop`, `Delay` and `Restart`. A `Refuse` is played by [`Runner::message`].
    Fault(Step),
    /// An expectation was met.
    Met(Step),
    /// A step was not possible or an expectation not met; `Done` follows.
    Failed(ScenarioError),
    /// Nothing to do until this time of the caller's clock, in milliseconds; poll again then.
    Timeout(u64),
    /// The end.
    Done {
        /// Whether every step was possible and every expectation met.
        ok: bool,
    },
}

/// Plays one scenario on a simulator of its own.
#[derive(Debug)]
pub struct Runner {
    scenario: Scenario,
    pub(super) simulator: Simulator,
    pub(super) speed: f64,
    pub(super) next: usize,
    pub(super) doing: Doing,
    pub(super) outputs: VecDeque<RunnerOutput>,
    messages: Vec<Message>,
    /// `refuse` steps whose message has not come yet.
    refusals: Vec<Refuse>,
}

/// What the runner is in the middle of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Doing {
    Nothing,
    /// Simulated time passes until `until`; a message of this name fails the wait of `expect_none`.
    Waiting {
        real_from: u64,
        from: u64,
        until: u64,
        forbidden: Option<(Method, usize)>,
    },
    Expecting {
        deadline: u64,
    },
    Done {
        ok: bool,
    },
}

/// A message that a plugin sent.
#[derive(Debug)]
struct Message {
    method: Method,
    payload: Value,
    plugin: String,
    /// Whether it met an expectation.
    claimed: bool,
}

impl Runner {
    /// A runner before the first step. `speed` is how many simulated milliseconds pass in a real one; with infinity
    /// no wait takes time.
    pub fn new(scenario: Scenario, speed: f64) -> Self {
        let simulator = Simulator::new(scenario.simulator_options());
        let first = RunnerOutput::Apply(Box::new(simulator.snapshot()));
        let speed = if speed > 0.0 { speed } else { 1.0 };
        Self {
            scenario,
            simulator,
            speed,
            next: 0,
            doing: Doing::Nothing,
            outputs: [first].into(),
            messages: Vec::new(),
            refusals: Vec::new(),
        }
    }

    /// The contact centre that is played on.
    pub const fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    /// The contact centre, for actions beside the scenario's; what they return has to be applied by the caller.
    pub const fn simulator_mut(&mut self) -> &mut Simulator {
        &mut self.simulator
    }

    /// What is to be done at `now` of the caller's clock, in milliseconds. Ends with `Timeout` or `Done`.
    pub fn poll(&mut self, now: u64) -> RunnerOutput {
        loop {
            if let Some(output) = self.outputs.pop_front() {
                return output;
            }
            match self.doing {
                Doing::Nothing => self.step(now),
                Doing::Waiting { real_from, from, until, forbidden } => {
                    let event = self.simulator.next_timer().map_or(until, |timer| timer.min(until));
                    let due = real_from.saturating_add(self.real(event.saturating_sub(from)));
                    if now < due {
                        return RunnerOutput::Timeout(due);
                    }
                    self.pass(event, until, forbidden);
                }
                Doing::Expecting { deadline } => {
                    if !self.expect(now >= deadline) {
                        return RunnerOutput::Timeout(deadline);
                    }
                }
                Doing::Done { ok } => return RunnerOutput::Done { ok },
            }
        }
    }

    /// Takes a request that a plugin sent: notes it for the expectations, and does what it asks of the call, unless a
    /// `refuse` step said not to. `None` for the methods that concern no call. Poll afterwards: an expectation may be
    /// met.
    pub fn message(
        &mut self,
        plugin: &str,
        method: Method,
        contact_id: Option<&str>,
        payload: &Value,
    ) -> Option<Result<Handled, ErrorBody>> {
        self.messages.push(Message {
            method,
            payload: payload.clone(),
            plugin: plugin.to_owned(),
            claimed: false,
        });
        if let Some(at) = self.refusals.iter().position(|refusal| refusal.message == method) {
            let code = self.refusals.remove(at).code;
            return Some(Err(ErrorBody::new(code, format!("the scenario refuses this {method}"))));
        }
        self.simulator.handle(method, contact_id, payload)
    }

    fn step(&mut self, now: u64) {
        let Some(step) = self.scenario.steps.get(self.next).cloned() else {
            self.doing = Doing::Done { ok: true };
            return;
        };
        self.next += 1;
        match step {
            Step::Action(action) => self.act(action),
            Step::Wait(ms) => self.wait(now, ms, None),
            Step::ExpectNone(none) => self.wait(now, none.for_ms, Some((none.message, self.messages.len()))),
            Step::Expect(expect) => {
                let within = expect.within_ms.unwrap_or(EXPECT_WITHIN_MS);
                self.doing = Doing::Expecting { deadline: now.saturating_add(within) };
            }
            fault => {
                if let Step::Refuse(refusal) = &fault {
                    self.refusals.push(refusal.clone());
                }
                self.outputs.push_back(RunnerOutput::Fault(fault));
            }
        }
    }

    fn act(&mut self, action: Action) {
        match self.simulator.act(&action) {
            Ok(effect) => {
                self.outputs.push_back(RunnerOutput::Action(action));
                self.outputs.extend(effect.commands.into_iter().map(RunnerOutput::Note));
                self.apply(effect.snapshots);
            }
            Err(error) => self.fail(error.to_string()),
        }
    }

    fn wait(&mut self, now: u64, ms: u64, forbidden: Option<(Method, usize)>) {
        let from = self.simulator.now();
        self.doing = Doing::Waiting { real_from: now, from, until: from.saturating_add(ms), forbidden };
    }

    /// Simulated time moves on to `event`, which is the end of the wait or something that happens by itself before.
    fn pass(&mut self, event: u64, until: u64, forbidden: Option<(Method, usize)>) {
        let snapshots = self.simulator.advance_to(event);
        self.apply(snapshots);
        if event < until {
            return;
        }
        self.doing = Doing::Nothing;
        if let Some((method, seen)) = forbidden {
            if self.messages.iter().skip(seen).any(|message| message.method == method) {
                self.fail(format!("a plugin sent {method}, which was not expected"));
            } else if let Some(step) = self.current() {
                self.outputs.push_back(RunnerOutput::Met(step));
            }
        }
    }

    /// Looks for the message that is expected; whether the step is over.
    fn expect(&mut self, too_late: bool) -> bool {
        let Some(Step::Expect(expect)) = self.current() else {
            self.doing = Doing::Nothing;
            return true;
        };
        if let Some(message) = self.messages.iter_mut().find(|message| message.meets(&expect)) {
            message.claimed = true;
            self.doing = Doing::Nothing;
            self.outputs.push_back(RunnerOutput::Met(Step::Expect(expect)));
            return true;
        }
        if too_late {
            let others: Vec<&str> =
                self.messages.iter().filter(|m| !m.claimed).map(|message| message.method.as_str()).collect();
            let seen = if others.is_empty() { "none".to_owned() } else { others.join(", ") };
            self.fail(format!("no matching {} came in time; other messages: {seen}", expect.message));
        }
        too_late
    }

    fn current(&self) -> Option<Step> {
        self.scenario.steps.get(self.next.checked_sub(1)?).cloned()
    }

    pub(super) fn apply(&mut self, snapshots: Vec<AgentSnapshot>) {
        self.outputs.extend(snapshots.into_iter().map(|snapshot| RunnerOutput::Apply(Box::new(snapshot))));
    }

    fn fail(&mut self, message: String) {
        let place = self.next.checked_sub(1).and_then(|at| self.scenario.places.get(at));
        let place = place.copied().unwrap_or(Place::START);
        let error = ScenarioError::at(&self.scenario.file, place, message);
        self.outputs.push_back(RunnerOutput::Failed(error));
        self.doing = Doing::Done { ok: false };
    }

    /// How many real milliseconds that much simulated time takes.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a wait is rounded to whole milliseconds; casts from floats saturate and the quotient is not negative"
    )]
    fn real(&self, ms: u64) -> u64 {
        (ms as f64 / self.speed).ceil() as u64
    }
}

impl Message {
    fn meets(&self, expect: &Expect) -> bool {
        !self.claimed
            && self.method == expect.message
            && expect.plugin.as_ref().is_none_or(|plugin| *plugin == self.plugin)
            && expect.payload.as_ref().is_none_or(|payload| has_all(payload, &self.payload))
    }
}

/// Whether `actual` is an object that has every one of `members`, at any depth.
fn has_all(members: &Map<String, Value>, actual: &Value) -> bool {
    members.iter().all(|(name, expected)| {
        actual.get(name).is_some_and(|found| match expected {
            Value::Object(inner) => has_all(inner, found),
            other => other == found,
        })
    })
}

const EXPECT_WITHIN_MS: u64 = 5_000;
