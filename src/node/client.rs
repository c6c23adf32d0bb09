use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

use napi::bindgen_prelude::{BufferSlice, Function};
use napi::{CleanupEnvHook, Env, Error, JsString, Result};
use napi_derive::napi;

use super::batch::{BATCH, Batch};
use super::deliveries::error_text;
use super::doorbell::doorbell;
use super::numbers::calls;
use super::options::{ClientJson, RequestJson, read};
use crate::driver::{Client, Home, Request};
use crate::wire::ErrorBody;

/// None after `release`, and while the environment goes down.
type Shared = Arc<Mutex<Option<Housed>>>;

/// The client is dropped before the thread on which it runs.
struct Housed {
    client: Client,
    _home: Home,
}

/// One connection of a plugin, from `init` to `release`. Errors are thrown with their JSON as message.
#[napi]
pub struct NativeClient {
    client: Shared,
    hook: RefCell<Option<CleanupEnvHook<Shared>>>,
    batch: RefCell<Batch>,
}

#[napi]
impl NativeClient {
    /// `wake` is called on this thread when there is something to drain.
    #[napi(constructor, catch_unwind)]
    pub fn new(env: Env, options: String, wake: Function<'_, (), ()>) -> Result<Self> {
        let options =
            read::<ClientJson>(&options, "options").and_then(ClientJson::into_options).map_err(thrown)?;
        let wake = doorbell(&wake)?;
        let home = Home::start().map_err(|error| Error::from_reason(error.to_string()))?;
        let client = Client::new(options, home.handle(), wake).map_err(thrown)?;
        let client = Arc::new(Mutex::new(Some(Housed { client, _home: home })));
        // A worker's end stops its tasks; the runtime lives on for the other threads.
        let hook = env.add_env_cleanup_hook(Arc::clone(&client), |client| drop(take(&client)))?;
        Ok(Self { client, hook: RefCell::new(Some(hook)), batch: RefCell::default() })
    }

    /// Dials.
    #[napi(catch_unwind)]
    pub fn init(&self) {
        self.with(|client| client.init());
    }

    /// Sends a request that settles by a delivery; gives the error's JSON where it is refused at once.
    #[napi(catch_unwind)]
    pub fn request(&self, id: i64, method: String, payload: String, options: String) -> Option<String> {
        let refused = |error: ErrorBody| Some(error_text(&error));
        let RequestJson { contact_id, idempotency_key, timeout_ms } = match read(&options, "options") {
            Ok(options) => options,
            Err(error) => return refused(error),
        };
        let id = id.unsigned_abs();
        let request = Request { id, method, payload, contact_id, idempotency_key, timeout_ms };
        self.with(|client| client.request(request))?.err().and_then(refused)
    }

    /// Sends all calls of a tick, as `js/requests.js` writes them: each settles by a delivery, a refused one too.
    #[napi(catch_unwind)]
    pub fn send(&self, text: String, numbers: BufferSlice<'_>, used: u32, count: u32) {
        let calls = calls(text, &numbers, used, count);
        self.with(|client| client.request_all(calls));
    }

    /// The caller's signal was aborted.
    #[napi(catch_unwind)]
    pub fn cancel(&self, id: i64) {
        self.with(|client| client.cancel(id.unsigned_abs()));
    }

    /// The first listener of an event came, or its last one went.
    #[napi(catch_unwind)]
    pub fn listen(&self, event: String, heard: bool) {
        self.with(|client| client.listen(&event, heard));
    }

    /// What waits, null where nothing does: its text, and its numbers in the buffer. Call again until then. Everything
    /// of the batch before has reached its listeners.
    #[napi(catch_unwind)]
    pub fn batch<'env>(
        &self,
        env: &'env Env,
        mut numbers: BufferSlice<'_>,
    ) -> Result<Option<JsString<'env>>> {
        let mut batch = self.batch.borrow_mut();
        let kept = batch.take_kept();
        let deliveries = self.with(|client| {
            client.give_back(kept);
            client.next_batch(BATCH, batch.room())
        });
        let (text, spent) = batch.write(env, deliveries.unwrap_or_default(), &mut numbers);
        self.with(|client| client.give_back(spent));
        text
    }

    /// No listener of the event looks at what it gets: its payloads need not cross. Or one looks again.
    #[napi(catch_unwind)]
    pub fn overlook(&self, event: String, overlooked: bool) {
        self.batch.borrow_mut().overlook(event, overlooked);
    }

    /// A delivery of the last batch as a batch of its own, with the payload that did not cross.
    #[napi(catch_unwind)]
    pub fn again<'env>(
        &self,
        env: &'env Env,
        at: u32,
        mut numbers: BufferSlice<'_>,
    ) -> Result<Option<JsString<'env>>> {
        self.batch.borrow_mut().write_again(env, at as usize, &mut numbers)
    }

    /// Answers a wish for a token.
    #[napi(catch_unwind)]
    pub fn token(&self, ticket: i64, token: Option<String>, error: Option<String>) {
        let answer = error.map_or(Ok(token), Err);
        self.with(|client| client.provide_token(ticket.unsigned_abs(), answer));
    }

    /// Says goodbye; a delivery tells the end.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.with(Client::close);
    }

    /// Drops the connection and what belongs to it. Every call after this does nothing.
    #[napi(catch_unwind)]
    pub fn release(&self, env: Env) -> Result<()> {
        drop(take(&self.client));
        match self.hook.take() {
            Some(hook) => env.remove_env_cleanup_hook(hook),
            None => Ok(()),
        }
    }

    fn with<R>(&self, call: impl FnOnce(&Client) -> R) -> Option<R> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|housed| call(&housed.client))
    }
}

fn take(client: &Shared) -> Option<Housed> {
    client.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn thrown(error: ErrorBody) -> Error {
    Error::from_reason(error_text(&error))
}
