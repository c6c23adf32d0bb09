//! A hand in a scenario that is being played: actions beside its steps, another speed, and where it stands.
use serde::Serialize;

use super::runner::{Doing, Runner, RunnerOutput};
use crate::schema::AgentSnapshot;
use crate::simulator::error::SimulatorError;
use crate::simulator::{Action, Effect};

/// Where a runner stands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Progress {
    /// How many steps have begun.
    pub done: usize,
    /// `nothing`, `waiting`, `expecting` or `done`.
    pub doing: &'static str,
    /// What the simulated clock shows, epoch milliseconds.
    pub now: u64,
    /// How many simulated milliseconds pass in one of the caller's.
    pub rate: f64,
}

impl Runner {
    /// Where it stands at `now` of the caller's clock.
    pub fn progress(&self, now: u64) -> Progress {
        let (doing, rate) = match self.doing {
            Doing::Nothing => ("nothing", 0.0),
            Doing::Waiting { .. } => ("waiting", self.speed),
            Doing::Expecting { .. } => ("expecting", 0.0),
            Doing::Done { .. } => ("done", 0.0),
        };
        Progress { done: self.next, doing, now: self.time_at(now), rate }
    }

    /// Whether an output waits that belongs to the last one.
    pub fn has_outputs(&self) -> bool {
        !self.outputs.is_empty()
    }

    /// Plays on at another speed, from `now` of the caller's clock.
    pub fn set_speed(&mut self, speed: f64, now: u64) {
        let snapshots = self.catch_up(now);
        self.apply(snapshots);
        self.speed = if speed > 0.0 { speed } else { 1.0 };
    }

    /// Does an action that is no step, at `now` of the caller's clock.
    ///
    /// # Errors
    /// Those of [`Simulator::act`](crate::simulator::Simulator::act).
    pub fn act_beside(&mut self, action: &Action, now: u64) -> Result<Effect, SimulatorError> {
        let mut snapshots = self.catch_up(now);
        match self.simulator.act(action) {
            Ok(mut effect) => {
                // What still waits to be applied is older than what follows from the action.
                self.outputs.retain(|output| !matches!(output, RunnerOutput::Apply(_)));
                snapshots.append(&mut effect.snapshots);
                Ok(Effect { snapshots, ..effect })
            }
            Err(error) => {
                self.apply(snapshots);
                Err(error)
            }
        }
    }

    /// Leaves the steps to come out: time and contacts are in other hands from `now` of the caller's clock on.
    pub fn abandon(&mut self, now: u64) {
        let snapshots = self.catch_up(now);
        self.apply(snapshots);
        self.doing = Doing::Done { ok: false };
    }

    /// Lets simulated time pass beside the steps, up to `until`. Not for the time of a wait.
    pub fn follow(&mut self, until: u64) -> Vec<AgentSnapshot> {
        if matches!(self.doing, Doing::Waiting { .. }) {
            return Vec::new();
        }
        self.simulator.advance_to(until)
    }

    /// Brings the simulated clock from the start of a wait to where the wait is at `now`.
    fn catch_up(&mut self, now: u64) -> Vec<AgentSnapshot> {
        let at = self.time_at(now);
        let Doing::Waiting { until, forbidden, .. } = self.doing else { return Vec::new() };
        self.doing = Doing::Waiting { real_from: now, from: at, until, forbidden };
        self.simulator.advance_to(at)
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an elapsed time is rounded down to whole milliseconds; casts from floats saturate"
    )]
    fn time_at(&self, now: u64) -> u64 {
        match self.doing {
            Doing::Waiting { real_from, from, until, .. } => {
                let passed = (now.saturating_sub(real_from) as f64 * self.speed) as u64;
                from.saturating_add(passed).min(until)
            }
            _ => self.simulator.now(),
        }
    }
}
