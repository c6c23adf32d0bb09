//! Both ends of a link over real loopback sockets: a client under test, and hosts and plugins written by hand.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::allow_attributes, reason = "an expectation would fail in the files that use all of it")]

pub mod desk;

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use smartagent_plugin_sdk::dispatch::Delivery;
use smartagent_plugin_sdk::driver::{Client, ClientOptions, Request, TokenSource, new_instance};
use smartagent_plugin_sdk::session::{PluginOptions, Reconnect};
use smartagent_plugin_sdk::transport::dial::DialOptions;
use smartagent_plugin_sdk::wire::{ErrorBody, PluginInfo, SdkInfo};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::{Request as Upgrade, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Longer than anything here takes; a test that waits this long has failed.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Fails with `what` when the future does not end in time.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("timed out: {what}"))
}

/// A client under test, drained and taken like a binding does.
pub struct Plugin {
    pub client: Client,
    rung: Arc<Notify>,
    seen: VecDeque<Delivery>,
    next_id: u64,
}

/// Options for a client of this URL with a quick reconnect.
pub fn options(url: &str) -> ClientOptions {
    let plugin = PluginInfo {
        id: Some("acme.test".into()),
        version: None,
        plugin_type: None,
        instance: new_instance().unwrap(),
    };
    let sdk = SdkInfo { name: "smartagent-plugin-sdk".into(), version: "0.1.0".into(), runtime: None };
    let mut session = PluginOptions::new(plugin, sdk);
    session.reconnect = Reconnect::Backoff { max_delay_ms: 200 };
    session.connect_timeout_ms = 5_000;
    let dial = DialOptions { url: url.into(), timeout_ms: 5_000, ..DialOptions::default() };
    ClientOptions { session, dial, token: TokenSource::Absent }
}

impl Plugin {
    pub fn new(options: ClientOptions) -> Self {
        let rung = Arc::new(Notify::new());
        let bell = Arc::clone(&rung);
        let client = Client::new(options, Handle::current(), Arc::new(move || bell.notify_one())).unwrap();
        Self { client, rung, seen: VecDeque::new(), next_id: 1 }
    }

    /// The first delivery that `pick` maps to something; the ones before it are dropped.
    pub async fn until<T>(&mut self, what: &str, mut pick: impl FnMut(&Delivery) -> Option<T>) -> T {
        within(what, async {
            loop {
                self.pump();
                while let Some(delivery) = self.seen.pop_front() {
                    if let Some(picked) = pick(&delivery) {
                        return picked;
                    }
                }
                self.rung.notified().await;
            }
        })
        .await
    }

    pub fn pump(&mut self) {
        loop {
            let batch = self.client.drain(256);
            let more = batch.len() == 256;
            self.seen.extend(batch);
            self.client.taken();
            if !more {
                return;
            }
        }
    }

    pub async fn init(&mut self) -> Result<(), ErrorBody> {
        self.client.init();
        self.init_done().await
    }

    /// Waits for an `init` that was started already.
    pub async fn init_done(&mut self) -> Result<(), ErrorBody> {
        self.until("init", |delivery| match delivery {
            Delivery::InitDone(outcome) => Some(outcome.as_ref().map(|_| ()).map_err(Clone::clone)),
            _ => None,
        })
        .await
    }

    pub fn start(&mut self, method: &str, payload: &Value) -> Result<u64, ErrorBody> {
        let id = self.next_id;
        self.next_id += 1;
        self.client.request(Request {
            id,
            method: method.into(),
            payload: payload.to_string(),
            contact_id: None,
            idempotency_key: None,
            timeout_ms: 8_000,
        })?;
        Ok(id)
    }

    pub async fn settled(&mut self, wanted: u64) -> Result<Value, ErrorBody> {
        self.until("a settled call", |delivery| match delivery {
            Delivery::Settled { id, outcome, .. } if *id == wanted => {
                Some(outcome.clone().map(|payload| payload.value().clone()))
            }
            _ => None,
        })
        .await
    }

    pub async fn call(&mut self, method: &str, payload: &Value) -> Result<Value, ErrorBody> {
        let id = self.start(method, payload)?;
        self.settled(id).await
    }

    pub async fn event(&mut self, wanted: &str) -> (u64, Value) {
        self.until(wanted, |delivery| match delivery {
            Delivery::Event { name, seq, payload, .. } if name == wanted => {
                Some((*seq, payload.value().clone()))
            }
            _ => None,
        })
        .await
    }

    pub async fn close(&mut self) {
        assert!(self.client.close(), "was closed already");
        self.until("closed", |delivery| matches!(delivery, Delivery::Closed { .. }).then_some(())).await;
    }
}

/// A host written by hand.
pub struct RawHost {
    pub listener: TcpListener,
    pub url: String,
}

impl RawHost {
    pub async fn start() -> Self {
        Self::on(0).await
    }

    pub async fn on(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let url = format!("ws://{}/link", listener.local_addr().unwrap());
        Self { listener, url }
    }

    pub async fn tcp(&self) -> TcpStream {
        within("a connection", self.listener.accept()).await.unwrap().0
    }

    /// Upgrades the next connection.
    pub async fn accept(&self) -> RawLink<TcpStream> {
        RawLink { socket: within("an upgrade", upgrade(self.tcp().await)).await.unwrap() }
    }

    /// Upgrades the next connection and welcomes the plugin.
    pub async fn welcome(&self, session: &str) -> (RawLink<TcpStream>, Value) {
        let mut link = self.accept().await;
        let hello = link.json().await;
        link.send(&welcome(session)).await;
        (link, hello)
    }
}

#[expect(clippy::result_large_err, reason = "the library's callback has this signature")]
pub async fn upgrade(stream: TcpStream) -> Result<WebSocketStream<TcpStream>, Error> {
    tokio_tungstenite::accept_hdr_async(stream, |request: &Upgrade, mut response: Response| {
        let offered = request.headers().get("Sec-WebSocket-Protocol");
        assert_eq!(offered, Some(&HeaderValue::from_static("smartagent.link.v1")));
        assert!(request.headers().get("Sec-WebSocket-Extensions").is_none());
        assert!(request.headers().get("Origin").is_none());
        response
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", HeaderValue::from_static("smartagent.link.v1"));
        Ok(response)
    })
    .await
}

/// One WebSocket whose frames the test writes and reads.
pub struct RawLink<S> {
    pub socket: WebSocketStream<S>,
}

impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin> RawLink<S> {
    pub async fn send(&mut self, frame: &Value) {
        self.send_message(Message::text(frame.to_string())).await;
    }

    pub async fn send_message(&mut self, message: Message) {
        within("a write", self.socket.send(message)).await.unwrap();
    }

    pub async fn message(&mut self) -> Option<Result<Message, Error>> {
        within("a message", self.socket.next()).await
    }

    pub async fn json(&mut self) -> Value {
        match self.message().await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => panic!("expected a text message, got {other:?}"),
        }
    }

    /// The next frame of this type; acknowledgements and pings in between are skipped.
    pub async fn frame(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.json().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The close code that this end gets to see, whatever comes before it.
    pub async fn closed(&mut self) -> u16 {
        loop {
            match self.message().await {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(Message::Close(None))) => return 1005,
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return 1006,
            }
        }
    }
}

pub fn welcome(session: &str) -> Value {
    json!({
        "type": "welcome", "version": 1, "session": session, "resumeToken": "r_1", "resumed": false,
        "reason": "new", "received": 0, "plugin": {"id": "acme.test"},
        "granted": ["call:observe", "agent:read", "contact:read", "contact:write"], "denied": [],
        "limits": {"maxFrameBytes": 131072, "window": 256, "windowBytes": 1048576,
                   "ratePerSecond": 0, "burst": 100},
        "heartbeat": {"intervalMs": 15000, "timeoutMs": 10000}, "resumeWindowMs": 120000,
        "time": 1, "host": {"name": "raw", "version": "0", "source": "host"},
        "snapshot": {"user": null, "companyId": null, "contacts": [], "focusedContactId": null, "visible": true},
    })
}

pub fn event(seq: u64, name: &str, payload: &Value) -> Value {
    json!({"type": "event", "seq": seq, "event": name, "timestamp": 1, "payload": payload})
}
