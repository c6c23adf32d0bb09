//! What dispatch decides about the events of a real session.

use serde_json::json;
use smartagent_plugin_sdk::dispatch::{Delivery, Dispatch, Routed};
use smartagent_plugin_sdk::session::{
    Now, PluginInput, PluginOptions, PluginOutput, PluginSession, SessionEvent,
};
use smartagent_plugin_sdk::wire::{ErrorCode, PluginInfo, SdkInfo};

/// A plugin's session and the dispatch behind it; the test writes the host's frames by hand.
struct Desk {
    session: PluginSession,
    dispatch: Dispatch,
    now: Now,
    link: u64,
    seq: u64,
}

impl Desk {
    fn idle(wanted: Option<&[String]>) -> Self {
        let plugin = PluginInfo { id: None, version: None, plugin_type: None, instance: "i".into() };
        let sdk = SdkInfo { name: "test".into(), version: "0".into(), runtime: None };
        let session = PluginSession::new(PluginOptions::new(plugin, sdk), [7; 32]);
        let now = Now { mono_ms: 1_000, wall_ms: 1_790_000_000_000 };
        Self { session, dispatch: Dispatch::new(wanted), now, link: 0, seq: 0 }
    }

    fn ready(granted: &[&str], listening: &[&str]) -> (Self, Vec<Delivery>) {
        let mut desk = Self::idle(None);
        for name in listening {
            assert!(desk.dispatch.listen(name, true).is_empty());
        }
        let deliveries = desk.connect(granted);
        (desk, deliveries)
    }

    fn connect(&mut self, granted: &[&str]) -> Vec<Delivery> {
        self.connect_with(granted, json!({}))
    }

    /// Connects with further members in the welcome.
    fn connect_with(&mut self, granted: &[&str], members: serde_json::Value) -> Vec<Delivery> {
        self.step(PluginInput::Init);
        let link = self.link;
        self.step(PluginInput::Opened { link, auth: None });
        let mut welcome = json!({
            "type": "welcome", "version": 1, "session": "s_1", "resumeToken": "r_1", "resumed": false,
            "reason": "new", "received": 0, "plugin": {"id": "p"}, "granted": granted, "denied": [],
            "limits": {"maxFrameBytes": 131072, "window": 256, "windowBytes": 1048576,
                       "ratePerSecond": 20, "burst": 100},
            "heartbeat": {"intervalMs": 15000, "timeoutMs": 10000}, "resumeWindowMs": 120000,
            "time": 1, "host": {"name": "h", "version": "0", "source": "host"},
            "snapshot": {"user": null, "companyId": null, "contacts": [], "focusedContactId": null,
                         "visible": true},
        });
        for (name, value) in members.as_object().into_iter().flatten() {
            welcome[name] = value.clone();
        }
        let routed = self.step(PluginInput::Message { link, text: welcome.to_string().into_bytes() });
        routed.into_iter().flat_map(|routed| routed.deliveries).collect()
    }

    /// The host sends one event; its routing comes back.
    fn event(&mut self, name: &str) -> Routed {
        self.seq += 1;
        let frame = json!({"type": "event", "seq": self.seq, "event": name, "timestamp": 5, "payload": {}});
        let link = self.link;
        let mut routed = self.step(PluginInput::Message { link, text: frame.to_string().into_bytes() });
        assert_eq!(routed.len(), 1, "one event of the session for {name}");
        routed.remove(0)
    }

    fn step(&mut self, input: PluginInput) -> Vec<Routed> {
        self.session.handle(input, self.now);
        let mut routed = Vec::new();
        while let Some(output) = self.session.poll_output() {
            match output {
                PluginOutput::Dial { link } => self.link = link,
                PluginOutput::Event(event) => {
                    let one = self.dispatch.route(event, self.now);
                    if let Some(mark) = one.taken {
                        self.session.handle(PluginInput::Taken { mark }, self.now);
                    }
                    routed.push(one);
                }
                PluginOutput::Timeout(_) => break,
                _ => {}
            }
        }
        routed
    }
}

const ALL: &[&str] = &["call:observe", "agent:read", "contact:read"];

fn seqs(deliveries: &[Delivery]) -> Vec<u64> {
    deliveries
        .iter()
        .map(|delivery| match delivery {
            Delivery::Event { seq, .. } => *seq,
            other => panic!("not an event: {other:?}"),
        })
        .collect()
}

#[test]
fn an_event_with_a_listener_is_delivered_and_taken_later() {
    let (mut desk, _) = Desk::ready(ALL, &["acme.a"]);
    let routed = desk.event("acme.a");
    assert_eq!(seqs(&routed.deliveries), [1]);
    assert!(routed.taken.is_none());
    assert_eq!(routed.deliveries[0].mark().map(|mark| mark.seq()), Some(1));
}

#[test]
fn events_wait_for_the_first_listener_of_their_name_in_order() {
    let (mut desk, _) = Desk::ready(ALL, &[]);
    for name in ["acme.a", "acme.b", "acme.a"] {
        let routed = desk.event(name);
        assert!(routed.deliveries.is_empty());
        assert!(routed.taken.is_some(), "what is buffered counts as taken");
    }
    let released = desk.dispatch.listen("acme.a", true);
    assert_eq!(seqs(&released), [1, 3]);
    assert!(released.iter().all(|delivery| delivery.mark().is_none()));
    assert_eq!(seqs(&desk.event("acme.a").deliveries), [4]);
    assert_eq!(seqs(&desk.dispatch.listen("acme.b", true)), [2]);
}

#[test]
fn five_seconds_after_ready_what_nobody_wanted_is_dropped_with_one_warning_per_name() {
    let (mut desk, _) = Desk::ready(ALL, &[]);
    for name in ["acme.a", "acme.a", "acme.b"] {
        desk.event(name);
    }
    assert_eq!(desk.dispatch.due(), Some(6_000));
    desk.now.mono_ms = 5_999;
    assert!(desk.dispatch.handle_tick(desk.now).is_empty());
    desk.now.mono_ms = 6_000;
    let warnings = desk.dispatch.handle_tick(desk.now);
    let names: Vec<_> = warnings
        .iter()
        .map(|delivery| match delivery {
            Delivery::Warning { event, message } if message.contains(event.as_str()) => event.as_str(),
            other => panic!("not a warning: {other:?}"),
        })
        .collect();
    assert_eq!(names, ["acme.a", "acme.b"]);
    assert_eq!(desk.dispatch.due(), None);
    let late = desk.event("acme.a");
    assert!(late.deliveries.is_empty() && late.taken.is_some());
    assert!(desk.dispatch.listen("acme.a", true).is_empty());
}

#[test]
fn the_buffer_holds_256_events_and_then_warns_once_per_name() {
    let (mut desk, _) = Desk::ready(ALL, &[]);
    for _ in 0..256 {
        assert!(desk.event("acme.a").deliveries.is_empty());
    }
    assert!(
        matches!(&desk.event("acme.b").deliveries[..], [Delivery::Warning { event, .. }] if event == "acme.b")
    );
    let again = desk.event("acme.b");
    assert!(again.deliveries.is_empty() && again.taken.is_some());
    assert_eq!(desk.dispatch.listen("acme.a", true).len(), 256);
    assert!(desk.dispatch.listen("acme.b", true).is_empty());
}

#[test]
fn a_name_whose_listener_went_is_not_held_again() {
    let (mut desk, _) = Desk::ready(ALL, &["acme.a"]);
    desk.dispatch.listen("acme.a", false);
    assert!(desk.event("acme.a").taken.is_some());
    assert!(desk.dispatch.listen("acme.a", true).is_empty());
}

#[test]
fn a_listener_that_asks_for_the_live_state_drops_the_held_copy() {
    let (mut desk, _) = Desk::ready(ALL, &[]);
    desk.event("acme.a");
    desk.dispatch.discard("acme.a");
    assert!(desk.dispatch.listen("acme.a", true).is_empty());
}

#[test]
fn a_listener_for_an_event_that_is_not_granted_is_told_once_ready() {
    let (mut desk, deliveries) = Desk::ready(&["agent:read"], &["incoming_call", "next_status", "acme.a"]);
    let errors: Vec<_> = deliveries
        .iter()
        .filter_map(|delivery| match delivery {
            Delivery::Error(error) => Some((error.code, error.message.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].0, ErrorCode::Forbidden);
    assert!(errors[0].1.contains("incoming_call") && errors[0].1.contains("call:observe"));
    assert!(desk.dispatch.listen("incoming_call", true).is_empty(), "once per name");
    assert!(matches!(&desk.dispatch.listen("on_hold", true)[..], [Delivery::Error(_)]), "at once when ready");
}

#[test]
fn a_listener_for_an_event_that_the_manifest_does_not_list_is_told_once_ready() {
    let mut desk = Desk::idle(None);
    for name in ["call_started", "on_hold", "acme.a", "acme.b"] {
        desk.dispatch.listen(name, true);
    }
    let told = desk.connect_with(ALL, json!({ "events": ["call_started", "acme.a"] }));
    let errors: Vec<&str> = told
        .iter()
        .filter_map(|delivery| match delivery {
            Delivery::Error(error) if error.code == ErrorCode::Forbidden => Some(error.message.as_str()),
            _ => None,
        })
        .collect();
    assert!(
        matches!(errors[..], [one, two] if one.starts_with("acme.b") && two.starts_with("on_hold")),
        "{errors:?}"
    );
    assert!(errors[0].contains("manifest"), "{errors:?}");
    assert!(matches!(&desk.dispatch.listen("acme.c", true)[..], [Delivery::Error(_)]));
}

#[test]
fn an_event_that_is_not_wanted_never_crosses() {
    let wanted = ["acme.a".to_owned()];
    let mut desk = Desk::idle(Some(&wanted));
    desk.dispatch.listen("acme.b", true);
    desk.dispatch.listen("acme.a", true);
    desk.connect(ALL);
    assert!(desk.event("acme.b").taken.is_some());
    assert_eq!(seqs(&desk.event("acme.a").deliveries), [2]);
}

#[test]
fn a_resync_empties_the_buffer_because_the_snapshot_says_it_all() {
    let (mut desk, _) = Desk::ready(ALL, &[]);
    desk.event("acme.a");
    let resync = SessionEvent::Resync { reason: "expired".into(), snapshot: json!({}), unsettled: 0 };
    assert!(matches!(&desk.dispatch.route(resync, desk.now).deliveries[..], [Delivery::Resync { .. }]));
    assert!(desk.dispatch.listen("acme.a", true).is_empty());
}

#[test]
fn listeners_outlive_a_close() {
    let (mut desk, _) = Desk::ready(ALL, &["acme.a"]);
    desk.step(PluginInput::Close);
    desk.seq = 0;
    desk.connect(ALL);
    assert_eq!(seqs(&desk.event("acme.a").deliveries), [1]);
}
