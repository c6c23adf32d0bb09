//! What goes into a desktop and what comes out of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::HostNotice;
use crate::schema::{Method, Payload, Scope};
use crate::session::LinkId;
use crate::wire::{CloseCode, ErrorBody, PluginInfo};

/// One thing that happened around the desktop.
pub enum DesktopInput {
    /// A carrier connected; `conn` is new and never used again.
    Opened {
        /// The connection.
        conn: LinkId,
        /// Who is at its other end.
        peer: Peer,
    },
    /// One whole message arrived.
    Message {
        /// The connection.
        conn: LinkId,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// The carrier saw what the protocol forbids (a binary frame, a message above the cap).
    Violation {
        /// The connection.
        conn: LinkId,
        /// What to close it with.
        close_code: CloseCode,
    },
    /// The carrier is gone.
    Lost {
        /// The connection.
        conn: LinkId,
        /// Why, where the carrier says so.
        code: Option<CloseCode>,
    },
    /// Say goodbye to one connection and hang up; its plugin may come back over another.
    Dismiss {
        /// The connection.
        conn: LinkId,
        /// For the plugin's log.
        reason: String,
    },
    /// The answer to [`DesktopOutput::Authenticate`].
    Authenticated {
        /// The connection.
        conn: LinkId,
        /// `Ok(None)` refuses the token; `Err` says that nobody could be asked, and is never sent on.
        result: Result<Option<Grant>, String>,
    },
    /// The answer to [`DesktopOutput::Run`]. Each ticket is answered once, aborted ones too.
    Answer {
        /// The run.
        ticket: u64,
        /// The result as JSON text, or why not.
        outcome: Result<String, ErrorBody>,
    },
    /// The time asked for by [`DesktopOutput::Timeout`] has come.
    Tick,
    /// Say goodbye to everybody; they may come back.
    Shutdown {
        /// When they may come back.
        retry_after_ms: Option<u64>,
    },
}

impl DesktopInput {
    /// Whether it may be handled before the events that are held ([`super::Desktop::emit_held`]): a bare
    /// acknowledgement or sign of life, as every SDK writes it, makes nothing that events would have to come before,
    /// and what a clock makes might as well have come before them.
    pub fn may_overtake(&self) -> bool {
        match self {
            Self::Message { bytes, .. } => {
                bytes.starts_with(br#"{"type":"ack","#) || bytes.starts_with(br#"{"type":"pong","#)
            }
            Self::Tick => true,
            _ => false,
        }
    }
}

/// One thing the caller has to do.
pub enum DesktopOutput {
    /// Write one text message.
    Transmit {
        /// The connection.
        conn: LinkId,
        /// The frame.
        text: String,
    },
    /// Write what is pending, then close. The connection is not named again.
    Hangup {
        /// The connection.
        conn: LinkId,
        /// The close code.
        code: CloseCode,
        /// For the peer's log.
        reason: String,
    },
    /// Ask who this is; answer with [`DesktopInput::Authenticated`].
    Authenticate {
        /// The connection.
        conn: LinkId,
        /// The bearer token of `hello`.
        token: Option<String>,
        /// Who the plugin says it is.
        plugin: PluginInfo,
        /// The page's origin, where there is one.
        origin: Option<String>,
        /// The peer's address, where there is one.
        address: Option<String>,
    },
    /// Run the application's handler; answer with [`DesktopInput::Answer`].
    Run {
        /// Names the run.
        ticket: u64,
        /// The method.
        method: Method,
        /// The checked payload.
        payload: Payload,
        /// The agent.
        agent: Arc<str>,
        /// The contact it acts on, resolved.
        contact_id: Option<String>,
        /// Who asks: the session's id.
        session: Arc<str>,
        /// Who asks: the plugin's id.
        plugin: Arc<str>,
        /// How long the caller waits.
        deadline_ms: u64,
    },
    /// Nobody waits for this run any longer.
    Abort {
        /// The run.
        ticket: u64,
    },
    /// Tell the application.
    Notice(HostNotice),
    /// One line of the recording, without a line feed. Only between [`super::Desktop::record`] and the end.
    Recorded(String),
    /// The recording has no more lines.
    RecordingEnded,
    /// Nothing more to do until this monotonic time; the last output of a round.
    Timeout(u64),
}

/// Who is at the other end of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// IP address without port; absent for a port in the same process.
    pub address: Option<String>,
    /// The `Origin` of the page that dialled, or of the page behind the port.
    pub origin: Option<String>,
    /// How it is connected.
    pub carrier: Carrier,
    /// Set where the host itself vouches for the peer (`attachPort`): no token is asked for.
    pub attached: Option<Attached>,
}

/// How a peer is connected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Carrier {
    /// A WebSocket.
    #[default]
    WebSocket,
    /// A MessagePort.
    Port,
    /// A pair of queues in one process.
    Memory,
}

/// What the host itself knows about a peer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Attached {
    /// The plugin; absent means the one of its manifest's origin or its `hello`.
    pub plugin: Option<String>,
    /// The agent; absent means `default`.
    pub agent: Option<String>,
    /// Scopes at most; absent means all.
    pub scopes: Option<Vec<Scope>>,
}

/// What a token is good for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Grant {
    /// The agent; absent means `default`.
    pub agent: Option<String>,
    /// The plugin; absent means the one of its manifest's origin or its `hello`.
    pub plugin: Option<String>,
    /// Scopes at most; absent means all.
    pub scopes: Option<Vec<Scope>>,
    /// When the token ends, epoch milliseconds.
    pub expires_at: Option<u64>,
    /// Whether `hello.embed` is believed: the token of a desktop's page that relays its plugins.
    pub may_embed: bool,
}

/// Whom an event is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EmitOptions {
    /// The agent; absent means the session's, else `default`.
    pub agent: Option<String>,
    /// Only this plugin.
    pub plugin: Option<String>,
    /// Only this session.
    pub session: Option<String>,
    /// When it happened, epoch milliseconds; absent means now.
    pub timestamp: Option<u64>,
}

/// One session, as `sessions()` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionInfo {
    /// The session's id.
    pub session: Arc<str>,
    /// Its agent.
    pub agent: Arc<str>,
    /// Its plugin.
    pub plugin: Arc<str>,
    /// The plugin's type, where it is known.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub plugin_type: Option<String>,
    /// The plugin's own version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The `SmartAgent` object it belongs to.
    pub instance: Arc<str>,
    /// Whether it has a link now.
    pub connected: bool,
    /// How it is, or was, connected.
    pub carrier: Carrier,
    /// The page's origin, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The peer's address, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Scopes granted.
    pub granted: Vec<Scope>,
    /// Scopes wanted but not granted.
    pub denied: Vec<String>,
    /// When it was opened, epoch milliseconds.
    pub opened_at: u64,
    /// Whether it answers; a port that is silent stays connected, as a frozen page cannot answer.
    pub responding: bool,
}
