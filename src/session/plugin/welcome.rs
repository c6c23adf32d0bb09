//! The end of the handshake.

use super::{Current, Phase, PluginSession, Ready, SessionEvent, State};
use crate::session::LinkId;
use crate::session::heartbeat::HeartbeatTimer;
use crate::session::pace::Pace;
use crate::wire::{self, CloseCode, ErrorCode, Frame, Limits, Welcome};

impl PluginSession {
    /// R1: `welcome` is the first frame; a host that refuses sends `error` or `goodbye` instead.
    pub(super) fn handle_greeting(&mut self, link: LinkId, bytes: &[u8], resuming: bool, now: u64) {
        match wire::decode(bytes, &Limits::WELCOME) {
            Ok(Frame::Welcome(welcome)) => self.handle_welcome(link, *welcome, resuming, now),
            Ok(Frame::Error(error)) if error.fatal => self.handle_error(link, error, now),
            Ok(Frame::Goodbye(goodbye)) => self.handle_goodbye(link, &goodbye, now),
            Ok(frame) => {
                let text = format!("the first frame must be welcome, not {}", frame.kind());
                self.fail_protocol(link, &text);
            }
            Err(error) => self.fail(link, error.close_code, error.code, &error.message),
        }
    }

    fn handle_welcome(&mut self, link: LinkId, welcome: Welcome, resuming: bool, now: u64) {
        if welcome.version != wire::VERSION {
            let text = format!("this plugin speaks version {}", wire::VERSION);
            return self.fail(link, CloseCode::VERSION_UNSUPPORTED, ErrorCode::Version, &text);
        }
        if let Err(rule) = self.check_welcome(&welcome, resuming) {
            return self.fail_protocol(link, rule);
        }
        if resuming && !welcome.resumed {
            self.end_session();
        }
        if self.outbox.resume(welcome.received).is_err() {
            return self.fail_protocol(link, "welcome.received is beyond what was sent");
        }
        self.intake.acknowledge_at_once();
        if !welcome.resumed {
            self.pace = Pace::new(welcome.limits.rate_per_second, welcome.limits.burst, now);
        }
        let interval = welcome.heartbeat.interval_ms.saturating_mul(2).max(PROBE_AFTER_MS);
        let heartbeat = HeartbeatTimer::new(interval, PROBE_MS, now);
        self.phase = Phase::Up { link, since: now, heartbeat, pace_until: None };
        self.announce(welcome);
    }

    fn check_welcome(&self, welcome: &Welcome, resuming: bool) -> Result<(), &'static str> {
        if !welcome.resumed {
            return match (&welcome.snapshot, welcome.received) {
                (None, _) => Err("welcome without resume has no snapshot"),
                (Some(_), 1..) => Err("welcome without resume has received something"),
                (Some(_), 0) => Ok(()),
            };
        }
        match &self.current {
            Some(current) if resuming && current.id == welcome.session => Ok(()),
            _ => Err("welcome resumes a session that was not asked for"),
        }
    }

    fn announce(&mut self, welcome: Welcome) {
        let reason = welcome.reason.clone().unwrap_or_else(|| "new".into());
        let ready = Box::new(Ready {
            session: welcome.session.clone(),
            protocol: welcome.version,
            resumed: welcome.resumed,
            plugin: welcome.plugin,
            granted: welcome.granted,
            denied: welcome.denied,
            events: welcome.events,
            limits: welcome.limits.clone(),
            time: welcome.time,
            host: welcome.host,
            snapshot: welcome.snapshot,
        });
        self.current =
            Some(Current { id: welcome.session, token: welcome.resume_token, limits: welcome.limits });
        self.state = State::Ready;
        if self.init.take().is_some() {
            self.report(SessionEvent::InitDone(Ok(ready.clone())));
        }
        let snapshot = ready.snapshot.clone();
        self.report(SessionEvent::Ready(ready));
        if let (Some(unsettled), Some(snapshot)) = (self.resync_owed, snapshot) {
            self.resync_owed = None;
            self.report(SessionEvent::Resync { reason, snapshot, unsettled });
        }
    }
}

/// A plugin probes after twice the host's default interval, so that a healthy host always speaks first.
const PROBE_AFTER_MS: u64 = 30_000;
const PROBE_MS: u64 = 5_000;
