//! The desktop and the SDK's own plugin session, wired together over links that break.

use std::sync::Arc;

use serde_json::{Value, json};
use smartagent_plugin_sdk::desktop::{DesktopInput, DesktopOutput};
use smartagent_plugin_sdk::schema::Method;
use smartagent_plugin_sdk::session::{PluginInput, PluginOptions, PluginOutput, PluginSession, SessionEvent};
use smartagent_plugin_sdk::wire::{Auth, PluginInfo, SdkInfo};

use crate::support::*;

struct Pair {
    desk: Desk,
    plugin: PluginSession,
    /// The plugin's link and the desktop's connection of the carrier that is up.
    carrier: Option<(u64, u64)>,
    conns: u64,
    seen: Vec<SessionEvent>,
    runs: Vec<u64>,
}

impl Pair {
    fn new() -> Self {
        let info =
            PluginInfo { id: Some("p".into()), version: None, plugin_type: None, instance: "i".into() };
        let sdk = SdkInfo { name: "sdk".into(), version: "1".into(), runtime: None };
        let mut pair = Self {
            desk: Desk::new(plain()),
            plugin: PluginSession::new(PluginOptions::new(info, sdk), [3; 32]),
            carrier: None,
            conns: 0,
            seen: Vec::new(),
            runs: Vec::new(),
        };
        pair.tell(PluginInput::Init);
        pair
    }

    fn tell(&mut self, input: PluginInput) {
        self.plugin.handle(input, self.desk.now);
        self.settle();
    }

    fn settle(&mut self) {
        while self.drain_plugin() | self.drain_desktop() {}
    }

    fn drain_plugin(&mut self) -> bool {
        let mut moved = false;
        while let Some(output) = self.plugin.poll_output() {
            let now = self.desk.now;
            match output {
                PluginOutput::Dial { link } => {
                    self.conns += 1;
                    self.carrier = Some((link, self.conns));
                    self.desk.desktop.handle(DesktopInput::Opened { conn: self.conns, peer: peer() }, now);
                    let auth = Some(Auth { scheme: "bearer".into(), token: TOKEN.into() });
                    self.plugin.handle(PluginInput::Opened { link, auth }, now);
                }
                PluginOutput::Transmit { link, text } => {
                    if let Some((_, conn)) = self.carrier.filter(|(up, _)| *up == link) {
                        self.desk
                            .desktop
                            .handle(DesktopInput::Message { conn, bytes: text.into_bytes() }, now);
                    }
                }
                PluginOutput::Hangup { .. } => self.carrier = None,
                PluginOutput::Event(event) => {
                    if let SessionEvent::Event { mark, .. } | SessionEvent::Settled { mark: Some(mark), .. } =
                        &event
                    {
                        self.plugin.handle(PluginInput::Taken { mark: *mark }, now);
                    }
                    self.seen.push(event);
                }
                PluginOutput::Timeout(_) => return moved,
            }
            moved = true;
        }
        moved
    }

    fn drain_desktop(&mut self) -> bool {
        let mut moved = false;
        while let Some(output) = self.desk.desktop.poll_output() {
            match output {
                DesktopOutput::Transmit { conn, text } => {
                    if let Some((link, _)) = self.carrier.filter(|(_, up)| *up == conn) {
                        self.plugin
                            .handle(PluginInput::Message { link, text: text.into_bytes() }, self.desk.now);
                    }
                }
                DesktopOutput::Run { ticket, .. } => self.runs.push(ticket),
                DesktopOutput::Timeout(_) => return moved,
                _ => {}
            }
            moved = true;
        }
        moved
    }

    /// The carrier breaks; both ends notice.
    fn cut(&mut self) {
        let (link, conn) = self.carrier.take().unwrap();
        self.desk.desktop.handle(DesktopInput::Lost { conn, code: None }, self.desk.now);
        self.tell(PluginInput::Lost { link, code: None, reason: String::new() });
    }

    /// Lets the plugin dial again.
    fn restore(&mut self) {
        for _ in 0..1_000 {
            if self.carrier.is_some() {
                return;
            }
            self.desk.jump(10);
            self.tell(PluginInput::Tick);
        }
        panic!("the plugin never dialled again");
    }

    /// Stays ready for long enough that the next dial comes soon.
    fn stay(&mut self) {
        for _ in 0..11 {
            self.desk.jump(1_000);
            self.tell(PluginInput::Tick);
        }
    }

    fn emit(&mut self, n: u64) {
        let payload = json!({ "n": n }).to_string();
        self.desk.desktop.emit("acme.n", &payload, &Default::default(), self.desk.now).unwrap();
        self.settle();
    }

    fn request(&mut self, id: u64, method: &str, key: Option<&str>, payload: Value) {
        let payload: Arc<str> = payload.to_string().into();
        let idempotency_key = key.map(str::to_owned);
        self.tell(PluginInput::Request {
            id,
            method: method.into(),
            payload,
            contact_id: None,
            idempotency_key,
            timeout_ms: 10_000,
        });
    }

    fn numbers(&self) -> Vec<u64> {
        let payload = |event: &SessionEvent| match event {
            SessionEvent::Event { payload, .. } => payload.value()["n"].as_u64(),
            _ => None,
        };
        self.seen.iter().filter_map(payload).collect()
    }

    fn settled(&self, wanted: u64) -> Vec<bool> {
        let outcome = |event: &SessionEvent| match event {
            SessionEvent::Settled { id, outcome, .. } if *id == wanted => Some(outcome.is_ok()),
            _ => None,
        };
        self.seen.iter().filter_map(outcome).collect()
    }
}

#[test]
fn p1_p2_over_fifty_broken_links_each_event_and_answer_comes_once_and_in_order() {
    let mut pair = Pair::new();
    for n in 0..50 {
        pair.emit(4 * n);
        pair.request(n, "get_company_id", None, json!({}));
        pair.cut();
        pair.emit(4 * n + 1);
        pair.request(1_000 + n, "get_company_id", None, json!({}));
        pair.restore();
        pair.emit(4 * n + 2);
        pair.emit(4 * n + 3);
        pair.stay();
    }
    assert_eq!(pair.numbers(), (0..200).collect::<Vec<_>>());
    for n in 0..50 {
        assert_eq!(pair.settled(n), [true], "{n}");
        assert_eq!(pair.settled(1_000 + n), [true], "{n}");
    }
    assert!(!pair.seen.iter().any(|event| matches!(event, SessionEvent::Resync { .. })));
    assert_eq!(pair.desk.desktop.sessions().len(), 1);
}

#[test]
fn p4_a_command_in_flight_over_a_broken_link_runs_once_and_is_answered_after_the_resume() {
    let mut pair = Pair::new();
    pair.desk.desktop.set_handled(Method::UpdateContact, true);
    let call = started("c1").to_string();
    pair.desk.desktop.emit("call_started", &call, &Default::default(), pair.desk.now).unwrap();
    pair.settle();
    pair.request(1, "update_contact", Some("k"), json!({ "a": "b" }));
    pair.cut();
    let result =
        json!({ "contactId": "c1", "initialContactId": null, "attributes": { "a": "b" } }).to_string();
    let answer = DesktopInput::Answer { ticket: pair.runs[0], outcome: Ok(result) };
    pair.desk.desktop.handle(answer, pair.desk.now);
    pair.settle();
    assert_eq!(pair.settled(1), [false; 0]);
    pair.restore();
    assert_eq!(pair.settled(1), [true]);
    pair.request(2, "update_contact", Some("k"), json!({ "a": "b" }));
    assert_eq!((pair.settled(2), pair.runs.len()), (vec![true], 1));
}
