//! The host's side of one session.

mod attach;
mod frames;
mod io;
#[cfg(test)]
mod probe;
mod requests;

pub use io::{
    Fresh, HostInput, HostOutput, HostSessionOptions, Liveness, ResumeRefused, RetireReason, WelcomeFacts,
};

use std::collections::VecDeque;
use std::sync::Arc;

use super::errors::ErrorBudget;
use super::heartbeat::{Beat, HeartbeatTimer};
use super::intake::Intake;
use super::outbox::{Outbox, Window};
use super::pace::Pace;
use super::requests::Requests;
use super::token::{Chance, ResumeToken, session_id};
use super::{LinkId, Now};
use crate::wire::{self, CloseCode, ErrorBody, ErrorCode, Goodbye, Limits, MAX_HEAD_BYTES, Reliable, Tail};

/// One session: numbers, outbox, resume tokens, heartbeat and open requests. It knows neither agent nor plugin.
#[derive(Clone)]
pub struct HostSession {
    id: String,
    options: Arc<HostSessionOptions>,
    chance: Chance,
    token: ResumeToken,
    /// The token that the plugin certainly has, until the first frame after `welcome` proves that it has the new one.
    previous_token: Option<ResumeToken>,
    link: Option<Attached>,
    detached_at: u64,
    outbox: Outbox,
    intake: Intake,
    requests: Requests<String, Running>,
    pace: Pace,
    errors: ErrorBudget,
    /// A frame did not fit: the session cannot be kept, only parted from.
    overflow_at: Option<u64>,
    retired: bool,
    out: VecDeque<HostOutput>,
    timeout_told: bool,
}

/// The one live link.
#[derive(Clone, Copy)]
struct Attached {
    link: LinkId,
    liveness: Liveness,
    heartbeat: HeartbeatTimer,
}

/// A request that the desktop runs.
#[derive(Clone, Copy)]
struct Running {
    cancelled: bool,
}

impl HostSession {
    /// A session without a link; its resume window runs from now. `seed` must be 256 random bits of its own: id,
    /// tokens and jitter come from it.
    pub fn new(options: impl Into<Arc<HostSessionOptions>>, seed: [u8; 32], now: Now) -> Self {
        let options = options.into();
        let mut chance = Chance(seed);
        let mut rng = chance.rng();
        Self {
            id: session_id(&mut rng),
            token: ResumeToken::random(&mut rng),
            chance,
            previous_token: None,
            link: None,
            detached_at: now.mono_ms,
            outbox: Outbox::default(),
            intake: Intake::default(),
            requests: Requests::new(),
            pace: allowance(&options, now.mono_ms),
            errors: ErrorBudget::default(),
            overflow_at: None,
            retired: false,
            out: VecDeque::new(),
            timeout_told: true,
            options,
        }
    }

    /// The session's id, chosen at random.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The link that the session is attached to.
    pub fn link(&self) -> Option<LinkId> {
        self.link.map(|attached| attached.link)
    }

    /// Whether [`HostOutput::Retired`] was given out.
    pub fn is_retired(&self) -> bool {
        self.retired
    }

    /// When the last link ended (or the session was made), on the monotonic clock; `None` while attached.
    pub fn detached_at(&self) -> Option<u64> {
        self.link.is_none().then_some(self.detached_at)
    }

    /// Sends an event, at once or when the link is back. Refused with `E_TOO_LARGE` above 1 MiB, `E_OVERFLOW` when the
    /// plugin has been too slow (it is about to get a `resync`), `E_CLOSED` when the session is over.
    pub fn emit(&mut self, event: &Tail, now: Now) -> Result<(), ErrorBody> {
        let kept = self.hold(event, now);
        self.send_held(now);
        kept
    }

    /// The same, but nothing goes out before [`Self::send_held`]: for several events at once.
    pub fn hold(&mut self, event: &Tail, now: Now) -> Result<(), ErrorBody> {
        let at = now.mono_ms;
        if event.bytes() > MAX_TAIL_BYTES {
            return Err(ErrorBody::new(ErrorCode::TooLarge, "the event has more than 1 MiB"));
        }
        self.expire(at);
        if self.retired {
            return Err(ErrorBody::new(ErrorCode::Closed, "the session is over"));
        }
        if self.push(Reliable::Event, event.clone(), at) {
            Ok(())
        } else {
            Err(ErrorBody::new(ErrorCode::Overflow, "the plugin takes events too slowly"))
        }
    }

    /// Sends what [`Self::hold`] kept.
    pub fn send_held(&mut self, now: Now) {
        self.run_timers(now.mono_ms);
        self.flush(now.mono_ms);
        self.timeout_told = false;
    }

    /// The same, but the frames that go out now are given to `write` instead of [`Self::poll_output`], in `text`, which
    /// is any buffer. They come before whatever that says next.
    pub fn write_held(&mut self, now: Now, text: &mut String, write: &mut dyn FnMut(LinkId, &str)) {
        self.run_timers(now.mono_ms);
        self.send_frames(|_, link, kind, seq, ack, tail| {
            text.clear();
            wire::write_reliable(text, kind, seq, Some(ack), None, tail);
            write(link, text);
        });
        self.flush(now.mono_ms);
        self.timeout_told = false;
    }

    /// Looks at the places that an event changes, one for each line of a processor's cache; what it says means nothing.
    pub fn fetch(&self) -> u64 {
        let heard = self.link.as_ref().map_or(0, |attached| attached.link);
        heard ^ self.outbox.fetch() ^ self.intake.taken() ^ self.detached_at ^ u64::from(self.retired)
    }

    /// Whether [`Self::poll_output`] has more to say than its deadline.
    pub fn has_output(&self) -> bool {
        !self.out.is_empty()
    }

    /// Takes one input. Call [`Self::poll_output`] afterwards until it returns `Timeout` or `None`.
    pub fn handle(&mut self, input: HostInput, now: Now) {
        let at = now.mono_ms;
        if self.retired {
            return;
        }
        match input {
            HostInput::Message { link, text } => self.handle_message(link, &text, at),
            HostInput::Violation { link, close_code } => {
                if self.link() == Some(link) {
                    let text = "the carrier saw a message that cannot be a frame";
                    self.fail(link, close_code, close_code.error_code(), text);
                }
            }
            HostInput::Lost { link, code } => self.handle_lost(link, code, at),
            HostInput::Answer { id, outcome } => self.handle_answer(&id, outcome, at),
            HostInput::Goodbye { code, reason, resume, retry_after_ms } => {
                self.part(&Goodbye { close_code: code, reason, resume, retry_after_ms }, at);
            }
            HostInput::Tick => {}
        }
        self.run_timers(at);
        self.flush(at);
        self.timeout_told = false;
    }

    /// What is to be done next; `Timeout` once per round, then `None`.
    pub fn poll_output(&mut self) -> Option<HostOutput> {
        if let Some(output) = self.out.pop_front() {
            return Some(output);
        }
        if self.timeout_told {
            return None;
        }
        self.timeout_told = true;
        self.deadline().map(HostOutput::Timeout)
    }

    /// Lends the session room for its outputs, where it has none of its own.
    pub fn borrow_room(&mut self, room: &mut VecDeque<HostOutput>) {
        if self.out.capacity() == 0 {
            std::mem::swap(&mut self.out, room);
        }
    }

    /// Gives the room back, so that a session which has nothing to say keeps none.
    pub fn return_room(&mut self, room: &mut VecDeque<HostOutput>) {
        if self.out.is_empty() {
            let out = std::mem::take(&mut self.out);
            if room.capacity() == 0 {
                *room = out;
            }
        }
    }

    /// The monotonic time at which `Tick` is wanted.
    pub fn deadline(&self) -> Option<u64> {
        if self.retired {
            return None;
        }
        let link = match &self.link {
            None => [Some(self.expires_at()), None],
            Some(attached) => [Some(attached.heartbeat.deadline()), self.intake.deadline()],
        };
        let overflow = self.overflow_at.map(|at| at.saturating_add(self.options.slow_consumer_ms));
        link.into_iter().chain([overflow, self.requests.deadline()]).flatten().min()
    }

    fn run_timers(&mut self, now: u64) {
        self.expire(now);
        while !self.retired {
            let Some((id, running)) = self.requests.close_expired(now) else { break };
            self.time_out(id, running, now);
        }
        let Some(attached) = self.link else { return };
        let slow = self.overflow_at.is_some_and(|at| now >= at.saturating_add(self.options.slow_consumer_ms));
        if slow {
            let (code, text) = (CloseCode::SLOW_CONSUMER, "the plugin takes frames too slowly");
            self.complain_fatally(attached.link, code, code.error_code(), text);
            self.hang_up(attached.link, code, text);
            self.retire(RetireReason::Overflow);
            return;
        }
        self.beat(now);
    }

    fn beat(&mut self, now: u64) {
        let Some(attached) = &mut self.link else { return };
        let Attached { link, liveness, .. } = *attached;
        match attached.heartbeat.poll(now) {
            Beat::Quiet => {}
            Beat::Ping(n) => {
                let text = wire::encode_ping(n, Some(self.intake.tell()));
                self.out.push_back(HostOutput::Transmit { link, text });
            }
            Beat::Dead if liveness == Liveness::Report => self.out.push_back(HostOutput::Responding(false)),
            Beat::Dead => {
                self.hang_up(link, CloseCode::PING_TIMEOUT, "the plugin is silent");
                self.detach(link, now);
            }
        }
    }

    fn flush(&mut self, now: u64) {
        self.send_frames(|out, link, kind, seq, ack, tail| {
            let text = wire::encode_reliable(kind, seq, Some(ack), None, tail);
            out.push_back(HostOutput::Transmit { link, text });
        });
        let Some(Attached { link, .. }) = self.link else { return };
        if self.intake.is_ack_due(now) {
            let text = wire::encode_ack(self.intake.tell());
            self.out.push_back(HostOutput::Transmit { link, text });
        }
        if self.outbox.is_exhausted() {
            let reason = "sequence numbers are used up".to_owned();
            let goodbye =
                Goodbye { close_code: CloseCode::SHUTDOWN, reason, resume: false, retry_after_ms: None };
            self.part(&goodbye, now);
        }
    }

    /// What the window lets through.
    fn send_frames(
        &mut self,
        mut send: impl FnMut(&mut VecDeque<HostOutput>, LinkId, Reliable, u64, u64, &Tail),
    ) {
        let Some(Attached { link, .. }) = self.link else { return };
        let window = Window { frames: self.options.limits.window, bytes: self.options.limits.window_bytes };
        while let Some((seq, entry)) = self.outbox.next(window) {
            send(&mut self.out, link, entry.kind, seq, self.intake.tell(), &entry.tail);
            self.outbox.note_written();
        }
    }

    /// Keeps a frame for the plugin. Where it does not fit nothing is dropped in silence: the session is lost, and the
    /// plugin gets its `resync` as soon as it has been parted from.
    fn push(&mut self, kind: Reliable, tail: Tail, now: u64) -> bool {
        if self.overflow_at.is_some() {
            return false;
        }
        if self.outbox.fits(tail.bytes(), self.options.outbox_frames, self.options.outbox_bytes) {
            self.outbox.push(kind, tail, None);
            return true;
        }
        if self.link.is_some() {
            self.overflow_at = Some(now);
        } else {
            self.retire(RetireReason::Overflow);
        }
        false
    }

    fn hang_up(&mut self, link: LinkId, code: CloseCode, reason: &str) {
        self.out.push_back(HostOutput::Hangup { link, code, reason: super::close_reason(reason) });
    }

    fn retire(&mut self, reason: RetireReason) {
        self.retired = true;
        self.link = None;
        self.previous_token = None;
        self.outbox = Outbox::default();
        self.intake = Intake::default();
        self.requests = Requests::new();
        self.out.push_back(HostOutput::Retired { reason });
    }
}

impl std::fmt::Debug for HostSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HostSession")
            .field("id", &self.id)
            .field("link", &self.link())
            .field("outbox_frames", &self.outbox.len())
            .field("outbox_bytes", &self.outbox.bytes())
            .field("received", &self.intake.received())
            .field("open_requests", &self.requests.len())
            .field("retired", &self.retired)
            .finish_non_exhaustive()
    }
}

/// What the plugin may send: what it was told, and a second's worth more for what the network bunches together.
fn allowance(options: &HostSessionOptions, now: u64) -> Pace {
    Pace::with_slack(options.limits.rate_per_second, options.limits.burst, now)
}

/// Bytes of the largest tail that fits a frame to a plugin.
const MAX_TAIL_BYTES: usize = Limits::TO_PLUGIN.max_frame_bytes - MAX_HEAD_BYTES;
