//! A desktop of one plugin: welcomes it, answers its requests, and sends it a round of events whenever it asks with
//! `get_company_id`: first those that warm it up, then those that count. Sequence numbers and the window are kept as the protocol says.

use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::frames::{Template, answer, stamped, welcome};
use crate::settings::Settings;
use crate::socket;

/// What the source reads in a frame of the plugin.
#[derive(Deserialize)]
struct Incoming<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    seq: Option<u64>,
    ack: Option<u64>,
    id: Option<&'a str>,
    method: Option<&'a str>,
}

/// The events of one run.
#[derive(Clone)]
struct Load {
    events: u64,
    /// Events of the first round, which warms the plugin up.
    warm: u64,
    name: String,
    bytes: usize,
    invalid: bool,
    /// Events a second; 0 is as fast as they are taken.
    rate: u64,
    /// Frames that may be unacknowledged; 0 leaves it to TCP.
    window: u64,
}

/// The sending half, shared by the thread that answers and the one that floods.
struct Link {
    state: Mutex<Sending>,
    acked: Condvar,
}

struct Sending {
    stream: TcpStream,
    seq: u64,
    acked: u64,
    received: u64,
    /// Events are being sent.
    flooding: bool,
    over: bool,
}

pub fn serve(settings: &Settings) -> io::Result<()> {
    let load = Load {
        events: settings.get("events", 0),
        warm: settings.get("warm", 0),
        name: settings.text("name", "incoming_call"),
        bytes: settings.get("bytes", 500),
        invalid: settings.get("invalid", false),
        rate: settings.get("rate", 0),
        window: settings.get("window", 256),
    };
    let listener = TcpListener::bind(("127.0.0.1", settings.get("port", 0)))?;
    let mut sample = String::new();
    Template::new(&load.name, load.bytes, load.invalid).write(&mut sample, 1);
    println!(r#"{{"port":{},"frameBytes":{}}}"#, listener.local_addr()?.port(), sample.len());
    for stream in listener.incoming() {
        let (stream, load) = (stream?, load.clone());
        thread::spawn(move || talk(stream, load));
    }
    Ok(())
}

fn talk(stream: TcpStream, load: Load) -> io::Result<()> {
    let mut reader = socket::accept(&stream)?;
    let sending = Sending { stream, seq: 0, acked: 0, received: 0, flooding: false, over: false };
    let link = Arc::new(Link { state: Mutex::new(sending), acked: Condvar::new() });
    let mut payload = Vec::new();
    let mut rounds = 0;
    while socket::read_message(&mut reader, &mut payload)?.is_some() {
        let Ok(frame) = serde_json::from_slice::<Incoming<'_>>(&payload) else { continue };
        let mut out = Vec::new();
        let mut state = link.lock();
        if let Some(ack) = frame.ack {
            state.acked = state.acked.max(ack);
            link.acked.notify_one();
        }
        if let Some(seq) = frame.seq {
            state.received = seq;
        }
        match (frame.kind, frame.id, frame.method) {
            ("hello", ..) => socket::frame(&mut out, welcome(load.window).as_bytes()),
            ("ping", ..) => {}
            ("goodbye", ..) => break,
            ("request", Some(id), Some(method)) => {
                state.seq += 1;
                let (seq, ack) = (state.seq, state.received);
                let text = format!(
                    r#"{{"type":"response","seq":{seq},"ack":{ack},"id":"{id}","result":{}}}"#,
                    answer(method)
                );
                socket::frame(&mut out, text.as_bytes());
                if method == "get_company_id" && !state.flooding && load.events > 0 {
                    state.flooding = true;
                    let (link, mut load) = (Arc::clone(&link), load.clone());
                    load.events = if rounds == 0 { load.warm } else { load.events };
                    rounds += 1;
                    thread::spawn(move || flood(&link, &load));
                }
            }
            _ => {}
        }
        if !out.is_empty() {
            state.stream.write_all(&out)?;
        }
    }
    link.lock().over = true;
    link.acked.notify_all();
    Ok(())
}

/// Sends the events, then one named `bench.end`.
fn flood(link: &Link, load: &Load) {
    let template = Template::new(&load.name, load.bytes, load.invalid);
    let end = Template::new("bench.end", 0, false);
    let start = Instant::now();
    let batch = (16 * 1024 / load.bytes.max(1)).clamp(1, 32) as u64;
    let mut sent = 0;
    let (mut text, mut out) = (String::new(), Vec::new());
    while sent <= load.events {
        let wanted = if load.rate == 0 { batch } else { pace(start, load.rate, sent) };
        let Some(mut state) = link.room(load.window) else { return };
        let room = if load.window == 0 { u64::MAX } else { load.window - (state.seq - state.acked) };
        out.clear();
        let count = wanted.min(room).min(load.events + 1 - sent);
        state.flooding = sent + count <= load.events;
        for _ in 0..count {
            state.seq += 1;
            text.clear();
            match (sent == load.events, load.rate > 0) {
                (true, _) => end.write(&mut text, state.seq),
                (false, true) => stamped(&mut text, state.seq, &template),
                (false, false) => template.write(&mut text, state.seq),
            }
            socket::frame(&mut out, text.as_bytes());
            sent += 1;
        }
        // A lock held over a blocking write would keep acknowledgements from being read; the window bounds what is
        // written, so it is only ever held for as long as the peer takes to read one window.
        if state.stream.write_all(&out).is_err() {
            return;
        }
    }
}

/// Waits until the next event is due and says how many are.
fn pace(start: Instant, rate: u64, sent: u64) -> u64 {
    loop {
        let due = start.elapsed().as_micros() as u64 * rate / 1_000_000 + 1;
        if due > sent {
            return due - sent;
        }
        thread::sleep(Duration::from_micros(20));
    }
}

impl Link {
    fn lock(&self) -> MutexGuard<'_, Sending> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the window lets a frame through; `None` once the plugin is gone.
    fn room(&self, window: u64) -> Option<MutexGuard<'_, Sending>> {
        let mut state = self.lock();
        while !state.over && window > 0 && state.seq - state.acked >= window {
            state = self.acked.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        (!state.over).then_some(state)
    }
}
