//! A client against hosts written by hand: dial, refusals, order, resume, close.
#![cfg(feature = "ws")]
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod loopback;

use std::time::Duration;

use loopback::{Plugin, RawHost, event, options, upgrade, welcome, within};
use serde_json::json;
use smartagent_plugin_sdk::dispatch::Delivery;
use smartagent_plugin_sdk::driver::TokenSource;
use smartagent_plugin_sdk::session::{Reconnect, State};
use smartagent_plugin_sdk::wire::{CloseCode, ErrorCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

async fn ready(host: &RawHost) -> (Plugin, loopback::RawLink<tokio::net::TcpStream>) {
    let mut plugin = Plugin::new(options(&host.url));
    let (outcome, (link, _)) = tokio::join!(plugin.init(), host.welcome("s_1"));
    outcome.unwrap();
    (plugin, link)
}

#[tokio::test]
async fn events_arrive_in_order_and_are_acknowledged_when_taken() {
    let host = RawHost::start().await;
    let (mut plugin, mut link) = ready(&host).await;
    plugin.client.listen("acme.a", true);
    for seq in 1..=40 {
        link.send(&event(seq, "acme.a", &json!({"n": seq}))).await;
    }
    for seq in 1..=40 {
        assert_eq!(plugin.event("acme.a").await, (seq, json!({"n": seq})));
    }
    within("the acknowledgement of all", async { while link.frame("ack").await["ack"] != 40 {} }).await;
}

#[tokio::test]
async fn a_call_is_answered_over_the_socket() {
    let host = RawHost::start().await;
    let (mut plugin, mut link) = ready(&host).await;
    let id = plugin.start("get_company_id", &json!({})).unwrap();
    let request = link.frame("request").await;
    assert_eq!(request["method"], "get_company_id");
    link.send(&json!({"type": "response", "seq": 1, "id": request["id"], "result": {"companyId": "acme"}}))
        .await;
    assert_eq!(plugin.settled(id).await.unwrap(), json!({"companyId": "acme"}));
}

#[tokio::test]
async fn a_bad_payload_is_refused_before_anything_is_sent() {
    let host = RawHost::start().await;
    let (mut plugin, _link) = ready(&host).await;
    let error = plugin.start("set_title_tag", &json!({"titel": "x"})).unwrap_err();
    assert_eq!(error.code, ErrorCode::BadRequest);
    assert!(error.issues.unwrap().len() >= 2, "the unknown member and the missing one");
    assert_eq!(plugin.start("set_titel", &json!({})).unwrap_err().code, ErrorCode::UnknownMethod);
    let large = "x".repeat(140_000);
    assert_eq!(
        plugin.start("set_title_tag", &json!({"title": large})).unwrap_err().code,
        ErrorCode::TooLarge
    );
}

#[tokio::test]
async fn a_dropped_connection_is_dialled_again_and_resumed_without_loss() {
    let host = RawHost::start().await;
    let (mut plugin, mut link) = ready(&host).await;
    plugin.client.listen("acme.a", true);
    link.send(&event(1, "acme.a", &json!({}))).await;
    assert_eq!(plugin.event("acme.a").await.0, 1);
    drop(link);
    let mut link = host.accept().await;
    let hello = link.json().await;
    assert_eq!(hello["resume"]["session"], "s_1");
    assert_eq!(hello["resume"]["received"], 1);
    let mut resumed = welcome("s_1");
    resumed["resumed"] = json!(true);
    resumed.as_object_mut().unwrap().retain(|key, _| key != "snapshot" && key != "reason");
    link.send(&resumed).await;
    link.send(&event(2, "acme.a", &json!({}))).await;
    assert_eq!(plugin.event("acme.a").await.0, 2);
    assert_eq!(plugin.client.state(), State::Ready);
}

#[tokio::test]
async fn a_host_that_forgot_the_session_makes_exactly_one_resync() {
    let host = RawHost::start().await;
    let (mut plugin, link) = ready(&host).await;
    drop(link);
    let (_link, _) = host.welcome("s_2").await;
    let mut resyncs = 0;
    let unsettled = plugin
        .until("resync then ready", |delivery| match delivery {
            Delivery::Resync { unsettled, .. } => {
                resyncs += 1;
                Some(*unsettled)
            }
            _ => None,
        })
        .await;
    assert_eq!(unsettled, 0);
    let id = plugin.start("get_company_id", &json!({})).unwrap();
    plugin.client.cancel(id);
    plugin
        .until("the cancelled call", |delivery| {
            resyncs += usize::from(matches!(delivery, Delivery::Resync { .. }));
            matches!(delivery, Delivery::Settled { .. }).then_some(())
        })
        .await;
    assert_eq!(resyncs, 1);
}

#[tokio::test]
async fn http_refusals_become_the_errors_that_say_what_to_set() {
    for (status, code) in [
        ("401 Unauthorized", ErrorCode::Auth),
        ("403 Forbidden", ErrorCode::Origin),
        ("404 Not Found", ErrorCode::Origin),
        ("426 Upgrade Required", ErrorCode::Version),
        ("301 Moved Permanently", ErrorCode::Protocol),
        ("407 Proxy Authentication Required", ErrorCode::Protocol),
        ("200 OK", ErrorCode::Protocol),
    ] {
        let host = RawHost::start().await;
        let mut plugin = Plugin::new(options(&host.url));
        let refuse = async {
            let mut stream = host.tcp().await;
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).await.unwrap();
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            let _ = stream.read(&mut head).await;
        };
        let (outcome, ()) = tokio::join!(plugin.init(), refuse);
        assert_eq!(outcome.unwrap_err().code, code, "{status}");
        assert_eq!(plugin.client.state(), State::Idle, "{status}");
    }
}

#[tokio::test]
async fn a_busy_host_is_dialled_again_after_its_retry_after() {
    let host = RawHost::start().await;
    let mut plugin = Plugin::new(options(&host.url));
    let serve = async {
        let mut stream = host.tcp().await;
        let mut head = [0; 4096];
        let _ = stream.read(&mut head).await.unwrap();
        let answer = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer.as_bytes()).await.unwrap();
        let refused = tokio::time::Instant::now();
        let (link, _) = host.welcome("s_1").await;
        assert!(refused.elapsed() >= Duration::from_millis(900), "not before Retry-After");
        link
    };
    let (outcome, _link) = tokio::join!(plugin.init(), serve);
    outcome.unwrap();
}

#[tokio::test]
async fn nobody_listening_rejects_init_within_the_connect_timeout_and_is_idle_again() {
    let host = RawHost::start().await;
    let mut chosen = options(&host.url);
    chosen.session.connect_timeout_ms = 300;
    drop(host);
    let mut plugin = Plugin::new(chosen);
    let error = plugin.init().await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NoHost);
    assert_eq!(plugin.client.state(), State::Idle);
}

#[tokio::test]
async fn a_stopping_close_code_is_final_and_a_reconnecting_one_is_not() {
    for (code, stops) in [(4503, true), (4509, true), (1002, true), (4001, false), (1011, false)] {
        let host = RawHost::start().await;
        let (mut plugin, mut link) = ready(&host).await;
        let frame = CloseFrame { code: code.into(), reason: "test".into() };
        link.send_message(Message::Close(Some(frame))).await;
        let seen = plugin
            .until("the end of the link", |delivery| match delivery {
                Delivery::Closed { code, .. } => Some((true, *code)),
                Delivery::Interrupted { code, .. } => Some((false, *code)),
                _ => None,
            })
            .await;
        assert_eq!(seen, (stops, CloseCode(code)));
    }
}

#[tokio::test]
async fn close_says_goodbye_and_ends_the_socket_within_a_second() {
    let host = RawHost::start().await;
    let (mut plugin, mut link) = ready(&host).await;
    let started = tokio::time::Instant::now();
    let (_, code) = tokio::join!(plugin.close(), async {
        let goodbye = link.frame("goodbye").await;
        assert_eq!(goodbye["resume"], false);
        link.closed().await
    });
    assert_eq!(code, 1000);
    assert!(started.elapsed() < Duration::from_secs(1));
    assert_eq!(plugin.client.state(), State::Closed);
    assert!(!plugin.client.close(), "nothing more follows");
}

#[tokio::test]
async fn close_does_not_wait_for_a_host_that_hangs() {
    let host = RawHost::start().await;
    let (mut plugin, link) = ready(&host).await;
    let started = tokio::time::Instant::now();
    plugin.close().await;
    assert!(started.elapsed() < Duration::from_secs(1));
    drop(link);
}

#[tokio::test]
async fn close_at_each_point_of_a_dial_leaves_no_socket() {
    for point in 0..4 {
        let host = RawHost::start().await;
        let mut plugin = Plugin::new(options(&host.url));
        plugin.client.init();
        let mut held = None;
        let mut stream = None;
        match point {
            0 => {}
            1 => stream = Some(host.tcp().await),
            2 => held = Some(host.accept().await),
            _ => {
                let mut link = host.accept().await;
                let _ = link.json().await;
                held = Some(link);
            }
        }
        let started = tokio::time::Instant::now();
        plugin.close().await;
        assert!(started.elapsed() < Duration::from_secs(1), "point {point}");
        if let Some(mut stream) = stream {
            let mut rest = Vec::new();
            let _ = within("the end of the socket", stream.read_to_end(&mut rest)).await;
        }
        if let Some(mut link) = held {
            within("the end of the link", link.closed()).await;
        }
    }
}

#[tokio::test]
async fn a_closed_client_can_be_started_again() {
    let host = RawHost::start().await;
    let (mut plugin, _link) = ready(&host).await;
    plugin.close().await;
    let (outcome, (_link, hello)) = tokio::join!(plugin.init(), host.welcome("s_2"));
    outcome.unwrap();
    assert!(hello.get("resume").is_none());
}

#[tokio::test]
async fn each_dial_asks_for_a_token_and_one_that_fails_is_asked_for_again() {
    let host = RawHost::start().await;
    let mut chosen = options(&host.url);
    chosen.token = TokenSource::Ask;
    let mut plugin = Plugin::new(chosen);
    plugin.client.init();
    let ticket = |delivery: &Delivery| match delivery {
        Delivery::TokenWanted { ticket } => Some(*ticket),
        _ => None,
    };
    let first = plugin.until("a wish for a token", ticket).await;
    plugin.client.provide_token(first, Err("vault is away".into()));
    let second = plugin.until("another wish", ticket).await;
    assert_ne!(first, second);
    plugin.client.provide_token(second, Ok(Some("t-1".into())));
    let (_link, hello) = host.welcome("s_1").await;
    assert_eq!(hello["auth"], json!({"scheme": "bearer", "token": "t-1"}));
}

#[tokio::test]
async fn a_host_of_another_subprotocol_is_no_host() {
    let host = RawHost::start().await;
    let mut plugin = Plugin::new(options(&host.url));
    let serve = async { tokio_tungstenite::accept_async(host.tcp().await).await };
    let (outcome, _) = tokio::join!(plugin.init(), serve);
    assert_eq!(outcome.unwrap_err().code, ErrorCode::Protocol);
}

#[tokio::test]
async fn a_binary_frame_from_the_host_ends_the_link_with_4500() {
    let host = RawHost::start().await;
    let (mut plugin, mut link) = ready(&host).await;
    link.send_message(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(link.closed().await, 4500);
    plugin.until("closed", |delivery| matches!(delivery, Delivery::Closed { .. }).then_some(())).await;
}

#[tokio::test]
async fn frames_of_a_host_that_break_the_websocket_rules_end_the_link_with_1002() {
    let long_ping = [&[0x89, 126, 0, 126][..], &[b'x'; 126]].concat();
    for (bytes, what) in [
        (&b"\x81\x82\0\0\0\0{}"[..], "a masked frame"),
        (b"\xc1\x02{}", "RSV1"),
        (b"\x83\x02{}", "a reserved data opcode"),
        (b"\x8b\x02{}", "a reserved control opcode"),
        (&long_ping, "a control frame of 126 bytes"),
        (b"\x09\x01x", "a fragmented control frame"),
        (b"\x80\x02{}", "a continuation of nothing"),
    ] {
        let host = RawHost::start().await;
        let (mut plugin, mut link) = ready(&host).await;
        link.socket.get_mut().write_all(bytes).await.unwrap();
        assert_eq!(link.closed().await, 1002, "{what}");
        plugin.until("closed", |delivery| matches!(delivery, Delivery::Closed { .. }).then_some(())).await;
    }
}

#[tokio::test]
async fn an_application_that_does_not_drain_holds_at_most_one_window() {
    let host = RawHost::start().await;
    let (mut plugin, mut link) = ready(&host).await;
    plugin.client.listen("acme.a", true);
    for seq in 1..=256 {
        link.send(&event(seq, "acme.a", &json!({}))).await;
    }
    // The client is neither drained nor taken: only what it acknowledged may be more than the window.
    for seq in 1..=256 {
        assert_eq!(plugin.event("acme.a").await.0, seq);
    }
    within("all acknowledged", async { while link.frame("ack").await["ack"] != 256 {} }).await;
}

#[tokio::test]
async fn never_reconnect_ends_with_the_first_loss() {
    let host = RawHost::start().await;
    let mut chosen = options(&host.url);
    chosen.session.reconnect = Reconnect::Never;
    let mut plugin = Plugin::new(chosen);
    let (outcome, (link, _)) = tokio::join!(plugin.init(), host.welcome("s_1"));
    outcome.unwrap();
    drop(link);
    let code = plugin
        .until("closed", |delivery| match delivery {
            Delivery::Closed { code, .. } => Some(*code),
            _ => None,
        })
        .await;
    assert_eq!(code, CloseCode::LOST);
}

#[tokio::test]
async fn a_dropped_client_drops_its_socket() {
    let host = RawHost::start().await;
    let (plugin, mut link) = ready(&host).await;
    drop(plugin);
    assert_eq!(link.closed().await, 1006);
}

#[tokio::test]
async fn the_upgrade_that_never_comes_times_out() {
    let host = RawHost::start().await;
    let mut chosen = options(&host.url);
    chosen.session.connect_timeout_ms = 300;
    let mut plugin = Plugin::new(chosen);
    let (outcome, stream) = tokio::join!(plugin.init(), host.tcp());
    assert_eq!(outcome.unwrap_err().code, ErrorCode::NoHost);
    if let Ok(socket) = upgrade(stream).await {
        assert_eq!(loopback::RawLink { socket }.closed().await, 1006, "nothing is left dialling");
    }
}
