//! Links come and go: welcome, resume, fence, expiry, goodbye.

use super::{Attached, HostOutput, HostSession, Liveness, ResumeRefused, RetireReason, WelcomeFacts};
use crate::session::backoff::below;
use crate::session::heartbeat::HeartbeatTimer;
use crate::session::token::ResumeToken;
use crate::session::{LinkId, Now, echo};
use crate::wire::{self, CloseCode, ErrorCode, ErrorFrame, Goodbye, Resume, Welcome};

impl HostSession {
    /// Whether this `hello.resume` may go on with the session: token, expiry and outbox, but not identity (R6, R14).
    pub fn check_resume(&self, resume: &Resume, now: Now) -> Result<(), ResumeRefused> {
        let current = self.token.matches(&resume.resume_token);
        let previous = self.previous_token.as_ref().is_some_and(|token| token.matches(&resume.resume_token));
        if resume.session != self.id || !(current || previous) {
            return Err(ResumeRefused::UnknownSession);
        }
        if self.overflow_at.is_some() {
            return Err(ResumeRefused::Overflow);
        }
        if self.retired || (self.link.is_none() && now.mono_ms >= self.expires_at()) {
            return Err(ResumeRefused::Expired);
        }
        if !self.outbox.holds_after(resume.received) {
            return Err(ResumeRefused::Overflow);
        }
        if self.outbox.was_written(resume.received) { Ok(()) } else { Err(ResumeRefused::UnknownSession) }
    }

    /// Attaches a link and writes `welcome`. An older link is fenced first and closed 4509 (R6, R11). `resume` is the
    /// `hello.resume` that [`Self::check_resume`] accepted; without it the session must be new.
    pub fn attach(
        &mut self,
        link: LinkId,
        facts: WelcomeFacts,
        resume: Option<&Resume>,
        now: Now,
    ) -> Result<(), ResumeRefused> {
        match resume {
            Some(resume) => self.check_resume(resume, now)?,
            None if self.retired => return Err(ResumeRefused::Expired),
            None => {}
        }
        if let Some(old) = self.link.take() {
            self.fence(old.link);
        }
        if let Some(resume) = resume {
            // `check_resume` has made sure that this position was written.
            let _ = self.outbox.resume(resume.received);
            self.rotate_token(&resume.resume_token);
            self.pace.credit_outage(self.options.limits.window, now.mono_ms);
        }
        self.link = Some(Attached { link, liveness: facts.liveness, heartbeat: self.heartbeat(now.mono_ms) });
        let text = wire::encode_welcome(&self.welcome(facts, resume.is_some(), now));
        self.out.push_back(HostOutput::Transmit { link, text });
        let _ = self.intake.tell();
        self.flush(now.mono_ms);
        self.timeout_told = false;
        Ok(())
    }

    /// R8: what the plugin presented is what it has; it stays valid until a frame shows that `welcome` arrived.
    fn rotate_token(&mut self, presented: &str) {
        let fresh = ResumeToken::random(&mut self.chance.rng());
        let current = std::mem::replace(&mut self.token, fresh);
        if current.matches(presented) {
            self.previous_token = Some(current);
        }
    }

    fn welcome(&self, facts: WelcomeFacts, resumed: bool, now: Now) -> Welcome {
        let (reason, snapshot) = facts.fresh.map(|fresh| (fresh.reason, fresh.snapshot)).unzip();
        Welcome {
            version: wire::VERSION,
            session: self.id.clone(),
            resume_token: self.token.reveal().to_owned(),
            resumed,
            reason,
            received: self.intake.received(),
            plugin: facts.plugin,
            granted: facts.granted,
            denied: facts.denied,
            events: facts.events,
            limits: self.options.limits.clone(),
            heartbeat: self.options.heartbeat,
            resume_window_ms: self.options.resume_window_ms,
            time: now.wall_ms,
            host: facts.host,
            snapshot,
        }
    }

    /// The first ping comes after a random half to whole interval, so that plugins that came together do not stay in
    /// step.
    fn heartbeat(&mut self, now: u64) -> HeartbeatTimer {
        let interval = self.options.heartbeat.interval_ms;
        let first = interval - below(interval / 2, &mut self.chance.rng());
        HeartbeatTimer::new(interval, self.options.heartbeat.timeout_ms, now)
            .with_first_ping_at(now.saturating_add(first))
    }

    fn fence(&mut self, link: LinkId) {
        let message = "another link took over the session";
        self.complain_fatally(link, CloseCode::REPLACED, ErrorCode::Closed, message);
        self.hang_up(link, CloseCode::REPLACED, message);
    }

    pub(super) fn complain_fatally(
        &mut self,
        link: LinkId,
        close_code: CloseCode,
        code: ErrorCode,
        text: &str,
    ) {
        let frame = ErrorFrame { code, message: text.into(), fatal: true, close_code: Some(close_code) };
        self.out.push_back(HostOutput::Transmit { link, text: wire::encode_error(&frame) });
    }

    /// The plugin broke the protocol: say so, close, and forget it, for it does not come back.
    pub(super) fn fail(&mut self, link: LinkId, close_code: CloseCode, code: ErrorCode, message: &str) {
        self.complain_fatally(link, close_code, code, message);
        self.hang_up(link, close_code, message);
        self.retire(RetireReason::Protocol);
    }

    pub(super) fn handle_lost(&mut self, link: LinkId, code: Option<CloseCode>, now: u64) {
        if self.link() != Some(link) {
            return;
        }
        if code.is_some_and(|code| !code.reconnects()) {
            self.retire(RetireReason::Ended);
        } else {
            self.detach(link, now);
        }
    }

    pub(super) fn detach(&mut self, link: LinkId, now: u64) {
        self.link = None;
        self.detached_at = now;
        self.out.push_back(HostOutput::Detached { link });
        if self.overflow_at.is_some() {
            self.retire(RetireReason::Overflow);
        }
    }

    /// The host's own goodbye; without `resume` the session ends (R15).
    pub(super) fn part(&mut self, goodbye: &Goodbye, now: u64) {
        if let Some(Attached { link, .. }) = self.link {
            self.out.push_back(HostOutput::Transmit { link, text: wire::encode_goodbye(goodbye) });
            self.hang_up(link, goodbye.close_code, &goodbye.reason);
            if goodbye.resume && goodbye.close_code.reconnects() {
                return self.detach(link, now);
            }
        }
        if !goodbye.resume || !goodbye.close_code.reconnects() {
            self.retire(RetireReason::Ended);
        }
    }

    /// The plugin's goodbye.
    pub(super) fn handle_goodbye(&mut self, link: LinkId, goodbye: &Goodbye, now: u64) {
        self.hang_up(link, echo(goodbye.close_code), &goodbye.reason);
        if goodbye.resume && goodbye.close_code.reconnects() {
            self.detach(link, now);
        } else {
            self.retire(RetireReason::Ended);
        }
    }

    /// R14: the clock decides, whether or not a timer fired.
    pub(super) fn expire(&mut self, now: u64) {
        if !self.retired && self.link.is_none() && now >= self.expires_at() {
            self.retire(RetireReason::Expired);
        }
    }

    pub(super) fn expires_at(&self) -> u64 {
        self.detached_at.saturating_add(self.options.resume_window_ms)
    }

    pub(super) fn reports_silence(&self) -> bool {
        self.link.is_some_and(|attached| attached.liveness == Liveness::Report)
    }
}
