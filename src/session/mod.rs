//! The link's state machine for both roles: handshake, sequence numbers, outbox, resume, heartbeat, requests, close.
//!
//! [`PluginSession`] is the plugin's side: it dials, resumes and settles calls. [`HostSession`] is one session on the
//! desktop's side, without identity or policy: `desktop` owns those, reads the first frame with [`Handshake`] and
//! attaches links. Both are driven alike: `handle(input, now)` mutates, then `poll_output()` is called until it
//! returns `Timeout` or `None`. Neither has a clock, a socket, a lock or a callback.
#![forbid(unsafe_code)]

mod backoff;
mod errors;
#[cfg(test)]
mod exhaustion;
mod handshake;
mod heartbeat;
mod host;
mod intake;
#[cfg(test)]
mod model;
mod outbox;
mod pace;
mod plugin;
mod requests;
mod token;

pub use handshake::{Handshake, Refusal};
pub use host::{
    Fresh, HostInput, HostOutput, HostSession, HostSessionOptions, Liveness, ResumeRefused, RetireReason,
    WelcomeFacts,
};
pub use plugin::{
    DialError, Mark, PluginInput, PluginOptions, PluginOutput, PluginSession, Ready, Reconnect, SessionEvent,
    State,
};

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::wire::CloseCode;

/// One carrier connection. A plugin's session numbers its own ([`PluginOutput::Dial`]); a host numbers those it
/// accepts. Numbers are never used twice in one process.
pub type LinkId = u64;

/// Tables by numbers that this process gives out itself, one after the other: neighbours stand side by side, and
/// whoever goes through them in order finds the next one at hand.
pub type Numbered<T> = HashMap<u64, T, BuildHasherDefault<NumberHasher>>;

/// See [`Numbered`]; no use for what a peer chooses.
#[derive(Clone, Copy, Debug, Default)]
pub struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        // A table takes the place from the low bits, and tells those at one place apart by the high ones.
        self.0 ^ (self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) & (0x7f << 57))
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// The time, passed in by whoever drives the core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Monotonic milliseconds from any start. All timers and deadlines run on it.
    pub mono_ms: u64,
    /// Wall clock, epoch milliseconds. Only ever shown (`welcome.time`), never compared.
    pub wall_ms: u64,
}

/// The code to close with after the peer said why the link ends. Closing with 1000 would end a session that is to be
/// resumed, and the reserved codes cannot be sent.
const fn echo(code: CloseCode) -> CloseCode {
    match code.0 {
        4_000..=4_999 => code,
        _ if code.reconnects() => CloseCode::INTERNAL,
        _ => CloseCode::NORMAL,
    }
}

/// A close reason has at most 123 bytes (RFC 6455, section 5.5).
fn close_reason(reason: &str) -> String {
    let mut end = reason.len().min(123);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    reason.get(..end).unwrap_or_default().to_owned()
}
