//! The host's mind on a virtual clock: raw frames in, frames and notices out.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed; the lint's exception covers test functions only"
)]

mod agents;
mod answers;
mod canary;
mod handshake;
mod held;
mod idempotency;
mod limits;
mod origin;
mod pair;
mod payloads;
mod requests;
mod resume;
mod scopes;
mod support;
mod trace;
