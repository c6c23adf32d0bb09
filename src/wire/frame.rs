//! The frames of the link. Reliable frames (`event`, `request`, `response`, `cancel`) carry `seq`.

use serde::{Deserialize, Serialize};

use super::{Body, CloseCode, ErrorBody, ErrorCode};

/// One decoded frame. Only [`super::decode`] makes one from bytes.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each variant is the frame of the same name")]
pub enum Frame {
    Hello(Box<Hello>),
    Welcome(Box<Welcome>),
    Event(EventFrame),
    Request(RequestFrame),
    Response(ResponseFrame),
    Cancel(CancelFrame),
    Ack(AckFrame),
    Ping(PingFrame),
    Pong(PingFrame),
    Error(ErrorFrame),
    Goodbye(Goodbye),
}

impl Frame {
    /// The frame's `type`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Hello(_) => "hello",
            Self::Welcome(_) => "welcome",
            Self::Event(_) => "event",
            Self::Request(_) => "request",
            Self::Response(_) => "response",
            Self::Cancel(_) => "cancel",
            Self::Ack(_) => "ack",
            Self::Ping(_) => "ping",
            Self::Pong(_) => "pong",
            Self::Error(_) => "error",
            Self::Goodbye(_) => "goodbye",
        }
    }

    /// Its position in the direction, where it is a reliable frame.
    pub const fn seq(&self) -> Option<u64> {
        match self {
            Self::Event(frame) => Some(frame.seq),
            Self::Request(frame) => Some(frame.seq),
            Self::Response(frame) => Some(frame.seq),
            Self::Cancel(frame) => Some(frame.seq),
            _ => None,
        }
    }

    /// The acknowledgement it carries.
    pub const fn ack(&self) -> Option<u64> {
        match self {
            Self::Event(frame) => frame.ack,
            Self::Request(frame) => frame.ack,
            Self::Response(frame) => frame.ack,
            Self::Cancel(frame) => frame.ack,
            Self::Ack(frame) => Some(frame.ack),
            Self::Ping(frame) | Self::Pong(frame) => frame.ack,
            _ => None,
        }
    }
}

/// First frame of a plugin. Unknown members are ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hello {
    /// Versions the plugin speaks: 1–16 of them, which [`Self::speaks`] checks.
    pub versions: Vec<u32>,
    /// Who the plugin says it is.
    pub plugin: PluginInfo,
    /// Which SDK speaks.
    pub sdk: SdkInfo,
    /// Proof of identity.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub auth: Option<Auth>,
    /// What it wants; absent means everything.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub want: Option<Want>,
    /// The session it wants to go on with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resume: Option<Resume>,
    /// Added by a page that relays; accepted only with a token that has that right.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub embed: Option<Embed>,
    /// Reserved (`"desktop"`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub role: Option<String>,
}

impl Hello {
    /// Whether the peer speaks `version`; a list that is empty or longer than 16 speaks nothing.
    pub fn speaks(&self, version: u32) -> bool {
        (1..=16).contains(&self.versions.len()) && self.versions.contains(&version)
    }
}

/// Who the plugin says it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PluginInfo {
    /// `[a-z0-9._-]{1,64}`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// The plugin's own version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
    /// One of the plugin types of the vocabulary.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
    pub plugin_type: Option<String>,
    /// Random per `SmartAgent` object, 1–64 characters.
    pub instance: String,
}

/// Which SDK speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SdkInfo {
    /// Package name.
    pub name: String,
    /// Package version.
    pub version: String,
    /// `node`, `browser`, `electron` or the name of another runtime.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub runtime: Option<String>,
}

/// First-message token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Auth {
    /// `bearer`.
    pub scheme: String,
    /// Opaque to the protocol.
    pub token: String,
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

/// What a plugin asks for; a member that is absent means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    /// Scopes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scopes: Option<Vec<String>>,
    /// Event names, or `*`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub events: Option<Vec<String>>,
}

/// The session a plugin wants to go on with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resume {
    /// Session id.
    pub session: String,
    /// Its current or previous token.
    pub resume_token: String,
    /// Highest contiguous `seq` received; 0 is resumable.
    pub received: u64,
}

impl std::fmt::Debug for Resume {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resume")
            .field("session", &self.session)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}

/// Where a relayed plugin's page comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embed {
    /// Exact origin.
    pub origin: String,
}

/// First frame of a host. Unknown members are ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Welcome {
    /// The version both speak.
    pub version: u32,
    /// Session id.
    pub session: String,
    /// Rotated at each welcome.
    pub resume_token: String,
    /// Whether the session goes on.
    pub resumed: bool,
    /// Why not: `new`, `expired`, `unknown_session`, `overflow`, `identity_changed`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Highest contiguous `seq` the host took.
    pub received: u64,
    /// Who the host says the plugin is.
    pub plugin: PluginGrant,
    /// Scopes granted.
    pub granted: Vec<String>,
    /// Scopes wanted but not granted.
    pub denied: Vec<String>,
    /// What the host asks the plugin to keep to.
    pub limits: LinkLimits,
    /// Heartbeat timing.
    pub heartbeat: Heartbeat,
    /// How long the host keeps a session without a link.
    pub resume_window_ms: u64,
    /// The host's wall clock, epoch milliseconds.
    pub time: u64,
    /// Who the host is.
    pub host: HostInfo,
    /// State at seq 0, when not resumed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub snapshot: Option<serde_json::Value>,
}

/// Who the host says the plugin is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginGrant {
    /// Id that the host uses.
    pub id: String,
    /// Plugin type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
    pub plugin_type: Option<String>,
}

/// What the host asks the plugin to keep to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkLimits {
    /// Bytes of one frame to the host.
    pub max_frame_bytes: u64,
    /// Frames written and not acknowledged.
    pub window: u64,
    /// Bytes written and not acknowledged.
    pub window_bytes: u64,
    /// Requests per second; 0 switches pacing off.
    #[serde(serialize_with = "rate")]
    pub rate_per_second: f64,
    /// Requests that may go at once.
    pub burst: u64,
}

/// Writes a whole rate as an integer, as every other peer does.
#[expect(clippy::cast_possible_truncation, reason = "only values that the cast keeps are cast")]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn rate<S: serde::Serializer>(rate: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if rate.fract() == 0.0 && rate.abs() < 1e15 {
        serializer.serialize_i64(*rate as i64)
    } else {
        serializer.serialize_f64(*rate)
    }
}

/// Heartbeat timing, decided by the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heartbeat {
    /// Silence before a ping.
    pub interval_ms: u64,
    /// Silence after a ping before the link is dropped.
    pub timeout_ms: u64,
}

/// Who the host is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HostInfo {
    /// Product name.
    pub name: String,
    /// Product version.
    pub version: String,
    /// Where its events come from.
    pub source: Source,
}

/// Where a host's events come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A real desktop.
    Host,
    /// The simulator.
    Simulator,
    /// A replayed recording.
    Recording,
}

/// Something happened on the desktop.
#[derive(Clone, Debug, PartialEq)]
pub struct EventFrame {
    /// Position in the direction, from 1.
    pub seq: u64,
    /// Highest contiguous `seq` taken.
    pub ack: Option<u64>,
    /// `[a-z0-9_.$-]{1,64}`.
    pub event: String,
    /// Epoch milliseconds.
    pub timestamp: u64,
    /// Open object.
    pub payload: Body,
}

/// A call that expects a response.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestFrame {
    /// Position in the direction, from 1.
    pub seq: u64,
    /// Highest contiguous `seq` taken.
    pub ack: Option<u64>,
    /// Unique in the session, 1–64 characters.
    pub id: String,
    /// Same grammar as event names.
    pub method: String,
    /// Time remaining when written, 0–3,600,000; 0 means: do not run it.
    pub deadline_ms: u64,
    /// The contact it acts on.
    pub contact_id: Option<String>,
    /// 1–64 characters.
    pub idempotency_key: Option<String>,
    /// Strict object.
    pub payload: Body,
}

/// The one answer to a request.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseFrame {
    /// Position in the direction, from 1.
    pub seq: u64,
    /// Highest contiguous `seq` taken.
    pub ack: Option<u64>,
    /// The request's id.
    pub id: String,
    /// Result or error.
    pub outcome: Outcome,
}

/// What a response carries: exactly one of the two.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Open object.
    Result(Body),
    /// Why not.
    Error(Box<ErrorBody>),
}

/// The caller no longer waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelFrame {
    /// Position in the direction, from 1.
    pub seq: u64,
    /// Highest contiguous `seq` taken.
    pub ack: Option<u64>,
    /// The request's id.
    pub id: String,
}

/// A bare acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AckFrame {
    /// Highest contiguous `seq` taken.
    pub ack: u64,
}

/// `ping` or `pong`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PingFrame {
    /// Repeated in the pong.
    pub n: u64,
    /// Highest contiguous `seq` taken.
    pub ack: Option<u64>,
}

/// A complaint about the peer; fatal ones are followed by a close.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorFrame {
    /// Stable code; a code this version does not know reads as `E_PROTOCOL`.
    pub code: ErrorCode,
    /// Place and rule, never a value.
    pub message: String,
    /// Whether the link ends.
    pub fatal: bool,
    /// The close code, for carriers that have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close_code: Option<CloseCode>,
}

/// The link ends in good order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Goodbye {
    /// The close code, for carriers that have none.
    pub close_code: CloseCode,
    /// For logs.
    pub reason: String,
    /// Whether the session may go on over another link.
    pub resume: bool,
    /// Wait at least this long before dialling again; honoured up to 60 s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}
