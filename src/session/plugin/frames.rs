//! Frames from the host on a link that is up.

use super::{Phase, PluginOutput, PluginSession, SessionEvent};
use crate::schema::{EventName, Reader, check_event, read_straight};
use crate::session::intake::Arrival;
use crate::session::{LinkId, Mark, echo};
use crate::wire::{
    self, CloseCode, ErrorBody, ErrorCode, ErrorFrame, EventFrame, Frame, Goodbye, HeadKind, Limits,
};

impl PluginSession {
    pub(super) fn handle_message(&mut self, link: LinkId, bytes: &[u8], now: u64) {
        self.handle_carried(link, bytes, std::str::from_utf8(bytes).ok(), now);
    }

    /// `text` is the same as `bytes`, where that is text.
    pub(super) fn handle_carried(&mut self, link: LinkId, bytes: &[u8], text: Option<&str>, now: u64) {
        match &mut self.phase {
            Phase::Greeting { link: current, resuming, .. } if *current == link => {
                let resuming = *resuming;
                self.handle_greeting(link, bytes, resuming, now);
            }
            Phase::Up { link: current, heartbeat, .. } if *current == link => {
                if heartbeat.heard(now) && self.options.liveness == crate::session::Liveness::Report {
                    self.report(SessionEvent::Responding(true));
                }
                if text.and_then(|text| self.handle_straight(link, text)).is_some() {
                    return;
                }
                match wire::decode(bytes, &Limits::TO_PLUGIN) {
                    Ok(frame) => self.handle_frame(link, frame, bytes.len(), now),
                    Err(error) => self.fail(link, error.close_code, error.code, &error.message),
                }
            }
            // A link that was given up: nothing on it counts any more.
            _ => {}
        }
    }

    /// Takes an event or answer as every host of this crate writes them, its text read once. `None`, with nothing done,
    /// where it is not certainly sound: the long way tells what is wrong.
    fn handle_straight(&mut self, link: LinkId, text: &str) -> Option<()> {
        if text.len() > Limits::TO_PLUGIN.max_frame_bytes {
            return None;
        }
        let head = wire::Head::read(text)?;
        let mark = Mark { epoch: self.epoch, seq: head.seq };
        let event = match head.kind {
            HeadKind::Event { name, timestamp } => {
                let payload = read_straight(Reader::Event(EventName::parse(name)?), head.rest)?;
                SessionEvent::Event { mark, name: name.to_owned(), timestamp, payload }
            }
            HeadKind::Response { id } => {
                let (id, method) = self.asked(id)?;
                let outcome = Ok(read_straight(Reader::Answer(method), head.rest)?);
                SessionEvent::Settled { id, mark: Some(mark), outcome }
            }
        };
        if head.ack.is_some_and(|ack| self.outbox.acknowledge(ack).is_err()) {
            self.fail_protocol(link, "ack is beyond what was sent");
        } else if self.accept(link, head.seq, text.len()) {
            if let SessionEvent::Settled { id, .. } = &event {
                self.calls.close(id);
            }
            self.report(event);
        }
        Some(())
    }

    pub(super) fn handle_violation(&mut self, link: LinkId, close_code: CloseCode) {
        if self.link() == Some(link) {
            let text = "the carrier saw a message that cannot be a frame";
            self.fail(link, close_code, close_code.error_code(), text);
        }
    }

    fn handle_frame(&mut self, link: LinkId, frame: Frame, bytes: usize, now: u64) {
        if frame.ack().is_some_and(|ack| self.outbox.acknowledge(ack).is_err()) {
            return self.fail_protocol(link, "ack is beyond what was sent");
        }
        match frame {
            Frame::Event(event) => {
                if self.accept(link, event.seq, bytes) {
                    self.handle_event(event, now);
                }
            }
            Frame::Response(response) => {
                if self.accept(link, response.seq, bytes) {
                    self.handle_response(response, now);
                }
            }
            Frame::Ack(_) | Frame::Pong(_) => {}
            Frame::Ping(ping) => {
                let text = wire::encode_pong(ping.n, Some(self.intake.tell()));
                self.out.push_back(PluginOutput::Transmit { link, text });
            }
            Frame::Error(error) => self.handle_error(link, error, now),
            Frame::Goodbye(goodbye) => self.handle_goodbye(link, &goodbye, now),
            Frame::Hello(_) | Frame::Welcome(_) | Frame::Request(_) | Frame::Cancel(_) => {
                let text = format!("a host does not send {} here", frame.kind());
                self.fail_protocol(link, &text);
            }
        }
    }

    /// R4, and the bound of everything that waits for the application: a host keeps to the window it set.
    fn accept(&mut self, link: LinkId, seq: u64, bytes: usize) -> bool {
        match self.intake.arrive(seq, bytes) {
            Arrival::Next => {}
            Arrival::Repeated => return false,
            Arrival::Gap { expected } => {
                self.fail_protocol(link, &format!("sequence {seq} follows {}", expected - 1));
                return false;
            }
        }
        let Some(limits) = self.current.as_ref().map(|current| &current.limits) else { return false };
        let (frames, waiting) = self.intake.waiting();
        let most_bytes = limits.window_bytes.saturating_add(Limits::TO_PLUGIN.max_frame_bytes as u64);
        if frames as u64 > limits.window || waiting as u64 > most_bytes {
            self.fail_protocol(link, "more frames are unacknowledged than the window allows");
            return false;
        }
        true
    }

    fn handle_event(&mut self, frame: EventFrame, now: u64) {
        let EventFrame { seq, event, timestamp, payload, .. } = frame;
        let checked = match payload.faults() {
            [] => check_event(&event, &payload),
            faults => Err(faults.to_vec()),
        };
        match checked {
            Ok(payload) => {
                let mark = Mark { epoch: self.epoch, seq };
                self.report(SessionEvent::Event { mark, name: event, timestamp, payload });
            }
            Err(issues) => {
                self.intake.take(seq, now);
                let text = format!("the payload of event {event} breaks the schema");
                let error = ErrorBody::bad_request(&text, issues);
                self.report(SessionEvent::Error(ErrorBody { code: ErrorCode::Protocol, ..error }));
                self.complain(&text, now);
            }
        }
    }

    /// Tells the host that something it sent is wrong without being fatal; too much of it is.
    pub(super) fn complain(&mut self, message: &str, now: u64) {
        let Phase::Up { link, .. } = self.phase else { return };
        if self.errors.spend(now) {
            self.fail(
                link,
                CloseCode::TOO_MANY_ERRORS,
                ErrorCode::Protocol,
                "too many errors within a minute",
            );
            return;
        }
        let frame = ErrorFrame {
            code: ErrorCode::BadRequest,
            message: message.into(),
            fatal: false,
            close_code: None,
        };
        let text = wire::encode_error(&frame);
        self.out.push_back(PluginOutput::Transmit { link, text });
    }

    pub(super) fn handle_error(&mut self, link: LinkId, error: ErrorFrame, now: u64) {
        if error.fatal {
            let code = error.close_code.unwrap_or(CloseCode::BAD_FRAME);
            self.hang_up(link, echo(code), "");
            self.end_link(code, &error.message, None, now);
        } else if self.errors.spend(now) {
            self.fail(
                link,
                CloseCode::TOO_MANY_ERRORS,
                ErrorCode::Protocol,
                "too many errors within a minute",
            );
        } else {
            self.report(SessionEvent::Error(ErrorBody::new(error.code, error.message)));
        }
    }

    pub(super) fn handle_goodbye(&mut self, link: LinkId, goodbye: &Goodbye, now: u64) {
        self.hang_up(link, echo(goodbye.close_code), "");
        // Before the first welcome there is no session that could end: what is queued waits for it.
        if !goodbye.resume && goodbye.close_code.reconnects() && self.current.is_some() {
            self.end_session();
        }
        self.end_link(goodbye.close_code, &goodbye.reason, goodbye.retry_after_ms, now);
    }

    /// The peer broke the protocol: say so, close, and stop.
    pub(super) fn fail(&mut self, link: LinkId, close_code: CloseCode, code: ErrorCode, message: &str) {
        let frame = ErrorFrame { code, message: message.into(), fatal: true, close_code: Some(close_code) };
        if matches!(self.phase, Phase::Up { .. }) {
            self.out.push_back(PluginOutput::Transmit { link, text: wire::encode_error(&frame) });
        }
        self.hang_up(link, close_code, message);
        self.stop(close_code, message);
    }

    pub(super) fn fail_protocol(&mut self, link: LinkId, message: &str) {
        self.fail(link, CloseCode::BAD_FRAME, ErrorCode::Protocol, message);
    }
}
