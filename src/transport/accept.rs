//! Answers a WebSocket upgrade on a stream whose head was read and judged.

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::http::{Head, Reply};
use super::{Carrier, CarrierLimits};

/// Checks what RFC 6455, section 4.2.1 asks of an upgrade, and that `subprotocol` is among those offered. Gives the
/// client's key. Extensions that are offered are not answered, so none is in use.
///
/// # Errors
/// A 400, or a 426 where the peer speaks another version.
pub fn check_upgrade<'a>(head: &'a Head, subprotocol: &str) -> Result<&'a str, Reply> {
    if head.method != "GET" {
        return Err(Reply::bad_request("an upgrade is a GET request"));
    }
    if !head.list("connection").any(|option| option.eq_ignore_ascii_case("upgrade")) {
        return Err(Reply::bad_request("the header Connection does not name Upgrade"));
    }
    if head.once("sec-websocket-version")? != Some("13") {
        return Err(upgrade_required("only WebSocket version 13 is spoken here")
            .header("Sec-WebSocket-Version", "13"));
    }
    let key = head.once("sec-websocket-key")?.unwrap_or_default();
    if key.len() != 24 || !key.ends_with("==") {
        return Err(Reply::bad_request("the header Sec-WebSocket-Key is missing or wrong"));
    }
    if !head.list("sec-websocket-protocol").any(|offered| offered == subprotocol) {
        return Err(upgrade_required(&format!("the subprotocol {subprotocol} is not offered")));
    }
    Ok(key)
}

/// The reply to a plain request where only an upgrade makes sense.
pub fn upgrade_required(sentence: &str) -> Reply {
    Reply::new(426, sentence).header("Upgrade", "websocket")
}

/// Completes the upgrade. `already_read` is what came after the head.
///
/// # Errors
/// When the peer went away.
pub async fn upgrade<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    already_read: Vec<u8>,
    key: &str,
    subprotocol: &str,
    limits: CarrierLimits,
) -> std::io::Result<Carrier<S>> {
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {}\r\nSec-WebSocket-Protocol: {subprotocol}\r\n\r\n",
        derive_accept_key(key.as_bytes())
    );
    stream.write_all(answer.as_bytes()).await?;
    Ok(Carrier::from_upgraded(stream, already_read, limits).await)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::SUBPROTOCOL;

    fn head(lines: &str) -> Head {
        let text = format!("GET /link HTTP/1.1\r\n{lines}\r\n");
        Head::parse(text.as_bytes()).unwrap().unwrap().1
    }

    const GOOD: &str = "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    #[test]
    fn the_subprotocol_must_be_offered() {
        let good = head(&format!("{GOOD}Sec-WebSocket-Protocol: other, smartagent.link.v1\r\n"));
        assert!(check_upgrade(&good, SUBPROTOCOL).is_ok());
        for offered in ["", "Sec-WebSocket-Protocol: smartagent.link.v2\r\n"] {
            let status = check_upgrade(&head(&format!("{GOOD}{offered}")), SUBPROTOCOL).unwrap_err().status;
            assert_eq!(status, 426, "{offered}");
        }
    }

    #[test]
    fn a_missing_key_or_connection_is_a_bad_request() {
        for lines in [
            GOOD.replace("Upgrade\r\nUpgrade", "close\r\nUpgrade"),
            GOOD.replace("dGhlIHNhbXBsZSBub25jZQ==", "x"),
        ] {
            let head = head(&format!("{lines}Sec-WebSocket-Protocol: smartagent.link.v1\r\n"));
            assert_eq!(check_upgrade(&head, SUBPROTOCOL).unwrap_err().status, 400);
        }
    }
}
