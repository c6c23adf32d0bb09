use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use napi::bindgen_prelude::Function;
use napi::{Env, Error, Result};
use napi_derive::napi;
use serde_json::{Value, json};

use super::bench::{BATCH, Bench, Shared, seed_bytes};
use super::deliveries::error_text;
use super::doorbell::doorbell;
use super::host_deliveries::host_batch;
use super::host_options::{checked_snapshot, host_options};
use super::options::{SessionJson, read};
use super::peer::NativePeer;
use super::times::{number, whole};
use crate::desktop::{Command, Desktop, DesktopInput, EmitOptions};
use crate::host::HostDelivery;
use crate::schema::{Method, unknown_method_error};
use crate::session::Now;
use crate::testkit::MemoryDesk;
use crate::wire::{ErrorBody, ErrorCode};

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
        let outcome = if is_error { Err(super::host_options::handler_error(&json)) } else { Ok(json) };
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
        self.bench.borrow_mut().silence();
    }

    pub(super) fn with<T>(&self, call: impl FnOnce(&mut Desktop, Now) -> T) -> T {
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
fn thrown(error: ErrorBody) -> Error {
    Error::from_reason(error_text(&error))
}
