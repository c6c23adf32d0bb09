//! Which delivery goes to whom: listeners, the buffer before a first listener, ordering.
//!
//! [`Dispatch`] knows by name which events have a listener; the listeners themselves live with the application. Every
//! event of the session goes through [`Dispatch::route`], which makes the [`Delivery`]s for the application's thread
//! and tells which frames count as taken without ever crossing.
#![forbid(unsafe_code)]

mod buffer;
mod calls;
mod client;
mod delivery;
mod inbox;
mod request;
mod router;

pub use calls::{Calls, Checked};
pub use client::{ClientCore, Order};
pub use delivery::Delivery;
pub use inbox::{Inbox, Wake};
pub use request::Request;
pub use router::{Dispatch, Routed};
