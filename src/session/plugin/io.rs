//! What goes into and comes out of a [`super::PluginSession`].

use std::fmt;
use std::sync::Arc;

use super::{Mark, SessionEvent};
use crate::session::LinkId;
use crate::session::host::Liveness;
use crate::wire::{Auth, CloseCode, ErrorCode, PluginInfo, SdkInfo, Want};

/// What a plugin's session is made with.
#[derive(Clone, Debug)]
pub struct PluginOptions {
    /// Who the plugin says it is; `instance` is random per client.
    pub plugin: PluginInfo,
    /// Which SDK speaks.
    pub sdk: SdkInfo,
    /// Scopes and events to ask for; `None` asks for all.
    pub want: Option<Want>,
    /// How long a first `Init` may take, retries included.
    pub connect_timeout_ms: u64,
    /// Whether and how to dial again.
    pub reconnect: Reconnect,
    /// Frames that may wait for an acknowledgement before a call is refused with `E_OUTBOX_FULL`.
    pub outbox_frames: usize,
    /// Bytes that may wait for an acknowledgement before a call is refused with `E_OUTBOX_FULL`.
    pub outbox_bytes: usize,
    /// What a missed pong means on this carrier.
    pub liveness: Liveness,
}

impl PluginOptions {
    /// The defaults of the protocol page for this plugin.
    pub fn new(plugin: PluginInfo, sdk: SdkInfo) -> Self {
        Self {
            plugin,
            sdk,
            want: None,
            connect_timeout_ms: 10_000,
            reconnect: Reconnect::default(),
            outbox_frames: 1_024,
            outbox_bytes: 1_048_576,
            liveness: Liveness::Drop,
        }
    }
}

/// Whether and how a session dials again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reconnect {
    /// One dial; what fails or is lost ends the session.
    Never,
    /// `100 ms + random(0, min(max_delay_ms, 500 ms × 2^n))` before attempt `n`.
    Backoff {
        /// Cap of the random part.
        max_delay_ms: u64,
    },
}

impl Default for Reconnect {
    fn default() -> Self {
        Self::Backoff { max_delay_ms: 20_000 }
    }
}

/// Where a plugin's session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Before `Init`, or after a first `Init` failed: calls reject `E_NOT_READY`.
    Idle,
    /// First dial and handshake: calls wait in the outbox.
    Connecting,
    /// The link is up.
    Ready,
    /// The link is away and is dialled again: calls wait in the outbox.
    Interrupted,
    /// Closed by either side: calls reject `E_CLOSED`; `Init` starts afresh.
    Closed,
}

impl State {
    /// The name that the public API uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Connecting => "connecting",
            Self::Ready => "ready",
            Self::Interrupted => "interrupted",
            Self::Closed => "closed",
        }
    }
}

/// Something happened to a plugin's session.
#[derive(Clone)]
pub enum PluginInput {
    /// Dial and shake hands. Does nothing while connecting, ready or interrupted; starts afresh after a close.
    Init,
    /// The carrier that [`PluginOutput::Dial`] asked for is open.
    Opened {
        /// The dialled link.
        link: LinkId,
        /// The token of this attempt.
        auth: Option<Auth>,
    },
    /// The carrier could not be opened.
    DialFailed {
        /// The dialled link.
        link: LinkId,
        /// Why.
        error: DialError,
    },
    /// One text message arrived.
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
        /// The close code that the peer or the carrier gave.
        code: Option<CloseCode>,
        /// For logs.
        reason: String,
    },
    /// A call. Settles exactly once with [`SessionEvent::Settled`], possibly at once.
    Request {
        /// Chosen by the caller, never used twice in one session object.
        id: u64,
        /// Wire method, already known to the schema.
        method: String,
        /// Payload that the schema has checked.
        payload: Arc<str>,
        /// The contact it acts on.
        contact_id: Option<String>,
        /// 1–64 characters; repeated on the error.
        idempotency_key: Option<String>,
        /// Local deadline.
        timeout_ms: u64,
    },
    /// The caller's signal was aborted. Ignored when the call has settled.
    Cancel {
        /// The call.
        id: u64,
    },
    /// A frame was taken: listeners invoked, or the call's promise settled. Any order.
    Taken {
        /// As it came with the event.
        mark: Mark,
    },
    /// Close for good.
    Close,
    /// The time of [`PluginOutput::Timeout`] has come.
    Tick,
}

impl fmt::Debug for PluginInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Init => f.write_str("Init"),
            Self::Opened { link, .. } => f.debug_struct("Opened").field("link", link).finish_non_exhaustive(),
            Self::DialFailed { link, error } => {
                f.debug_struct("DialFailed").field("link", link).field("error", error).finish()
            }
            Self::Message { link, text } => {
                f.debug_struct("Message").field("link", link).field("bytes", &text.len()).finish()
            }
            Self::Violation { link, close_code } => {
                f.debug_struct("Violation").field("link", link).field("close_code", close_code).finish()
            }
            Self::Lost { link, code, .. } => {
                f.debug_struct("Lost").field("link", link).field("code", code).finish_non_exhaustive()
            }
            Self::Request { id, method, payload, .. } => f
                .debug_struct("Request")
                .field("id", id)
                .field("method", method)
                .field("bytes", &payload.len())
                .finish_non_exhaustive(),
            Self::Cancel { id } => f.debug_struct("Cancel").field("id", id).finish(),
            Self::Taken { mark } => f.debug_struct("Taken").field("mark", mark).finish(),
            Self::Close => f.write_str("Close"),
            Self::Tick => f.write_str("Tick"),
        }
    }
}

/// Why a carrier could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialError {
    /// What `init()` rejects with when no retry follows.
    pub code: ErrorCode,
    /// What to set, in one sentence.
    pub message: String,
    /// Decides about a retry where there is one (an HTTP refusal read as a close code); else `code.retryable()`.
    pub close_code: Option<CloseCode>,
    /// `Retry-After`.
    pub retry_after_ms: Option<u64>,
}

impl DialError {
    /// Whether another attempt can help.
    pub fn retryable(&self) -> bool {
        self.close_code.map_or_else(|| self.code.retryable(), CloseCode::reconnects)
    }
}

/// What the driver has to do for a plugin's session.
#[derive(Clone)]
pub enum PluginOutput {
    /// Fetch a token, open a carrier and answer [`PluginInput::Opened`] or [`PluginInput::DialFailed`].
    Dial {
        /// Number of the new link.
        link: LinkId,
    },
    /// Write one text message.
    Transmit {
        /// On this link.
        link: LinkId,
        /// The frame.
        text: String,
    },
    /// Close the carrier after what was transmitted on it, or give up the dial. No input about it is expected.
    Hangup {
        /// This link.
        link: LinkId,
        /// Close code.
        code: CloseCode,
        /// Close reason, at most 123 bytes.
        reason: String,
    },
    /// For the application.
    Event(SessionEvent),
    /// Nothing more to do until this monotonic time or the next input. Always the last output of a round.
    Timeout(u64),
}

impl fmt::Debug for PluginOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dial { link } => f.debug_struct("Dial").field("link", link).finish(),
            Self::Transmit { link, text } => {
                f.debug_struct("Transmit").field("link", link).field("bytes", &text.len()).finish()
            }
            Self::Hangup { link, code, reason } => f
                .debug_struct("Hangup")
                .field("link", link)
                .field("code", code)
                .field("reason", reason)
                .finish(),
            Self::Event(event) => f.debug_tuple("Event").field(event).finish(),
            Self::Timeout(at) => f.debug_tuple("Timeout").field(at).finish(),
        }
    }
}
