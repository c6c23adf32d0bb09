//! Requests from the plugin: each gets exactly one response.

use super::{HostOutput, HostSession, MAX_TAIL_BYTES, Running};
use crate::schema::{Method, Payload, check_request, unknown_method_error};
use crate::session::LinkId;
use crate::wire::{self, ErrorBody, ErrorCode, Reliable, RequestFrame};

impl HostSession {
    pub(super) fn handle_request(&mut self, link: LinkId, frame: RequestFrame, now: u64) {
        if self.requests.contains(&frame.id) {
            return self.fail_protocol(link, "the id of a request is in use");
        }
        let sound = frame.payload.faults().is_empty();
        match self.admit(&frame, now) {
            Ok((method, payload)) => {
                let RequestFrame { id, contact_id, idempotency_key, deadline_ms, .. } = frame;
                let running = Running { cancelled: false };
                self.requests.open(id.clone(), now.saturating_add(deadline_ms), running);
                let request =
                    HostOutput::Request { id, method, payload, contact_id, idempotency_key, deadline_ms };
                self.out.push_back(request);
            }
            Err(error) => {
                self.respond(&frame.id, Err(&error), now);
                let RequestFrame { id, method, .. } = frame;
                self.out.push_back(HostOutput::Refused { id, method: Some(method), error });
                if !sound {
                    self.count_error(link, now);
                }
            }
        }
    }

    fn admit(&mut self, frame: &RequestFrame, now: u64) -> Result<(Method, Payload), ErrorBody> {
        if let Err(until) = self.pace.take(now) {
            return Err(rate_limited("too many requests", until.saturating_sub(now)));
        }
        let method = Method::parse(&frame.method).ok_or_else(|| unknown_method_error(&frame.method))?;
        let checked = match frame.payload.faults() {
            [] => check_request(method, &frame.payload),
            faults => Err(faults.to_vec()),
        };
        let payload = checked.map_err(|issues| ErrorBody::bad_request(method.as_str(), issues))?;
        if frame.deadline_ms == 0 {
            return Err(ErrorBody::new(
                ErrorCode::Timeout,
                "the deadline had passed before the request arrived",
            ));
        }
        if self.requests.len() >= self.options.open_requests {
            return Err(rate_limited("too many requests are open", OPEN_RETRY_MS));
        }
        Ok((method, payload))
    }

    /// The caller has settled: whoever runs the request may stop, and whatever it answers is dropped there.
    pub(super) fn handle_cancel(&mut self, id: String) {
        let Some(running) = self.requests.get_mut(&id) else { return };
        if !std::mem::replace(&mut running.cancelled, true) {
            self.out.push_back(HostOutput::Cancelled { id });
        }
    }

    pub(super) fn time_out(&mut self, id: String, running: Running, now: u64) {
        let error = ErrorBody::new(ErrorCode::Timeout, "the desktop did not answer in time").unknown();
        self.respond(&id, Err(&error), now);
        self.out.push_back(HostOutput::Refused { id: id.clone(), method: None, error });
        if !running.cancelled {
            self.out.push_back(HostOutput::Cancelled { id });
        }
    }

    pub(super) fn handle_answer(&mut self, id: &String, outcome: Result<String, ErrorBody>, now: u64) {
        if self.requests.close(id).is_some() {
            self.respond(id, outcome.as_deref(), now);
        }
    }

    fn respond(&mut self, id: &str, outcome: Result<&str, &ErrorBody>, now: u64) {
        let mut tail = wire::response_tail(id, outcome);
        if tail.bytes() > MAX_TAIL_BYTES {
            let error = ErrorBody::new(ErrorCode::TooLarge, "the answer has more than 1 MiB").unknown();
            tail = wire::response_tail(id, Err(&error));
        }
        // Where it does not fit the session is lost, and the caller settles with the plugin's resync.
        let _ = self.push(Reliable::Response, tail, now);
    }
}

fn rate_limited(message: &str, retry_after_ms: u64) -> ErrorBody {
    ErrorBody { retry_after_ms: Some(retry_after_ms), ..ErrorBody::new(ErrorCode::RateLimited, message) }
}

const OPEN_RETRY_MS: u64 = 1_000;
