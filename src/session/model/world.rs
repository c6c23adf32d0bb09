//! Two sessions, the carriers between them, and everything that can happen next.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashSet, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::session::*;
use crate::wire::{
    Auth, CloseCode, Frame, HostInfo, Limits, PluginGrant, PluginInfo, Resume, SdkInfo, Source, decode,
    event_tail,
};

const NOW: Now = Now { mono_ms: 0, wall_ms: 0 };

/// A rule that the world around the sessions breaks, to show that the walk finds what the rule is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Broken {
    Nothing,
    /// R3: frames leave the outbox when they are written.
    KeepUntilAcked,
    /// R6: what a fenced link still delivers counts as if it came on the new one.
    Fence,
    /// R8: only the newest token is valid.
    PreviousToken,
    /// R9: nothing received is not resumable.
    ResumeFromZero,
}

#[derive(Clone)]
struct Conn {
    id: LinkId,
    to_host: VecDeque<String>,
    to_plugin: VecDeque<String>,
    greeted: bool,
    plugin_open: bool,
    host_open: bool,
    severed: bool,
}

#[derive(Clone)]
pub(super) struct World {
    plugin: PluginSession,
    host: Option<HostSession>,
    conns: Vec<Conn>,
    dials: usize,
    emitted: u64,
    requested: u64,
    got: Vec<u64>,
    ran: Vec<u64>,
    settled: Vec<u64>,
    untaken: VecDeque<Mark>,
    broken: Broken,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    Emit,
    Request,
    ToHost(usize),
    ToPlugin(usize),
    /// The carrier breaks; what is under way is lost, nobody has noticed.
    Sever(usize),
    /// The plugin notices; what it wrote may still arrive.
    PluginLoses(usize),
    HostLoses(usize),
    Redial,
    Take,
}

#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) messages: u64,
    pub(super) dials: usize,
}

impl World {
    pub(super) fn new(broken: Broken) -> Self {
        let plugin = PluginInfo { id: None, version: None, plugin_type: None, instance: "i".into() };
        let options =
            PluginOptions::new(plugin, SdkInfo { name: "s".into(), version: "1".into(), runtime: None });
        let mut world = Self {
            plugin: PluginSession::new(options, [1; 32]),
            host: None,
            conns: Vec::new(),
            dials: 0,
            emitted: 0,
            requested: 0,
            got: Vec::new(),
            ran: Vec::new(),
            settled: Vec::new(),
            untaken: VecDeque::new(),
            broken,
        };
        world.plugin.handle(PluginInput::Init, NOW);
        world.drain().expect("nothing can go wrong yet");
        world
    }

    pub(super) fn actions(&self, bounds: Bounds) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.emitted < bounds.messages && self.host.is_some() {
            actions.push(Action::Emit);
        }
        if self.requested < bounds.messages {
            actions.push(Action::Request);
        }
        if !self.untaken.is_empty() {
            actions.push(Action::Take);
        }
        if self.plugin.is_waiting() && self.dials < bounds.dials {
            actions.push(Action::Redial);
        }
        for (at, conn) in self.conns.iter().enumerate() {
            if conn.host_open && !conn.to_host.is_empty() {
                actions.push(Action::ToHost(at));
            }
            if conn.plugin_open && !conn.to_plugin.is_empty() {
                actions.push(Action::ToPlugin(at));
            }
            // The last connection stays, so that every walk can end with everything delivered.
            let may_break = self.dials < bounds.dials || at + 1 < self.conns.len();
            if may_break && conn.plugin_open {
                actions.push(Action::PluginLoses(at));
            }
            if may_break && conn.host_open {
                actions.push(Action::HostLoses(at));
            }
            if may_break && !conn.severed && (conn.plugin_open || conn.host_open) {
                actions.push(Action::Sever(at));
            }
        }
        actions
    }

    pub(super) fn act(&mut self, action: Action) -> Result<(), String> {
        match action {
            Action::Emit => {
                self.emitted += 1;
                let tail = event_tail("m.n", 1, &format!(r#"{{"n":{}}}"#, self.emitted));
                let host = self.host.as_mut().ok_or("no host")?;
                host.emit(&tail, NOW).map_err(|error| error.to_string())?;
            }
            Action::Request => self.request(),
            Action::Take => {
                if let Some(mark) = self.untaken.pop_front() {
                    self.plugin.handle(PluginInput::Taken { mark }, NOW);
                    // Whether the acknowledgement goes at once or later is covered by when it is delivered.
                    self.plugin.halves().1.acknowledge_at_once();
                    self.plugin.handle(PluginInput::Tick, NOW);
                }
            }
            Action::Redial => {
                self.plugin.end_pause();
                self.plugin.handle(PluginInput::Tick, NOW);
            }
            Action::ToHost(at) => self.arrive_at_host(at)?,
            Action::ToPlugin(at) => {
                let conn = &mut self.conns[at];
                if let Some(text) = conn.to_plugin.pop_front() {
                    let input = PluginInput::Message { link: conn.id, text: text.into_bytes() };
                    self.plugin.handle(input, NOW);
                }
            }
            Action::Sever(at) => {
                let conn = &mut self.conns[at];
                conn.severed = true;
                conn.to_host.clear();
                conn.to_plugin.clear();
            }
            Action::PluginLoses(at) => {
                let conn = &mut self.conns[at];
                conn.plugin_open = false;
                conn.to_plugin.clear();
                let lost = PluginInput::Lost { link: conn.id, code: None, reason: String::new() };
                self.plugin.handle(lost, NOW);
            }
            Action::HostLoses(at) => {
                let conn = &mut self.conns[at];
                conn.host_open = false;
                conn.to_host.clear();
                let lost = HostInput::Lost { link: conn.id, code: None };
                if let Some(host) = &mut self.host {
                    host.handle(lost, NOW);
                }
            }
        }
        self.drain()?;
        self.check()
    }

    fn request(&mut self) {
        self.requested += 1;
        let request = PluginInput::Request {
            id: self.requested,
            method: "set_title_tag".into(),
            payload: Arc::from(format!(r#"{{"title":"{}"}}"#, self.requested)),
            contact_id: None,
            idempotency_key: None,
            timeout_ms: 1_000_000,
        };
        self.plugin.handle(request, NOW);
    }

    fn arrive_at_host(&mut self, at: usize) -> Result<(), String> {
        let overtaken = self.conns[at + 1..].iter().any(|newer| newer.greeted);
        let conn = &mut self.conns[at];
        let Some(text) = conn.to_host.pop_front() else { return Ok(()) };
        let mut link = conn.id;
        // The walk assumes that a host reads the greetings of one plugin in the order in which it dialled.
        if overtaken && !conn.greeted {
            return Ok(());
        }
        if !std::mem::replace(&mut conn.greeted, true) {
            let Ok(Frame::Hello(hello)) = decode(text.as_bytes(), &Limits::HELLO) else {
                return Err("R1: the first frame is not hello".into());
            };
            return self.welcome(link, hello.resume.as_ref());
        }
        let Some(host) = &mut self.host else { return Ok(()) };
        if self.broken == Broken::Fence {
            link = host.link().unwrap_or(link);
        }
        host.handle(HostInput::Message { link, text: text.into_bytes() }, NOW);
        Ok(())
    }

    fn welcome(&mut self, link: LinkId, resume: Option<&Resume>) -> Result<(), String> {
        let Some(resume) = resume else {
            // Without a resume the plugin never saw a welcome: what the old session holds belongs to nobody.
            let seed = [self.dials as u8; 32];
            let mut host = HostSession::new(HostSessionOptions::default(), seed, NOW);
            host.attach(link, facts(true), None, NOW).map_err(|error| format!("{error:?}"))?;
            // A message that went to the session that nobody ever saw is in the new one's snapshot.
            if self.host.replace(host).is_some() {
                self.got = (1..=self.emitted).collect();
            }
            return Ok(());
        };
        let Some(host) = &mut self.host else { return Err("a resume without a session".into()) };
        match self.broken {
            Broken::PreviousToken if !host.is_current(&resume.resume_token) => {
                return Err("R8: a session was lost to a token that never arrived".into());
            }
            Broken::ResumeFromZero if resume.received == 0 => {
                return Err("R9: a session was lost because nothing had been received".into());
            }
            Broken::KeepUntilAcked => host.halves().0.forget_written(),
            _ => {}
        }
        host.attach(link, facts(false), Some(resume), NOW).map_err(|error| format!("not resumed: {error:?}"))
    }

    fn drain(&mut self) -> Result<(), String> {
        loop {
            let mut moved = false;
            while let Some(output) = self.plugin.poll_output() {
                moved = true;
                self.handle_plugin_output(output)?;
            }
            while let Some(output) = self.host.as_mut().and_then(HostSession::poll_output) {
                moved = true;
                self.handle_host_output(output)?;
            }
            if !moved {
                return Ok(());
            }
        }
    }

    fn handle_plugin_output(&mut self, output: PluginOutput) -> Result<(), String> {
        match output {
            PluginOutput::Dial { link } => {
                self.dials += 1;
                self.conns.push(Conn {
                    id: link,
                    to_host: VecDeque::new(),
                    to_plugin: VecDeque::new(),
                    greeted: false,
                    plugin_open: true,
                    host_open: true,
                    severed: false,
                });
                let auth = Some(Auth { scheme: "bearer".into(), token: "t".into() });
                self.plugin.handle(PluginInput::Opened { link, auth }, NOW);
            }
            PluginOutput::Transmit { link, text } => {
                if let Some(conn) = self.conn(link).filter(|conn| conn.host_open && !conn.severed) {
                    conn.to_host.push_back(text);
                }
            }
            PluginOutput::Hangup { code, reason, .. } => {
                return Err(format!("plugin closed {}: {reason}", code.0));
            }
            PluginOutput::Event(SessionEvent::Event { mark, payload, .. }) => {
                self.got.push(payload.value()["n"].as_u64().unwrap_or(0));
                self.untaken.push_back(mark);
            }
            PluginOutput::Event(SessionEvent::Settled { id, mark, outcome }) => {
                outcome.map_err(|error| format!("call {id} failed: {error}"))?;
                self.settled.push(id);
                self.untaken.extend(mark);
            }
            PluginOutput::Event(SessionEvent::Resync { reason, .. }) => {
                return Err(format!("resync {reason}"));
            }
            PluginOutput::Event(_) | PluginOutput::Timeout(_) => {}
        }
        Ok(())
    }

    fn handle_host_output(&mut self, output: HostOutput) -> Result<(), String> {
        match output {
            HostOutput::Transmit { link, text } => {
                if let Some(conn) = self.conn(link).filter(|conn| conn.plugin_open && !conn.severed) {
                    conn.to_plugin.push_back(text);
                }
            }
            HostOutput::Hangup { link, code: CloseCode::REPLACED, .. } => {
                // The carrier still holds what the fenced link wrote: it goes on arriving.
                if let Some(conn) = self.conn(link) {
                    conn.to_plugin.clear();
                }
            }
            HostOutput::Hangup { code, reason, .. } => {
                return Err(format!("host closed {}: {reason}", code.0));
            }
            HostOutput::Request { id, payload, .. } => {
                let title = payload.value()["title"].as_str().and_then(|title| title.parse().ok());
                self.ran.push(title.unwrap_or(0));
                let answer = HostInput::Answer { id, outcome: Ok("{}".into()) };
                if let Some(host) = &mut self.host {
                    host.handle(answer, NOW);
                }
            }
            HostOutput::Retired { reason } => return Err(format!("retired: {reason:?}")),
            _ => {}
        }
        Ok(())
    }

    fn conn(&mut self, link: LinkId) -> Option<&mut Conn> {
        self.conns.iter_mut().find(|conn| conn.id == link)
    }

    /// P1 and P2: what arrived is a prefix of what was sent.
    fn check(&self) -> Result<(), String> {
        let prefix = |seen: &[u64]| seen.iter().zip(1..).all(|(n, expected)| *n == expected);
        if !prefix(&self.got) || !prefix(&self.ran) {
            return Err(format!("order: events {:?}, requests {:?}", self.got, self.ran));
        }
        let once: HashSet<_> = self.settled.iter().collect();
        if once.len() == self.settled.len() { Ok(()) } else { Err(format!("settled {:?}", self.settled)) }
    }

    /// Where nothing can happen any more, everything must have arrived.
    pub(super) fn check_end(&self) -> Result<(), String> {
        let complete = [self.got.len(), self.ran.len(), self.settled.len()];
        let sent = [self.emitted, self.requested, self.requested].map(|n| n as usize);
        if complete == sent { Ok(()) } else { Err(format!("lost: {complete:?} of {sent:?}")) }
    }

    pub(super) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.plugin.fingerprint().hash(&mut hasher);
        self.host.as_ref().map(HostSession::fingerprint).hash(&mut hasher);
        for conn in &self.conns {
            (conn.id, &conn.to_host, &conn.to_plugin).hash(&mut hasher);
            (conn.greeted, conn.plugin_open, conn.host_open, conn.severed).hash(&mut hasher);
        }
        (self.dials, self.emitted, self.requested, self.untaken.len()).hash(&mut hasher);
        (&self.got, &self.ran, &self.settled).hash(&mut hasher);
        hasher.finish()
    }
}

fn facts(fresh: bool) -> WelcomeFacts {
    WelcomeFacts {
        plugin: PluginGrant { id: "p".into(), plugin_type: None },
        granted: Vec::new(),
        denied: Vec::new(),
        events: None,
        host: HostInfo { name: "h".into(), version: "1".into(), source: Source::Host },
        fresh: fresh.then(|| Fresh { reason: "new".into(), snapshot: serde_json::json!({}) }),
        liveness: Liveness::Drop,
    }
}
