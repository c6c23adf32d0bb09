//! Connections: from the first byte to the session they belong to, and their end.

use super::sessions::SessionKey;
use super::{AuditKind, Desktop, DesktopOutput, HostNotice, Peer, SessionChange, Timer};
use crate::recording::Change;
use crate::session::{Handshake, HostInput, HostOutput, LinkId, Now, Refusal, RetireReason};
use crate::wire::{CloseCode, ErrorCode, Hello};

/// One connection.
pub(super) struct Link {
    /// Who dialled; a session keeps what it needs of it.
    pub peer: Option<Box<Peer>>,
    pub stage: Stage,
}

/// How far a connection has come.
pub(super) enum Stage {
    /// Waits for `hello`.
    Greeting(Handshake),
    /// Waits for the application's word on the token.
    Authenticating(Box<Hello>),
    /// Belongs to a session.
    Live(SessionKey),
}

impl Desktop {
    pub(super) fn handle_opened(&mut self, conn: LinkId, peer: Peer, now: Now) {
        let admitted = self.admits(peer.address.as_deref());
        let handshake = Handshake::new(now);
        self.lobby.enter(peer.address.as_deref());
        self.timers.set(Timer::Link(conn), handshake.deadline());
        self.links.insert(conn, Link { peer: Some(Box::new(peer)), stage: Stage::Greeting(handshake) });
        if !admitted {
            let message = "too many links wait for their welcome";
            self.refuse(conn, Refusal::new(CloseCode::RATE_LIMITED, ErrorCode::RateLimited, message));
        }
    }

    pub(super) fn handle_message(&mut self, conn: LinkId, bytes: Vec<u8>, now: Now) {
        let Some(link) = self.links.get_mut(&conn) else { return };
        match &mut link.stage {
            Stage::Greeting(handshake) => match handshake.handle_message(&bytes, now) {
                Ok(hello) => self.authenticate(conn, hello, now),
                Err(refusal) => self.refuse(conn, refusal),
            },
            Stage::Authenticating(_) => {
                let message = "nothing may come between hello and welcome";
                self.refuse(conn, Refusal::new(CloseCode::BAD_FRAME, ErrorCode::Protocol, message));
            }
            Stage::Live(key) => {
                let key = *key;
                self.feed(key, HostInput::Message { link: conn, text: bytes }, now);
            }
        }
    }

    pub(super) fn handle_violation(&mut self, conn: LinkId, close_code: CloseCode, now: Now) {
        let Some(link) = self.links.get(&conn) else { return };
        match link.stage {
            Stage::Live(key) => self.feed(key, HostInput::Violation { link: conn, close_code }, now),
            _ => self.refuse(
                conn,
                Refusal::new(close_code, close_code.error_code(), "not a text message within the cap"),
            ),
        }
    }

    pub(super) fn handle_lost(&mut self, conn: LinkId, code: Option<CloseCode>, now: Now) {
        let Some(Link { stage, .. }) = self.links.get(&conn) else { return };
        if let Stage::Live(key) = *stage {
            self.links.remove(&conn);
            self.feed(key, HostInput::Lost { link: conn, code }, now);
        } else {
            self.leave_lobby(conn);
            self.links.remove(&conn);
        }
    }

    /// Says goodbye to one link; its session waits for the next one until its window closes.
    pub(super) fn handle_dismiss(&mut self, conn: LinkId, reason: String, now: Now) {
        let Some(link) = self.links.get(&conn) else { return };
        let code = CloseCode::SHUTDOWN;
        match link.stage {
            Stage::Live(key) => {
                let goodbye = HostInput::Goodbye { code, reason, resume: true, retry_after_ms: None };
                self.feed(key, goodbye, now);
            }
            _ => self.refuse(conn, Refusal::new(code, ErrorCode::Unavailable, reason)),
        }
    }

    /// Says goodbye to every link; sessions wait for the next one until their window closes.
    pub(super) fn handle_shutdown(&mut self, retry_after_ms: Option<u64>, now: Now) {
        let mut waiting: Vec<LinkId> = self.links.keys().copied().collect();
        waiting.sort_unstable();
        for conn in waiting {
            if !self.links.get(&conn).is_some_and(|link| matches!(link.stage, Stage::Live(_))) {
                let message = "the host is shutting down";
                self.refuse(conn, Refusal::new(CloseCode::SHUTDOWN, ErrorCode::Unavailable, message));
            }
        }
        for key in self.sessions.keys() {
            let goodbye = HostInput::Goodbye {
                code: CloseCode::SHUTDOWN,
                reason: "the host is shutting down".into(),
                resume: true,
                retry_after_ms,
            };
            self.feed(key, goodbye, now);
        }
    }

    /// Ends a session for good: 4513. Whether there was one.
    pub fn remove(&mut self, session: &str, now: Now) -> bool {
        self.advance_recorder(now);
        let Some(key) = self.sessions.find(session) else { return false };
        self.end_session(key, CloseCode::REMOVED, "removed", now);
        true
    }

    /// Ends a session for good, whether or not it has a link.
    pub(super) fn end_session(&mut self, key: SessionKey, code: CloseCode, word: &'static str, now: Now) {
        let Some(entry) = self.sessions.get_mut(key) else { return };
        entry.ending = Some(word);
        let goodbye = HostInput::Goodbye { code, reason: word.into(), resume: false, retry_after_ms: None };
        self.feed(key, goodbye, now);
        // A session that is away may have nothing to say; it is over all the same.
        self.forget_session(key, word, now);
    }

    /// Hands one input to a session and does what it says.
    pub(super) fn feed(&mut self, key: SessionKey, input: HostInput, now: Now) {
        if let Some(entry) = self.sessions.get_mut(key) {
            entry.session.borrow_room(&mut self.room);
            entry.session.handle(input, now);
            self.pump(key, now);
        }
    }

    /// Does what a session says until it has nothing more to say.
    pub(super) fn pump(&mut self, key: SessionKey, now: Now) {
        while let Some(entry) = self.sessions.get_mut(key) {
            match entry.session.poll_output() {
                None | Some(HostOutput::Timeout(_)) => {
                    entry.session.return_room(&mut self.room);
                    return self.set_timer(key);
                }
                Some(output) => self.obey(key, output, now),
            }
        }
    }

    /// Has the session woken in time. One whose deadline moves on keeps its earlier place, looks at the clock when that
    /// comes up, and is set again then.
    pub(super) fn set_timer(&mut self, key: SessionKey) {
        let Some(entry) = self.sessions.get_mut(key) else { return };
        // Asked for, as a nested round may have taken the session's `Timeout`.
        let deadline = entry.session.deadline();
        let is_early = |at: u64| entry.wakes_at_ms.is_some_and(|earlier| earlier <= at);
        if !deadline.is_some_and(is_early) {
            entry.wakes_at_ms = deadline;
            self.timers.set(Timer::Session(key), deadline);
        }
    }

    fn obey(&mut self, key: SessionKey, output: HostOutput, now: Now) {
        match output {
            HostOutput::Transmit { link, text } => {
                self.outputs.push_back(DesktopOutput::Transmit { conn: link, text });
            }
            HostOutput::Hangup { link, code, reason } => {
                self.audit_hangup(key, code, &reason);
                self.links.remove(&link);
                self.outputs.push_back(DesktopOutput::Hangup { conn: link, code, reason });
            }
            HostOutput::Request { id, method, payload, contact_id, idempotency_key, deadline_ms } => {
                let request = super::requests::Request {
                    id,
                    method,
                    payload,
                    contact_id,
                    idempotency_key,
                    deadline_ms,
                };
                self.handle_request(key, request, now);
            }
            HostOutput::Refused { id, method, error } => {
                self.trace_refusal(key, &id, method.as_deref(), error)
            }
            HostOutput::Cancelled { id } => self.handle_cancelled(key, &id),
            HostOutput::Detached { link } => self.detach(key, link, now),
            HostOutput::Retired { reason } => self.forget_session(key, retire_word(reason), now),
            HostOutput::Responding(responding) => self.note_responding(key, responding),
            HostOutput::Complaint(_) | HostOutput::Timeout(_) => {}
        }
    }

    fn audit_hangup(&mut self, key: SessionKey, code: CloseCode, reason: &str) {
        let kind = match code {
            CloseCode::BAD_FRAME | CloseCode::FRAME_TOO_LARGE | CloseCode::TOO_MANY_ERRORS => {
                AuditKind::Protocol
            }
            CloseCode::SLOW_CONSUMER => AuditKind::Limit,
            CloseCode::REPLACED => AuditKind::Replaced,
            _ => return,
        };
        self.audit_session(kind, format!("link closed with {}: {reason}", code.0), key);
    }

    fn detach(&mut self, key: SessionKey, link: LinkId, now: Now) {
        self.links.remove(&link);
        // During a resume the old link ends after the new one has taken its place.
        if self.sessions.get(key).is_none_or(|entry| entry.link != Some(link)) {
            return;
        }
        self.timers.set(Timer::Token(key), None);
        self.sessions.set_detached(key, Some(now.mono_ms));
        self.notify_session(key, SessionChange::Detached, "lost");
    }

    /// Drops a session that is over, with all that was kept for it.
    pub(super) fn forget_session(&mut self, key: SessionKey, word: &'static str, now: Now) {
        let link = self.sessions.get(key).and_then(|entry| entry.link);
        self.sessions.set_detached(key, Some(now.mono_ms));
        let word = self.sessions.get(key).and_then(|entry| entry.ending).unwrap_or(word);
        self.record_session(key, Change::Retired, word);
        let Some(entry) = self.sessions.remove(key) else { return };
        self.timers.set(Timer::Session(key), None);
        self.timers.set(Timer::Token(key), None);
        self.drop_link_of(key, link);
        self.tombstones.raise(&entry.id, &entry.agent, &entry.plugin, word, now.mono_ms);
        self.notify(HostNotice::Session {
            change: SessionChange::Retired,
            reason: word.into(),
            session: Box::new(entry.info()),
        });
        self.orphan_runs(key, entry.waiting);
        self.leave_agent(key, &entry.agent, &entry.plugin);
    }

    /// A session that is over has hung up; were its link still known, nothing would ever be read from it again.
    fn drop_link_of(&mut self, key: SessionKey, link: Option<LinkId>) {
        let Some(conn) = link else { return };
        if self.links.get(&conn).is_some_and(|link| matches!(link.stage, Stage::Live(owner) if owner == key))
        {
            self.links.remove(&conn);
            let reason = "the session is over".to_owned();
            self.outputs.push_back(DesktopOutput::Hangup { conn, code: CloseCode::NORMAL, reason });
        }
    }

    /// Silence on a port is no loss: the owner of the desktop may want to show it.
    fn note_responding(&mut self, key: SessionKey, responding: bool) {
        let Some(entry) = self.sessions.get_mut(key) else { return };
        entry.responding = responding;
        match responding {
            true => self.notify_session(key, SessionChange::Responsive, "heard"),
            false => self.notify_session(key, SessionChange::Unresponsive, "silent"),
        }
    }

    pub(super) fn notify_session(&mut self, key: SessionKey, change: SessionChange, reason: &str) {
        if let Some(change) = change.recorded() {
            self.record_session(key, change, reason);
        }
        if let Some(entry) = self.sessions.get(key) {
            let session = Box::new(entry.info());
            self.notify(HostNotice::Session { change, reason: reason.into(), session });
        }
    }

    /// Closes a connection that has no session: the `error` frame first, for carriers without close codes.
    pub(super) fn refuse(&mut self, conn: LinkId, refusal: Refusal) {
        self.leave_lobby(conn);
        if self.links.remove(&conn).is_none() {
            return;
        }
        let text = refusal.frame();
        self.outputs.push_back(DesktopOutput::Transmit { conn, text });
        self.outputs.push_back(DesktopOutput::Hangup {
            conn,
            code: refusal.close_code,
            reason: refusal.message,
        });
    }

    /// Takes a link off the count of those that wait for their `welcome`.
    pub(super) fn leave_lobby(&mut self, conn: LinkId) {
        self.timers.set(Timer::Link(conn), None);
        if let Some(peer) = self.links.get(&conn).and_then(|link| link.peer.as_ref()) {
            self.lobby.leave(peer.address.as_deref());
        }
    }

    pub(super) fn time_out_link(&mut self, conn: LinkId, now: Now) {
        let refusal = match self.links.get(&conn).map(|link| &link.stage) {
            Some(Stage::Greeting(handshake)) => handshake.handle_tick(now),
            Some(Stage::Authenticating(_)) => {
                let message = "authentication took too long";
                Some(Refusal::new(CloseCode::INTERNAL, ErrorCode::Unavailable, message))
            }
            Some(Stage::Live(_)) | None => None,
        };
        if let Some(refusal) = refusal {
            self.refuse(conn, refusal);
        }
    }

    pub(super) fn tick_session(&mut self, key: SessionKey, now: Now) {
        if let Some(entry) = self.sessions.get_mut(key) {
            entry.wakes_at_ms = None;
        }
        self.feed(key, HostInput::Tick, now);
    }

    /// The link's token has ended: the plugin redials with a fresh one and resumes.
    pub(super) fn expire_token(&mut self, key: SessionKey, now: Now) {
        let goodbye = HostInput::Goodbye {
            code: CloseCode::TOKEN_EXPIRED,
            reason: "the token has expired".into(),
            resume: true,
            retry_after_ms: None,
        };
        self.feed(key, goodbye, now);
    }
}

fn retire_word(reason: RetireReason) -> &'static str {
    match reason {
        RetireReason::Ended => "goodbye",
        RetireReason::Expired => "expired",
        RetireReason::Overflow => "overflow",
        RetireReason::Protocol => "protocol",
    }
}
