//! Bytes ⇄ [`Frame`]: the encoding rules of SmartAgent Link version 1, with its caps and both error tiers.
//!
//! [`decode`] reads one message in one pass without recursion. What is wrong with the *envelope* is a
//! [`DecodeError`] and ends the link; what is wrong inside `payload` or `result` is kept as faults in the frame's
//! [`Body`], so that the frame still consumes its `seq`.
#![forbid(unsafe_code)]

mod body;
mod code;
mod decode;
mod encode;
mod envelope;
mod error;
mod fields;
mod frame;
mod greeting;
mod head;
mod limits;
mod response;
mod scan;
mod walk;

pub use body::Body;
pub use code::{CloseCode, ErrorBody, ErrorCode, Executed, Issue, Rule};
pub use decode::{MAX_DEADLINE_MS, decode, is_id, is_name};
pub use encode::{
    MAX_HEAD_BYTES, Reliable, Tail, cancel_tail, encode_ack, encode_error, encode_goodbye, encode_hello,
    encode_ping, encode_pong, encode_reliable, encode_welcome, event_tail, json_string, push_token,
    request_tail, response_tail, write_reliable,
};
pub use error::DecodeError;
pub use frame::{
    AckFrame, CancelFrame, ErrorFrame, EventFrame, Frame, Goodbye, Outcome, PingFrame, RequestFrame,
    ResponseFrame,
};
pub use greeting::{
    Auth, Embed, Heartbeat, Hello, HostInfo, LinkLimits, PluginGrant, PluginInfo, Resume, SdkInfo, Source,
    Want, Welcome, is_plugin_id,
};
pub use head::{Head, HeadKind, bare_ack};
pub use limits::{Direction, Limits};
pub use scan::{Plain, plain_prefix};
pub use walk::is_prototype_key;

/// The only protocol version this crate speaks.
pub const VERSION: u32 = 1;
/// WebSocket subprotocol of the link.
pub const SUBPROTOCOL: &str = "smartagent.link.v1";
/// Largest integer that JSON numbers carry exactly: 2^53 − 1.
pub const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;
