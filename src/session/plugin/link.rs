//! Dialling, losing and closing links.

use super::{FirstInit, Phase, PluginOutput, PluginSession, Reconnect, SessionEvent, State};
use crate::session::{DialError, LinkId, close_reason};
use crate::wire::{self, Auth, CloseCode, ErrorBody, ErrorCode, Executed, Goodbye, Hello, Resume};

impl PluginSession {
    pub(super) fn handle_init(&mut self, now: u64) {
        if !matches!(self.state, State::Idle | State::Closed) {
            return;
        }
        self.state = State::Connecting;
        self.backoff.reset();
        let deadline = now.saturating_add(self.options.connect_timeout_ms);
        self.init = Some(FirstInit { deadline, last_error: None });
        self.dial(now);
    }

    pub(super) fn dial(&mut self, now: u64) {
        self.last_link += 1;
        let link = self.last_link;
        self.phase = Phase::Dialling { link, until: now.saturating_add(ATTEMPT_MS) };
        self.out.push_back(PluginOutput::Dial { link });
    }

    /// R1: `hello` first, and nothing more before `welcome` (R2).
    pub(super) fn handle_opened(&mut self, link: LinkId, auth: Option<Auth>, now: u64) {
        if !matches!(self.phase, Phase::Dialling { link: current, .. } if current == link) {
            return;
        }
        // What was taken, not what arrived: the host keeps the rest, so that links that come and go cannot fill the
        // application's inbox beyond the window.
        let resume = self.current.as_ref().map(|current| Resume {
            session: current.id.clone(),
            resume_token: current.token.clone(),
            received: self.intake.taken(),
        });
        let resuming = resume.is_some();
        let hello = Hello {
            versions: vec![wire::VERSION],
            plugin: self.options.plugin.clone(),
            sdk: self.options.sdk.clone(),
            auth,
            want: self.options.want.clone(),
            resume,
            embed: None,
            role: None,
        };
        self.phase = Phase::Greeting { link, until: now.saturating_add(ATTEMPT_MS), resuming };
        self.out.push_back(PluginOutput::Transmit { link, text: wire::encode_hello(&hello) });
    }

    pub(super) fn handle_dial_failed(&mut self, link: LinkId, error: &DialError, now: u64) {
        if !matches!(self.phase, Phase::Dialling { link: current, .. } if current == link) {
            return;
        }
        self.phase = Phase::Off;
        let body =
            ErrorBody { retry_after_ms: error.retry_after_ms, ..ErrorBody::new(error.code, &*error.message) };
        if error.retryable() && self.reconnects() {
            self.retry(body, error.retry_after_ms, now);
        } else {
            let code = error.close_code.unwrap_or(CloseCode::LOST);
            self.stop_with(code, &error.message, body);
        }
    }

    pub(super) fn handle_lost(&mut self, link: LinkId, code: Option<CloseCode>, reason: String, now: u64) {
        if self.link() == Some(link) {
            self.end_link(code.unwrap_or(CloseCode::LOST), &reason, None, now);
        }
    }

    /// Drops the link on our own account.
    pub(super) fn give_up(&mut self, link: LinkId, code: CloseCode, reason: &str, now: u64) {
        self.hang_up(link, code, reason);
        self.end_link(code, reason, None, now);
    }

    /// The link is gone for this reason; the session goes on where the code allows it.
    pub(super) fn end_link(&mut self, code: CloseCode, reason: &str, retry_after_ms: Option<u64>, now: u64) {
        let ready_ms = match self.phase {
            Phase::Up { since, .. } => now.saturating_sub(since),
            _ => 0,
        };
        self.phase = Phase::Off;
        if !code.reconnects() || !self.reconnects() {
            self.stop(code, reason);
            return;
        }
        self.too_slow = code == CloseCode::SLOW_CONSUMER;
        self.backoff.note_ready(ready_ms);
        if self.state == State::Ready {
            self.state = State::Interrupted;
            self.report(SessionEvent::Interrupted { code, reason: reason.into() });
        }
        self.retry(error_of(code, reason), retry_after_ms, now);
    }

    fn retry(&mut self, error: ErrorBody, retry_after_ms: Option<u64>, now: u64) {
        if let Some(init) = &mut self.init {
            init.last_error = Some(error);
        }
        let until = now.saturating_add(self.backoff.next_delay(retry_after_ms, &mut self.rng));
        self.phase = Phase::Waiting { until };
    }

    pub(super) fn handle_init_timeout(&mut self) {
        if let Some(link) = self.link() {
            self.hang_up(link, CloseCode::NORMAL, "init timed out");
        }
        self.phase = Phase::Off;
        let text = format!("no desktop answered within {} ms", self.options.connect_timeout_ms);
        let last = self.init.as_mut().and_then(|init| init.last_error.take());
        self.fail_init(last.unwrap_or_else(|| ErrorBody::new(ErrorCode::NoHost, text)));
    }

    /// The session is over for this reason; nothing dials any more.
    pub(super) fn stop(&mut self, code: CloseCode, reason: &str) {
        self.stop_with(code, reason, error_of(code, reason));
    }

    fn stop_with(&mut self, code: CloseCode, reason: &str, error: ErrorBody) {
        self.phase = Phase::Off;
        if self.init.is_some() {
            self.fail_init(error);
            return;
        }
        self.forget(&error);
        self.state = State::Closed;
        self.report(SessionEvent::Closed { code, reason: reason.into() });
    }

    fn fail_init(&mut self, error: ErrorBody) {
        self.init = None;
        self.forget(&error);
        self.state = State::Idle;
        self.report(SessionEvent::InitDone(Err(error)));
    }

    /// Closes at any point: a dial is given up, a handshake broken off, calls settle, nothing dials any more.
    pub(super) fn handle_close(&mut self) {
        if self.state == State::Closed {
            return;
        }
        let reason = "closed by the application";
        if let Some(link) = self.link() {
            if matches!(self.phase, Phase::Up { .. }) {
                self.say_goodbye(link, CloseCode::NORMAL, reason);
            }
            self.hang_up(link, CloseCode::NORMAL, reason);
        }
        self.phase = Phase::Off;
        let error = error_of(CloseCode::NORMAL, reason);
        let was_connecting = self.init.take().is_some();
        self.forget(&error);
        self.state = State::Closed;
        if was_connecting {
            self.report(SessionEvent::InitDone(Err(error)));
        }
        self.report(SessionEvent::Closed { code: CloseCode::NORMAL, reason: reason.into() });
    }

    /// The numbers of the session run out: end it in good order, and dial for a fresh one.
    pub(super) fn start_over(&mut self, link: LinkId, now: u64) {
        let reason = "sequence numbers are used up";
        self.say_goodbye(link, CloseCode::SHUTDOWN, reason);
        self.hang_up(link, CloseCode::SHUTDOWN, reason);
        self.end_session();
        self.end_link(CloseCode::SHUTDOWN, reason, None, now);
    }

    /// R10, R15: the session is gone but the application goes on; the next welcome brings its `resync`.
    pub(super) fn end_session(&mut self) {
        let settled = self.settle_all(|executed| match executed {
            Executed::No => {
                ErrorBody::new(ErrorCode::Unavailable, "the session ended before the call was sent")
            }
            Executed::Unknown => {
                ErrorBody::new(ErrorCode::OutcomeUnknown, "the session ended before an answer came").unknown()
            }
        });
        *self.resync_owed.get_or_insert(0) += settled;
        self.reset();
    }

    fn forget(&mut self, error: &ErrorBody) {
        self.settle_all(|executed| ErrorBody { executed, ..error.clone() });
        self.reset();
        self.resync_owed = None;
        self.drain_owed = false;
    }

    fn reset(&mut self) {
        self.current = None;
        self.epoch = self.epoch.wrapping_add(1);
        self.outbox = Default::default();
        self.intake = Default::default();
        self.errors = Default::default();
    }

    fn say_goodbye(&mut self, link: LinkId, close_code: CloseCode, reason: &str) {
        let goodbye = Goodbye { close_code, reason: reason.into(), resume: false, retry_after_ms: None };
        self.out.push_back(PluginOutput::Transmit { link, text: wire::encode_goodbye(&goodbye) });
    }

    pub(super) fn hang_up(&mut self, link: LinkId, code: CloseCode, reason: &str) {
        self.out.push_back(PluginOutput::Hangup { link, code, reason: close_reason(reason) });
    }

    /// The link that exists or is being opened.
    pub(super) fn link(&self) -> Option<LinkId> {
        match self.phase {
            Phase::Off | Phase::Waiting { .. } => None,
            Phase::Dialling { link, .. } | Phase::Greeting { link, .. } | Phase::Up { link, .. } => {
                Some(link)
            }
        }
    }

    fn reconnects(&self) -> bool {
        self.options.reconnect != Reconnect::Never
    }
}

/// The error that a close becomes when it stops a call or `init()`.
fn error_of(code: CloseCode, reason: &str) -> ErrorBody {
    let text = if reason.is_empty() { "the link was closed" } else { reason };
    ErrorBody::new(code.error_code(), format!("{text} (close code {})", code.0))
}

/// How long a carrier may take to open, and a `welcome` to come.
const ATTEMPT_MS: u64 = 10_000;
