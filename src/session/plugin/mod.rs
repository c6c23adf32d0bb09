//! The plugin's side of the link.

mod calls;
mod event;
mod frames;
mod io;
mod link;
#[cfg(test)]
mod probe;
mod welcome;

pub use event::{Mark, Ready, SessionEvent};
pub use io::{DialError, PluginInput, PluginOptions, PluginOutput, Reconnect, State};

use std::collections::VecDeque;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::backoff::Backoff;
use super::errors::ErrorBudget;
use super::heartbeat::{Beat, HeartbeatTimer};
use super::intake::Intake;
use super::outbox::{Outbox, Window};
use super::pace::Pace;
use super::requests::Requests;
use super::{LinkId, Liveness, Now};
use crate::wire::{self, CloseCode, ErrorBody, LinkLimits, Reliable};
use calls::Call;

/// A plugin's session with one desktop, over any number of links.
#[derive(Clone)]
pub struct PluginSession {
    options: PluginOptions,
    rng: ChaCha20Rng,
    state: State,
    phase: Phase,
    last_link: LinkId,
    init: Option<FirstInit>,
    current: Option<Current>,
    /// Counts sessions, so that a `Taken` of an older one is recognised.
    epoch: u32,
    outbox: Outbox,
    intake: Intake,
    calls: Requests<u64, Call>,
    pace: Pace,
    backoff: Backoff,
    errors: ErrorBudget,
    /// A session was lost that the application has not been told of: how many calls it took along.
    resync_owed: Option<usize>,
    drain_owed: bool,
    /// The host gave up because frames were taken too slowly.
    too_slow: bool,
    late_answers: u64,
    out: VecDeque<PluginOutput>,
    timeout_told: bool,
}

/// Where the one link stands.
#[derive(Clone, Copy)]
enum Phase {
    /// No link and no attempt.
    Off,
    /// The next attempt starts then.
    Waiting { until: u64 },
    /// The carrier is being opened.
    Dialling { link: LinkId, until: u64 },
    /// `hello` was written.
    Greeting { link: LinkId, until: u64, resuming: bool },
    /// `welcome` has arrived.
    Up { link: LinkId, since: u64, heartbeat: HeartbeatTimer, pace_until: Option<u64> },
}

/// A first `Init` that has not ended.
#[derive(Clone)]
struct FirstInit {
    deadline: u64,
    last_error: Option<ErrorBody>,
}

/// What the host said about the session.
#[derive(Clone)]
struct Current {
    id: String,
    token: String,
    limits: LinkLimits,
}

impl PluginSession {
    /// An idle session. `seed` must be 256 random bits: jitter comes from it.
    pub fn new(options: PluginOptions, seed: [u8; 32]) -> Self {
        let max_delay_ms = match options.reconnect {
            Reconnect::Never => 0,
            Reconnect::Backoff { max_delay_ms } => max_delay_ms,
        };
        Self {
            options,
            rng: ChaCha20Rng::from_seed(seed),
            state: State::Idle,
            phase: Phase::Off,
            last_link: 0,
            init: None,
            current: None,
            epoch: 0,
            outbox: Outbox::default(),
            intake: Intake::default(),
            calls: Requests::new(),
            pace: Pace::new(0.0, 1, 0),
            backoff: Backoff::new(max_delay_ms),
            errors: ErrorBudget::default(),
            resync_owed: None,
            drain_owed: false,
            too_slow: false,
            late_answers: 0,
            out: VecDeque::new(),
            timeout_told: true,
        }
    }

    /// Where the session stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// Answers that came after their call had settled.
    pub fn late_answers(&self) -> u64 {
        self.late_answers
    }

    /// Calls that have not settled.
    pub fn open_calls(&self) -> usize {
        self.calls.len()
    }

    /// Takes one input. Call [`Self::poll_output`] afterwards until it returns `Timeout` or `None`.
    pub fn handle(&mut self, input: PluginInput, now: Now) {
        let at = now.mono_ms;
        match input {
            PluginInput::Init => self.handle_init(at),
            PluginInput::Opened { link, auth } => self.handle_opened(link, auth, at),
            PluginInput::DialFailed { link, error } => self.handle_dial_failed(link, &error, at),
            PluginInput::Message { link, text } => self.handle_message(link, &text, at),
            PluginInput::Violation { link, close_code } => self.handle_violation(link, close_code),
            PluginInput::Lost { link, code, reason } => self.handle_lost(link, code, reason, at),
            PluginInput::Request { id, method, payload, contact_id, idempotency_key, timeout_ms } => {
                let tail =
                    calls::tail(id, &method, contact_id.as_deref(), idempotency_key.as_deref(), &payload);
                self.handle_request(id, &method, idempotency_key, tail, timeout_ms, at);
            }
            PluginInput::Cancel { id } => self.handle_cancel(id),
            PluginInput::Taken { mark } => {
                if mark.epoch == self.epoch {
                    self.intake.take(mark.seq, at);
                }
            }
            PluginInput::Close => self.handle_close(),
            PluginInput::Tick => {}
        }
        self.finish(at);
    }

    /// Takes one text message, as [`PluginInput::Message`] does.
    pub fn handle_text(&mut self, link: LinkId, text: &str, now: Now) {
        self.handle_carried(link, text.as_bytes(), Some(text), now.mono_ms);
        self.finish(now.mono_ms);
    }

    fn finish(&mut self, now: u64) {
        self.run_timers(now);
        self.flush(now);
        self.timeout_told = false;
    }

    /// What is to be done next; `Timeout` once per round, then `None`.
    pub fn poll_output(&mut self) -> Option<PluginOutput> {
        if let Some(output) = self.out.pop_front() {
            return Some(output);
        }
        if self.timeout_told {
            return None;
        }
        self.timeout_told = true;
        self.deadline().map(PluginOutput::Timeout)
    }

    /// The monotonic time at which `Tick` is wanted.
    pub fn deadline(&self) -> Option<u64> {
        let link = match &self.phase {
            Phase::Off => None,
            Phase::Waiting { .. } if self.is_catching_up() => None,
            Phase::Waiting { until } | Phase::Dialling { until, .. } | Phase::Greeting { until, .. } => {
                Some(*until)
            }
            Phase::Up { heartbeat, pace_until, .. } => {
                [Some(heartbeat.deadline()), *pace_until, self.intake.deadline()].into_iter().flatten().min()
            }
        };
        let init = self.init.as_ref().map(|init| init.deadline);
        [link, init, self.calls.deadline()].into_iter().flatten().min()
    }

    fn run_timers(&mut self, now: u64) {
        if self.init.as_ref().is_some_and(|init| now >= init.deadline) {
            self.handle_init_timeout();
        }
        while let Some((id, call)) = self.calls.close_expired(now) {
            self.time_out(id, call);
        }
        match self.phase {
            Phase::Waiting { until } if now >= until && !self.is_catching_up() => self.dial(now),
            Phase::Dialling { link, until } if now >= until => {
                self.give_up(link, CloseCode::LOST, "the carrier did not open in time", now);
            }
            Phase::Greeting { link, until, .. } if now >= until => {
                self.give_up(link, CloseCode::HELLO_TIMEOUT, "no welcome in time", now);
            }
            Phase::Up { .. } => self.beat(now),
            _ => {}
        }
    }

    /// A new session would overflow as the last one did, with one more `resync` each time, until the application has
    /// taken what it already has.
    fn is_catching_up(&self) -> bool {
        self.too_slow && self.intake.waiting().0 > 0
    }

    fn beat(&mut self, now: u64) {
        let Phase::Up { link, heartbeat, .. } = &mut self.phase else { return };
        let link = *link;
        match heartbeat.poll(now) {
            Beat::Quiet => {}
            Beat::Ping(n) => {
                let text = wire::encode_ping(n, Some(self.intake.tell()));
                self.out.push_back(PluginOutput::Transmit { link, text });
            }
            Beat::Dead if self.options.liveness == Liveness::Report => {
                self.report(SessionEvent::Responding(false));
            }
            Beat::Dead => self.give_up(link, CloseCode::PING_TIMEOUT, "the host is silent", now),
        }
    }

    /// Writes what window and pace let through, then whatever acknowledgement is still due.
    fn flush(&mut self, now: u64) {
        let (Phase::Up { link, .. }, Some(current)) = (self.phase, &self.current) else { return };
        let window = Window { frames: current.limits.window, bytes: current.limits.window_bytes };
        let mut blocked = None;
        while let Some((seq, entry)) = self.outbox.next(window) {
            // A replayed frame has paid already.
            let is_new = entry.kind == Reliable::Request && !self.outbox.was_written(seq);
            if is_new && let Err(until) = self.pace.take(now) {
                blocked = Some(until);
                break;
            }
            let remaining = entry.run_until().map(|at| at.saturating_sub(now).min(wire::MAX_DEADLINE_MS));
            let ack = Some(self.intake.tell());
            let text = wire::encode_reliable(entry.kind, seq, ack, remaining, &entry.tail);
            self.out.push_back(PluginOutput::Transmit { link, text });
            self.outbox.note_written();
        }
        if let Phase::Up { pace_until, .. } = &mut self.phase {
            *pace_until = blocked;
        }
        if self.intake.is_ack_due(now) {
            let text = wire::encode_ack(self.intake.tell());
            self.out.push_back(PluginOutput::Transmit { link, text });
        }
        if self.outbox.is_exhausted() {
            self.start_over(link, now);
        }
        self.note_drained();
    }

    fn report(&mut self, event: SessionEvent) {
        self.out.push_back(PluginOutput::Event(event));
    }
}

impl std::fmt::Debug for PluginSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PluginSession")
            .field("state", &self.state)
            .field("session", &self.current.as_ref().map(|current| &current.id))
            .field("outbox_frames", &self.outbox.len())
            .field("received", &self.intake.received())
            .field("taken", &self.intake.taken())
            .field("open_calls", &self.calls.len())
            .finish_non_exhaustive()
    }
}
