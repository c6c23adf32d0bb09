//! A client and a host over real sockets: calls, events, drops, restarts, shutdown.
#![cfg(feature = "ws")]
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod loopback;

use std::time::Duration;

use loopback::desk::{Desk, TOKEN, options as desk_options};
use loopback::{Plugin, options, within};
use serde_json::json;
use smartagent_plugin_sdk::desktop::{EmitOptions, Grant};
use smartagent_plugin_sdk::dispatch::Delivery;
use smartagent_plugin_sdk::driver::TokenSource;
use smartagent_plugin_sdk::host::HostDelivery;
use smartagent_plugin_sdk::schema::Method;
use smartagent_plugin_sdk::session::State;
use smartagent_plugin_sdk::wire::{CloseCode, ErrorBody, ErrorCode, Executed};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

fn plugin(url: &str) -> Plugin {
    let mut chosen = options(url);
    chosen.token = TokenSource::Fixed(TOKEN.into());
    Plugin::new(chosen)
}

async fn joined(desk: &Desk) -> Plugin {
    let mut plugin = plugin(&desk.url());
    plugin.init().await.unwrap();
    plugin
}

fn emit(desk: &Desk, event: &str, payload: &serde_json::Value) -> usize {
    desk.host.emit(event, &payload.to_string(), &EmitOptions::default()).unwrap()
}

#[tokio::test]
async fn a_call_is_answered_by_the_desktop_itself() {
    let desk = Desk::start().await;
    let mut plugin = joined(&desk).await;
    let answer = plugin.call("get_company_id", &json!({})).await.unwrap();
    assert_eq!(answer, json!({"companyId": "acme"}));
    assert_eq!(desk.host.sessions().len(), 1);
    plugin.close().await;
    within("the session's end", async {
        while !desk.host.sessions().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_handler_runs_and_its_answer_and_its_error_come_back() {
    let mut desk = Desk::start().await;
    let mut plugin = joined(&desk).await;
    desk.host.set_handled(Method::UpdateQuickConnects, true);
    let run = |delivery: &HostDelivery| match delivery {
        HostDelivery::Run { ticket, method, .. } => Some((*ticket, *method)),
        _ => None,
    };
    let id = plugin.start("update_quick_connects", &json!({})).unwrap();
    let (ticket, method) = desk.until("a run", run).await;
    assert_eq!(method, Method::UpdateQuickConnects);
    desk.host.answer(ticket, Ok(r#"{"quickConnects":[]}"#.into()));
    assert_eq!(plugin.settled(id).await.unwrap(), json!({"quickConnects": []}));
    let id = plugin.start("update_quick_connects", &json!({})).unwrap();
    let (ticket, _) = desk.until("another run", run).await;
    desk.host.answer(ticket, Err(ErrorBody::new(ErrorCode::Conflict, "not now")));
    assert_eq!(plugin.settled(id).await.unwrap_err().code, ErrorCode::Conflict);
}

#[tokio::test]
async fn a_cancelled_call_aborts_its_run() {
    let mut desk = Desk::start().await;
    let mut plugin = joined(&desk).await;
    desk.host.set_handled(Method::UpdateQuickConnects, true);
    let id = plugin.start("update_quick_connects", &json!({})).unwrap();
    let ticket = desk
        .until("a run", |delivery| match delivery {
            HostDelivery::Run { ticket, .. } => Some(*ticket),
            _ => None,
        })
        .await;
    plugin.client.cancel(id);
    assert_eq!(plugin.settled(id).await.unwrap_err().code, ErrorCode::Cancelled);
    desk.until("its abort", |delivery| {
        matches!(delivery, HostDelivery::Abort { ticket: aborted } if *aborted == ticket).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_event_reaches_every_session_once() {
    let desk = Desk::start().await;
    let mut one = joined(&desk).await;
    let mut two = joined(&desk).await;
    for plugin in [&one, &two] {
        plugin.client.listen("acme.a", true);
    }
    for n in 0..500 {
        assert_eq!(emit(&desk, "acme.a", &json!({"n": n})), 2);
    }
    for plugin in [&mut one, &mut two] {
        for n in 0..500 {
            assert_eq!(plugin.event("acme.a").await, (n + 1, json!({"n": n})));
        }
    }
    assert!(desk.host.emit("incomming_call", "{}", &EmitOptions::default()).is_err());
}

#[tokio::test]
async fn authenticate_decides_and_a_refusal_is_e_auth() {
    let mut chosen = desk_options();
    chosen.desktop.token = None;
    let mut desk = Desk::with(chosen, 0).await;
    for (grant, expected) in [(Some(Grant::default()), None), (None, Some(ErrorCode::Auth))] {
        let mut plugin = plugin(&desk.url());
        plugin.client.init();
        let conn = desk
            .until("the question", |delivery| match delivery {
                HostDelivery::Authenticate { conn, token, address, .. } => {
                    assert_eq!((token.as_deref(), address.as_deref()), (Some(TOKEN), Some("127.0.0.1")));
                    Some(*conn)
                }
                _ => None,
            })
            .await;
        desk.host.authenticated(conn, Ok(grant));
        assert_eq!(plugin.init().await.err().map(|error| error.code), expected);
    }
}

#[tokio::test]
async fn a_graceful_close_says_goodbye_and_lets_plugins_come_back() {
    let mut desk = Desk::start().await;
    let mut plugin = joined(&desk).await;
    let started = tokio::time::Instant::now();
    desk.host.close().await;
    assert!(started.elapsed() < Duration::from_secs(1));
    desk.until("closed", |delivery| matches!(delivery, HostDelivery::Closed).then_some(())).await;
    let code = plugin
        .until("the interruption", |delivery| match delivery {
            Delivery::Interrupted { code, .. } => Some(*code),
            _ => None,
        })
        .await;
    assert_eq!(code, CloseCode::SHUTDOWN);
    assert!(TcpStream::connect(desk.address).await.is_err(), "nobody listens any more");
    let _second = Desk::with(desk_options(), desk.address.port()).await;
    plugin.until("ready again", |delivery| matches!(delivery, Delivery::Ready(_)).then_some(())).await;
}

#[tokio::test]
async fn a_killed_host_that_comes_back_makes_one_resync_and_settles_every_call_once() {
    let desk = Desk::start().await;
    let mut plugin = joined(&desk).await;
    desk.host.set_handled(Method::UpdateQuickConnects, true);
    let ids: Vec<u64> =
        (0..100).map(|_| plugin.start("update_quick_connects", &json!({})).unwrap()).collect();
    let mut desk = desk;
    for _ in 0..100 {
        desk.until("a run", |delivery| matches!(delivery, HostDelivery::Run { .. }).then_some(())).await;
    }
    desk.host.abort();
    let port = desk.address.port();
    drop(desk);
    let mut desk = Desk::with(desk_options(), port).await;
    desk.host.set_handled(Method::UpdateQuickConnects, true);
    let (mut resyncs, mut settled) = (0, Vec::new());
    plugin
        .until("ready again", |delivery| {
            match delivery {
                Delivery::Resync { unsettled, .. } => {
                    resyncs += 1;
                    assert_eq!(*unsettled, 100);
                }
                Delivery::Settled { id, outcome, .. } => {
                    let error = outcome.as_ref().unwrap_err();
                    assert_eq!((error.code, error.executed), (ErrorCode::OutcomeUnknown, Executed::Unknown));
                    settled.push(*id);
                }
                _ => {}
            }
            (resyncs > 0 && settled.len() == 100).then_some(())
        })
        .await;
    settled.sort_unstable();
    assert_eq!(settled, ids);
    assert_eq!(plugin.call("get_company_id", &json!({})).await.unwrap()["companyId"], "acme");
    plugin.client.listen("acme.a", true);
    for n in 0..1_000 {
        emit(&desk, "acme.a", &json!({"n": n}));
        if n % 100 == 99 {
            for seen in n - 99..=n {
                assert_eq!(plugin.event("acme.a").await.1["n"], seen);
            }
        }
    }
    let last = plugin.start("update_quick_connects", &json!({})).unwrap();
    desk.until("the run of the last call", |delivery| match delivery {
        HostDelivery::Run { ticket, .. } => Some(*ticket),
        _ => None,
    })
    .await;
    plugin.client.cancel(last);
    let mut runs = 0;
    desk.until("its abort", |delivery| {
        runs += usize::from(matches!(delivery, HostDelivery::Run { .. }));
        matches!(delivery, HostDelivery::Abort { .. }).then_some(())
    })
    .await;
    assert_eq!((resyncs, runs), (1, 0), "only the last call was run");
}

#[tokio::test]
async fn a_removed_plugin_is_closed_for_good() {
    let desk = Desk::start().await;
    let mut plugin = joined(&desk).await;
    let session = desk.host.sessions()[0].session.clone();
    assert!(desk.host.remove(&session));
    let code = plugin
        .until("closed", |delivery| match delivery {
            Delivery::Closed { code, .. } => Some(*code),
            _ => None,
        })
        .await;
    assert_eq!(code, CloseCode::REMOVED);
    assert_eq!(plugin.client.state(), State::Closed);
}

/// Forwards bytes between plugins and a host, and can cut them off.
struct Proxy {
    url: String,
    cut: tokio::sync::watch::Sender<u64>,
}

impl Proxy {
    async fn start(to: std::net::SocketAddr, reset: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/link", listener.local_addr().unwrap());
        let (cut, cuts) = tokio::sync::watch::channel(0);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut cuts = cuts.clone();
                cuts.mark_unchanged();
                tokio::spawn(async move {
                    let mut far = TcpStream::connect(to).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        _ = cuts.changed() => {}
                    }
                    if reset {
                        let _ = near.set_zero_linger();
                        let _ = far.set_zero_linger();
                    }
                });
            }
        });
        Self { url, cut }
    }

    fn cut(&self) {
        self.cut.send_modify(|count| *count += 1);
    }
}

#[tokio::test]
async fn cut_and_reset_connections_lose_and_repeat_nothing() {
    for reset in [false, true] {
        let desk = Desk::start().await;
        let proxy = Proxy::start(desk.address, reset).await;
        let mut plugin = plugin(&proxy.url);
        plugin.init().await.unwrap();
        plugin.client.listen("acme.a", true);
        let (mut next, mut calls) = (0_u64, Vec::new());
        for round in 0..8_u64 {
            for n in 0..20 {
                emit(&desk, "acme.a", &json!({"n": round * 20 + n}));
                if n == 10 {
                    proxy.cut();
                }
            }
            calls.push(plugin.start("get_company_id", &json!({})).unwrap());
            while next < (round + 1) * 20 {
                assert_eq!(plugin.event("acme.a").await.1["n"], next, "reset: {reset}");
                next += 1;
            }
        }
        // The answers may have come among the events, so the last call stands for all of them.
        let last = plugin.start("get_company_id", &json!({})).unwrap();
        assert_eq!(plugin.settled(last).await.unwrap()["companyId"], "acme");
        assert_eq!(desk.host.sessions().len(), 1, "one session all along");
    }
}

#[tokio::test]
async fn a_plugin_whose_thread_is_busy_loses_nothing_below_the_caps() {
    let desk = Desk::start().await;
    let mut plugin = joined(&desk).await;
    plugin.client.listen("acme.a", true);
    // Nothing is drained while these are sent: a window crosses, the rest waits at the host.
    for n in 0..1_000 {
        assert_eq!(emit(&desk, "acme.a", &json!({"n": n})), 1);
    }
    for n in 0..1_000 {
        assert_eq!(plugin.event("acme.a").await.1["n"], n);
    }
    let mut resyncs = 0;
    let id = plugin.start("get_company_id", &json!({})).unwrap();
    plugin
        .until("the answer", |delivery| {
            resyncs += usize::from(matches!(delivery, Delivery::Resync { .. }));
            matches!(delivery, Delivery::Settled { id: settled, .. } if *settled == id).then_some(())
        })
        .await;
    assert_eq!(resyncs, 0);
}

#[tokio::test]
async fn a_half_closed_connection_ends_and_is_resumed() {
    let desk = Desk::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut plugin = plugin(&format!("ws://{}/link", listener.local_addr().unwrap()));
    plugin.client.init();
    let (near, _) = listener.accept().await.unwrap();
    let far = TcpStream::connect(desk.address).await.unwrap();
    let (mut near_read, mut near_write) = near.into_split();
    let (mut far_read, mut far_write) = far.into_split();
    let up = tokio::spawn(async move {
        let _ = tokio::io::copy(&mut near_read, &mut far_write).await;
        far_write
    });
    let mut buffer = vec![0; 65_536];
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains("\"type\":\"welcome\"") {
        let read = within("the welcome", far_read.read(&mut buffer)).await.unwrap();
        seen.extend(&buffer[..read]);
        near_write.write_all(&buffer[..read]).await.unwrap();
    }
    plugin.init_done().await.unwrap();
    near_write.shutdown().await.unwrap();
    drop(listener.accept().await.unwrap());
    let code = plugin
        .until("the interruption", |delivery| match delivery {
            Delivery::Interrupted { code, .. } => Some(*code),
            _ => None,
        })
        .await;
    assert_eq!(code, CloseCode::LOST);
    up.abort();
}

#[tokio::test]
async fn many_plugins_join_at_once() {
    let desk = Desk::start().await;
    let mut plugins: Vec<Plugin> = (0..60).map(|_| plugin(&desk.url())).collect();
    for plugin in &plugins {
        plugin.client.init();
    }
    let mut joined = 0;
    for plugin in &mut plugins {
        match plugin.init_done().await {
            Ok(()) => joined += 1,
            Err(error) => assert_eq!(error.code, ErrorCode::Unavailable, "the host is full for this plugin"),
        }
    }
    let connected = desk.host.sessions().iter().filter(|session| session.connected).count();
    assert_eq!((joined, connected), (20, 20), "20 sessions per plugin and agent");
}

#[tokio::test]
async fn a_panic_inside_ends_the_host_with_a_typed_error_and_not_the_process() {
    let mut desk = Desk::start().await;
    let mut plugin = joined(&desk).await;
    let error = desk.host.desktop(|_, _| panic!("a defect")).unwrap_err();
    assert_eq!(error.code, ErrorCode::Internal);
    desk.until("the error", |delivery| matches!(delivery, HostDelivery::Error(_)).then_some(())).await;
    desk.until("closed", |delivery| matches!(delivery, HostDelivery::Closed).then_some(())).await;
    let code = plugin
        .until("the interruption", |delivery| match delivery {
            Delivery::Interrupted { code, .. } => Some(*code),
            _ => None,
        })
        .await;
    assert_eq!(code, CloseCode::INTERNAL);
    assert!(desk.host.emit("acme.a", "{}", &EmitOptions::default()).is_err());
    desk.host.close().await;
    assert!(TcpStream::connect(desk.address).await.is_err(), "the port is free again");
}
