//! The loop where both arrows meet: carrier, session, clock, commands.
//!
//! [`Client`] is what a binding calls, from any thread: a call mutates the session behind one mutex and drains it, so
//! that frames reach the carrier's queue and deliveries the inbox before the call returns. The loop in `run` does the
//! rest — dials, reads, sleeps — with the same mutate-then-drain step. What is ready for the application waits behind a
//! mutex of its own. Neither is held across an await, nor across the doorbell. [`PortClient`] is the same without a loop, for carriers that the application pumps.
#![forbid(unsafe_code)]

mod client;
pub mod clock;
mod commands;
mod home;
mod link;
mod options;
mod port;
mod run;
mod shared;

pub use crate::dispatch::{Calls, Inbox, Request, Wake};
pub use client::Client;
pub use clock::Clock;
pub use home::Home;
pub(crate) use options::random;
pub use options::{ClientOptions, TokenSource, new_instance};
pub use port::PortClient;
