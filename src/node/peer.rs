use napi::bindgen_prelude::BufferSlice;
use napi::{Env, JsString, Result};
use napi_derive::napi;

use super::batch::{BATCH, Batch};
use super::bench::Shared;
use super::deliveries::error_text;
use super::options::{RequestJson, read};
use crate::dispatch::Request;
use crate::session::PluginInput;
use crate::testkit::PeerId;

/// One plugin of a desk: the native client of the test kit's transport.
#[napi]
pub struct NativePeer {
    pub(super) bench: Shared,
    pub(super) id: PeerId,
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

    /// What waits, null where nothing does: its text, and its numbers in the buffer. Call again until then. Everything
    /// of the batch before has reached its listeners.
    #[napi(catch_unwind)]
    pub fn batch<'env>(
        &self,
        env: &'env Env,
        mut numbers: BufferSlice<'_>,
    ) -> Result<Option<JsString<'env>>> {
        let (id, mut batch) = (self.id, Batch::default());
        let deliveries = self.bench.borrow_mut().act(|desk| {
            desk.taken(id);
            desk.next_batch(id, BATCH, batch.room())
        });
        batch.write(env, deliveries, &mut numbers).0
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
