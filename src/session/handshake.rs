//! The host's side of a connection before it belongs to a session.

use super::Now;
use crate::wire::{self, CloseCode, ErrorCode, ErrorFrame, Frame, Hello, Limits};

/// Waits for the one frame that may come before `welcome` (R1, R2).
#[derive(Clone, Debug)]
pub struct Handshake {
    deadline_ms: u64,
    greeted: bool,
}

impl Handshake {
    /// How long a connection may stay silent.
    pub const TIMEOUT_MS: u64 = 10_000;

    /// A connection that opened now.
    pub fn new(now: Now) -> Self {
        Self { deadline_ms: now.mono_ms.saturating_add(Self::TIMEOUT_MS), greeted: false }
    }

    /// When [`Handshake::handle_tick`] refuses; `None` once `hello` has arrived.
    pub fn deadline(&self) -> Option<u64> {
        (!self.greeted).then_some(self.deadline_ms)
    }

    /// Reads the first message. Anything but one sound `hello` of a known version is refused, and so is any further
    /// message before `welcome`.
    pub fn handle_message(&mut self, bytes: &[u8], now: Now) -> Result<Box<Hello>, Refusal> {
        if self.greeted {
            return Err(Refusal::bad_frame("only one hello may come before welcome"));
        }
        if let Some(late) = self.handle_tick(now) {
            return Err(late);
        }
        let frame = wire::decode(bytes, &Limits::HELLO)
            .map_err(|error| Refusal::new(error.close_code, error.code, error.message))?;
        let Frame::Hello(hello) = frame else {
            return Err(Refusal::bad_frame("the first frame must be hello"));
        };
        if !hello.speaks(wire::VERSION) {
            let text = format!("this host speaks version {}", wire::VERSION);
            return Err(Refusal::new(CloseCode::VERSION_UNSUPPORTED, ErrorCode::Version, text));
        }
        if hello.role.as_deref() == Some("desktop") {
            let text = "the role \"desktop\" is reserved: this host serves plugins only, so leave `role` out";
            return Err(Refusal::new(CloseCode::FORBIDDEN, ErrorCode::Forbidden, text));
        }
        self.greeted = true;
        Ok(hello)
    }

    /// Refuses with 4008 once the deadline has passed without a `hello`.
    pub fn handle_tick(&self, now: Now) -> Option<Refusal> {
        (!self.greeted && now.mono_ms >= self.deadline_ms)
            .then(|| Refusal::new(CloseCode::HELLO_TIMEOUT, ErrorCode::NoHost, "no hello within 10 s"))
    }
}

/// A connection that gets no session: write `frame()`, then close with `close_code`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Close code.
    pub close_code: CloseCode,
    /// Stable code.
    pub code: ErrorCode,
    /// Place and rule, never a value.
    pub message: String,
}

impl Refusal {
    /// A refusal with its own text.
    pub fn new(close_code: CloseCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self { close_code, code, message: message.into() }
    }

    /// The `error` frame, for carriers without close codes and for logs at the other end.
    pub fn frame(&self) -> String {
        wire::encode_error(&ErrorFrame {
            code: self.code,
            message: self.message.clone(),
            fatal: true,
            close_code: Some(self.close_code),
        })
    }

    fn bad_frame(message: &str) -> Self {
        Self::new(CloseCode::BAD_FRAME, ErrorCode::Protocol, message)
    }
}
