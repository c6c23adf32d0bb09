//! Listener, clock and handlers around `desktop`.
//!
//! [`Host`] is what a binding calls, from any thread. The [`crate::desktop::Desktop`] stands behind one mutex; every
//! call, every message and the timer is one mutation followed by a drain, as in `driver`. Each connection has one task
//! and one outgoing queue; `gate` judges its HTTP head before the upgrade. `console` is the port of a development
//! desktop's page.
#![forbid(unsafe_code)]

mod admission;
mod assets;
mod batch;
mod connection;
pub mod console;
mod delivery;
mod gate;
mod listener;
mod options;
mod server;
mod shared;
mod tasks;

pub use assets::Asset;
pub use delivery::HostDelivery;
pub use options::{HostOptions, new_token};
pub use server::Host;
