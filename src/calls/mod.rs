//! The call engine: from successive snapshots of an agent and the commands issued to the 17 events.
//!
//! ```text
//! AgentSnapshot ─► Engine::apply ─► Vec<Derived>      the events of one change, in the published order
//! Command       ─► Engine::note                       so that a change can say who did it
//! ```
//!
//! The source of snapshots is a poll: it repeats itself, skips states and loses contacts. So an event is derived from
//! what a call is known to have been and what it is now, never from a source's own notifications. Guarantees, for each
//! contact: one opening at most (`incoming_call` or `outgoing_call`), exactly one of `call_ended`, `missed_call` and
//! `reject_call`, `after_call_work` only after `call_ended`, no event for an unchanged snapshot, no negative duration.
#![forbid(unsafe_code)]

mod call;
mod changed;
mod command;
mod derived;
mod ending;
mod engine;
mod leg;
mod live;
mod parties;

pub use call::Call;
pub use command::{Command, CommandKind};
pub use derived::{Derived, EventPayload};
pub use engine::{Engine, EngineOptions, EngineState};
