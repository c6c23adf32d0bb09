//! Binds a port and accepts until it is told to stop.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::sleep;

use super::admission::Admission;
use super::connection;
use super::shared::Shared;
use crate::wire::{ErrorBody, ErrorCode};

/// Reads an IP address, or `localhost`.
///
/// # Errors
/// `E_BAD_REQUEST`.
pub(super) fn parse(address: &str) -> Result<IpAddr, ErrorBody> {
    let name = if address.eq_ignore_ascii_case("localhost") { "127.0.0.1" } else { address };
    name.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .map_err(|_| ErrorBody::new(ErrorCode::BadRequest, "address: is not an IP address"))
}

/// Binds.
///
/// # Errors
/// `E_UNAVAILABLE` with the port named.
pub(super) async fn bind(address: IpAddr, port: u16) -> Result<TcpListener, ErrorBody> {
    TcpListener::bind(SocketAddr::new(address, port)).await.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                "it is in use: stop the other program or choose another port".into()
            }
            std::io::ErrorKind::PermissionDenied => "it needs rights this process does not have".into(),
            std::io::ErrorKind::AddrNotAvailable => "this machine does not have the address".into(),
            _ => error.to_string(),
        };
        ErrorBody::new(ErrorCode::Unavailable, format!("cannot listen on port {port} of {address}: {why}"))
    })
}

/// Accepts until the task is aborted.
pub(super) async fn accept(shared: Arc<Shared>, admission: Arc<Admission>, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let task = connection::serve(Arc::clone(&shared), Arc::clone(&admission), stream, peer);
                shared.tasks.spawn(task);
            }
            // Out of file descriptors, or a peer that was gone before it was accepted: the next one may do.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}
