//! One TCP connection to the page's port, from its first byte to its end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::CONSOLE_SUBPROTOCOL;
use super::gate;
use super::shared::Shared;
use crate::host::admission::Admission;
use crate::session::LinkId;
use crate::transport::http::{Reply, read_head};
use crate::transport::{Carrier, CarrierLimits, Incoming, accept};
use crate::wire::CloseCode;

/// How long a page may take to say its token.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// What a page sends is a click; the text of a scenario is the largest.
const LIMITS: CarrierLimits = CarrierLimits { max_message_bytes: 1_048_576, ..CarrierLimits::HOST };

/// Serves the connection. Dropping the future drops it.
pub(super) async fn serve(
    shared: Arc<Shared>,
    admission: Arc<Admission>,
    mut stream: TcpStream,
    peer: SocketAddr,
) {
    let Some(place) = admission.enter(peer.ip().to_canonical()) else {
        return Reply::new(429, "too many connections").send(&mut stream, false).await;
    };
    let _ = stream.set_nodelay(true);
    let (head, rest) = match read_head(&mut stream).await {
        Ok(read) => read,
        Err(Some(reply)) => return reply.send(&mut stream, false).await,
        Err(None) => return,
    };
    let key = match gate::judge(&shared, &head) {
        Ok(key) => key,
        Err(reply) => return reply.send(&mut stream, head.method == "HEAD").await,
    };
    let Ok(mut carrier) = accept::upgrade(stream, rest, &key, CONSOLE_SUBPROTOCOL, LIMITS).await else {
        return;
    };
    if let Some(refused) = hello(&shared, &mut carrier).await {
        carrier.outgoing().close(refused.0, refused.1);
        while !matches!(carrier.step().await, Incoming::Closed { .. }) {}
        return;
    }
    drop(place);
    let Some(conn) = shared.open(carrier.outgoing()) else { return };
    let _gone = Gone { shared: &shared, conn };
    relay(&shared, conn, &mut carrier).await;
}

/// Waits for the token. Gives the close code and reason of a page that does not have it.
async fn hello(shared: &Shared, carrier: &mut Carrier<TcpStream>) -> Option<(CloseCode, &'static str)> {
    let Ok(first) = timeout_at(Instant::now() + HELLO_WITHIN, carrier.step()).await else {
        return Some((CloseCode::HELLO_TIMEOUT, "no hello came in time"));
    };
    match first {
        Incoming::Text(text) if is_hello(&text, shared.token()) => None,
        Incoming::Text(_) => Some((CloseCode::AUTH_FAILED, "the token is not this desktop's")),
        Incoming::Violation { close_code, .. } => Some((close_code, "no message of this protocol")),
        Incoming::Closed { .. } => Some((CloseCode::LOST, "")),
    }
}

#[derive(Deserialize)]
struct Hello<'a> {
    #[serde(rename = "type", borrow)]
    kind: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    token: std::borrow::Cow<'a, str>,
}

/// Compared as hashes in constant time, so that neither length nor prefix shows.
fn is_hello(text: &str, token: &str) -> bool {
    let Ok(hello) = serde_json::from_str::<Hello<'_>>(text) else { return false };
    let hash = |text: &str| -> [u8; 32] { Sha256::digest(text.as_bytes()).into() };
    hello.kind == "hello" && bool::from(hash(&hello.token).ct_eq(&hash(token)))
}

async fn relay(shared: &Shared, conn: LinkId, carrier: &mut Carrier<TcpStream>) {
    loop {
        // Registered before the question, so that space made in between is not missed.
        let space = shared.space.notified();
        let full = shared.is_full();
        carrier.pause(full);
        let incoming = tokio::select! {
            incoming = carrier.step() => incoming,
            () = space, if full => continue,
        };
        match incoming {
            Incoming::Text(text) => shared.message(conn, text.as_str().to_owned()),
            Incoming::Violation { close_code, message } => carrier.outgoing().close(close_code, message),
            Incoming::Closed { .. } => return,
        }
    }
}

/// Tells the application that the page is gone, even when its task is aborted.
struct Gone<'a> {
    shared: &'a Shared,
    conn: LinkId,
}

impl Drop for Gone<'_> {
    fn drop(&mut self) {
        self.shared.gone(self.conn);
    }
}

#[cfg(test)]
mod tests {
    use super::is_hello;

    #[test]
    fn only_a_hello_with_the_token_opens_the_link() {
        assert!(is_hello(r#"{"type":"hello","token":"secret"}"#, "secret"));
        for text in [
            "",
            "secret",
            r#"{"type":"hello"}"#,
            r#"{"type":"hello","token":""}"#,
            r#"{"type":"hello","token":"secre"}"#,
            r#"{"type":"hello","token":"secret "}"#,
            r#"{"type":"hello","token":null}"#,
            r#"{"type":"hello","token":["secret"]}"#,
            r#"{"type":"command","token":"secret"}"#,
        ] {
            assert!(!is_hello(text, "secret"), "{text}");
        }
    }
}
