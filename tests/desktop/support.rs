//! A desktop on a virtual clock, and plugins that speak raw frames to it.

use std::collections::HashMap;

use serde_json::{Value, json};
use smartagent_plugin_sdk::desktop::{
    Carrier, Desktop, DesktopInput, DesktopOptions, DesktopOutput, EmitOptions, Grant, HostNotice, Peer,
};
use smartagent_plugin_sdk::schema::Method;
use smartagent_plugin_sdk::session::Now;
use smartagent_plugin_sdk::wire::{CloseCode, ErrorBody};

pub use crate::payloads::*;

pub const TOKEN: &str = "canary-secret-token";
pub const WALL: u64 = 1_790_000_000_000;

/// One run the desktop asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub ticket: u64,
    pub method: Method,
    pub payload: Value,
    pub contact_id: Option<String>,
    pub plugin: String,
    pub deadline_ms: u64,
}

pub struct Desk {
    pub desktop: Desktop,
    pub now: Now,
    pub notices: Vec<Value>,
    pub runs: Vec<Asked>,
    pub aborts: Vec<u64>,
    /// Connections whose token the application is asked about, with the token.
    pub asked: Vec<(u64, Option<String>)>,
    pub hangups: HashMap<u64, CloseCode>,
    /// Every text that left the desktop but event payloads, answers and request notices.
    pub log: Vec<String>,
    inboxes: HashMap<u64, Vec<Value>>,
    next_conn: u64,
    timeout: Option<u64>,
}

/// A plugin on one connection.
#[derive(Debug, Clone)]
pub struct Plug {
    pub conn: u64,
    pub welcome: Value,
    seq: u64,
    received: u64,
    requests: u64,
}

impl Plug {
    pub fn session(&self) -> &str {
        self.welcome["session"].as_str().unwrap()
    }

    pub fn resume(&self) -> Value {
        json!({
            "session": self.welcome["session"],
            "resumeToken": self.welcome["resumeToken"],
            "received": self.received,
        })
    }
}

pub fn options(json: Value) -> DesktopOptions {
    serde_json::from_value(json).unwrap()
}

/// A desktop that knows its company and user, with one shared token.
pub fn plain() -> DesktopOptions {
    options(
        json!({ "companyId": "acme", "user": user(), "token": TOKEN, "quickConnects": [quick_connect("Billing")] }),
    )
}

impl Desk {
    pub fn new(options: DesktopOptions) -> Self {
        Self {
            desktop: Desktop::new(options, [7; 32]),
            now: Now { mono_ms: 1_000, wall_ms: WALL },
            notices: Vec::new(),
            runs: Vec::new(),
            aborts: Vec::new(),
            asked: Vec::new(),
            hangups: HashMap::new(),
            log: Vec::new(),
            inboxes: HashMap::new(),
            next_conn: 0,
            timeout: None,
        }
    }

    pub fn open(&mut self, peer: Peer) -> u64 {
        self.next_conn += 1;
        let conn = self.next_conn;
        self.put(DesktopInput::Opened { conn, peer });
        conn
    }

    pub fn put(&mut self, input: DesktopInput) {
        self.desktop.handle(input, self.now);
        self.drain();
    }

    pub fn send(&mut self, conn: u64, frame: &Value) {
        self.put(DesktopInput::Message { conn, bytes: frame.to_string().into_bytes() });
    }

    /// Everything a connection got since the last call.
    pub fn take(&mut self, conn: u64) -> Vec<Value> {
        self.inboxes.remove(&conn).unwrap_or_default()
    }

    /// Connects with the shared token and expects a welcome.
    pub fn connect(&mut self, plugin: &str) -> Plug {
        let hello = hello(plugin, &format!("{plugin}-{}", self.next_conn));
        self.connect_with(&hello, peer())
    }

    pub fn connect_with(&mut self, hello: &Value, peer: Peer) -> Plug {
        let conn = self.open(peer);
        self.send(conn, hello);
        self.welcomed(conn)
    }

    /// Connects where the application answers for the token.
    pub fn connect_as(&mut self, hello: &Value, grant: Grant) -> Plug {
        let conn = self.open(peer());
        self.send(conn, hello);
        self.put(DesktopInput::Authenticated { conn, result: Ok(Some(grant)) });
        self.welcomed(conn)
    }

    pub fn welcomed(&mut self, conn: u64) -> Plug {
        let mut frames = self.take(conn);
        assert!(!frames.is_empty(), "no welcome; closed with {:?}", self.hangups.get(&conn));
        let welcome = frames.remove(0);
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        let received = welcome["received"].as_u64().unwrap();
        let plug = Plug { conn, welcome, seq: received, received: 0, requests: received };
        self.inboxes.insert(conn, frames);
        plug
    }

    /// The close code of a connection that gets no welcome, with its error frame.
    pub fn refused(&mut self, hello: &Value, peer: Peer) -> (CloseCode, Value) {
        let conn = self.open(peer);
        self.send(conn, hello);
        (self.hangups[&conn], self.take(conn).pop().unwrap())
    }

    pub fn drop_link(&mut self, plug: &Plug) {
        self.put(DesktopInput::Lost { conn: plug.conn, code: None });
    }

    /// Writes a request and returns its id.
    pub fn request(&mut self, plug: &mut Plug, method: &str, extra: Value) -> String {
        plug.seq += 1;
        plug.requests += 1;
        let id = format!("q{}", plug.requests);
        let mut frame = json!({
            "type": "request", "seq": plug.seq, "id": id, "method": method, "deadlineMs": 9_500, "payload": {},
        });
        for (name, value) in extra.as_object().unwrap() {
            frame[name] = value.clone();
        }
        self.send(plug.conn, &frame);
        id
    }

    pub fn cancel(&mut self, plug: &mut Plug, id: &str) {
        plug.seq += 1;
        self.send(plug.conn, &json!({ "type": "cancel", "seq": plug.seq, "id": id }));
    }

    /// Asks and expects the answer at once: the `response` frame.
    pub fn ask(&mut self, plug: &mut Plug, method: &str, payload: Value) -> Value {
        self.ask_with(plug, method, json!({ "payload": payload }))
    }

    pub fn ask_with(&mut self, plug: &mut Plug, method: &str, extra: Value) -> Value {
        let id = self.request(plug, method, extra);
        self.answer_to(plug, &id).unwrap_or_else(|| panic!("no answer to {method}"))
    }

    /// The response to one request, if it has come; other frames stay.
    pub fn answer_to(&mut self, plug: &mut Plug, id: &str) -> Option<Value> {
        let frames = self.inboxes.entry(plug.conn).or_default();
        let at = frames.iter().position(|frame| frame["type"] == "response" && frame["id"] == id)?;
        let frame = frames.remove(at);
        plug.received = plug.received.max(frame["seq"].as_u64().unwrap());
        Some(frame)
    }

    /// The events a plugin got since the last call, acknowledged.
    pub fn events(&mut self, plug: &mut Plug) -> Vec<Value> {
        let events: Vec<Value> =
            self.take(plug.conn).into_iter().filter(|frame| frame["type"] == "event").collect();
        if let Some(last) = events.last() {
            plug.received = last["seq"].as_u64().unwrap();
            self.send(plug.conn, &json!({ "type": "ack", "ack": plug.received }));
        }
        events
    }

    pub fn event_names(&mut self, plug: &mut Plug) -> Vec<String> {
        self.events(plug).iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect()
    }

    pub fn emit(&mut self, event: &str, payload: Value) -> usize {
        self.emit_to(event, payload, json!({})).unwrap()
    }

    pub fn emit_to(&mut self, event: &str, payload: Value, to: Value) -> Result<usize, ErrorBody> {
        let options: EmitOptions = serde_json::from_value(to).unwrap();
        let sent = self.desktop.emit(event, &payload.to_string(), &options, self.now);
        if let Err(error) = &sent {
            self.log.push(serde_json::to_string(error).unwrap());
        }
        self.drain();
        sent
    }

    pub fn answer(&mut self, ticket: u64, outcome: Result<Value, ErrorBody>) {
        self.put(DesktopInput::Answer { ticket, outcome: outcome.map(|value| value.to_string()) });
    }

    /// Lets time pass, with a tick at each time the desktop asks for.
    pub fn advance(&mut self, ms: u64) {
        let end = self.now.mono_ms + ms;
        while let Some(at) = self.timeout.filter(|at| *at <= end) {
            self.jump(at.saturating_sub(self.now.mono_ms));
            self.put(DesktopInput::Tick);
        }
        self.jump(end - self.now.mono_ms);
    }

    /// Lets time pass without a tick.
    pub fn jump(&mut self, ms: u64) {
        self.now.mono_ms += ms;
        self.now.wall_ms += ms;
    }

    /// The notices of one kind since the last call; the others stay.
    pub fn notices_of(&mut self, kind: &str) -> Vec<Value> {
        let (of, rest) =
            std::mem::take(&mut self.notices).into_iter().partition(|notice| notice["notice"] == kind);
        self.notices = rest;
        of
    }

    pub fn drain(&mut self) {
        self.timeout = None;
        while let Some(output) = self.desktop.poll_output() {
            match output {
                DesktopOutput::Transmit { conn, text } => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if matches!(frame["type"].as_str(), Some("error" | "goodbye"))
                        || frame.get("error").is_some()
                    {
                        self.log.push(text);
                    }
                    self.inboxes.entry(conn).or_default().push(frame);
                }
                DesktopOutput::Hangup { conn, code, reason } => {
                    self.log.push(reason);
                    self.hangups.insert(conn, code);
                }
                DesktopOutput::Authenticate { conn, token, .. } => self.asked.push((conn, token)),
                DesktopOutput::Run { ticket, method, payload, contact_id, plugin, deadline_ms, .. } => {
                    let payload = payload.value().clone();
                    self.runs.push(Asked {
                        ticket,
                        method,
                        payload,
                        contact_id,
                        plugin: plugin.to_string(),
                        deadline_ms,
                    });
                }
                DesktopOutput::Recorded(_) | DesktopOutput::RecordingEnded => {}
                DesktopOutput::Abort { ticket } => self.aborts.push(ticket),
                DesktopOutput::Notice(notice) => self.note(&notice),
                DesktopOutput::Timeout(at) => {
                    self.timeout = Some(at);
                    return;
                }
            }
        }
    }

    fn note(&mut self, notice: &HostNotice) {
        if matches!(notice, HostNotice::Audit { .. } | HostNotice::Session { .. }) {
            self.log.push(serde_json::to_string(notice).unwrap());
            self.log.push(format!("{notice:?}"));
        }
        self.notices.push(serde_json::to_value(notice).unwrap());
    }
}

pub fn peer() -> Peer {
    Peer { address: Some("192.0.2.1".into()), origin: None, carrier: Carrier::WebSocket, attached: None }
}

pub fn peer_from(origin: &str) -> Peer {
    Peer { origin: Some(origin.into()), ..peer() }
}

pub fn hello(plugin: &str, instance: &str) -> Value {
    json!({
        "type": "hello", "versions": [1],
        "plugin": { "id": plugin, "version": "1.0.0", "type": "call", "instance": instance },
        "sdk": { "name": "smartagent-plugin-sdk", "version": "0.1.0", "runtime": "node" },
        "auth": { "scheme": "bearer", "token": TOKEN },
    })
}

/// The same `hello` with some members of its own.
pub fn with(mut hello: Value, members: Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        hello[name] = value.clone();
    }
    hello
}
