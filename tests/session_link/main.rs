//! Two sessions, a virtual clock and a seeded link that delays, loses and parts: no socket, no sleep.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod calls;
mod faults;
mod pair;
mod properties;
mod rules;
mod timing;
