//! The vocabulary: names, payload types, rules, scopes and the generators of JSON Schema and TypeScript.
//!
//! ```text
//! wire::Body ─► check_event | check_request | check_result ─► Payload ─► read::<T>()
//!               shape of the generated JSON Schema, then the rules between members; all issues at once
//! ```
//!
//! What a plugin sends is strict (an unknown member is an issue that names the closest known one); what a host
//! sends is open (unknown members are kept and passed on).
#![forbid(unsafe_code)]

mod catalog;
mod check;
mod cursor;
mod draft;
#[cfg(test)]
mod draft_test;
pub mod generate;
mod names;
mod pack;
#[cfg(test)]
mod pack_test;
mod packed;
mod pattern;
mod payload;
mod redact;
mod report;
mod rules;
pub mod samples;
mod shape;
#[rustfmt::skip]
mod shapes;
pub mod types;
mod walk;

pub use check::{
    check_event, check_manifest, check_plugin_snapshot, check_request, check_result, check_snapshot,
    check_user, read_straight,
};
pub use draft::Draft;
pub use names::{
    EventName, Method, Scope, closest, is_custom_event, is_event_name, unknown_event_error,
    unknown_method_error, unknown_scope_issue,
};
pub use packed::{Packed, Reader};
pub use payload::Payload;
pub use redact::{
    redact_agent_snapshot, redact_answer, redact_contact, redact_event, redact_request, redact_result,
    redact_snapshot,
};
pub use rules::MAX_ATTRIBUTE_BYTES;
pub use types::*;
