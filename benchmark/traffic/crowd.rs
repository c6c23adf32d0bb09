//! Many plugins of one host: each says `hello`, acknowledges what it gets as the SDK does (every 32 frames), and
//! notes how long each event took.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use crate::frames::micros;
use crate::settings::Settings;
use crate::socket::masked_frame;

struct Crowd {
    address: String,
    token: String,
    /// Whether the links speak the protocol, and so acknowledge.
    session: bool,
    welcomed: AtomicU64,
    events: AtomicU64,
    lost: AtomicU64,
    latencies: Mutex<Vec<u32>>,
    /// As many as a host lets wait for their welcome.
    lobby: Semaphore,
}

/// Connects `links` plugins, prints a line when all are welcomed and one when `events` events have arrived.
pub fn join(settings: &Settings) -> io::Result<()> {
    let (links, events) = (settings.get("links", 100_u64), settings.get("events", 0_u64));
    let crowd = Arc::new(Crowd {
        address: format!("127.0.0.1:{}", settings.get("port", 7420_u16)),
        token: settings.text("token", ""),
        session: settings.get("session", true),
        welcomed: AtomicU64::new(0),
        events: AtomicU64::new(0),
        lost: AtomicU64::new(0),
        latencies: Mutex::default(),
        lobby: Semaphore::new(32),
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        for number in 0..links {
            let crowd = Arc::clone(&crowd);
            tokio::spawn(async move {
                let _ = crowd.plugin(number).await;
                crowd.lost.fetch_add(1, Ordering::Relaxed);
            });
        }
        reach(&crowd.welcomed, &crowd.lost, links).await;
        println!("{}", json!({"welcomed": crowd.welcomed.load(Ordering::Relaxed)}));
        reach(&crowd.events, &crowd.lost, events.saturating_mul(links)).await;
        println!("{}", crowd.report(events.saturating_mul(links)));
        // Idle links are measured until this process is told to end.
        std::future::pending::<()>().await;
    });
    Ok(())
}

async fn reach(counter: &AtomicU64, lost: &AtomicU64, wanted: u64) {
    while counter.load(Ordering::Relaxed) < wanted && lost.load(Ordering::Relaxed) == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

impl Crowd {
    async fn plugin(&self, number: u64) -> io::Result<()> {
        let place = self.lobby.acquire().await.map_err(io::Error::other)?;
        let mut stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        let head = "GET /link HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
            Sec-WebSocket-Protocol: smartagent.link.v1\r\n\r\n";
        stream.write_all(head.as_bytes()).await?;
        let mut bytes = Vec::new();
        while find(&bytes, b"\r\n\r\n").is_none() {
            stream.read_buf(&mut bytes).await?;
        }
        let hello = json!({
            "type": "hello", "versions": [1], "plugin": {"id": format!("p-{number}"), "instance": format!("i-{number}")},
            "sdk": {"name": "traffic", "version": "0"}, "auth": {"scheme": "bearer", "token": self.token},
        });
        self.send(&mut stream, &hello.to_string()).await?;
        let mut rest = bytes.split_off(find(&bytes, b"\r\n\r\n").map_or(0, |at| at + 4));
        while self.take(&mut rest, &mut 0) == 0 {
            if stream.read_buf(&mut rest).await? == 0 {
                return Ok(());
            }
        }
        drop(place);
        self.welcomed.fetch_add(1, Ordering::Relaxed);
        self.listen(stream, rest).await
    }

    /// Reads events until the host closes.
    async fn listen(&self, mut stream: TcpStream, mut bytes: Vec<u8>) -> io::Result<()> {
        let (mut seq, mut acked) = (0, 0);
        loop {
            self.take(&mut bytes, &mut seq);
            if self.session && seq >= acked + 32 {
                acked = seq;
                self.send(&mut stream, &format!(r#"{{"type":"ack","ack":{acked}}}"#)).await?;
            }
            // Idle links hold no buffer on this side either.
            if bytes.is_empty() {
                bytes = Vec::new();
                stream.readable().await?;
            }
            match stream.try_read_buf(&mut bytes) {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => stream.readable().await?,
                Err(error) => return Err(error),
            }
        }
    }

    async fn send(&self, stream: &mut TcpStream, text: &str) -> io::Result<()> {
        let mut out = Vec::new();
        masked_frame(&mut out, text.as_bytes());
        stream.write_all(&out).await
    }

    /// Takes the complete frames off the front and says how many there were.
    fn take(&self, bytes: &mut Vec<u8>, seq: &mut u64) -> usize {
        let (mut at, mut frames) = (0, 0);
        while let Some((from, to)) = bounds(bytes.get(at..).unwrap_or_default()) {
            let frame = bytes.get(at + from..at + to).unwrap_or_default();
            if find(frame, br#""type":"event""#).is_some() {
                *seq += 1;
                self.note(frame);
            }
            at += to;
            frames += 1;
        }
        bytes.drain(..at);
        frames
    }

    fn note(&self, frame: &[u8]) {
        self.events.fetch_add(1, Ordering::Relaxed);
        let Some(at) = find(frame, br#""us":"#) else { return };
        let digits = frame.get(at + 5..).unwrap_or_default();
        let sent = digits
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0, |n, byte| n * 10 + u64::from(byte - b'0'));
        let took = u32::try_from(micros().saturating_sub(sent)).unwrap_or(u32::MAX);
        self.latencies.lock().unwrap_or_else(PoisonError::into_inner).push(took);
    }

    fn report(&self, expected: u64) -> String {
        let mut latencies = self.latencies.lock().unwrap_or_else(PoisonError::into_inner);
        latencies.sort_unstable();
        let at = |share: f64| latencies.get((latencies.len() as f64 * share) as usize).copied();
        json!({
            "received": self.events.load(Ordering::Relaxed), "expected": expected,
            "lost": self.lost.load(Ordering::Relaxed), "p50Us": at(0.50), "p99Us": at(0.99),
        })
        .to_string()
    }
}

/// Where the first frame's payload begins and ends.
fn bounds(bytes: &[u8]) -> Option<(usize, usize)> {
    let (from, length) = match *bytes.get(1)? & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(short)),
    };
    (bytes.len() >= from + length).then_some((from, from + length))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
