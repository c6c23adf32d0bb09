//! The frames of the link after the greeting. Reliable frames (`event`, `request`, `response`, `cancel`) carry `seq`.

use serde::Serialize;

use super::{Body, CloseCode, ErrorBody, ErrorCode, Hello, Welcome};

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
