//! The SmartAgent plugin SDK: one sans-IO core, and the carriers, host and Node-API module around it.
//!
//! ```text
//! IN   carrier ─► wire::decode ─► schema::check ─► session.handle ─► dispatch.route ─► inbox ─► JavaScript listener
//!        bytes       Frame           Message          Event             Delivery       one wake
//!
//! OUT  JavaScript call ─► schema::check ─► session.send ─► outbox ─► wire::encode ─► carrier
//!      promise ◄── settle by id ◄── Event::Settled ◄── session.handle(response | timeout | lost)
//! ```
//!
//! Each stage has one value type that only it can make, so no stage can be skipped. Layers point down the list:
//! `wire` ◄ `schema` ◄ `session` ◄ `dispatch` ◄ `calls` ◄ `simulator` ◄ `recording` ◄ `desktop` (all pure: no clock, socket, lock or callback),
//! then `transport`, `driver`, `host` (feature `ws`), then `node` (feature `node`).
#![deny(unsafe_code)]

pub mod calls;
pub mod desktop;
pub mod dispatch;
pub mod recording;
pub mod schema;
pub mod session;
pub mod simulator;
pub mod testkit;
pub mod wire;

#[cfg(feature = "ws")]
pub mod driver;
#[cfg(feature = "ws")]
pub mod host;
#[cfg(feature = "ws")]
pub mod transport;

#[cfg(feature = "node")]
mod node;
