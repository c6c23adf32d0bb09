use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

use napi::bindgen_prelude::{Function, spawn, within_runtime_if_available};
use napi::{CleanupEnvHook, Env, Error, Result};
use napi_derive::napi;
use serde_json::json;
use tokio::runtime::Handle;

use super::deliveries::error_text;
use super::doorbell::doorbell;
use super::host_deliveries::host_batch;
use super::host_options::{checked_snapshot, grant, handler_error, host_options};
use super::options::read;
use crate::desktop::Command;
use crate::driver::Wake;
use crate::host::Host;
use crate::schema::{Method, unknown_method_error};
use crate::wire::{ErrorBody, ErrorCode};

/// Deliveries in one batch.
const BATCH: usize = 64;

/// None after `release`, and while the environment goes down.
type Shared = Arc<Mutex<Option<Arc<Host>>>>;

/// A desktop's host. Errors are thrown with their JSON as message, or given as `{"error"}`.
#[napi]
pub struct NativeHost {
    host: Shared,
    /// Answers of `listen`, as JSON. One for each call, so bounded by its caller.
    answers: Arc<Mutex<Vec<String>>>,
    wake: Wake,
    hook: RefCell<Option<CleanupEnvHook<Shared>>>,
}

#[napi]
impl NativeHost {
    /// `wake` is called on this thread when there is something to drain.
    #[napi(constructor, catch_unwind)]
    pub fn new(env: Env, options: String, wake: Function<'_, (), ()>) -> Result<Self> {
        let options = host_options(&options).map_err(thrown)?;
        let wake = doorbell(&wake)?;
        let runtime = within_runtime_if_available(Handle::try_current)
            .map_err(|error| Error::from_reason(error.to_string()))?;
        let host = Host::new(options, runtime, Arc::clone(&wake)).map_err(thrown)?;
        let host = Arc::new(Mutex::new(Some(Arc::new(host))));
        // A worker's end stops its tasks; the runtime lives on for the other threads.
        let hook = env.add_env_cleanup_hook(Arc::clone(&host), |host| {
            if let Some(host) = take(&host) {
                host.abort();
            }
        })?;
        Ok(Self { host, answers: Arc::default(), wake, hook: RefCell::new(Some(hook)) })
    }

    /// Binds a port; a `listening` delivery with this id tells the outcome.
    #[napi(catch_unwind)]
    pub fn listen(&self, id: i64, port: u16, address: String) {
        let Some(host) = self.get() else { return };
        let (answers, wake) = (Arc::clone(&self.answers), Arc::clone(&self.wake));
        let _task = spawn(async move {
            let answer = match host.listen(&address, port).await {
                Ok(bound) => json!({ "kind": "listening", "id": id, "result": {
                    "url": format!("ws://{bound}/link"), "port": bound.port(), "address": bound.ip().to_string(),
                } }),
                Err(error) => json!({ "kind": "listening", "id": id, "error": error }),
            };
            answers.lock().unwrap_or_else(PoisonError::into_inner).push(answer.to_string());
            wake();
        });
    }

    /// Answers a run: a result as JSON, or an error as JSON.
    #[napi(catch_unwind)]
    pub fn answer(&self, ticket: i64, json: String, is_error: bool) {
        let outcome = if is_error { Err(handler_error(&json)) } else { Ok(json) };
        if let Some(host) = self.get() {
            host.answer(ticket.unsigned_abs(), outcome);
        }
    }

    /// Answers a run as if its method were not handled; payload and contact are those of the delivery.
    #[napi(catch_unwind)]
    pub fn answer_built_in(&self, ticket: i64, payload: String, contact_id: Option<String>) {
        if let Some(host) = self.get() {
            host.answer_built_in(ticket.unsigned_abs(), &payload, contact_id);
        }
    }

    /// Answers a question of `authenticate`: `{"result": grant or null}` or `{"error": text}`.
    #[napi(catch_unwind)]
    pub fn authenticated(&self, ticket: i64, json: String) {
        if let Some(host) = self.get() {
            host.authenticated(ticket.unsigned_abs(), grant(&json));
        }
    }

    /// Routes a method to the application, or back: `{"result"}` or `{"error"}`.
    #[napi(catch_unwind)]
    pub fn handle(&self, method: String, handled: bool) -> String {
        self.outcome(|host| {
            let known = Method::parse(&method).ok_or_else(|| unknown_method_error(&method))?;
            host.set_handled(known, handled);
            Ok(json!({}))
        })
    }

    /// Hands over an agent's state: `{"result": {"events"}}` or `{"error"}`.
    #[napi(catch_unwind)]
    pub fn apply_snapshot(&self, snapshot: String, agent: Option<String>) -> String {
        self.outcome(|host| {
            let snapshot = checked_snapshot(&snapshot)?;
            host.apply_snapshot(snapshot, agent.as_deref()).map(|events| json!({ "events": events }))
        })
    }

    /// Notes who issued a command: `{"result"}` or `{"error"}`.
    #[napi(catch_unwind)]
    pub fn note_command(&self, command: String, agent: Option<String>) -> String {
        self.outcome(|host| {
            host.note_command(read::<Command>(&command, "noteCommand()")?, agent.as_deref());
            Ok(json!({}))
        })
    }

    /// Who is connected or may come back, as a JSON array.
    #[napi(catch_unwind)]
    pub fn sessions(&self) -> String {
        self.get().map_or_else(|| "[]".into(), |host| json!(host.sessions()).to_string())
    }

    /// The names of the notices that have a listener; no other is delivered.
    #[napi(catch_unwind)]
    pub fn hear(&self, notices: Vec<String>) {
        if let Some(host) = self.get() {
            host.hear(notices);
        }
    }

    /// Ends a session for good; tells whether there was one.
    #[napi(catch_unwind)]
    pub fn remove(&self, session: String) -> bool {
        self.get().is_some_and(|host| host.remove(&session))
    }

    /// A JSON array of what waits, empty text where nothing does. Call again until then.
    #[napi(catch_unwind)]
    pub fn drain(&self) -> String {
        let answers = std::mem::take(&mut *self.answers.lock().unwrap_or_else(PoisonError::into_inner));
        let deliveries = self.get().map(|host| host.drain(BATCH)).unwrap_or_default();
        host_batch(answers, deliveries)
    }

    /// Everything drained so far has been handled. A host keeps no account of it.
    #[napi(catch_unwind)]
    pub fn taken(&self) {}

    /// Says goodbye to everybody; a `closed` delivery tells the end.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        if let Some(host) = self.get() {
            let _task = spawn(async move { host.close().await });
        }
    }

    /// Drops what is left. Every call after this does nothing.
    #[napi(catch_unwind)]
    pub fn release(&self, env: Env) -> Result<()> {
        drop(take(&self.host));
        match self.hook.take() {
            Some(hook) => env.remove_env_cleanup_hook(hook),
            None => Ok(()),
        }
    }

    pub(super) fn get(&self) -> Option<Arc<Host>> {
        self.host.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn outcome(
        &self,
        call: impl FnOnce(&Host) -> std::result::Result<serde_json::Value, ErrorBody>,
    ) -> String {
        let closed = || Err(ErrorBody::new(ErrorCode::Closed, "the host is closed"));
        match self.get().map_or_else(closed, |host| call(&host)) {
            Ok(result) => json!({ "result": result }).to_string(),
            Err(error) => json!({ "error": error }).to_string(),
        }
    }
}

fn take(host: &Shared) -> Option<Arc<Host>> {
    host.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn thrown(error: ErrorBody) -> Error {
    Error::from_reason(error_text(&error))
}
