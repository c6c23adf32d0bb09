//! Sequence numbers near 2^53: the session ends in good order before they wrap.

use std::sync::Arc;

use super::outbox::LAST_SEQ;
use super::*;
use crate::wire::{HostInfo, PluginGrant, PluginInfo, SdkInfo, Source, event_tail};

const NOW: Now = Now { mono_ms: 5, wall_ms: 5 };

fn ready() -> (PluginSession, HostSession) {
    let plugin = PluginInfo { id: None, version: None, plugin_type: None, instance: "i".into() };
    let options =
        PluginOptions::new(plugin, SdkInfo { name: "s".into(), version: "1".into(), runtime: None });
    let mut plugin = PluginSession::new(options, [1; 32]);
    plugin.handle(PluginInput::Init, NOW);
    plugin.handle(PluginInput::Opened { link: 1, auth: None }, NOW);
    let host = attach(&mut plugin, 1);
    (plugin, host)
}

fn attach(plugin: &mut PluginSession, link: LinkId) -> HostSession {
    let mut host = HostSession::new(HostSessionOptions::default(), [2; 32], NOW);
    let facts = WelcomeFacts {
        plugin: PluginGrant { id: "p".into(), plugin_type: None },
        granted: Vec::new(),
        denied: Vec::new(),
        events: None,
        host: HostInfo { name: "h".into(), version: "1".into(), source: Source::Host },
        fresh: Some(Fresh { reason: "new".into(), snapshot: serde_json::json!({}) }),
        liveness: Liveness::Drop,
    };
    host.attach(link, facts, None, NOW).expect("a new session");
    while let Some(HostOutput::Transmit { text, .. }) = host.poll_output() {
        plugin.handle(PluginInput::Message { link, text: text.into_bytes() }, NOW);
    }
    while plugin.poll_output().is_some() {}
    host
}

fn outputs(plugin: &mut PluginSession) -> Vec<PluginOutput> {
    std::iter::from_fn(|| plugin.poll_output()).collect()
}

fn request(id: u64) -> PluginInput {
    PluginInput::Request {
        id,
        method: "get_user".into(),
        payload: Arc::from("{}"),
        contact_id: None,
        idempotency_key: None,
        timeout_ms: 60_000,
    }
}

fn goodbyes(texts: &[String]) -> usize {
    texts
        .iter()
        .filter(|text| text.starts_with(r#"{"type":"goodbye""#) && text.contains(r#""resume":false"#))
        .count()
}

#[test]
fn b10_a_plugin_says_goodbye_and_dials_for_a_fresh_session_before_its_numbers_wrap() {
    let (mut plugin, _host) = ready();
    plugin.halves().0.start_at(LAST_SEQ - 2);
    plugin.handle(request(1), NOW);
    assert_eq!(plugin.state(), State::Ready);
    plugin.handle(request(2), NOW);
    let outputs_now = outputs(&mut plugin);
    let texts: Vec<String> = outputs_now
        .iter()
        .filter_map(|output| match output {
            PluginOutput::Transmit { text, .. } => Some(text.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(goodbyes(&texts), 1);
    assert_eq!((plugin.state(), plugin.open_calls()), (State::Interrupted, 0));
    plugin.handle(PluginInput::Tick, Now { mono_ms: 5_000, wall_ms: 0 });
    plugin.handle(PluginInput::Opened { link: 2, auth: None }, NOW);
    let hello = outputs(&mut plugin).into_iter().find_map(|output| match output {
        PluginOutput::Transmit { text, .. } => Some(text),
        _ => None,
    });
    assert!(hello.is_some_and(|text| !text.contains("resumeToken")));
    attach(&mut plugin, 2);
    assert_eq!((plugin.state(), plugin.halves().0.last_seq()), (State::Ready, 0));
}

#[test]
fn b10_a_host_says_goodbye_and_retires_the_session_before_its_numbers_wrap() {
    let (mut plugin, mut host) = ready();
    host.halves().0.start_at(LAST_SEQ - 1);
    plugin.halves().1.start_at(LAST_SEQ - 1);
    host.emit(&event_tail("a.b", 1, "{}"), NOW).expect("room for one more");
    let outputs: Vec<HostOutput> = std::iter::from_fn(|| host.poll_output()).collect();
    let texts: Vec<String> = outputs
        .iter()
        .filter_map(|output| match output {
            HostOutput::Transmit { text, .. } => Some(text.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(goodbyes(&texts), 1);
    assert!(host.is_retired());
    for text in texts {
        plugin.handle(PluginInput::Message { link: 1, text: text.into_bytes() }, NOW);
    }
    assert_eq!(plugin.state(), State::Interrupted);
    let got = std::iter::from_fn(|| plugin.poll_output())
        .any(|output| matches!(output, PluginOutput::Event(SessionEvent::Event { .. })));
    assert!(got, "the last event arrives before the goodbye");
}
