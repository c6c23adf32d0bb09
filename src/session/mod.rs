//! The link's state machine for both roles: handshake, sequence numbers, outbox, resume, heartbeat, requests, close.
#![forbid(unsafe_code)]
