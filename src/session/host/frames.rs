//! Frames from the plugin.

use super::{HostOutput, HostSession};
use crate::session::intake::Arrival;
use crate::session::{LinkId, echo};
use crate::wire::{self, CloseCode, ErrorCode, ErrorFrame, Frame, Limits};

impl HostSession {
    /// A frame on any other link than the attached one is void: its connection was fenced.
    pub(super) fn handle_message(&mut self, link: LinkId, bytes: &[u8], now: u64) {
        let Some(attached) = self.link.as_mut().filter(|attached| attached.link == link) else { return };
        let answers_again = attached.heartbeat.heard(now);
        if answers_again && self.reports_silence() {
            self.out.push_back(HostOutput::Responding(true));
        }
        if let Some(ack) = wire::bare_ack(bytes) {
            return self.handle_ack(link, ack);
        }
        let max_frame_bytes = usize::try_from(self.options.limits.max_frame_bytes).unwrap_or(usize::MAX);
        match wire::decode(bytes, &Limits { max_frame_bytes, ..Limits::TO_HOST }) {
            Ok(frame) => self.handle_frame(link, frame, bytes.len(), now),
            Err(error) => self.fail(link, error.close_code, error.code, &error.message),
        }
    }

    fn handle_frame(&mut self, link: LinkId, frame: Frame, bytes: usize, now: u64) {
        // R8: whoever answers has the new token.
        self.previous_token = None;
        if frame.ack().is_some_and(|ack| self.outbox.acknowledge(ack).is_err()) {
            return self.fail_ack(link);
        }
        match frame {
            Frame::Request(request) => {
                if self.accept(link, request.seq, bytes, now) {
                    self.handle_request(link, request, now);
                }
            }
            Frame::Cancel(cancel) => {
                if self.accept(link, cancel.seq, bytes, now) {
                    self.handle_cancel(cancel.id);
                }
            }
            Frame::Ack(_) | Frame::Pong(_) => {}
            Frame::Ping(ping) => {
                let text = wire::encode_pong(ping.n, Some(self.intake.tell()));
                self.out.push_back(HostOutput::Transmit { link, text });
            }
            Frame::Error(error) => self.handle_error(link, error, now),
            Frame::Goodbye(goodbye) => self.handle_goodbye(link, &goodbye, now),
            Frame::Hello(_) | Frame::Welcome(_) | Frame::Event(_) | Frame::Response(_) => {
                let text = format!("a plugin does not send {} here", frame.kind());
                self.fail_protocol(link, &text);
            }
        }
    }

    /// The frame that a host gets most of, without a decoder.
    fn handle_ack(&mut self, link: LinkId, ack: u64) {
        self.previous_token = None;
        if self.outbox.acknowledge(ack).is_err() {
            self.fail_ack(link);
        }
    }

    fn fail_ack(&mut self, link: LinkId) {
        self.fail_protocol(link, "ack is beyond what was sent");
    }

    /// R4. What is accepted is taken at once: it is in the request table, or counted. Once a frame for the plugin did
    /// not fit, nothing more is accepted: an answer could not be sent any more.
    fn accept(&mut self, link: LinkId, seq: u64, bytes: usize, now: u64) -> bool {
        if self.overflow_at.is_some() {
            return false;
        }
        match self.intake.arrive(seq, bytes) {
            Arrival::Next => {
                self.intake.take(seq, now);
                true
            }
            Arrival::Repeated => false,
            Arrival::Gap { expected } => {
                self.fail_protocol(link, &format!("sequence {seq} follows {}", expected - 1));
                false
            }
        }
    }

    fn handle_error(&mut self, link: LinkId, error: ErrorFrame, now: u64) {
        if error.fatal {
            let code = error.close_code.unwrap_or(CloseCode::BAD_FRAME);
            self.hang_up(link, echo(code), "");
            self.handle_lost(link, Some(code), now);
        } else {
            self.out.push_back(HostOutput::Complaint(error));
            self.count_error(link, now);
        }
    }

    pub(super) fn count_error(&mut self, link: LinkId, now: u64) {
        if self.errors.spend(now) {
            let text = "too many errors within a minute";
            self.fail(link, CloseCode::TOO_MANY_ERRORS, ErrorCode::Protocol, text);
        }
    }

    pub(super) fn fail_protocol(&mut self, link: LinkId, message: &str) {
        self.fail(link, CloseCode::BAD_FRAME, ErrorCode::Protocol, message);
    }
}
