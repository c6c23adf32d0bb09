//! What a plugin's application gets to know.

use std::fmt;

use serde_json::Value;

use crate::schema::Payload;
use crate::wire::{CloseCode, ErrorBody, HostInfo, LinkLimits, PluginGrant};

/// Names one received frame of one session, so that a late `Taken` cannot acknowledge a frame of the next session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    pub(in crate::session) epoch: u32,
    pub(in crate::session) seq: u64,
}

impl Mark {
    /// The frame's `seq` in its session.
    pub const fn seq(self) -> u64 {
        self.seq
    }
}

/// What the application gets to know.
#[derive(Clone)]
pub enum SessionEvent {
    /// The first `Init` ended; exactly one per accepted `Init`.
    InitDone(Result<Box<Ready>, ErrorBody>),
    /// The link is up, for the first time or again.
    Ready(Box<Ready>),
    /// The link is away and will be dialled again.
    Interrupted {
        /// Close code that the link ended with.
        code: CloseCode,
        /// For logs.
        reason: String,
    },
    /// The session could not go on; a new one has taken its place.
    Resync {
        /// `expired`, `unknown_session`, `overflow`, `identity_changed` or `new`.
        reason: String,
        /// State at seq 0 of the new session.
        snapshot: Value,
        /// Calls that settled because the old session is gone.
        unsettled: usize,
    },
    /// An event of the desktop. Answer with [`PluginInput::Taken`] once it was taken.
    Event {
        /// For `Taken`; `mark.seq()` is the `seq` of the event's meta.
        mark: Mark,
        /// Event name, standard or custom (dotted).
        name: String,
        /// Epoch milliseconds.
        timestamp: u64,
        /// Checked payload.
        payload: Payload,
    },
    /// A call settled.
    Settled {
        /// The call.
        id: u64,
        /// Present when a `Taken` is wanted.
        mark: Option<Mark>,
        /// Checked result, or why not.
        outcome: Result<Payload, ErrorBody>,
    },
    /// The outbox that refused a call is half empty again.
    Drain,
    /// Whether the host answers, on a carrier where silence does not end the link.
    Responding(bool),
    /// Something is wrong that belongs to no call.
    Error(ErrorBody),
    /// The session is over.
    Closed {
        /// Close code that it ended with; 1000 after `Close`.
        code: CloseCode,
        /// For logs.
        reason: String,
    },
}

impl fmt::Debug for SessionEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InitDone(outcome) => f.debug_tuple("InitDone").field(outcome).finish(),
            Self::Ready(ready) => f.debug_tuple("Ready").field(ready).finish(),
            Self::Interrupted { code, .. } => {
                f.debug_struct("Interrupted").field("code", code).finish_non_exhaustive()
            }
            Self::Resync { reason, unsettled, .. } => f
                .debug_struct("Resync")
                .field("reason", reason)
                .field("unsettled", unsettled)
                .finish_non_exhaustive(),
            Self::Event { mark, name, timestamp, .. } => f
                .debug_struct("Event")
                .field("mark", mark)
                .field("name", name)
                .field("timestamp", timestamp)
                .finish_non_exhaustive(),
            Self::Settled { id, mark, outcome } => f
                .debug_struct("Settled")
                .field("id", id)
                .field("mark", mark)
                .field("outcome", &outcome.as_ref().map(|payload| payload.json().len()))
                .finish(),
            Self::Drain => f.write_str("Drain"),
            Self::Responding(yes) => f.debug_tuple("Responding").field(yes).finish(),
            Self::Error(error) => f.debug_tuple("Error").field(error).finish(),
            Self::Closed { code, .. } => f.debug_struct("Closed").field("code", code).finish_non_exhaustive(),
        }
    }
}

/// Facts of the current session.
#[derive(Clone, PartialEq)]
pub struct Ready {
    /// Session id, the first half of an event's id.
    pub session: String,
    /// Protocol version.
    pub protocol: u32,
    /// Whether an interrupted session goes on.
    pub resumed: bool,
    /// Who the host says the plugin is.
    pub plugin: PluginGrant,
    /// Scopes granted.
    pub granted: Vec<String>,
    /// Scopes wanted but not granted.
    pub denied: Vec<String>,
    /// Events that the host sends at most, where it says so; `*` stands for any of the desktop's own.
    pub events: Option<Vec<String>>,
    /// What the host asks the plugin to keep to.
    pub limits: LinkLimits,
    /// The host's wall clock, epoch milliseconds.
    pub time: u64,
    /// Who the host is.
    pub host: HostInfo,
    /// State at seq 0; `None` when resumed.
    pub snapshot: Option<Value>,
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ready")
            .field("session", &self.session)
            .field("resumed", &self.resumed)
            .field("granted", &self.granted)
            .finish_non_exhaustive()
    }
}
