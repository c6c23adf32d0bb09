//! Two sessions, a virtual clock and a seeded link that delays, loses and parts: no socket, no sleep.

mod calls;
mod faults;
mod pair;
mod rules;
mod timing;
