//! One file per way to move bytes, and what those files share. Knows messages and close codes, never sessions.
//!
//! [`dial`] opens a WebSocket to a host, [`accept`] answers one on a host's port, [`memory`] joins two ends inside
//! one process. The two WebSocket carriers become the same [`Carrier`]: an [`Outgoing`] queue that any thread may
//! fill, and [`Carrier::step`], which writes, reads and reports one [`Incoming`] at a time.
#![forbid(unsafe_code)]

pub mod accept;
mod carrier;
pub mod dial;
mod direct;
pub mod http;
pub mod memory;
mod meter;
mod outgoing;
mod shared;
mod tls;

pub use carrier::{Carrier, CarrierLimits, Incoming};
pub use direct::DirectStream;
pub(crate) use direct::{MAX_DIRECT_BYTES, frame_texts, push_frame};
pub use meter::{FrameMeter, Metered};
pub use outgoing::Outgoing;
pub use shared::SharedCarrier;
