use std::sync::{Arc, Mutex, PoisonError};

use napi::bindgen_prelude::{Buffer, Function, spawn, within_runtime_if_available};
use napi::{Error, Result};
use napi_derive::napi;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::deliveries::error_text;
use super::doorbell::doorbell;
use super::options::read;
use crate::driver::Wake;
use crate::host::Asset;
use crate::host::console::{Console, ConsoleDelivery, ConsoleOptions};
use crate::wire::{CloseCode, ErrorBody};

/// Deliveries in one batch.
const BATCH: usize = 64;

/// None after `release`.
type Shared = Arc<Mutex<Option<Arc<Console>>>>;

#[derive(Deserialize)]
struct OptionsJson {
    token: String,
    origins: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssetJson {
    content_type: String,
    headers: Vec<(String, String)>,
}

/// The port of a development desktop's page. Errors are thrown with their JSON as message.
#[napi]
pub struct NativeConsole {
    console: Shared,
    /// Answers of `listen` and `close`, as JSON. One for each call, so bounded by its caller.
    answers: Arc<Mutex<Vec<Value>>>,
    wake: Wake,
}

#[napi]
impl NativeConsole {
    /// `wake` is called on this thread when there is something to drain.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: String, wake: Function<'_, (), ()>) -> Result<Self> {
        let OptionsJson { token, origins } = read(&options, "options").map_err(thrown)?;
        let wake = doorbell(&wake)?;
        let runtime = within_runtime_if_available(Handle::try_current)
            .map_err(|error| Error::from_reason(error.to_string()))?;
        let console =
            Console::new(ConsoleOptions { token, origins }, runtime, Arc::clone(&wake)).map_err(thrown)?;
        Ok(Self { console: Arc::new(Mutex::new(Some(Arc::new(console)))), answers: Arc::default(), wake })
    }

    /// Binds a port; a `listening` delivery tells the outcome.
    #[napi(catch_unwind)]
    pub fn listen(&self, port: u16, address: String) {
        self.later(async move |console| match console.listen(&address, port).await {
            Ok(bound) => json!({ "kind": "listening", "result": { "port": bound.port() } }),
            Err(error) => json!({ "kind": "listening", "error": error }),
        });
    }

    /// Serves one file: `{contentType, headers: [[name, value]]}` as JSON, and its bytes.
    #[napi(catch_unwind)]
    pub fn serve(&self, path: String, facts: String, body: Buffer) -> Result<()> {
        let AssetJson { content_type, headers } = read(&facts, "facts").map_err(thrown)?;
        if let Some(console) = self.get() {
            console.serve(&path, Asset { content_type, headers, body: body.as_ref().into() });
        }
        Ok(())
    }

    /// Queues a message for a page; whether there is such a page.
    #[napi(catch_unwind)]
    pub fn send(&self, conn: i64, text: String) -> bool {
        self.get().is_some_and(|console| console.send(conn.unsigned_abs(), text))
    }

    /// Closes a page's link, after what was queued for it.
    #[napi(catch_unwind)]
    pub fn hang_up(&self, conn: i64, code: u16, reason: String) {
        if let Some(console) = self.get() {
            console.hang_up(conn.unsigned_abs(), CloseCode(code), &reason);
        }
    }

    /// A JSON array of what waits, empty text where nothing does. Call again until then.
    #[napi(catch_unwind)]
    pub fn drain(&self) -> String {
        let mut items = std::mem::take(&mut *self.answers.lock().unwrap_or_else(PoisonError::into_inner));
        let deliveries = self.get().map(|console| console.drain(BATCH)).unwrap_or_default();
        items.extend(deliveries.into_iter().map(|delivery| match delivery {
            ConsoleDelivery::Opened { conn } => json!({ "kind": "opened", "conn": conn }),
            ConsoleDelivery::Message { conn, text } => {
                json!({ "kind": "message", "conn": conn, "text": text })
            }
            ConsoleDelivery::Gone { conn } => json!({ "kind": "gone", "conn": conn }),
        }));
        if items.is_empty() { String::new() } else { Value::Array(items).to_string() }
    }

    /// Everything drained so far has been handled. A console keeps no account of it.
    #[napi(catch_unwind)]
    pub fn taken(&self) {}

    /// Tells every page that the desktop ended; a `closed` delivery tells the end.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.later(async move |console| {
            console.close().await;
            json!({ "kind": "closed" })
        });
    }

    /// Drops what is left. Every call after this does nothing.
    #[napi(catch_unwind)]
    pub fn release(&self) {
        drop(self.console.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    fn get(&self) -> Option<Arc<Console>> {
        self.console.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does it on the runtime, and delivers what it gives.
    fn later<F: Future<Output = Value> + Send + 'static>(
        &self,
        work: impl FnOnce(Arc<Console>) -> F + Send + 'static,
    ) {
        let Some(console) = self.get() else { return };
        let (answers, wake) = (Arc::clone(&self.answers), Arc::clone(&self.wake));
        let _task = spawn(async move {
            let answer = work(console).await;
            answers.lock().unwrap_or_else(PoisonError::into_inner).push(answer);
            wake();
        });
    }
}

fn thrown(error: ErrorBody) -> Error {
    Error::from_reason(error_text(&error))
}
