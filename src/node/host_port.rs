use napi::{Error, Result};
use napi_derive::napi;
use serde::Deserialize;

use super::deliveries::error_text;
use super::desk::NativeDesk;
use super::host::NativeHost;
use super::options::read;
use crate::desktop::{Attached, Carrier, Peer};
use crate::wire::{CloseCode, ErrorBody, ErrorCode};

/// What `attachPort` vouches for.
#[derive(Deserialize)]
struct PeerJson {
    origin: Option<String>,
    #[serde(flatten)]
    attached: Attached,
}

#[napi]
impl NativeHost {
    /// Attaches a port that JavaScript pumps and gives its number: its frames come as `transmit` deliveries, its end as
    /// a `hangup`. Throws where the options are wrong or the host is closed.
    #[napi(catch_unwind)]
    pub fn attach(&self, options: String) -> Result<i64> {
        let PeerJson { origin, attached } = read(&options, "attachPort()").map_err(thrown)?;
        let peer = Peer { address: None, origin, carrier: Carrier::Port, attached: Some(attached) };
        let conn = self.get().and_then(|host| host.attach(peer)).and_then(|conn| i64::try_from(conn).ok());
        conn.ok_or_else(|| thrown(ErrorBody::new(ErrorCode::Closed, "the host is closed")))
    }

    /// One message arrived on an attached port. Tells whether the next one may be handed in before a drain.
    #[napi(catch_unwind)]
    pub fn port_message(&self, conn: i64, text: String) -> bool {
        self.get().is_none_or(|host| {
            host.port_message(conn.unsigned_abs(), text.into_bytes());
            !host.is_full()
        })
    }

    /// An attached port did what the protocol forbids; `close_code` is what that deserves.
    #[napi(catch_unwind)]
    pub fn port_violation(&self, conn: i64, close_code: u16) {
        if let Some(host) = self.get() {
            host.port_violation(conn.unsigned_abs(), CloseCode(close_code));
        }
    }

    /// Says goodbye on an attached port and hangs it up; its plugin may come back over another one.
    #[napi(catch_unwind)]
    pub fn dismiss(&self, conn: i64, reason: String) {
        if let Some(host) = self.get() {
            host.dismiss(conn.unsigned_abs(), reason);
        }
    }

    /// An attached port is gone.
    #[napi(catch_unwind)]
    pub fn port_gone(&self, conn: i64) {
        if let Some(host) = self.get() {
            host.port_gone(conn.unsigned_abs(), Some(CloseCode::LOST));
        }
    }
}

#[napi]
impl NativeDesk {
    /// A desk in memory serves no ports.
    #[napi(catch_unwind)]
    pub fn attach(&self, _options: String) -> Result<i64> {
        let message = "a test host serves no ports: use its transport()";
        Err(thrown(ErrorBody::new(ErrorCode::Unavailable, message)))
    }

    /// As `NativeHost.remove`.
    #[napi(catch_unwind)]
    pub fn remove(&self, session: String) -> bool {
        self.with(|desktop, now| desktop.remove(&session, now))
    }
}

fn thrown(error: ErrorBody) -> Error {
    Error::from_reason(error_text(&error))
}
