//! Scenarios: files of steps that drive a [`Simulator`](super::Simulator), and the runner that plays them.
//!
//! ```text
//! text ─► Scenario::parse ─► Scenario ─► Runner::poll(now) ─► Action, Note, Apply, Fault, Met, Failed, Timeout, Done
//! ```
//!
//! A file is YAML or JSON. The runner is sans-IO: whoever calls it waits, applies snapshots and breaks links. The
//! simulated clock moves only with steps and never with the caller's clock, so the same scenario and seed give the same
//! bytes at any speed.

mod bundled;
mod file;
mod hand;
mod parse;
mod runner;
mod step;
mod typed;
mod yaml;

pub use bundled::{BUNDLED, bundled};
pub use file::{Scenario, json_schema, json_schema_text};
pub use hand::Progress;
pub use parse::ScenarioError;
pub use runner::{Runner, RunnerOutput};
pub use step::{Delay, Drop, Expect, ExpectNone, Refuse, Restart, Step};
