use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout_at};

use super::ConsoleDelivery;
use super::link;
use super::shared::Shared;
use crate::desktop::origin::DialPolicy;
use crate::driver::Wake;
use crate::host::Asset;
use crate::host::admission::Admission;
use crate::host::listener::{bind, parse};
use crate::session::LinkId;
use crate::wire::{CloseCode, ErrorBody, ErrorCode};

/// What a [`Console`] is made with.
#[derive(Clone)]
pub struct ConsoleOptions {
    /// The page's secret, said in its first message.
    pub token: String,
    /// Exact origins of the page itself.
    pub origins: Vec<String>,
}

/// Serves the desktop's page and its link. All methods may be called from any thread; all but [`Console::listen`] and
/// [`Console::close`] return at once. Dropping it drops its listener and connections.
pub struct Console {
    shared: Arc<Shared>,
    admission: Arc<Admission>,
    runtime: Handle,
    listeners: Mutex<Vec<JoinHandle<()>>>,
}

impl Console {
    /// Makes a console without a port.
    ///
    /// # Errors
    /// `E_BAD_REQUEST` for an empty token and for an entry of `origins` that is not an origin.
    pub fn new(options: ConsoleOptions, runtime: Handle, wake: Wake) -> Result<Self, ErrorBody> {
        if options.token.is_empty() {
            return Err(ErrorBody::new(ErrorCode::BadRequest, "token: must not be empty"));
        }
        let origins = options.origins.iter().map(String::as_str);
        let policy = DialPolicy::new(origins, []).map_err(|at| {
            ErrorBody::new(ErrorCode::BadRequest, format!("origins[{at}]: is not an origin"))
        })?;
        Ok(Self {
            shared: Arc::new(Shared::new(options.token, policy, wake)),
            admission: Arc::new(Admission::new(MAX_WAITING, MAX_WAITING)),
            runtime,
            listeners: Mutex::default(),
        })
    }

    /// Listens on a port of this machine alone; 0 takes any. Gives the address it listens on.
    ///
    /// # Errors
    /// `E_UNAVAILABLE` naming a port that cannot be had, `E_BAD_REQUEST` for an address beyond loopback.
    pub async fn listen(&self, address: &str, port: u16) -> Result<SocketAddr, ErrorBody> {
        let ip = parse(address)?;
        if !ip.to_canonical().is_loopback() {
            let message = "address: the console listens on this machine alone";
            return Err(ErrorBody::new(ErrorCode::BadRequest, message));
        }
        let listener = bind(ip, port).await?;
        let bound = listener.local_addr().map_err(|error| {
            ErrorBody::new(ErrorCode::Unavailable, format!("cannot listen on port {port}: {error}"))
        })?;
        let task =
            self.runtime.spawn(accept(Arc::clone(&self.shared), Arc::clone(&self.admission), listener));
        self.lock_listeners().push(task);
        Ok(bound)
    }

    /// Serves one file to `GET` and `HEAD` of this exact path.
    pub fn serve(&self, path: &str, asset: Asset) {
        self.shared.set_asset(path.to_owned(), asset);
    }

    /// Queues a message for a page; whether there is such a page. One that does not read is closed with 4003.
    pub fn send(&self, conn: LinkId, text: String) -> bool {
        self.shared.send(conn, text)
    }

    /// Closes a page's link, after what was queued for it.
    pub fn hang_up(&self, conn: LinkId, code: CloseCode, reason: &str) {
        self.shared.hang_up(conn, code, reason);
    }

    /// Takes at most `max` deliveries, in order. Whoever gets `max` of them comes again; `wake` is silent until then.
    pub fn drain(&self, max: usize) -> Vec<ConsoleDelivery> {
        self.shared.drain(max)
    }

    /// Tells every page that the desktop ended (4001), and closes within half a second. Idempotent.
    pub async fn close(&self) {
        self.shared.begin_close();
        let patience = Instant::now() + CLOSE_PATIENCE;
        loop {
            let quiet = self.shared.quiet.notified();
            if !self.shared.has_pages() || timeout_at(patience, quiet).await.is_err() {
                break;
            }
        }
        for listener in self.stop() {
            // The port is free once the task has ended.
            let _ = listener.await;
        }
    }

    fn stop(&self) -> Vec<JoinHandle<()>> {
        let listeners = std::mem::take(&mut *self.lock_listeners());
        listeners.iter().for_each(JoinHandle::abort);
        listeners
    }

    fn lock_listeners(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        // A list of handles is whole after every critical section.
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Accepts until the task is aborted, which drops its connections too.
async fn accept(shared: Arc<Shared>, admission: Arc<Admission>, listener: TcpListener) {
    let mut tasks = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // What has ended is forgotten here, so the set holds about as many tasks as there are connections.
                while tasks.try_join_next().is_some() {}
                tasks.spawn(link::serve(Arc::clone(&shared), Arc::clone(&admission), stream, peer));
            }
            // Out of file descriptors, or a peer that was gone before it was accepted: the next one may do.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Connections without a token at once.
const MAX_WAITING: usize = 64;
const CLOSE_PATIENCE: Duration = Duration::from_millis(500);
