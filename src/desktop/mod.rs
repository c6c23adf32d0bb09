//! The host's mind, sans-IO: agents' state, sessions, permissions, answers, idempotency, broadcast.
//!
//! ```text
//! DesktopInput ─► links ─► handshake ─► sessions ─► requests ─► answers │ Run ─► Answer
//! emit, apply_snapshot ─► agents ─► broadcast ─► each session's outbox
//! poll_output() until it says Timeout
//! ```
//!
//! One [`Desktop`] serves any number of agents and links. It keeps no clock: time comes in with every call, and
//! what it wants done goes out as [`DesktopOutput`].
#![forbid(unsafe_code)]

mod agents;
mod answers;
mod audit;
mod broadcast;
mod handshake;
mod held;
mod idempotency;
mod io;
mod limits;
mod links;
mod live;
mod notice;
mod notifications;
mod options;
pub mod origin;
mod panels;
mod permissions;
mod quick_connects;
mod recording;
mod requests;
mod sessions;
mod timers;
mod tombstones;
mod trace;
mod visibility;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

pub use crate::calls::Command;
pub use io::{Attached, Carrier, DesktopInput, DesktopOutput, EmitOptions, Grant, Peer, SessionInfo};
pub use notice::{AuditKind, HostNotice, NotificationChange, SessionChange};
pub use options::{DEFAULT_AGENT, DesktopLimits, DesktopOptions};
pub use quick_connects::{connection_by_id, connection_by_name, find_quick_connect};

use agents::Agent;
use held::Held;
use idempotency::Cache;
use limits::Lobby;
use links::Link;
use requests::Run;
use sessions::{SessionKey, Sessions};
use timers::Timers;
use tombstones::Tombstones;

use crate::recording::Recorder;
use crate::schema::Method;
use crate::session::{HostOutput, HostSessionOptions, LinkId, Now, Numbered};

/// The host's mind. See the module.
pub struct Desktop {
    options: DesktopOptions,
    session_options: Arc<HostSessionOptions>,
    rng: ChaCha20Rng,
    links: Numbered<Link>,
    lobby: Lobby,
    sessions: Sessions,
    tombstones: Tombstones,
    agents: HashMap<Arc<str>, Agent>,
    handled: HashSet<Method>,
    runs: HashMap<u64, Run>,
    last_ticket: u64,
    last_notification: u64,
    cache: Cache,
    timers: Timers<Timer>,
    outputs: VecDeque<DesktopOutput>,
    held: Held,
    /// Room for what a session has to say, for one at a time.
    room: VecDeque<HostOutput>,
    /// Room for one frame at a time.
    text: String,
    recorder: Option<Recorder>,
}

/// Whose deadline a timer is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Timer {
    /// A link that has not been welcomed.
    Link(LinkId),
    /// What the session itself asks for.
    Session(SessionKey),
    /// The end of the token that the session's link came with.
    Token(SessionKey),
    /// The next contact that an agent's list drops.
    Agent(Arc<str>),
}

impl Desktop {
    /// A desktop without links. `seed` must be random: session ids and resume tokens are made of it.
    pub fn new(options: DesktopOptions, seed: [u8; 32]) -> Self {
        let cache = Cache::new(options.limits.idempotency_entries, options.limits.idempotency_ms);
        let session_options = Arc::new(options.limits.of_session());
        Self {
            options,
            session_options,
            rng: ChaCha20Rng::from_seed(seed),
            links: Numbered::default(),
            lobby: Lobby::default(),
            sessions: Sessions::default(),
            tombstones: Tombstones::default(),
            agents: HashMap::new(),
            handled: HashSet::new(),
            runs: HashMap::new(),
            last_ticket: 0,
            last_notification: 0,
            cache,
            timers: Timers::new(),
            outputs: VecDeque::new(),
            held: Held::default(),
            room: VecDeque::new(),
            text: String::new(),
            recorder: None,
        }
    }

    /// Takes in one thing that happened.
    pub fn handle(&mut self, input: DesktopInput, now: Now) {
        self.advance_recorder(now);
        match input {
            DesktopInput::Opened { conn, peer } => self.handle_opened(conn, peer, now),
            DesktopInput::Message { conn, bytes } => self.handle_message(conn, bytes, now),
            DesktopInput::Violation { conn, close_code } => self.handle_violation(conn, close_code, now),
            DesktopInput::Lost { conn, code } => self.handle_lost(conn, code, now),
            DesktopInput::Authenticated { conn, result } => self.handle_authenticated(conn, result, now),
            DesktopInput::Answer { ticket, outcome } => self.handle_answer(ticket, outcome, now),
            DesktopInput::Tick => self.handle_tick(now),
            DesktopInput::Dismiss { conn, reason } => self.handle_dismiss(conn, reason, now),
            DesktopInput::Shutdown { retry_after_ms } => self.handle_shutdown(retry_after_ms, now),
        }
    }

    /// What to do next. `Timeout`, or `None` where there is nothing to wait for, ends a round.
    pub fn poll_output(&mut self) -> Option<DesktopOutput> {
        self.outputs.pop_front().or_else(|| self.timers.next().map(DesktopOutput::Timeout))
    }

    /// Whether one more link from that address may open now; where not, a listener answers HTTP 429.
    pub fn admits(&self, address: Option<&str>) -> bool {
        self.lobby.admits(address, &self.options.limits)
    }

    /// Routes a method to the application ([`DesktopOutput::Run`]) instead of its built-in answer, or back.
    pub fn set_handled(&mut self, method: Method, handled: bool) {
        if handled {
            self.handled.insert(method);
        } else {
            self.handled.remove(&method);
        }
    }

    /// Who is, or may come back, connected; oldest first.
    pub fn sessions(&self) -> Vec<SessionInfo> {
        self.sessions.keys().into_iter().filter_map(|key| Some(self.sessions.get(key)?.info())).collect()
    }

    fn handle_tick(&mut self, now: Now) {
        while let Some(timer) = self.timers.pop(now.mono_ms) {
            match timer {
                Timer::Link(conn) => self.time_out_link(conn, now),
                Timer::Session(key) => self.tick_session(key, now),
                Timer::Token(key) => self.expire_token(key, now),
                Timer::Agent(agent) => self.sweep_agent(&agent, now),
            }
        }
    }

    fn next_ticket(&mut self) -> u64 {
        self.last_ticket += 1;
        self.last_ticket
    }

    fn seed(&mut self) -> [u8; 32] {
        let mut seed = [0; 32];
        self.rng.fill_bytes(&mut seed);
        seed
    }

    fn notify(&mut self, notice: HostNotice) {
        self.outputs.push_back(DesktopOutput::Notice(notice));
    }
}
