//! One open WebSocket of either role: writes what is queued, reads what comes, keeps the peer within its budgets.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::{Sink, Stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode as WsCloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error as WsError, Message, Utf8Bytes};

use super::meter::MessageTooLong;
use super::outgoing::{End, Outgoing};
use super::{FrameMeter, Metered};
use crate::wire::CloseCode;

/// What one peer may make this side read and hold.
#[derive(Clone, Copy, Debug)]
pub struct CarrierLimits {
    /// Bytes of one message.
    pub max_message_bytes: usize,
    /// Bytes of the read buffer, which a connection keeps while it is idle.
    pub read_buffer_bytes: usize,
    /// How long a message may take from its first byte to its last.
    pub assembly: Duration,
    /// How long the closing handshake may take.
    pub closing: Duration,
}

impl CarrierLimits {
    /// A host's side: many connections, small messages. A larger one gets a buffer of its size while it arrives.
    pub const HOST: Self = Self {
        max_message_bytes: crate::wire::Limits::TO_HOST.max_frame_bytes,
        read_buffer_bytes: 512,
        assembly: Duration::from_secs(10),
        closing: Duration::from_millis(1_000),
    };
    /// A plugin's side: one connection, a `welcome` of up to 4 MiB.
    pub const PLUGIN: Self = Self {
        max_message_bytes: crate::wire::Limits::WELCOME.max_frame_bytes,
        read_buffer_bytes: 16 * 1024,
        assembly: Duration::from_secs(10),
        closing: Duration::from_millis(500),
    };

    /// Raw bytes allowed between the ends of two messages: 2 × cap + 64 KiB.
    pub fn meter_budget(&self) -> u64 {
        2 * self.max_message_bytes as u64 + 64 * 1024
    }

    pub(super) fn config(&self) -> WebSocketConfig {
        WebSocketConfig::default()
            .read_buffer_size(self.read_buffer_bytes)
            .write_buffer_size(16 * 1024)
            .max_message_size(Some(self.max_message_bytes))
            .max_frame_size(Some(self.max_message_bytes))
    }
}

/// What a carrier reports, one at a time. Nothing follows [`Incoming::Closed`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A complete text message.
    Text(Utf8Bytes),
    /// The peer broke a rule of the carrier. The owner closes with this code; only [`Incoming::Closed`] follows.
    Violation {
        /// 1002, 1007, 4500 or 4510.
        close_code: CloseCode,
        /// The rule.
        message: String,
    },
    /// The connection is gone.
    Closed {
        /// The peer's code; 1005 when its close frame had none, 1006 when there was no close frame.
        code: CloseCode,
        /// The peer's reason, or what the socket said.
        reason: String,
    },
}

/// One open WebSocket. Dropping it drops the connection.
#[derive(Debug)]
pub struct Carrier<S> {
    socket: WebSocketStream<Metered<S>>,
    outgoing: Outgoing,
    limits: CarrierLimits,
    /// Set while a message is incomplete.
    assembly: Option<Pin<Box<Sleep>>>,
    /// Set once a close frame was queued.
    closing: Option<Pin<Box<Sleep>>>,
    control: ControlBudget,
    /// The read side failed: only the close frame is still to be written.
    deaf: bool,
    /// Reads left before a deaf carrier is dropped.
    linger: u32,
    /// The owner has no room for more.
    paused: bool,
    /// What to report once the last bytes have been written.
    farewell: Option<(CloseCode, String)>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Carrier<S> {
    pub(super) fn new(socket: WebSocketStream<Metered<S>>, limits: CarrierLimits) -> Self {
        Self {
            socket,
            outgoing: Outgoing::new(),
            limits,
            assembly: None,
            closing: None,
            control: ControlBudget::new(),
            deaf: false,
            linger: 256,
            paused: false,
            farewell: None,
        }
    }

    pub(super) async fn from_upgraded(stream: S, already_read: Vec<u8>, limits: CarrierLimits) -> Self {
        let mut meter = FrameMeter::new(limits.meter_budget());
        // The head's reader stops at 8 KiB, far below any budget.
        let _ = meter.observe(&already_read);
        let metered = Metered::new(stream, meter);
        let config = Some(limits.config());
        let socket = WebSocketStream::from_partially_read(metered, already_read, Role::Server, config).await;
        Self::new(socket, limits)
    }

    /// Takes its messages from this queue, which was made with the stream.
    #[must_use]
    pub fn with_outgoing(mut self, outgoing: Outgoing) -> Self {
        self.outgoing = outgoing;
        self
    }

    /// The queue of what this carrier is to write.
    pub fn outgoing(&self) -> Outgoing {
        self.outgoing.clone()
    }

    /// While paused, only writes: TCP then slows the peer down.
    pub fn pause(&mut self, paused: bool) {
        self.paused = paused;
        if paused {
            // The peer cannot complete a message that is not read; its time starts again with the reading.
            self.assembly = None;
        }
    }

    /// Writes and reads until there is something to report. Dropping the future loses nothing.
    pub async fn step(&mut self) -> Incoming {
        poll_fn(|cx| self.poll_step(cx)).await
    }

    /// Writes without waiting; tells whether everything has left. An end is for the loop, which has the timers.
    pub(super) fn write_at_once(&mut self) -> bool {
        if self.closing.is_some() || self.outgoing.end().is_some() {
            return false;
        }
        // Whoever gets `false` wakes the loop, which then waits for the socket with its own waker.
        matches!(self.poll_write(&mut Context::from_waker(Waker::noop())), Ok(true))
    }

    pub(super) fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<Incoming> {
        self.outgoing.register(cx.waker());
        let flushed = match self.poll_write(cx) {
            Ok(flushed) => flushed,
            Err(reason) => return Poll::Ready(self.lost(reason)),
        };
        if flushed && let Some((code, reason)) = self.farewell.take() {
            return Poll::Ready(Incoming::Closed { code, reason });
        }
        if self.farewell.is_none() && !self.deaf {
            if !(self.paused && self.closing.is_none())
                && let Poll::Ready(incoming) = self.poll_read(cx)
            {
                return Poll::Ready(incoming);
            }
        } else if self.deaf && self.closing.is_some() && flushed && self.poll_linger(cx).is_ready() {
            return Poll::Ready(self.lost("closed after a violation".into()));
        }
        self.poll_deadlines(cx)
    }

    /// What has arrived already. The rest, and whatever is to be written, is left to [`Self::poll_step`].
    pub(super) fn poll_arrived(&mut self, cx: &mut Context<'_>) -> Option<Incoming> {
        if self.deaf || self.paused || self.closing.is_some() || self.farewell.is_some() {
            return None;
        }
        match self.poll_read(cx) {
            Poll::Ready(incoming) => Some(incoming),
            Poll::Pending => None,
        }
    }

    /// Moves the queue into the socket; tells whether everything has left.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Result<bool, String> {
        if self.outgoing.end() == Some(End::Abort) {
            return Err("dropped".into());
        }
        loop {
            match Pin::new(&mut self.socket).poll_ready(cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => return Err(error.to_string()),
                Poll::Pending => return Ok(false),
            }
            let Some(message) = self.next_message() else { break };
            match Pin::new(&mut self.socket).start_send(message) {
                // The peer closed first: what is still queued has nowhere to go.
                Ok(()) | Err(WsError::Protocol(_) | WsError::ConnectionClosed | WsError::AlreadyClosed) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        match Pin::new(&mut self.socket).poll_flush(cx) {
            Poll::Ready(Ok(()) | Err(WsError::ConnectionClosed | WsError::AlreadyClosed)) => {
                self.outgoing.flushed();
                Ok(true)
            }
            Poll::Ready(Err(error)) => Err(error.to_string()),
            Poll::Pending => Ok(false),
        }
    }

    fn next_message(&mut self) -> Option<Message> {
        if self.closing.is_some() {
            return None;
        }
        if let Some(text) = self.outgoing.pop() {
            return Some(Message::Text(text.into()));
        }
        let Some(End::Close(code, reason)) = self.outgoing.end() else { return None };
        self.closing = Some(Box::pin(sleep_until(Instant::now() + self.limits.closing)));
        Some(Message::Close(Some(CloseFrame {
            code: WsCloseCode::from(code.0),
            reason: clip(reason).into(),
        })))
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Incoming> {
        loop {
            let Poll::Ready(read) = Pin::new(&mut self.socket).poll_next(cx) else {
                if !self.socket.get_ref().meter().in_message() {
                    self.assembly = None;
                } else if self.assembly.is_none() {
                    self.assembly = Some(Box::pin(sleep_until(Instant::now() + self.limits.assembly)));
                }
                return Poll::Pending;
            };
            match read {
                Some(Ok(Message::Text(text))) => {
                    self.assembly = None;
                    if self.closing.is_none() {
                        return Poll::Ready(Incoming::Text(text));
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                    if !self.control.spend() {
                        return Poll::Ready(self.violation(CloseCode::BAD_FRAME, "too many control frames"));
                    }
                }
                Some(Ok(Message::Close(frame))) => {
                    let (code, reason) = match frame {
                        Some(frame) => (CloseCode(frame.code.into()), frame.reason.to_string()),
                        None => (CloseCode(1005), String::new()),
                    };
                    // The library's answer to the close frame still has to leave.
                    self.farewell = Some((code, reason));
                    self.closing
                        .get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + self.limits.closing)));
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Some(Ok(Message::Binary(_) | Message::Frame(_))) => {
                    return Poll::Ready(
                        self.violation(CloseCode::BAD_FRAME, "binary frames are not in version 1"),
                    );
                }
                Some(Err(error)) => return Poll::Ready(self.failed(error)),
                None => return Poll::Ready(self.lost("the connection ended".into())),
            }
        }
    }

    /// Closing a socket with unread bytes resets it, and the peer may lose the close frame: reads some of them away.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let stream = self.socket.get_mut().stream_mut();
        match Pin::new(&mut *stream).poll_shutdown(cx) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(_)) => return Poll::Ready(()),
            Poll::Pending => return Poll::Pending,
        }
        let mut scratch = [0; 4096];
        while self.linger > 0 {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut *stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => self.linger -= 1,
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(())
    }

    fn poll_deadlines(&mut self, cx: &mut Context<'_>) -> Poll<Incoming> {
        if let Some(closing) = &mut self.closing
            && closing.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(self.lost("the peer did not answer the close frame".into()));
        }
        if !self.deaf
            && let Some(assembly) = &mut self.assembly
            && assembly.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(self.violation(CloseCode::BAD_FRAME, "a message was not completed in time"));
        }
        Poll::Pending
    }

    fn failed(&mut self, error: WsError) -> Incoming {
        match error {
            WsError::Capacity(_) => {
                self.violation(CloseCode::FRAME_TOO_LARGE, "the message is larger than the cap")
            }
            WsError::Utf8(_) => self.violation(CloseCode(1007), "the message is not UTF-8"),
            WsError::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<MessageTooLong>()) => {
                self.violation(CloseCode::BAD_FRAME, "too many bytes without a complete message")
            }
            WsError::Protocol(
                tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
            ) => self.lost("the peer went away".into()),
            WsError::Protocol(error) => self.violation(CloseCode(1002), &error.to_string()),
            error => self.lost(error.to_string()),
        }
    }

    fn violation(&mut self, close_code: CloseCode, message: &str) -> Incoming {
        self.deaf = true;
        self.assembly = None;
        if self.closing.is_some() {
            return self.lost(message.into());
        }
        Incoming::Violation { close_code, message: message.into() }
    }

    fn lost(&mut self, reason: String) -> Incoming {
        let (code, reason) = self.farewell.take().unwrap_or((CloseCode::LOST, reason));
        Incoming::Closed { code, reason }
    }
}

/// 20 control frames a second, 40 at once: far above any keep-alive, far below a flood.
#[derive(Debug)]
struct ControlBudget {
    left: f64,
    at: Option<Instant>,
}

impl ControlBudget {
    const PER_SECOND: f64 = 20.0;
    const BURST: f64 = 40.0;

    fn new() -> Self {
        Self { left: Self::BURST, at: None }
    }

    fn spend(&mut self) -> bool {
        let now = Instant::now();
        if let Some(at) = self.at {
            let earned = now.duration_since(at).as_secs_f64() * Self::PER_SECOND;
            self.left = (self.left + earned).min(Self::BURST);
        }
        self.at = Some(now);
        self.left -= 1.0;
        self.left >= 0.0
    }
}

/// A close frame holds at most 123 bytes of reason.
fn clip(mut reason: String) -> String {
    let mut end = reason.len().min(123);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    reason.truncate(end);
    reason
}
