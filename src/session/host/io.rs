//! What goes into and comes out of a [`super::HostSession`].

use std::fmt;

use serde_json::Value;

use crate::schema::{Method, Payload};
use crate::session::LinkId;
use crate::wire::{CloseCode, ErrorBody, ErrorFrame, Heartbeat, HostInfo, LinkLimits, PluginGrant};

/// What a host's session is made with.
#[derive(Clone, Debug)]
pub struct HostSessionOptions {
    /// What the plugin is asked to keep to; `rate_per_second` 0 switches pacing off on both sides.
    pub limits: LinkLimits,
    /// Heartbeat timing.
    pub heartbeat: Heartbeat,
    /// How long the session is kept without a link.
    pub resume_window_ms: u64,
    /// Frames that may wait for an acknowledgement.
    pub outbox_frames: usize,
    /// Bytes that may wait for an acknowledgement.
    pub outbox_bytes: usize,
    /// How long an attached plugin with a full outbox is borne before 4003.
    pub slow_consumer_ms: u64,
    /// Requests that may be open at once; more are answered `E_RATE_LIMITED`.
    pub open_requests: usize,
}

impl Default for HostSessionOptions {
    fn default() -> Self {
        Self {
            limits: LinkLimits {
                max_frame_bytes: 131_072,
                window: 256,
                window_bytes: 1_048_576,
                rate_per_second: 20.0,
                burst: 100,
            },
            heartbeat: Heartbeat { interval_ms: 15_000, timeout_ms: 10_000 },
            resume_window_ms: 120_000,
            outbox_frames: 1_024,
            outbox_bytes: 4 * 1_048_576,
            slow_consumer_ms: 5_000,
            open_requests: 4_096,
        }
    }
}

/// What a missed pong means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Liveness {
    /// The link is dead (WebSocket).
    #[default]
    Drop,
    /// The peer is "not responding"; a port cannot be half open, and a frozen tab cannot answer.
    Report,
}

/// What only the desktop knows about a welcome.
#[derive(Clone, Debug)]
pub struct WelcomeFacts {
    /// Who the desktop says the plugin is.
    pub plugin: PluginGrant,
    /// Scopes granted.
    pub granted: Vec<String>,
    /// Scopes wanted but not granted.
    pub denied: Vec<String>,
    /// Events at most; `None` where nothing lists them.
    pub events: Option<Vec<String>>,
    /// Who the host is.
    pub host: HostInfo,
    /// `None` when resumed; else why not, and the state at seq 0.
    pub fresh: Option<Fresh>,
    /// What a missed pong means on this link.
    pub liveness: Liveness,
}

/// The part of a welcome that only a new session has.
#[derive(Clone)]
pub struct Fresh {
    /// `new`, `expired`, `unknown_session`, `overflow` or `identity_changed`.
    pub reason: String,
    /// The plugin's view of the agent, taken before any event of the session.
    pub snapshot: Value,
}

impl fmt::Debug for Fresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fresh").field("reason", &self.reason).finish_non_exhaustive()
    }
}

/// Why a session cannot be resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResumeRefused {
    /// The token is neither the current nor the previous one, or the position was never reached: say nothing more.
    UnknownSession,
    /// The resume window has passed, whether or not a timer fired.
    Expired,
    /// Frames after `received` are gone.
    Overflow,
}

impl ResumeRefused {
    /// `welcome.reason`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownSession => "unknown_session",
            Self::Expired => "expired",
            Self::Overflow => "overflow",
        }
    }
}

/// Something happened to a host's session.
#[derive(Clone)]
pub enum HostInput {
    /// One text message arrived. Ignored unless the link is the attached one.
    Message {
        /// On this link.
        link: LinkId,
        /// Its bytes.
        text: Vec<u8>,
    },
    /// The carrier saw something that can never be a frame (binary, oversize): 4500 or 4510.
    Violation {
        /// On this link.
        link: LinkId,
        /// The close code that it deserves.
        close_code: CloseCode,
    },
    /// The carrier is gone.
    Lost {
        /// This link.
        link: LinkId,
        /// The close code that the peer or the carrier gave; 1000 and stop codes end the session.
        code: Option<CloseCode>,
    },
    /// The answer to a request. Ignored when the request is no longer open.
    Answer {
        /// The request's wire id.
        id: String,
        /// Result JSON (an object), or why not.
        outcome: Result<String, ErrorBody>,
    },
    /// Part from the plugin in good order. Without `resume` the session ends.
    Goodbye {
        /// Close code.
        code: CloseCode,
        /// For logs.
        reason: String,
        /// Whether the session waits for another link.
        resume: bool,
        /// When the plugin may dial again.
        retry_after_ms: Option<u64>,
    },
    /// The time of [`HostOutput::Timeout`] has come.
    Tick,
}

impl fmt::Debug for HostInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message { link, text } => {
                f.debug_struct("Message").field("link", link).field("bytes", &text.len()).finish()
            }
            Self::Violation { link, close_code } => {
                f.debug_struct("Violation").field("link", link).field("close_code", close_code).finish()
            }
            Self::Lost { link, code } => {
                f.debug_struct("Lost").field("link", link).field("code", code).finish()
            }
            Self::Answer { id, outcome } => f
                .debug_struct("Answer")
                .field("id", id)
                .field("outcome", &outcome.as_ref().map(String::len))
                .finish(),
            Self::Goodbye { code, resume, .. } => {
                f.debug_struct("Goodbye").field("code", code).field("resume", resume).finish_non_exhaustive()
            }
            Self::Tick => f.write_str("Tick"),
        }
    }
}

/// What the desktop has to do for a session.
#[derive(Clone)]
pub enum HostOutput {
    /// Write one text message.
    Transmit {
        /// On this link.
        link: LinkId,
        /// The frame.
        text: String,
    },
    /// Close the carrier after what was transmitted on it. The link is no longer the session's.
    Hangup {
        /// This link.
        link: LinkId,
        /// Close code.
        code: CloseCode,
        /// Close reason, at most 123 bytes.
        reason: String,
    },
    /// A request to run; answer it with [`HostInput::Answer`]. Unknown methods, broken payloads, passed deadlines
    /// and requests above the rate are answered by the session and never come out.
    Request {
        /// Wire id, unique among open requests.
        id: String,
        /// What to do.
        method: Method,
        /// Checked payload.
        payload: Payload,
        /// The contact it acts on.
        contact_id: Option<String>,
        /// The caller's key.
        idempotency_key: Option<String>,
        /// Time that the caller still waits; the session itself answers `E_TIMEOUT` when it has passed.
        deadline_ms: u64,
    },
    /// The caller no longer waits, or its deadline has passed. At most once per request.
    Cancelled {
        /// The request's wire id.
        id: String,
    },
    /// A link ended without ending the session; it waits for another one.
    Detached {
        /// The link that ended.
        link: LinkId,
    },
    /// The session answered a request by itself: it was refused, or nobody answered in time.
    Refused {
        /// Its id.
        id: String,
        /// The method as the plugin named it; absent where an earlier [`HostOutput::Request`] named it.
        method: Option<String>,
        /// The answer.
        error: ErrorBody,
    },
    /// Whether the plugin answers, on a carrier where silence does not end the link.
    Responding(bool),
    /// The plugin complained without closing.
    Complaint(ErrorFrame),
    /// The session is over and does nothing more: forget it. Open requests have no caller any more.
    Retired {
        /// Why.
        reason: RetireReason,
    },
    /// Nothing more to do until this monotonic time or the next input. Always the last output of a round.
    Timeout(u64),
}

impl fmt::Debug for HostOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transmit { link, text } => {
                f.debug_struct("Transmit").field("link", link).field("bytes", &text.len()).finish()
            }
            Self::Hangup { link, code, reason } => f
                .debug_struct("Hangup")
                .field("link", link)
                .field("code", code)
                .field("reason", reason)
                .finish(),
            Self::Request { id, method, deadline_ms, .. } => f
                .debug_struct("Request")
                .field("id", id)
                .field("method", method)
                .field("deadline_ms", deadline_ms)
                .finish_non_exhaustive(),
            Self::Refused { id, error, .. } => {
                f.debug_struct("Refused").field("id", id).field("code", &error.code).finish_non_exhaustive()
            }
            Self::Cancelled { id } => f.debug_struct("Cancelled").field("id", id).finish(),
            Self::Detached { link } => f.debug_struct("Detached").field("link", link).finish(),
            Self::Responding(yes) => f.debug_tuple("Responding").field(yes).finish(),
            Self::Complaint(error) => f.debug_tuple("Complaint").field(&error.code).finish(),
            Self::Retired { reason } => f.debug_struct("Retired").field("reason", reason).finish(),
            Self::Timeout(at) => f.debug_tuple("Timeout").field(at).finish(),
        }
    }
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetireReason {
    /// Closed in good order by either side (1000, or a goodbye without resume).
    Ended,
    /// The plugin was away for longer than the resume window.
    Expired,
    /// The plugin took too little for too long.
    Overflow,
    /// The plugin broke the protocol; it was told and does not come back.
    Protocol,
}
