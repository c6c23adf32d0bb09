//! A plugin's session and a small host around [`HostSession`], joined by links that the tests control.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::json;
use smartagent_plugin_sdk::schema::Payload;
use smartagent_plugin_sdk::session::{
    DialError, Fresh, Handshake, HostInput, HostOutput, HostSession, HostSessionOptions, LinkId, Liveness,
    Mark, Now, PluginInput, PluginOptions, PluginOutput, PluginSession, RetireReason, SessionEvent,
    WelcomeFacts,
};
use smartagent_plugin_sdk::wire::{
    Auth, CloseCode, ErrorBody, ErrorCode, Frame, HostInfo, Limits, PluginGrant, PluginInfo, SdkInfo, Source,
    decode, event_tail,
};

const PLUGIN: usize = 0;
const HOST: usize = 1;
pub const SECOND: u64 = 1_000;

/// What travels on a link.
#[derive(Clone, Debug)]
pub enum Wire {
    Text(String),
    Close(Option<CloseCode>),
}

/// One direction of a link.
#[derive(Default)]
struct Lane {
    queue: VecDeque<(u64, Wire)>,
    last_at: u64,
}

impl Lane {
    fn push(&mut self, at: u64, wire: Wire) {
        self.last_at = self.last_at.max(at);
        self.queue.push_back((self.last_at, wire));
    }

    fn pop_due(&mut self, now: u64) -> Option<Wire> {
        self.queue
            .front()
            .is_some_and(|(at, _)| *at <= now)
            .then(|| self.queue.pop_front())
            .flatten()
            .map(|x| x.1)
    }
}

struct Link {
    to_host: Lane,
    to_plugin: Lane,
    handshake: Option<Handshake>,
    /// Everything written from now on vanishes.
    black_hole: bool,
    /// Sides that know that the link is over.
    over: [bool; 2],
}

/// What the host's application saw and how it answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    AtOnce,
    Never,
}

pub struct Pair {
    pub now: Now,
    pub plugin: PluginSession,
    pub hosts: Vec<HostSession>,
    pub host_options: HostSessionOptions,
    links: BTreeMap<LinkId, Link>,
    next_host_seed: u8,
    pub latency: Box<dyn FnMut() -> u64>,
    /// Whether dials succeed.
    pub listening: bool,
    pub dials: usize,
    pub dial_error: DialError,
    /// Whether the application takes frames as they come.
    pub taking: bool,
    pub untaken: VecDeque<Mark>,
    pub answers: Answers,
    pub events: Vec<SessionEvent>,
    pub executed: Vec<String>,
    pub cancelled: Vec<String>,
    pub open_at_host: Vec<(usize, String)>,
    pub retired: Vec<RetireReason>,
    pub hangups: Vec<(&'static str, LinkId, CloseCode)>,
    /// Frames in the order in which they were written, with the side that wrote them.
    pub written: Vec<(&'static str, LinkId, String)>,
    /// Timers of this side do not fire.
    pub frozen_host_timers: bool,
    pub refuse_resume: Option<&'static str>,
    next_id: u64,
}

pub fn plugin_options() -> PluginOptions {
    let plugin =
        PluginInfo { id: Some("acme.panel".into()), version: None, plugin_type: None, instance: "i1".into() };
    PluginOptions::new(plugin, SdkInfo { name: "sdk".into(), version: "0.1.0".into(), runtime: None })
}

impl Pair {
    /// Not yet started.
    pub fn idle() -> Self {
        Self::with(plugin_options(), HostSessionOptions::default())
    }

    pub fn with(plugin: PluginOptions, host_options: HostSessionOptions) -> Self {
        Self {
            now: Now { mono_ms: 1_000_000, wall_ms: 1_790_000_000_000 },
            plugin: PluginSession::new(plugin, [1; 32]),
            hosts: Vec::new(),
            host_options,
            links: BTreeMap::new(),
            next_host_seed: 10,
            latency: Box::new(|| 5),
            listening: true,
            dials: 0,
            dial_error: DialError {
                code: ErrorCode::NoHost,
                message: "connection refused".into(),
                close_code: None,
                retry_after_ms: None,
            },
            taking: true,
            untaken: VecDeque::new(),
            answers: Answers::AtOnce,
            events: Vec::new(),
            executed: Vec::new(),
            cancelled: Vec::new(),
            open_at_host: Vec::new(),
            retired: Vec::new(),
            hangups: Vec::new(),
            written: Vec::new(),
            frozen_host_timers: false,
            refuse_resume: None,
            next_id: 0,
        }
    }

    /// The next host's session gets another seed.
    pub fn next_seed(&mut self) {
        self.next_host_seed = self.next_host_seed.wrapping_add(1);
    }

    /// Ready.
    pub fn new() -> Self {
        Self::ready(Self::idle())
    }

    pub fn ready(mut self) -> Self {
        self.input(PluginInput::Init);
        self.advance(SECOND);
        assert_eq!(self.plugin.state().as_str(), "ready");
        self
    }

    // ---- the application's side

    pub fn input(&mut self, input: PluginInput) {
        self.plugin.handle(input, self.now);
        self.drain();
    }

    pub fn request(&mut self, title: &str) -> u64 {
        self.request_for(title, 10_000)
    }

    pub fn request_for(&mut self, title: &str, timeout_ms: u64) -> u64 {
        self.next_id += 1;
        let id = self.next_id;
        self.input(PluginInput::Request {
            id,
            method: "set_title_tag".into(),
            payload: Arc::from(json!({ "title": title }).to_string()),
            contact_id: None,
            idempotency_key: Some(format!("key-{title}")),
            timeout_ms,
        });
        id
    }

    pub fn take_all(&mut self) {
        while let Some(mark) = self.untaken.pop_front() {
            self.input(PluginInput::Taken { mark });
        }
    }

    /// Numbers in the events that the application got.
    pub fn numbers(&self) -> Vec<u64> {
        self.events
            .iter()
            .filter_map(|event| match event {
                SessionEvent::Event { payload, .. } => payload.value()["n"].as_u64(),
                _ => None,
            })
            .collect()
    }

    pub fn outcomes(&self, of: u64) -> Vec<Result<Payload, ErrorBody>> {
        self.events
            .iter()
            .filter_map(|event| match event {
                SessionEvent::Settled { id, outcome, .. } if *id == of => Some(outcome.clone()),
                _ => None,
            })
            .collect()
    }

    /// Whether the call has not settled.
    pub fn is_open(&self, of: u64) -> bool {
        !self.events.iter().any(|event| matches!(event, SessionEvent::Settled { id, .. } if *id == of))
    }

    pub fn error_of(&self, id: u64) -> ErrorBody {
        match self.outcomes(id).as_slice() {
            [Err(error)] => error.clone(),
            other => panic!("call {id} settled as {other:?}"),
        }
    }

    pub fn count(&self, which: fn(&SessionEvent) -> bool) -> usize {
        self.events.iter().filter(|event| which(event)).count()
    }

    pub fn resyncs(&self) -> Vec<(String, usize)> {
        self.events
            .iter()
            .filter_map(|event| match event {
                SessionEvent::Resync { reason, unsettled, .. } => Some((reason.clone(), *unsettled)),
                _ => None,
            })
            .collect()
    }

    // ---- the host's side

    pub fn host(&mut self) -> &mut HostSession {
        self.hosts.last_mut().expect("a session")
    }

    pub fn emit(&mut self, n: u64) -> Result<(), ErrorBody> {
        let tail = event_tail("test.count", self.now.wall_ms, &json!({ "n": n }).to_string());
        let now = self.now;
        let sent = self.host().emit(&tail, now);
        self.drain();
        sent
    }

    pub fn host_input(&mut self, input: HostInput) {
        let now = self.now;
        self.host().handle(input, now);
        self.drain();
    }

    /// The host's process ends and starts again: it has forgotten every session.
    pub fn restart_host(&mut self) {
        self.cut();
        self.hosts.clear();
        self.open_at_host.clear();
    }

    // ---- the links

    pub fn link(&self) -> Option<LinkId> {
        self.links.keys().next_back().copied()
    }

    /// The carrier breaks: what is under way is lost, both sides notice.
    pub fn cut(&mut self) {
        let now = self.now.mono_ms;
        for link in self.links.values_mut() {
            link.to_host.queue.clear();
            link.to_plugin.queue.clear();
            link.to_host.push(now, Wire::Close(None));
            link.to_plugin.push(now, Wire::Close(None));
        }
    }

    /// The carrier is half open: everything vanishes and nobody is told.
    pub fn black_hole(&mut self) {
        for link in self.links.values_mut() {
            link.black_hole = true;
            link.to_host.queue.clear();
            link.to_plugin.queue.clear();
        }
    }

    /// What is under way, in order.
    pub fn in_flight(&mut self, to_plugin: bool) -> Vec<&mut Wire> {
        self.links
            .values_mut()
            .flat_map(|link| if to_plugin { &mut link.to_plugin } else { &mut link.to_host }.queue.iter_mut())
            .map(|(_, wire)| wire)
            .collect()
    }

    /// A message arrives at the plugin that the host's session did not write.
    pub fn forge_to_plugin(&mut self, text: impl Into<Vec<u8>>) {
        let link = self.link().expect("a link");
        self.input(PluginInput::Message { link, text: text.into() });
    }

    /// A message arrives at the host that the plugin's session did not write.
    pub fn forge_to_host(&mut self, text: impl Into<Vec<u8>>) {
        let link = self.link().expect("a link");
        self.host_input(HostInput::Message { link, text: text.into() });
    }

    /// Frames of one kind that one side wrote.
    pub fn frames(&self, by: &str, kind: &str) -> Vec<serde_json::Value> {
        self.written
            .iter()
            .filter(|(side, ..)| *side == by)
            .map(|(.., text)| serde_json::from_str::<serde_json::Value>(text).expect("a frame"))
            .filter(|frame| frame["type"] == kind)
            .collect()
    }

    // ---- time

    pub fn advance(&mut self, ms: u64) {
        let end = self.now.mono_ms + ms;
        while let Some(at) = self.next_at().filter(|at| *at <= end) {
            self.jump_to(at.max(self.now.mono_ms));
        }
        self.jump_to(end);
    }

    /// Everybody is suspended: the clock goes on, no timer fires, nothing is delivered; then all wake.
    pub fn suspend(&mut self, ms: u64) {
        self.now.mono_ms += ms;
        self.now.wall_ms += ms;
        self.tick();
    }

    fn jump_to(&mut self, at: u64) {
        let passed = at - self.now.mono_ms;
        self.now.mono_ms = at;
        self.now.wall_ms = self.now.wall_ms.wrapping_add(passed);
        self.deliver();
        self.tick();
    }

    fn tick(&mut self) {
        let at = self.now.mono_ms;
        if self.plugin.deadline().is_some_and(|due| due <= at) {
            self.input(PluginInput::Tick);
        }
        if !self.frozen_host_timers {
            for index in 0..self.hosts.len() {
                if self.hosts[index].deadline().is_some_and(|due| due <= at) {
                    self.hosts[index].handle(HostInput::Tick, self.now);
                }
            }
            self.drain();
        }
    }

    fn next_at(&self) -> Option<u64> {
        let lanes = self.links.values().flat_map(|link| [&link.to_host, &link.to_plugin]);
        let wires = lanes.filter_map(|lane| lane.queue.front().map(|(at, _)| *at));
        let hosts = self.hosts.iter().filter_map(HostSession::deadline).filter(|_| !self.frozen_host_timers);
        wires.chain(hosts).chain(self.plugin.deadline()).min()
    }

    /// Delivers what is due, one message at a time.
    pub fn deliver(&mut self) {
        let now = self.now.mono_ms;
        loop {
            let mut moved = false;
            let ids: Vec<LinkId> = self.links.keys().copied().collect();
            for id in ids {
                if let Some(wire) = self.links.get_mut(&id).and_then(|link| link.to_host.pop_due(now)) {
                    self.arrive_at_host(id, wire);
                    moved = true;
                }
                if let Some(wire) = self.links.get_mut(&id).and_then(|link| link.to_plugin.pop_due(now)) {
                    moved = true;
                    if matches!(wire, Wire::Close(_)) {
                        self.note_over(id, PLUGIN);
                    }
                    let input = match wire {
                        Wire::Text(text) => PluginInput::Message { link: id, text: text.into_bytes() },
                        Wire::Close(code) => PluginInput::Lost { link: id, code, reason: String::new() },
                    };
                    self.input(input);
                }
            }
            if !moved {
                return;
            }
        }
    }

    fn note_over(&mut self, id: LinkId, side: usize) {
        let Some(link) = self.links.get_mut(&id) else { return };
        link.over[side] = true;
        if link.over == [true; 2] {
            self.links.remove(&id);
        }
    }

    fn arrive_at_host(&mut self, id: LinkId, wire: Wire) {
        let text = match wire {
            Wire::Close(code) => {
                for host in &mut self.hosts {
                    host.handle(HostInput::Lost { link: id, code }, self.now);
                }
                self.note_over(id, HOST);
                return self.drain();
            }
            Wire::Text(text) => text,
        };
        let handshake = self.links.get_mut(&id).and_then(|link| link.handshake.as_mut());
        match handshake.map(|handshake| handshake.handle_message(text.as_bytes(), self.now)) {
            Some(Ok(hello)) => {
                self.links.get_mut(&id).expect("the link").handshake = None;
                self.welcome(id, hello.resume.as_ref());
            }
            Some(Err(refusal)) => {
                self.send_to_plugin(id, Wire::Text(refusal.frame()));
                self.send_to_plugin(id, Wire::Close(Some(refusal.close_code)));
            }
            None => {
                for host in &mut self.hosts {
                    host.handle(HostInput::Message { link: id, text: text.clone().into_bytes() }, self.now);
                }
            }
        }
        self.drain();
    }

    pub fn welcome(&mut self, id: LinkId, resume: Option<&smartagent_plugin_sdk::wire::Resume>) {
        let mut reason = "new";
        if let Some(resume) = resume {
            let found = self.hosts.iter_mut().find(|host| host.id() == resume.session);
            let checked = match (self.refuse_resume, found) {
                (Some(refusal), _) => Err(refusal),
                (None, None) => Err("unknown_session"),
                (None, Some(host)) => host
                    .attach(id, facts(None), Some(resume), self.now)
                    .map_err(smartagent_plugin_sdk::session::ResumeRefused::as_str),
            };
            match checked {
                Ok(()) => return,
                Err(refusal) => reason = refusal,
            }
        }
        self.next_host_seed = self.next_host_seed.wrapping_add(1);
        let mut host = HostSession::new(self.host_options.clone(), [self.next_host_seed; 32], self.now);
        host.attach(id, facts(Some(reason)), None, self.now).expect("a new session");
        self.hosts.push(host);
    }

    fn send_to_plugin(&mut self, id: LinkId, wire: Wire) {
        let at = self.now.mono_ms + (self.latency)();
        if let Some(link) = self.links.get_mut(&id).filter(|link| !link.black_hole) {
            link.to_plugin.push(at, wire);
        }
    }

    fn send_to_host(&mut self, id: LinkId, wire: Wire) {
        let at = self.now.mono_ms + (self.latency)();
        if let Some(link) = self.links.get_mut(&id).filter(|link| !link.black_hole) {
            link.to_host.push(at, wire);
        }
    }

    // ---- outputs

    pub fn drain(&mut self) {
        loop {
            let from_plugin = self.drain_plugin();
            let mut from_host = false;
            for index in 0..self.hosts.len() {
                from_host |= self.drain_host(index);
            }
            if !from_plugin && !from_host {
                return;
            }
        }
    }

    fn drain_plugin(&mut self) -> bool {
        let mut any = false;
        while let Some(output) = self.plugin.poll_output() {
            any = true;
            match output {
                PluginOutput::Dial { link } => self.dial(link),
                PluginOutput::Transmit { link, text } => {
                    self.written.push(("plugin", link, text.clone()));
                    self.send_to_host(link, Wire::Text(text));
                }
                PluginOutput::Hangup { link, code, .. } => {
                    self.hangups.push(("plugin", link, code));
                    self.send_to_host(link, Wire::Close(Some(code)));
                    self.note_over(link, PLUGIN);
                }
                PluginOutput::Event(event) => self.take(event),
                PluginOutput::Timeout(_) => break,
            }
        }
        any
    }

    fn dial(&mut self, link: LinkId) {
        self.dials += 1;
        if !self.listening {
            let error = self.dial_error.clone();
            self.plugin.handle(PluginInput::DialFailed { link, error }, self.now);
            return;
        }
        let open = Link {
            to_host: Lane::default(),
            to_plugin: Lane::default(),
            handshake: Some(Handshake::new(self.now)),
            black_hole: false,
            over: [false; 2],
        };
        self.links.insert(link, open);
        let auth = Some(Auth { scheme: "bearer".into(), token: "t".into() });
        self.plugin.handle(PluginInput::Opened { link, auth }, self.now);
    }

    fn take(&mut self, event: SessionEvent) {
        let mark = match &event {
            SessionEvent::Event { mark, .. } => Some(*mark),
            SessionEvent::Settled { mark, .. } => *mark,
            _ => None,
        };
        self.events.push(event);
        match mark {
            Some(mark) if self.taking => self.plugin.handle(PluginInput::Taken { mark }, self.now),
            Some(mark) => self.untaken.push_back(mark),
            None => {}
        }
    }

    fn drain_host(&mut self, index: usize) -> bool {
        let mut any = false;
        while let Some(output) = self.hosts[index].poll_output() {
            any = true;
            match output {
                HostOutput::Transmit { link, text } => {
                    self.written.push(("host", link, text.clone()));
                    self.send_to_plugin(link, Wire::Text(text));
                }
                HostOutput::Hangup { link, code, .. } => {
                    self.hangups.push(("host", link, code));
                    self.send_to_plugin(link, Wire::Close(Some(code)));
                    self.note_over(link, HOST);
                }
                HostOutput::Request { id, payload, .. } => {
                    self.executed.push(payload.value()["title"].as_str().unwrap_or_default().to_owned());
                    if self.answers == Answers::AtOnce {
                        let answer = HostInput::Answer { id, outcome: Ok("{}".into()) };
                        self.hosts[index].handle(answer, self.now);
                    } else {
                        self.open_at_host.push((index, id));
                    }
                }
                HostOutput::Cancelled { id } => self.cancelled.push(id),
                HostOutput::Retired { reason } => self.retired.push(reason),
                HostOutput::Timeout(_) => break,
                HostOutput::Detached { .. }
                | HostOutput::Refused { .. }
                | HostOutput::Responding(_)
                | HostOutput::Complaint(_) => {}
            }
        }
        any
    }
}

pub fn facts(fresh: Option<&str>) -> WelcomeFacts {
    WelcomeFacts {
        plugin: PluginGrant { id: "acme.panel".into(), plugin_type: None },
        granted: vec!["ui:notify".into()],
        denied: Vec::new(),
        events: None,
        host: HostInfo { name: "host".into(), version: "0.1.0".into(), source: Source::Host },
        fresh: fresh.map(|reason| Fresh { reason: reason.into(), snapshot: snapshot() }),
        liveness: Liveness::Drop,
    }
}

pub fn snapshot() -> serde_json::Value {
    json!({ "user": null, "companyId": "acme", "contacts": [], "focusedContactId": null, "visible": true })
}

pub fn read(text: &str) -> Frame {
    decode(text.as_bytes(), &Limits::WELCOME).expect("a sound frame")
}
