//! Writes frames. What all links share of a reliable frame is written once, as a [`Tail`].

use std::fmt::Write as _;
use std::sync::Arc;

use serde::Serialize;

use super::{ErrorBody, ErrorFrame, Goodbye, Hello, Welcome};

/// A frame on its way out: a head that differs per link and a tail that is encoded once and shared.
///
/// The text of the frame is `{"type":T,"seq":S,"ack":A` and the tail, which starts with `,`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail(Arc<str>);

impl Tail {
    /// The JSON text behind the head.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Bytes of the tail: a frame has at most [`MAX_HEAD_BYTES`] more.
    pub fn bytes(&self) -> usize {
        self.0.len()
    }
}

/// Most bytes that [`encode_reliable`] writes before a tail.
pub const MAX_HEAD_BYTES: usize = 96;

/// Which reliable frame a [`Tail`] belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the frame of the same name")]
pub enum Reliable {
    Event,
    Request,
    Response,
    Cancel,
}

impl Reliable {
    /// The frame's `type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Request => "request",
            Self::Response => "response",
            Self::Cancel => "cancel",
        }
    }
}

/// Tail of an `event`. `payload_json` must be the text of one JSON object.
pub fn event_tail(event: &str, timestamp: u64, payload_json: &str) -> Tail {
    let mut out = String::with_capacity(64 + event.len() + payload_json.len());
    push_string(&mut out, "event", event);
    push_integer(&mut out, "timestamp", timestamp);
    push_json(&mut out, "payload", payload_json);
    end(out)
}

/// Tail of a `request`; its `deadlineMs` is part of the head. `payload_json` must be the text of one JSON object.
pub fn request_tail(
    id: &str,
    method: &str,
    contact_id: Option<&str>,
    idempotency_key: Option<&str>,
    payload_json: &str,
) -> Tail {
    let mut out = String::with_capacity(160 + payload_json.len());
    push_string(&mut out, "id", id);
    push_string(&mut out, "method", method);
    if let Some(key) = idempotency_key {
        push_string(&mut out, "idempotencyKey", key);
    }
    if let Some(contact) = contact_id {
        push_string(&mut out, "contactId", contact);
    }
    push_json(&mut out, "payload", payload_json);
    end(out)
}

/// Tail of a `response`. A result must be the text of one JSON object; an error's `idempotencyKey` is local and left out.
pub fn response_tail(id: &str, outcome: Result<&str, &ErrorBody>) -> Tail {
    let mut out = String::with_capacity(160 + outcome.map_or(0, str::len));
    push_string(&mut out, "id", id);
    match outcome {
        Ok(result) => push_json(&mut out, "result", result),
        Err(error) => {
            push_json(&mut out, "error", &json(&ErrorBody { idempotency_key: None, ..error.clone() }))
        }
    }
    end(out)
}

/// Tail of a `cancel`.
pub fn cancel_tail(id: &str) -> Tail {
    let mut out = String::with_capacity(16 + id.len());
    push_string(&mut out, "id", id);
    end(out)
}

/// One reliable frame; `deadline_ms` is the time remaining of a request, which only a request has.
pub fn encode_reliable(
    kind: Reliable,
    seq: u64,
    ack: Option<u64>,
    deadline_ms: Option<u64>,
    tail: &Tail,
) -> String {
    let mut out = String::with_capacity(MAX_HEAD_BYTES + tail.bytes());
    write_reliable(&mut out, kind, seq, ack, deadline_ms, tail);
    out
}

/// The same behind what `out` holds already.
pub fn write_reliable(
    out: &mut String,
    kind: Reliable,
    seq: u64,
    ack: Option<u64>,
    deadline_ms: Option<u64>,
    tail: &Tail,
) {
    start(out, kind.as_str());
    push_integer(out, "seq", seq);
    push_optional(out, "ack", ack);
    push_optional(out, "deadlineMs", deadline_ms);
    out.push_str(&tail.0);
}

/// A `hello`.
pub fn encode_hello(hello: &Hello) -> String {
    typed("hello", hello)
}

/// A `welcome`.
pub fn encode_welcome(welcome: &Welcome) -> String {
    typed("welcome", welcome)
}

/// A bare `ack`.
pub fn encode_ack(ack: u64) -> String {
    let mut out = String::with_capacity(40);
    start(&mut out, "ack");
    push_integer(&mut out, "ack", ack);
    out.push('}');
    out
}

/// A `ping`.
pub fn encode_ping(n: u64, ack: Option<u64>) -> String {
    heartbeat("ping", n, ack)
}

/// The `pong` of the `ping` with the same `n`.
pub fn encode_pong(n: u64, ack: Option<u64>) -> String {
    heartbeat("pong", n, ack)
}

/// An `error`.
pub fn encode_error(error: &ErrorFrame) -> String {
    typed("error", error)
}

/// A `goodbye`.
pub fn encode_goodbye(goodbye: &Goodbye) -> String {
    typed("goodbye", goodbye)
}

/// `text` as a JSON string token.
pub fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_token(&mut out, text);
    out
}

fn heartbeat(kind: &str, n: u64, ack: Option<u64>) -> String {
    let mut out = String::with_capacity(64);
    start(&mut out, kind);
    push_integer(&mut out, "n", n);
    push_optional(&mut out, "ack", ack);
    out.push('}');
    out
}

fn typed(kind: &str, frame: &impl Serialize) -> String {
    let members = json(frame);
    let mut out = String::with_capacity(24 + members.len());
    start(&mut out, kind);
    out.push(',');
    // Every frame type serialises as an object with at least one member.
    out.push_str(members.trim_start_matches('{'));
    out
}

fn json(value: &impl Serialize) -> String {
    #[expect(
        clippy::expect_used,
        reason = "wire types have string keys and no failing Serialize, so this cannot fail"
    )]
    serde_json::to_string(value).expect("wire types serialise")
}

fn start(out: &mut String, kind: &str) {
    out.push_str("{\"type\":\"");
    out.push_str(kind);
    out.push('"');
}

fn end(mut out: String) -> Tail {
    out.push('}');
    Tail(Arc::from(out))
}

fn push_json(out: &mut String, name: &str, json: &str) {
    out.push_str(",\"");
    out.push_str(name);
    out.push_str("\":");
    out.push_str(json);
}

fn push_string(out: &mut String, name: &str, text: &str) {
    push_json(out, name, "");
    push_token(out, text);
}

fn push_integer(out: &mut String, name: &str, number: u64) {
    push_json(out, name, "");
    push_digits(out, number);
}

/// The formatter of the standard library takes longer than the rest of a frame's head.
fn push_digits(out: &mut String, number: u64) {
    if number >= 10 {
        push_digits(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

fn push_optional(out: &mut String, name: &str, number: Option<u64>) {
    if let Some(number) = number {
        push_integer(out, name, number);
    }
}

/// Appends `text` as a JSON string token.
pub fn push_token(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        // What has to be escaped is one byte long.
        let (special, behind) = special.split_at(1);
        match special.as_bytes() {
            b"\"" => out.push_str("\\\""),
            b"\\" => out.push_str("\\\\"),
            b"\n" => out.push_str("\\n"),
            b"\r" => out.push_str("\\r"),
            b"\t" => out.push_str("\\t"),
            other => {
                let _ = write!(out, "\\u{:04x}", other.first().copied().unwrap_or_default());
            }
        }
        rest = behind;
    }
    out.push_str(rest);
    out.push('"');
}
