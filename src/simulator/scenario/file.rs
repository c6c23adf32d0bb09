//! What stands in a scenario file.
use serde::Deserialize;
use serde_json::{Value, json};

use super::step::Step;
use super::yaml::Place;
use crate::simulator::SimulatorOptions;

/// A scenario. See the bundled ones for examples.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scenario {
    /// Version of the format.
    #[serde(rename = "scenario")]
    #[schemars(range(min = 1, max = 1))]
    pub version: u32,
    /// Its name.
    pub name: String,
    /// What it shows.
    #[serde(default)]
    pub description: String,
    /// Where ids come from; else 1.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// What the simulated clock shows at the start, epoch milliseconds.
    #[serde(default = "default_start")]
    pub start: u64,
    /// How long a contact rings before it is missed.
    #[serde(default = "default_ring_ms")]
    pub ring_ms: u64,
    /// How long after call work takes; else until it is cleared.
    #[serde(default)]
    pub after_call_work_ms: Option<u64>,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// Where the text came from, for errors.
    #[serde(skip)]
    #[schemars(skip)]
    pub(super) file: String,
    /// Where each step stands in it.
    #[serde(skip)]
    #[schemars(skip)]
    pub(super) places: Vec<Place>,
}

impl Scenario {
    /// What the simulator of this scenario starts with.
    pub fn simulator_options(&self) -> SimulatorOptions {
        SimulatorOptions {
            seed: self.seed,
            start: self.start,
            ring_ms: self.ring_ms,
            after_call_work_ms: self.after_call_work_ms,
            ..SimulatorOptions::default()
        }
    }

    /// The line on which that step stands in its file, from 1.
    pub fn line(&self, step: usize) -> Option<u64> {
        self.places.get(step).map(|place| place.line)
    }

    /// Whether a step breaks, slows or ends links: whoever plays it needs a hand on them.
    pub fn breaks_links(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Drop(_) | Step::Delay(_) | Step::Restart(_)))
    }
}

/// The JSON Schema of scenario files.
pub fn json_schema() -> Value {
    let mut schema = schemars::schema_for!(Scenario).to_value();
    if let Some(members) = schema.as_object_mut() {
        members.insert("title".into(), json!("SmartAgent scenario"));
    }
    schema
}

/// The JSON Schema as text, as it stands in `schema/scenario.schema.json`.
pub fn json_schema_text() -> String {
    // The alternate form of a JSON value is indented.
    format!("{:#}\n", json_schema())
}

fn default_seed() -> u64 {
    SimulatorOptions::default().seed
}

fn default_start() -> u64 {
    SimulatorOptions::default().start
}

fn default_ring_ms() -> u64 {
    SimulatorOptions::default().ring_ms
}
