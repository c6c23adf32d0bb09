//! Calls: from the request to its one outcome.

use super::{PluginSession, SessionEvent, State};
use crate::schema::{Method, Payload, check_result, unknown_method_error};
use crate::session::Mark;
use crate::wire::{
    self, ErrorBody, ErrorCode, Executed, Limits, MAX_HEAD_BYTES, Outcome, Reliable, ResponseFrame, Tail,
};

/// What is remembered of an open call.
#[derive(Clone)]
pub(super) struct Call {
    method: Method,
    idempotency_key: Option<String>,
    seq: u64,
}

/// The part of a request that does not change from write to write.
pub(super) fn tail(id: u64, method: &str, contact: Option<&str>, key: Option<&str>, payload: &str) -> Tail {
    wire::request_tail(&wire_id(id), method, contact, key, payload)
}

impl PluginSession {
    pub(super) fn handle_request(
        &mut self,
        id: u64,
        method: &str,
        idempotency_key: Option<String>,
        tail: Tail,
        timeout_ms: u64,
        now: u64,
    ) {
        if self.calls.contains(&id) {
            return;
        }
        let known = Method::parse(method).ok_or_else(|| unknown_method_error(method));
        let method = match known.and_then(|method| self.refuse_request(&tail).map_or(Ok(method), Err)) {
            Ok(method) => method,
            Err(error) => {
                self.drain_owed |= error.code == ErrorCode::OutboxFull;
                return self.settle(id, idempotency_key, error);
            }
        };
        // The host's own answer has to come first: half a second earlier, or half the time where that is more.
        let run_ms = timeout_ms.saturating_sub(HEAD_START_MS).max(timeout_ms / 2);
        let seq = self.outbox.push(Reliable::Request, tail, Some(now.saturating_add(run_ms)));
        self.calls.open(id, now.saturating_add(timeout_ms), Call { method, idempotency_key, seq });
    }

    fn refuse_request(&self, tail: &Tail) -> Option<ErrorBody> {
        match self.state {
            State::Idle => return Some(ErrorBody::new(ErrorCode::NotReady, "call init() first")),
            State::Closed => return Some(ErrorBody::new(ErrorCode::Closed, "the session is closed")),
            State::Connecting | State::Ready | State::Interrupted => {}
        }
        let cap = self.current.as_ref().map_or(Limits::TO_HOST.max_frame_bytes, |current| {
            usize::try_from(current.limits.max_frame_bytes).unwrap_or(usize::MAX)
        });
        if tail.bytes().saturating_add(MAX_HEAD_BYTES) > cap {
            let text = format!("the message has more than the {cap} bytes that the host takes");
            return Some(ErrorBody::new(ErrorCode::TooLarge, text));
        }
        let fits = self.outbox.fits(tail.bytes(), self.options.outbox_frames, self.options.outbox_bytes);
        (!fits || self.calls.len() >= OPEN_CALLS).then(|| {
            ErrorBody::new(ErrorCode::OutboxFull, "too many calls are waiting for the host; wait for drain")
        })
    }

    pub(super) fn handle_cancel(&mut self, id: u64) {
        if let Some(call) = self.calls.close(&id) {
            self.abandon(id, call, ErrorBody::new(ErrorCode::Cancelled, "the call was cancelled"));
        }
    }

    pub(super) fn time_out(&mut self, id: u64, call: Call) {
        self.abandon(id, call, ErrorBody::new(ErrorCode::Timeout, "no answer within the call's timeout"));
    }

    /// The caller no longer waits. A frame that was never written tells so by its own deadline of 0, and one that was
    /// by a `cancel`, of which there is at most one per open call.
    fn abandon(&mut self, id: u64, call: Call, error: ErrorBody) {
        let error = self.with_execution(error, call.seq);
        self.outbox.void(call.seq);
        if self.outbox.was_written(call.seq) {
            self.outbox.push(Reliable::Cancel, wire::cancel_tail(&wire_id(id)), None);
        }
        self.settle(id, call.idempotency_key, error);
    }

    fn with_execution(&self, error: ErrorBody, seq: u64) -> ErrorBody {
        if self.outbox.was_written(seq) { error.unknown() } else { error }
    }

    /// Settles every open call because the session is gone; `error` gets whether its frame was written.
    pub(super) fn settle_all(&mut self, error: impl Fn(Executed) -> ErrorBody) -> usize {
        let mut settled = 0;
        while let Some((id, call)) = self.calls.close_first() {
            let written = self.outbox.was_written(call.seq);
            let error = error(if written { Executed::Unknown } else { Executed::No });
            self.settle(id, call.idempotency_key, error);
            settled += 1;
        }
        settled
    }

    fn settle(&mut self, id: u64, idempotency_key: Option<String>, mut error: ErrorBody) {
        error.idempotency_key = idempotency_key;
        self.report(SessionEvent::Settled { id, mark: None, outcome: Err(error) });
    }

    /// The open call of this id, and what it asked for.
    pub(super) fn asked(&mut self, wire_id: &str) -> Option<(u64, Method)> {
        let id = read_wire_id(wire_id)?;
        self.calls.get_mut(&id).map(|call| (id, call.method))
    }

    /// The one answer; what comes for a call that has settled is counted and dropped.
    pub(super) fn handle_response(&mut self, frame: ResponseFrame, now: u64) {
        let known = read_wire_id(&frame.id).and_then(|id| self.calls.close(&id).map(|call| (id, call)));
        let Some((id, call)) = known else {
            self.late_answers += 1;
            self.intake.take(frame.seq, now);
            return;
        };
        let (outcome, sound) = read_outcome(call.method, frame.outcome);
        let outcome = outcome.map_err(|error| ErrorBody { idempotency_key: call.idempotency_key, ..error });
        let mark = Some(Mark { epoch: self.epoch, seq: frame.seq });
        self.report(SessionEvent::Settled { id, mark, outcome });
        if !sound {
            self.complain("the payload of a response breaks the schema", now);
        }
    }

    /// `drain` follows a refused call once the outbox is half empty.
    pub(super) fn note_drained(&mut self) {
        let half = self.outbox.len() <= self.options.outbox_frames / 2
            && self.outbox.bytes() <= self.options.outbox_bytes / 2
            && self.calls.len() <= OPEN_CALLS / 2;
        if self.drain_owed && half {
            self.drain_owed = false;
            self.report(SessionEvent::Drain);
        }
    }
}

/// What the caller gets, and whether the response itself was sound.
fn read_outcome(method: Method, outcome: Outcome) -> (Result<Payload, ErrorBody>, bool) {
    let body = match outcome {
        Outcome::Error(error) => return (Err(*error), true),
        Outcome::Result(body) => body,
    };
    let checked = match body.faults() {
        [] => check_result(method, &body),
        faults => Err(faults.to_vec()),
    };
    match checked {
        Ok(payload) => (Ok(payload), true),
        Err(issues) => {
            let text = format!("the host's answer to {} breaks the schema", method.as_str());
            let error = ErrorBody::bad_request(&text, issues).unknown();
            (Err(ErrorBody { code: ErrorCode::Protocol, retryable: false, ..error }), false)
        }
    }
}

fn wire_id(id: u64) -> String {
    format!("q{id}")
}

fn read_wire_id(id: &str) -> Option<u64> {
    id.strip_prefix('q')?.parse().ok()
}

const HEAD_START_MS: u64 = 500;
/// Calls that may be open at once, answered or not: the cap of `calls`, and of the cancels that they may leave.
const OPEN_CALLS: usize = 4_096;
