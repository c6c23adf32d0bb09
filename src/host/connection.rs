//! One TCP connection, from its first byte to its end.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;

use super::admission::Admission;
use super::gate::{self, Verdict};
use super::shared::Shared;
use crate::desktop::{self, DesktopInput, Peer};
use crate::session::LinkId;
use crate::transport::http::read_head;
use crate::transport::{Carrier, CarrierLimits, DirectStream, Incoming, accept};
use crate::wire::{CloseCode, SUBPROTOCOL};

/// Serves the connection. Dropping the future drops it.
pub(super) async fn serve(
    shared: Arc<Shared>,
    admission: Arc<Admission>,
    mut stream: TcpStream,
    peer: SocketAddr,
) {
    let ip = peer.ip().to_canonical();
    let Some(place) = admission.enter(ip) else {
        return gate::too_many().send(&mut stream, false).await;
    };
    let _ = stream.set_nodelay(true);
    let (head, rest) = match read_head(&mut stream).await {
        Ok(read) => read,
        Err(Some(reply)) => return reply.send(&mut stream, false).await,
        Err(None) => return,
    };
    let address = ip.to_string();
    let (key, origin) = match gate::judge(&shared, &head, &address) {
        Verdict::Upgrade { key, origin } => (key, origin),
        Verdict::Reply(reply, head_only) => return reply.send(&mut stream, head_only).await,
    };
    drop(head);
    let limits = CarrierLimits::HOST;
    let stream = DirectStream::new(stream);
    let outgoing = stream.outgoing();
    let Ok(carrier) = accept::upgrade(stream, rest, &key, SUBPROTOCOL, limits).await else { return };
    let carrier = carrier.with_outgoing(outgoing);
    drop(place);
    let peer = Peer { address: Some(address), origin, carrier: desktop::Carrier::WebSocket, attached: None };
    let Some(conn) = shared.open_socket(carrier.outgoing(), peer) else { return };
    let gone = Gone { shared: Arc::clone(&shared), conn, code: None };
    // A task of its own: one that has read a head keeps the room that this took for as long as it lives.
    shared.tasks.spawn(relay(gone, carrier));
}

async fn relay(mut gone: Gone, mut carrier: Carrier<DirectStream>) {
    let (shared, conn) = (Arc::clone(&gone.shared), gone.conn);
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
            Incoming::Text(text) => {
                shared.apply(DesktopInput::Message { conn, bytes: text.as_bytes().to_vec() });
            }
            Incoming::Violation { close_code, .. } => {
                shared.apply(DesktopInput::Violation { conn, close_code });
            }
            Incoming::Closed { code, .. } => {
                gone.code = Some(code);
                return;
            }
        }
    }
}

/// Tells the desktop that the connection is gone, even when its task is aborted.
struct Gone {
    shared: Arc<Shared>,
    conn: LinkId,
    code: Option<CloseCode>,
}

impl Drop for Gone {
    fn drop(&mut self) {
        self.shared.connection_gone(self.conn, self.code);
    }
}
