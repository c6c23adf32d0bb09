use super::envelope::Envelope;
use super::greeting::{hello, welcome};
use super::response::error_body;
use super::{
    AckFrame, CancelFrame, CloseCode, DecodeError, ErrorCode, ErrorFrame, EventFrame, Frame, Goodbye, Limits,
    MAX_SAFE_INTEGER, Outcome, PingFrame, RequestFrame, ResponseFrame,
};

/// Longest time that a request may have left, in milliseconds.
pub const MAX_DEADLINE_MS: u64 = 3_600_000;

/// Reads one message as a frame, in one pass and without recursion.
///
/// # Errors
/// An envelope error: the message is above the size cap, not JSON, or not one of the frames. What is wrong inside
/// `payload` and `result` is no error but a fault of the frame's [`super::Body`].
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Frame, DecodeError> {
    let mut envelope = Envelope::read(bytes, limits)?;
    let kind = envelope.string("type", "the name of a frame", |_| true)?;
    let frame = match kind.as_str() {
        "hello" => return hello(envelope.into_fields()?).map(|hello| Frame::Hello(Box::new(hello))),
        "welcome" => {
            return welcome(envelope.into_fields()?).map(|welcome| Frame::Welcome(Box::new(welcome)));
        }
        "event" => Frame::Event(event(&mut envelope)?),
        "request" => Frame::Request(request(&mut envelope)?),
        "response" => Frame::Response(response(&mut envelope)?),
        "cancel" => Frame::Cancel(CancelFrame {
            seq: seq(&mut envelope)?,
            ack: envelope.ack()?,
            id: request_id(&mut envelope)?,
        }),
        "ack" => Frame::Ack(AckFrame { ack: envelope.integer("ack", 0, MAX_SAFE_INTEGER)? }),
        "ping" => Frame::Ping(ping(&mut envelope)?),
        "pong" => Frame::Pong(ping(&mut envelope)?),
        "error" => Frame::Error(error(&mut envelope)?),
        "goodbye" => Frame::Goodbye(goodbye(&mut envelope)?),
        _ => return Err(DecodeError::envelope(0, "type must be the name of a frame")),
    };
    envelope.finish()?;
    Ok(frame)
}

/// Whether `name` is `[a-z0-9_.$-]{1,64}`, the grammar of event and method names.
pub fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'$' | b'-'))
}

/// Whether `id` has the 1–64 characters of a request id, an idempotency key or an instance.
pub fn is_id(id: &str) -> bool {
    !id.is_empty() && id.chars().take(65).count() <= 64
}

/// The message as text, if it keeps to the size cap and is UTF-8.
pub(super) fn text_of<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str, DecodeError> {
    if bytes.len() > limits.max_frame_bytes {
        return Err(DecodeError::too_large(limits.max_frame_bytes));
    }
    std::str::from_utf8(bytes)
        .map_err(|error| DecodeError::envelope(error.valid_up_to(), "the message is not UTF-8"))
}

fn seq(envelope: &mut Envelope<'_>) -> Result<u64, DecodeError> {
    envelope.integer("seq", 1, MAX_SAFE_INTEGER)
}

fn request_id(envelope: &mut Envelope<'_>) -> Result<String, DecodeError> {
    envelope.string("id", "a string of 1 to 64 characters", is_id)
}

fn event(envelope: &mut Envelope<'_>) -> Result<EventFrame, DecodeError> {
    Ok(EventFrame {
        seq: seq(envelope)?,
        ack: envelope.ack()?,
        event: envelope.string("event", NAME_RULE, is_name)?,
        timestamp: envelope.integer("timestamp", 0, MAX_SAFE_INTEGER)?,
        payload: envelope.required_body("payload")?,
    })
}

fn request(envelope: &mut Envelope<'_>) -> Result<RequestFrame, DecodeError> {
    Ok(RequestFrame {
        seq: seq(envelope)?,
        ack: envelope.ack()?,
        id: request_id(envelope)?,
        method: envelope.string("method", NAME_RULE, is_name)?,
        deadline_ms: envelope.integer("deadlineMs", 0, MAX_DEADLINE_MS)?,
        contact_id: envelope.optional_string("contactId", "a string", |_| true)?,
        idempotency_key: envelope.optional_string(
            "idempotencyKey",
            "a string of 1 to 64 characters",
            is_id,
        )?,
        payload: envelope.body("payload")?,
    })
}

fn response(envelope: &mut Envelope<'_>) -> Result<ResponseFrame, DecodeError> {
    let (seq, ack, id) = (seq(envelope)?, envelope.ack()?, request_id(envelope)?);
    let outcome = match (envelope.optional_body("result")?, envelope.optional_fields("error")?) {
        (Some(result), None) => Outcome::Result(result),
        (None, Some(error)) => Outcome::Error(Box::new(error_body(error)?)),
        _ => return Err(DecodeError::envelope(0, "a response has exactly one of result and error")),
    };
    Ok(ResponseFrame { seq, ack, id, outcome })
}

fn ping(envelope: &mut Envelope<'_>) -> Result<PingFrame, DecodeError> {
    Ok(PingFrame { n: envelope.integer("n", 0, MAX_SAFE_INTEGER)?, ack: envelope.ack()? })
}

fn error(envelope: &mut Envelope<'_>) -> Result<ErrorFrame, DecodeError> {
    let code = envelope.string("code", "a string", |_| true)?;
    let message = envelope.string("message", "a string", |_| true)?;
    let fatal = envelope.bool("fatal")?;
    let close_code = envelope.optional_integer("closeCode", 1000, 4999)?.and_then(close_code);
    unused_ack(envelope)?;
    let (code, message) = known_code(&code, message);
    Ok(ErrorFrame { code, message, fatal, close_code })
}

/// Any frame may carry an `ack`; where the link ends, or a newer one repeats it, nobody needs it.
fn unused_ack(envelope: &mut Envelope<'_>) -> Result<(), DecodeError> {
    envelope.ack().map(drop)
}

fn goodbye(envelope: &mut Envelope<'_>) -> Result<Goodbye, DecodeError> {
    let code = envelope.integer("closeCode", 1000, 4999)?;
    unused_ack(envelope)?;
    Ok(Goodbye {
        close_code: close_code(code).unwrap_or(CloseCode::LOST),
        reason: envelope.string("reason", "a string", |_| true)?,
        resume: envelope.bool("resume")?,
        retry_after_ms: envelope.optional_integer("retryAfterMs", 0, MAX_SAFE_INTEGER)?,
    })
}

fn close_code(code: u64) -> Option<CloseCode> {
    u16::try_from(code).ok().map(CloseCode)
}

/// The code that `text` names. One of a newer peer reads as `E_PROTOCOL` and leads the message.
pub(super) fn known_code(text: &str, message: String) -> (ErrorCode, String) {
    if let Some(code) = ErrorCode::ALL.iter().find(|code| code.as_str() == text) {
        return (*code, message);
    }
    let is_code = text.starts_with("E_")
        && text.len() <= 64
        && text.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'));
    let message = if is_code { format!("{text}: {message}") } else { message };
    (ErrorCode::Protocol, message)
}

const NAME_RULE: &str = "1 to 64 of the characters a-z 0-9 _ . $ -";
