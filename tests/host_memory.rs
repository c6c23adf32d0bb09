//! What a hostile or slow peer can make a host hold: measured on the heap, with both ends in this process.
#![cfg(feature = "ws")]
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod loopback;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use loopback::desk::{Desk, hello, options, upgrade_request};
use loopback::within;
use serde_json::json;
use smartagent_plugin_sdk::desktop::EmitOptions;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

/// The system's allocator, counted.
struct Counted;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[expect(
    unsafe_code,
    reason = "an allocator can only be counted from inside; every call goes to the system's own"
)]
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(live, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counted = Counted;

/// The heap at one moment; the tests of this file take turns, so that they measure themselves only.
struct Heap {
    before: usize,
    _turn: MutexGuard<'static, ()>,
}

impl Heap {
    async fn measured() -> Self {
        static TURN: Mutex<()> = Mutex::const_new(());
        Self { before: 0, _turn: TURN.lock().await }
    }

    fn start(&mut self) {
        self.before = LIVE.load(Ordering::Relaxed);
        PEAK.store(self.before, Ordering::Relaxed);
    }

    /// The most that was held beyond the start.
    fn growth(&self) -> usize {
        PEAK.load(Ordering::Relaxed).saturating_sub(self.before)
    }
}

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// A masked client frame of at most 125 bytes; the mask is zero.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first, 0x80 | u8::try_from(payload.len()).unwrap(), 0, 0, 0, 0];
    bytes.extend(payload);
    bytes
}

/// A link that was welcomed, as the bare socket under it.
async fn welcomed(desk: &Desk, instance: &str) -> TcpStream {
    desk.greet(instance).await.0.socket.into_inner()
}

/// Writes the chunk again and again until the host has enough; how many bytes it let through.
async fn flood(stream: &mut TcpStream, chunk: &[u8], times: usize) -> usize {
    for sent in 0..times {
        if stream.write_all(chunk).await.is_err() {
            return sent * chunk.len();
        }
    }
    times * chunk.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a20_ten_million_empty_continuations_cost_less_than_a_mebibyte() {
    let mut heap = Heap::measured().await;
    let desk = Desk::start().await;
    let mut stream = welcomed(&desk, "i").await;
    let chunk = frame(0x00, b"").repeat(10_000);
    heap.start();
    stream.write_all(&frame(0x01, b"{")).await.unwrap();
    let started = Instant::now();
    let sent = flood(&mut stream, &chunk, 1_000).await;
    let growth = heap.growth();
    // What the sockets buffer is more than the budget of 2 × 128 KiB + 64 KiB, but nothing near 60 MB.
    assert!(sent < 20 * MIB, "{sent} bytes were taken");
    assert!(growth < MIB, "{growth} bytes");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a20_sixty_four_links_with_an_unfinished_message_each_hold_no_more_than_its_cap() {
    let mut heap = Heap::measured().await;
    let desk = Desk::start().await;
    let mut streams = Vec::new();
    for n in 0..64 {
        let mut hello = hello(&format!("i{n}"));
        hello["plugin"]["id"] = json!(format!("acme.p{n}"));
        let mut link = desk.dial().await;
        link.send(&hello).await;
        let _ = link.frame("welcome").await;
        streams.push(link.socket.into_inner());
    }
    let piece = frame(0x00, &[b' '; 125]);
    heap.start();
    for stream in &mut streams {
        stream.write_all(&frame(0x01, b"{")).await.unwrap();
        // 100,000 bytes of a message that may have 131,072.
        stream.write_all(&piece.repeat(800)).await.unwrap();
    }
    // Each link still answers, so everything before has been read.
    for stream in &mut streams {
        stream.write_all(&frame(0x89, b"x")).await.unwrap();
        within("a pong", async { while stream.read_u8().await.unwrap() != 0x8a {} }).await;
    }
    let growth = heap.growth();
    assert!(growth < 64 * 300 * KIB, "{growth} bytes for 64 links");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a20_a_flood_of_pings_between_messages_ends_the_link_and_costs_less_than_a_mebibyte() {
    let mut heap = Heap::measured().await;
    let desk = Desk::start().await;
    let mut stream = welcomed(&desk, "i").await;
    let chunk = frame(0x89, &[b'x'; 100]).repeat(500);
    heap.start();
    let sent = flood(&mut stream, &chunk, 2_000).await;
    let growth = heap.growth();
    assert!(sent < 20 * MIB, "{sent} bytes of pings were taken");
    assert!(growth < MIB, "{growth} bytes");
    let mut other = desk.greet("j").await.0;
    other.send(&json!({"type": "ping", "n": 1})).await;
    assert_eq!(other.frame("pong").await["n"], 1, "nobody else noticed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t17_a_thousand_slow_heads_of_one_address_hold_sixty_four_places() {
    let mut heap = Heap::measured().await;
    let desk = Desk::start().await;
    heap.start();
    let mut open = Vec::new();
    for _ in 0..1_000 {
        let mut stream = desk.tcp().await;
        // One that was refused may be gone before this is written.
        let _ = stream.write_all(b"GET /link HTTP/1.1\r\nHost: loc").await;
        open.push(stream);
    }
    // Which of them have the places is the scheduler's choice; those are cut off after five seconds.
    let (mut refused, mut cut_off) = (0, 0);
    let ends = async {
        for stream in &mut open {
            let mut status = [0; 12];
            stream.read_exact(&mut status).await.unwrap();
            refused += usize::from(&status[9..] == b"429");
            cut_off += usize::from(&status[9..] == b"408");
        }
    };
    within("the end of the slow heads", ends).await;
    assert_eq!((refused, cut_off), (936, 64));
    assert!(heap.growth() < 8 * MIB, "{} bytes", heap.growth());
    let joins = async {
        let mut status = [0; 12];
        while &status[9..] != b"101" {
            let mut stream = desk.tcp().await;
            stream.write_all(&upgrade_request("localhost", None)).await.unwrap();
            stream.read_exact(&mut status).await.unwrap();
        }
    };
    within("a free place", joins).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t17_a_thousand_slow_sockets_cost_little_and_a_plugin_joins_beside_them() {
    let mut heap = Heap::measured().await;
    let mut chosen = options();
    chosen.desktop.limits.links_per_address = 2_000;
    chosen.desktop.limits.links_before_hello = 2_000;
    let desk = Desk::with(chosen, 0).await;
    heap.start();
    let mut open = Vec::new();
    // Half of them drip their head, half were upgraded and drip their hello.
    for n in 0..1_000 {
        let mut stream = desk.tcp().await;
        if n % 2 == 0 {
            stream.write_all(b"GET /link HTTP/1.1\r\n").await.unwrap();
        } else {
            stream.write_all(&upgrade_request("localhost", None)).await.unwrap();
            stream.write_all(&[0x01, 0x81, 0, 0, 0, 0, b'{']).await.unwrap();
        }
        open.push(stream);
    }
    let started = Instant::now();
    let (mut link, _) = desk.greet("honest").await;
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    for (n, stream) in open.iter_mut().enumerate() {
        let drip: &[u8] = if n % 2 == 0 { b"X" } else { &[0x00, 0x81, 0, 0, 0, 0, b' '] };
        let _ = stream.write_all(drip).await;
    }
    link.send(&json!({"type": "ping", "n": 2})).await;
    assert_eq!(link.frame("pong").await["n"], 2);
    let each = heap.growth() / 1_000;
    assert!(each < 32 * KIB, "{each} bytes for each slow socket");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t18_a_plugin_that_reads_nothing_costs_its_outbox_and_is_closed_4003() {
    let mut heap = Heap::measured().await;
    let desk = Desk::start().await;
    let (mut link, welcome) = desk.greet("i").await;
    let payload = json!({ "text": "x".repeat(2_000) }).to_string();
    heap.start();
    let started = Instant::now();
    let mut emitted = 0;
    // A thousand a second for five seconds and more, until the session is given up.
    while !desk.host.sessions().is_empty() && started.elapsed() < Duration::from_secs(20) {
        emitted += desk.host.emit("acme.flood", &payload, &EmitOptions::default()).unwrap();
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(desk.host.sessions().is_empty(), "the session outlived {emitted} events that nobody took");
    assert!(started.elapsed() >= Duration::from_secs(5), "{:?}", started.elapsed());
    assert!(heap.growth() < 8 * MIB, "{} bytes", heap.growth());
    assert_eq!(link.closed().await, 4003);
    // Whoever comes back is told what it lost and where things stand.
    let mut again = hello("i");
    again["resume"] =
        json!({"session": welcome["session"], "resumeToken": welcome["resumeToken"], "received": 0});
    let mut next = desk.dial().await;
    next.send(&again).await;
    let fresh = next.frame("welcome").await;
    assert_eq!((&fresh["resumed"], &fresh["reason"]), (&json!(false), &json!("overflow")));
    assert!(fresh["snapshot"].is_object());
}
