//! The port of a development desktop's page: its files, and the console link that drives the desktop.
//!
//! The link is a WebSocket of its own subprotocol. A page may open it from the listed origins only, and says the token in
//! its first message; what it says afterwards is the application's business. See `js/cli/console/protocol.d.ts`.

mod gate;
mod link;
mod server;
mod shared;

pub use server::{Console, ConsoleOptions};
pub use shared::ConsoleDelivery;

/// The subprotocol of the console link.
pub const CONSOLE_SUBPROTOCOL: &str = "smartagent.console.v1";
/// The path of the console link.
pub const CONSOLE_PATH: &str = "/console";
