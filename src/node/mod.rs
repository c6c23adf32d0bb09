//! The Node-API module: converts, makes one call, converts back. No decision of the protocol is made here.
//!
//! Text crosses the boundary: JSON in; one string and one buffer of numbers out for each batch of a client, one JSON array
//! for each batch of a host (docs/decisions/0005-how-an-event-crosses.md). Rust never calls a listener. It rings
//! a weak doorbell, and JavaScript drains when it has time; so an idle client holds no process, and a listener that
//! throws meets no Rust frame. State lives in the instances, never in statics: a worker has its own.

mod batch;
mod bench;
mod client;
mod console;
mod deliveries;
mod desk;
mod doorbell;
mod host;
mod host_deliveries;
mod host_events;
mod host_options;
mod host_port;
mod numbers;
mod options;
mod peer;
mod port;
mod recording;
mod scenario;
mod simulator;
mod times;
mod writer;

use napi::bindgen_prelude::create_custom_tokio_runtime;

/// Two workers serve a messaging client; the default is one for each processor.
const WORKERS: usize = 2;

#[napi_derive::module_init]
fn start_small_runtime() {
    // Where the system has no threads to give, napi falls back to its own runtime and says so itself.
    if let Ok(runtime) = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name("smartagent")
        .enable_all()
        .build()
    {
        create_custom_tokio_runtime(runtime);
    }
}
