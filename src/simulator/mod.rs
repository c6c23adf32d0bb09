//! A contact centre in memory: an agent and calls as a state machine, and scenarios that drive it.
//!
//! ```text
//! Action  (an agent, a customer, the contact centre) ─► Simulator::act     ─► Effect {commands, snapshots}
//! Message (a plugin's request)                       ─► Simulator::handle  ─► Handled {result, snapshots}
//! time                                               ─► Simulator::advance ─► snapshots
//! ```
//!
//! The snapshots go to the call engine like those of any other source, so a plugin cannot tell the difference. The
//! simulator has its own clock and makes its ids from a seed: the same seed and actions give the same bytes.
#![forbid(unsafe_code)]

mod act;
mod action;
mod agent;
mod answer;
mod centre;
mod error;
mod ids;
mod moves;
mod parties;
mod phase;
mod rules;
pub mod scenario;
mod start;
mod view;

pub use action::{
    Action, ActionKind, AddParty, HangUp, NewContact, OnContact, OnParty, RejectCall, RejectedAs,
    SetAttributes, SetNextStatus, SetStatus, StartTransfer,
};
pub use answer::Handled;
pub use centre::{Effect, Simulator, SimulatorOptions};
pub use error::SimulatorError;
pub use view::{ContactView, StatusView, View};
