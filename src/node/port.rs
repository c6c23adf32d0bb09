use std::cell::RefCell;

use napi::bindgen_prelude::BufferSlice;
use napi::{Env, Error, JsString, Result};
use napi_derive::napi;

use super::batch::{BATCH, Batch};
use super::deliveries::error_text;
use super::numbers::calls;
use super::options::{RequestJson, SessionJson, read};
use super::times::number;
use crate::dispatch::Order;
use crate::driver::{PortClient, Request};
use crate::session::DialError;
use crate::wire::{CloseCode, ErrorBody};

/// What is to be done after a call.
#[napi(object, object_from_js = false)]
pub struct PortTurn {
    /// In this order.
    pub orders: Vec<PortOrder>,
    /// When to call `tick`.
    pub wait_ms: Option<f64>,
    /// Whether there is something to drain that nobody was told of.
    pub ring: bool,
}

/// Fetch a port, post a frame, or close a port after what was posted.
#[napi(object, object_from_js = false)]
pub struct PortOrder {
    /// `dial`, `transmit` or `hangup`.
    pub kind: &'static str,
    /// Which link.
    pub link: i64,
    /// The frame, or why.
    pub text: String,
}

/// One client over ports that JavaScript pumps. It has no thread: call `poll` after every other call.
#[napi]
pub struct NativePort {
    client: RefCell<PortClient>,
}

#[napi]
impl NativePort {
    /// Throws the JSON of an error where the options are wrong.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: String) -> Result<Self> {
        let options = read::<SessionJson>(&options, "options").and_then(SessionJson::into_options);
        let client = options.and_then(PortClient::new).map_err(thrown)?;
        Ok(Self { client: RefCell::new(client) })
    }

    /// Dials.
    #[napi(catch_unwind)]
    pub fn init(&self) {
        self.client.borrow_mut().init();
    }

    /// Sends a request that settles by a delivery; gives the error's JSON where it is refused at once.
    #[napi(catch_unwind)]
    pub fn request(&self, id: i64, method: String, payload: String, options: String) -> Option<String> {
        let RequestJson { contact_id, idempotency_key, timeout_ms } = match read(&options, "options") {
            Ok(options) => options,
            Err(error) => return Some(error_text(&error)),
        };
        let id = id.unsigned_abs();
        let request = Request { id, method, payload, contact_id, idempotency_key, timeout_ms };
        self.client.borrow_mut().request(request).err().map(|error| error_text(&error))
    }

    /// Sends all calls of a tick, as `js/requests.js` writes them: each settles by a delivery, a refused one too.
    #[napi(catch_unwind)]
    pub fn send(&self, text: String, numbers: BufferSlice<'_>, used: u32, count: u32) {
        self.client.borrow_mut().request_all(&calls(text, &numbers, used, count));
    }

    /// The caller's signal was aborted.
    #[napi(catch_unwind)]
    pub fn cancel(&self, id: i64) {
        self.client.borrow_mut().cancel(id.unsigned_abs());
    }

    /// The first listener of an event came, or its last one went.
    #[napi(catch_unwind)]
    pub fn listen(&self, event: String, heard: bool) {
        self.client.borrow_mut().listen(&event, heard);
    }

    /// What waits, null where nothing does: its text, and its numbers in the buffer. Call again until then. Everything
    /// of the batch before has reached its listeners.
    #[napi(catch_unwind)]
    pub fn batch<'env>(
        &self,
        env: &'env Env,
        mut numbers: BufferSlice<'_>,
    ) -> Result<Option<JsString<'env>>> {
        let mut batch = Batch::default();
        let deliveries = self.client.borrow_mut().next_batch(BATCH, batch.room());
        batch.write(env, deliveries, &mut numbers).0
    }

    /// Says goodbye; a delivery tells the end.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.client.borrow_mut().close();
    }

    /// The port of a `dial` is there.
    #[napi(catch_unwind)]
    pub fn opened(&self, link: i64, token: Option<String>) {
        self.client.borrow_mut().opened(link.unsigned_abs(), token);
    }

    /// There is no port to be had. `error` is the JSON of an error, `close_code` says how it is to be taken.
    #[napi(catch_unwind)]
    pub fn dial_failed(&self, link: i64, error: String, close_code: Option<u16>) {
        let ErrorBody { code, message, retry_after_ms, .. } = super::host_options::handler_error(&error);
        let error = DialError { code, message, close_code: close_code.map(CloseCode), retry_after_ms };
        self.client.borrow_mut().dial_failed(link.unsigned_abs(), error);
    }

    /// One message arrived.
    #[napi(catch_unwind)]
    pub fn message(&self, link: i64, text: String) {
        self.client.borrow_mut().message(link.unsigned_abs(), text);
    }

    /// Something arrived that can never be a frame; `close_code` is what it deserves.
    #[napi(catch_unwind)]
    pub fn violation(&self, link: i64, close_code: u16) {
        self.client.borrow_mut().violation(link.unsigned_abs(), CloseCode(close_code));
    }

    /// The port is gone.
    #[napi(catch_unwind)]
    pub fn lost(&self, link: i64, reason: String) {
        self.client.borrow_mut().lost(link.unsigned_abs(), reason);
    }

    /// The time of `waitMs` has come.
    #[napi(catch_unwind)]
    pub fn tick(&self) {
        self.client.borrow_mut().tick();
    }

    /// What is to be done now.
    #[napi(catch_unwind)]
    pub fn poll(&self) -> PortTurn {
        let mut client = self.client.borrow_mut();
        let orders = client.take_orders().into_iter().map(order).collect();
        PortTurn { orders, wait_ms: client.wait_ms().map(number), ring: client.inbox().take_ring() }
    }
}

#[expect(clippy::cast_possible_wrap, reason = "links are counted from 1")]
fn order(order: Order) -> PortOrder {
    match order {
        Order::Dial { link } => PortOrder { kind: "dial", link: link as i64, text: String::new() },
        Order::Transmit { link, text } => PortOrder { kind: "transmit", link: link as i64, text },
        Order::Hangup { link, reason, .. } => PortOrder { kind: "hangup", link: link as i64, text: reason },
    }
}

fn thrown(error: ErrorBody) -> Error {
    Error::from_reason(error_text(&error))
}
