//! The host's mind, sans-IO: agents' state, sessions, permissions, answers, idempotency, broadcast.
#![forbid(unsafe_code)]
