use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use napi::bindgen_prelude::Function;
use napi::{Env, Error, Result};
use napi_derive::napi;
use serde_json::{Value, json};

use super::deliveries::{batch, error_text};
use super::doorbell::doorbell;
use super::host_deliveries::host_batch;
use super::host_options::{checked_snapshot, host_options};
use super::options::{RequestJson, SessionJson, read};
use crate::desktop::{Command, Desktop, DesktopInput, EmitOptions};
use crate::dispatch::{Request, Wake};
use crate::host::HostDelivery;
use crate::schema::{Method, unknown_method_error};
use crate::session::{Now, PluginInput};
use crate::testkit::{MemoryDesk, PeerId};
use crate::wire::{ErrorBody, ErrorCode};

/// Deliveries in one batch.
const BATCH: usize = 64;

/// The desk and its doorbells. All of it lives on one JavaScript thread.
struct Bench {
    desk: MemoryDesk,
    wake: Wake,
    peers: BTreeMap<PeerId, Wake>,
    /// Whether the last delivery of the host is still to be drained.
    closed: bool,
}

type Shared = Rc<RefCell<Bench>>;

/// A host in memory with a clock of its own: the test kit's. Answers as `NativeHost` does.
#[napi]
pub struct NativeDesk {
    bench: Shared,
}

#[napi]
impl NativeDesk {
    /// `wall_ms` is what its clock shows at the start; `seed` makes ids and delays repeatable.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: String, wall_ms: f64, seed: u32, wake: Function<'_, (), ()>) -> Result<Self> {
        let options = host_options(&options).map_err(thrown)?;
        let desk = MemoryDesk::new(Desktop::new(options.desktop, seed_bytes(seed, 0)), whole(wall_ms));
        let bench = Bench { desk, wake: doorbell(&wake)?, peers: BTreeMap::new(), closed: false };
        Ok(Self { bench: Rc::new(RefCell::new(bench)) })
    }

    /// Adds a plugin. It answers as `NativeClient` does.
    #[napi(catch_unwind)]
    pub fn connect(&self, options: String, seed: u32, wake: Function<'_, (), ()>) -> Result<NativePeer> {
        let options =
            read::<SessionJson>(&options, "options").and_then(SessionJson::into_options).map_err(thrown)?;
        let wake = doorbell(&wake)?;
        let mut bench = self.bench.borrow_mut();
        let id = bench.desk.add_peer(options, seed_bytes(seed, 1));
        bench.peers.insert(id, wake);
        Ok(NativePeer { bench: Rc::clone(&self.bench), id })
    }

    /// Moves the clock, in milliseconds.
    #[napi(catch_unwind)]
    pub fn advance(&self, by_ms: f64) {
        self.bench.borrow_mut().act(|desk| desk.advance(whole(by_ms)));
    }

    /// The clock, epoch milliseconds.
    #[napi(catch_unwind)]
    pub fn now(&self) -> f64 {
        number(self.bench.borrow().desk.now().wall_ms)
    }

    /// When something is due next, epoch milliseconds.
    #[napi(catch_unwind)]
    pub fn next_due(&self) -> Option<f64> {
        let bench = self.bench.borrow();
        let now = bench.desk.now();
        let due = bench.desk.next_due()?.max(now.mono_ms);
        Some(number(now.wall_ms + (due - now.mono_ms)))
    }

    /// Grows whenever something was carried or drained: what does not grow is silent.
    #[napi(catch_unwind)]
    pub fn activity(&self) -> f64 {
        number(self.bench.borrow().desk.activity())
    }

    /// Breaks every link and refuses new ones.
    #[napi(catch_unwind)]
    pub fn drop_links(&self) {
        self.bench.borrow_mut().act(MemoryDesk::drop_links);
    }

    /// Lets links be opened again.
    #[napi(catch_unwind)]
    pub fn restore(&self) {
        self.bench.borrow_mut().desk.restore();
    }

    /// A desk in memory has no port.
    #[napi(catch_unwind)]
    pub fn listen(&self, _id: i64, _port: u16, _address: String) -> Result<()> {
        let error = ErrorBody::new(ErrorCode::Unavailable, "a test host has no port: use its transport()");
        Err(thrown(error))
    }

    /// Sends an event: `{"result": {"sessions"}}` or `{"error"}`.
    #[napi(catch_unwind)]
    pub fn emit(&self, event: String, payload: String, options: String) -> String {
        self.outcome(|desktop, now| {
            let options = read::<EmitOptions>(&options, "options")?;
            desktop.emit(&event, &payload, &options, now).map(|sessions| json!({ "sessions": sessions }))
        })
    }

    /// Answers a run: a result as JSON, or an error as JSON.
    #[napi(catch_unwind)]
    pub fn answer(&self, ticket: i64, json: String, is_error: bool) {
        let outcome = if is_error { Err(super::host::handler_error(&json)) } else { Ok(json) };
        let ticket = ticket.unsigned_abs();
        self.with(|desktop, now| desktop.handle(DesktopInput::Answer { ticket, outcome }, now));
    }

    /// Everybody is let in, so nobody is asked about.
    #[napi(catch_unwind)]
    pub fn authenticated(&self, _ticket: i64, _json: String) {}

    /// Routes a method to the application, or back: `{"result"}` or `{"error"}`.
    #[napi(catch_unwind)]
    pub fn handle(&self, method: String, handled: bool) -> String {
        self.outcome(|desktop, _| {
            let known = Method::parse(&method).ok_or_else(|| unknown_method_error(&method))?;
            desktop.set_handled(known, handled);
            Ok(json!({}))
        })
    }

    /// Hands over an agent's state: `{"result": {"events"}}` or `{"error"}`.
    #[napi(catch_unwind)]
    pub fn apply_snapshot(&self, snapshot: String, agent: Option<String>) -> String {
        self.outcome(|desktop, now| {
            let snapshot = checked_snapshot(&snapshot)?;
            Ok(json!({ "events": desktop.apply_snapshot(snapshot, agent.as_deref(), now) }))
        })
    }

    /// Notes who issued a command: `{"result"}` or `{"error"}`.
    #[napi(catch_unwind)]
    pub fn note_command(&self, command: String, agent: Option<String>) -> String {
        self.outcome(|desktop, now| {
            desktop.note_command(read::<Command>(&command, "noteCommand()")?, agent.as_deref(), now);
            Ok(json!({}))
        })
    }

    /// Who is connected or may come back, as a JSON array.
    #[napi(catch_unwind)]
    pub fn sessions(&self) -> String {
        self.with(|desktop, _| json!(desktop.sessions()).to_string())
    }

    /// A JSON array of what waits, empty text where nothing does. Call again until then.
    #[napi(catch_unwind)]
    pub fn drain(&self) -> String {
        let mut bench = self.bench.borrow_mut();
        let mut deliveries: Vec<HostDelivery> =
            bench.desk.drain_desktop_inbox(BATCH).into_iter().filter_map(HostDelivery::of_output).collect();
        if bench.closed && deliveries.len() < BATCH {
            bench.closed = false;
            deliveries.push(HostDelivery::Closed);
        }
        host_batch(Vec::new(), deliveries)
    }

    /// Everything drained so far has been handled. A host keeps no account of it.
    #[napi(catch_unwind)]
    pub fn taken(&self) {}

    /// Says goodbye to everybody; a `closed` delivery tells the end.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        let mut bench = self.bench.borrow_mut();
        bench.closed = true;
        bench.act(MemoryDesk::close);
        (bench.wake)();
    }

    /// Drops the doorbells. Nothing is told after this.
    #[napi(catch_unwind)]
    pub fn release(&self, _env: Env) {
        let mut bench = self.bench.borrow_mut();
        bench.peers.clear();
        bench.wake = silent();
    }

    fn with<T>(&self, call: impl FnOnce(&mut Desktop, Now) -> T) -> T {
        self.bench.borrow_mut().act(|desk| desk.with_desktop(call))
    }

    pub(super) fn outcome(
        &self,
        call: impl FnOnce(&mut Desktop, Now) -> std::result::Result<Value, ErrorBody>,
    ) -> String {
        match self.with(call) {
            Ok(result) => json!({ "result": result }).to_string(),
            Err(error) => json!({ "error": error }).to_string(),
        }
    }
}

/// One plugin of a desk: the native client of the test kit's transport.
#[napi]
pub struct NativePeer {
    bench: Shared,
    id: PeerId,
}

#[napi]
impl NativePeer {
    /// Dials.
    #[napi(catch_unwind)]
    pub fn init(&self) {
        self.feed(PluginInput::Init);
    }

    /// Sends a request that settles by a delivery; gives the error's JSON where it is refused at once.
    #[napi(catch_unwind)]
    pub fn request(&self, id: i64, method: String, payload: String, options: String) -> Option<String> {
        let RequestJson { contact_id, idempotency_key, timeout_ms } = match read(&options, "options") {
            Ok(options) => options,
            Err(error) => return Some(error_text(&error)),
        };
        let id = id.unsigned_abs();
        match (Request { id, method, payload, contact_id, idempotency_key, timeout_ms }).into_input() {
            Ok(input) => {
                self.feed(input);
                None
            }
            Err(error) => Some(error_text(&error)),
        }
    }

    /// The caller's signal was aborted.
    #[napi(catch_unwind)]
    pub fn cancel(&self, id: i64) {
        self.feed(PluginInput::Cancel { id: id.unsigned_abs() });
    }

    /// The first listener of an event came, or its last one went.
    #[napi(catch_unwind)]
    pub fn listen(&self, event: String, heard: bool) {
        let id = self.id;
        self.bench.borrow_mut().act(|desk| {
            if let Some(peer) = desk.peer(id) {
                peer.listen(&event, heard);
            }
        });
    }

    /// A JSON array of what waits, empty text where nothing does. Call again until then.
    #[napi(catch_unwind)]
    pub fn drain(&self) -> String {
        batch(&self.bench.borrow_mut().desk.drain_peer(self.id, BATCH))
    }

    /// Everything drained so far has reached its listeners.
    #[napi(catch_unwind)]
    pub fn taken(&self) {
        let id = self.id;
        self.bench.borrow_mut().act(|desk| desk.taken(id));
    }

    /// Nobody asks for a token here.
    #[napi(catch_unwind)]
    pub fn token(&self, _ticket: i64, _token: Option<String>, _error: Option<String>) {}

    /// Says goodbye; a delivery tells the end.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.feed(PluginInput::Close);
    }

    /// Drops the connection and what belongs to it. Every call after this does nothing.
    #[napi(catch_unwind)]
    pub fn release(&self, _env: Env) {
        let id = self.id;
        let mut bench = self.bench.borrow_mut();
        bench.peers.remove(&id);
        bench.act(|desk| desk.remove_peer(id));
    }

    fn feed(&self, input: PluginInput) {
        let id = self.id;
        self.bench.borrow_mut().act(|desk| desk.handle_peer(id, input));
    }
}

impl Bench {
    /// One call, then the doorbells of everybody it left something for.
    fn act<T>(&mut self, call: impl FnOnce(&mut MemoryDesk) -> T) -> T {
        let answer = call(&mut self.desk);
        if self.desk.inbox().take_ring() {
            (self.wake)();
        }
        for (id, wake) in &self.peers {
            if self.desk.peer(*id).is_some_and(|peer| peer.inbox().take_ring()) {
                wake();
            }
        }
        answer
    }
}

fn silent() -> Wake {
    std::sync::Arc::new(|| {})
}

/// A test kit's ids have to be repeatable, not secret.
fn seed_bytes(seed: u32, salt: u8) -> [u8; 32] {
    let mut bytes = [salt; 32];
    for (place, byte) in bytes.iter_mut().zip(seed.to_le_bytes()) {
        *place = byte;
    }
    bytes
}

fn thrown(error: ErrorBody) -> Error {
    Error::from_reason(error_text(&error))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts from floats saturate")]
fn whole(time: f64) -> u64 {
    time as u64
}

#[expect(clippy::cast_precision_loss, reason = "epoch milliseconds are below 2^53")]
fn number(time: u64) -> f64 {
    time as f64
}
