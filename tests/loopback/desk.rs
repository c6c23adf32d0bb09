//! A host under test, drained like a binding does, and raw bytes against its port.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use smartagent_plugin_sdk::host::{Host, HostDelivery, HostOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

use super::{RawLink, within};

pub struct Desk {
    pub host: Host,
    pub address: SocketAddr,
    rung: Arc<Notify>,
    seen: VecDeque<HostDelivery>,
}

pub const TOKEN: &str = "t-desk";

/// Options with a shared token and no request rate.
pub fn options() -> HostOptions {
    let mut options = HostOptions::default();
    options.desktop.company_id = Some("acme".into());
    options.desktop.token = Some(TOKEN.into());
    options.desktop.limits.rate_per_second = 0.0;
    options
}

impl Desk {
    pub async fn start() -> Self {
        Self::with(options(), 0).await
    }

    pub async fn with(options: HostOptions, port: u16) -> Self {
        let rung = Arc::new(Notify::new());
        let bell = Arc::clone(&rung);
        let host = Host::new(options, Handle::current(), Arc::new(move || bell.notify_one())).unwrap();
        let address = within("the port", async {
            loop {
                match host.listen("127.0.0.1", port).await {
                    Ok(address) => return address,
                    // A host that was dropped gives its port back a moment later.
                    Err(error) if port != 0 && error.message.contains("in use") => {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                    Err(error) => panic!("{error}"),
                }
            }
        })
        .await;
        Self { host, address, rung, seen: VecDeque::new() }
    }

    pub fn url(&self) -> String {
        format!("ws://{}/link", self.address)
    }

    pub async fn until<T>(&mut self, what: &str, mut pick: impl FnMut(&HostDelivery) -> Option<T>) -> T {
        within(what, async {
            loop {
                self.seen.extend(self.host.drain(4096));
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

    /// A TCP connection to the port.
    pub async fn tcp(&self) -> TcpStream {
        within("a connection", TcpStream::connect(self.address)).await.unwrap()
    }

    /// Sends raw bytes and reads until the host closes; gives the HTTP status and the whole answer.
    pub async fn http(&self, request: &[u8]) -> (u16, String) {
        let mut stream = self.tcp().await;
        // The host may answer and close before it has read everything.
        let _ = stream.write_all(request).await;
        answer(&mut stream).await
    }

    /// A raw link whose upgrade was accepted.
    pub async fn dial(&self) -> RawLink<TcpStream> {
        let mut request = self.url().into_client_request().unwrap();
        let protocol = HeaderValue::from_static("smartagent.link.v1");
        request.headers_mut().insert("Sec-WebSocket-Protocol", protocol);
        let stream = self.tcp().await;
        let (socket, _) = within("an upgrade", client_async(request, stream)).await.unwrap();
        RawLink { socket }
    }

    /// A raw link that was welcomed.
    pub async fn greet(&self, instance: &str) -> (RawLink<TcpStream>, Value) {
        let mut link = self.dial().await;
        link.send(&hello(instance)).await;
        let welcome = link.frame("welcome").await;
        (link, welcome)
    }
}

pub async fn answer(stream: &mut TcpStream) -> (u16, String) {
    let mut bytes = Vec::new();
    let _ = within("an answer", stream.read_to_end(&mut bytes)).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.get(9..12).and_then(|digits| digits.parse().ok()).unwrap_or(0);
    (status, text)
}

pub fn hello(instance: &str) -> Value {
    json!({
        "type": "hello", "versions": [1], "plugin": {"id": "acme.raw", "instance": instance},
        "sdk": {"name": "raw", "version": "0"}, "auth": {"scheme": "bearer", "token": TOKEN},
    })
}

/// An upgrade request with these lines in place of, or beside, the usual ones.
pub fn upgrade_request(host: &str, origin: Option<&str>) -> Vec<u8> {
    let origin = origin.map(|origin| format!("Origin: {origin}\r\n")).unwrap_or_default();
    format!(
        "GET /link HTTP/1.1\r\nHost: {host}\r\n{origin}Connection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Protocol: smartagent.link.v1\r\n\r\n"
    )
    .into_bytes()
}
