use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::admission::Admission;
use super::listener;
use super::shared::Shared;
use super::{Asset, HostDelivery, HostOptions};
use crate::desktop::origin::DialPolicy;
use crate::desktop::{Command, Desktop, DesktopInput, EmitOptions, Grant, Peer, SessionInfo};
use crate::driver::{Wake, random};
use crate::schema::{AgentSnapshot, Method};
use crate::session::{LinkId, Now};
use crate::wire::{CloseCode, ErrorBody, ErrorCode};

/// A desktop's host. All methods may be called from any thread; all but [`Host::listen`] and [`Host::close`] return at
/// once. What the application has to do comes as [`HostDelivery`]s after `wake` was called.
///
/// Dropping it drops its listeners and connections without a goodbye.
pub struct Host {
    shared: Arc<Shared>,
    admission: Arc<Admission>,
    runtime: Handle,
    listeners: Mutex<Vec<JoinHandle<()>>>,
    may_leave_loopback: bool,
    retry_after_ms: Option<u64>,
}

impl Host {
    /// Makes a host without a port.
    ///
    /// # Errors
    /// `E_BAD_REQUEST` when an entry of `allowed_origins` is not an origin, `E_INTERNAL` when the operating system has no
    /// random numbers.
    pub fn new(options: HostOptions, runtime: Handle, wake: Wake) -> Result<Self, ErrorBody> {
        let origins = options.allowed_origins.iter().map(String::as_str);
        let policy =
            DialPolicy::new(origins, options.allowed_hosts.iter().map(String::as_str)).map_err(|at| {
                let message = format!("allowedOrigins[{at}]: is not an origin like https://desktop.example");
                ErrorBody::new(ErrorCode::BadRequest, message)
            })?;
        let seed = random().map_err(|error| ErrorBody::new(ErrorCode::Internal, error.to_string()))?;
        let limits = &options.desktop.limits;
        let admission = Arc::new(Admission::new(limits.links_per_address, limits.links_before_hello));
        let may_leave_loopback = !options.allowed_hosts.is_empty() && !options.desktop.plugins.is_empty();
        let desktop = Desktop::new(options.desktop, seed);
        let shared = Arc::new(Shared::new(desktop, policy, options.path, runtime.clone(), wake));
        runtime.spawn(Arc::clone(&shared).keep_time());
        Ok(Self {
            shared,
            admission,
            runtime,
            listeners: Mutex::default(),
            may_leave_loopback,
            retry_after_ms: options.retry_after_ms,
        })
    }

    /// Listens on one more port; 0 takes any. Gives the address it listens on.
    ///
    /// # Errors
    /// `E_UNAVAILABLE` naming a port that cannot be had, `E_BAD_REQUEST` for an address beyond loopback without
    /// `allowedHosts` and manifests, `E_CLOSED`.
    pub async fn listen(&self, address: &str, port: u16) -> Result<SocketAddr, ErrorBody> {
        if self.shared.is_closed() {
            return Err(ErrorBody::new(ErrorCode::Closed, "the host is closed"));
        }
        let ip = listener::parse(address)?;
        if !ip.to_canonical().is_loopback() && !self.may_leave_loopback {
            let message = "to listen beyond loopback set `allowedHosts` and `plugins`";
            return Err(ErrorBody::new(ErrorCode::BadRequest, message));
        }
        let listener = listener::bind(ip, port).await?;
        let bound = listener.local_addr().map_err(|error| {
            ErrorBody::new(ErrorCode::Unavailable, format!("cannot listen on port {port}: {error}"))
        })?;
        let accepting = listener::accept(Arc::clone(&self.shared), Arc::clone(&self.admission), listener);
        let task = self.runtime.spawn(accepting);
        self.lock_listeners().push(task);
        if self.shared.is_closed() {
            self.stop_listening();
        }
        Ok(bound)
    }

    /// Sends an event; tells to how many sessions it went.
    ///
    /// # Errors
    /// `E_UNKNOWN_EVENT` or `E_BAD_REQUEST` with every issue.
    pub fn emit(&self, event: &str, payload: &str, options: &EmitOptions) -> Result<usize, ErrorBody> {
        self.desktop(|desktop, now| desktop.emit(event, payload, options, now))?
    }

    /// The same, but nothing is written before [`Self::flush`]: several events of a tick then leave in one write.
    ///
    /// # Errors
    /// As [`Self::emit`].
    pub fn emit_held(&self, event: &str, payload: &str, options: &EmitOptions) -> Result<usize, ErrorBody> {
        let sent = self.shared.hold(|desktop, now| desktop.emit_held(event, payload, options, now));
        sent.unwrap_or_else(|| Err(broken()))
    }

    /// Writes the events of [`Self::emit_held`].
    pub fn flush(&self) {
        self.shared.release();
    }

    /// Answers [`HostDelivery::Run`]: a result as JSON text, or why not.
    pub fn answer(&self, ticket: u64, outcome: Result<String, ErrorBody>) {
        self.shared.apply(DesktopInput::Answer { ticket, outcome });
    }

    /// Answers [`HostDelivery::Run`] as if its method were not handled; payload and contact are those of the delivery.
    pub fn answer_built_in(&self, ticket: u64, payload: &str, contact_id: Option<String>) {
        self.shared.change(|desktop, now| desktop.answer_built_in(ticket, payload, contact_id, now));
    }

    /// Answers [`HostDelivery::Authenticate`]: `Ok(None)` refuses, `Err` says that nobody could be asked.
    pub fn authenticated(&self, conn: LinkId, result: Result<Option<Grant>, String>) {
        self.shared.apply(DesktopInput::Authenticated { conn, result });
    }

    /// Routes a method to [`HostDelivery::Run`] instead of its built-in answer, or back.
    pub fn set_handled(&self, method: Method, handled: bool) {
        self.shared.change(|desktop, _| desktop.set_handled(method, handled));
    }

    /// Hands over an agent's state; the events follow from it. Tells how many did.
    ///
    /// # Errors
    /// `E_INTERNAL` when the host broke down.
    pub fn apply_snapshot(&self, snapshot: AgentSnapshot, agent: Option<&str>) -> Result<usize, ErrorBody> {
        self.desktop(|desktop, now| desktop.apply_snapshot(snapshot, agent, now))
    }

    /// Notes who issued a command, so that the change that follows has an author.
    pub fn note_command(&self, command: Command, agent: Option<&str>) {
        self.shared.change(|desktop, now| desktop.note_command(command, agent, now));
    }

    /// Who is, or may come back, connected.
    pub fn sessions(&self) -> Vec<SessionInfo> {
        self.shared.change(|desktop, _| desktop.sessions()).unwrap_or_default()
    }

    /// Ends a session for good (4513); tells whether there was one.
    pub fn remove(&self, session: &str) -> bool {
        self.shared.change(|desktop, now| desktop.remove(session, now)).unwrap_or(false)
    }

    /// From now on only notices of these names are delivered ([`crate::desktop::HostNotice::name`]); before the first
    /// call all are.
    pub fn hear(&self, notices: Vec<String>) {
        self.shared.hear(notices);
    }

    /// Calls the desktop itself, under the host's lock.
    ///
    /// # Errors
    /// `E_INTERNAL` when the host broke down.
    pub fn desktop<R>(&self, call: impl FnOnce(&mut Desktop, Now) -> R) -> Result<R, ErrorBody> {
        self.shared.change(call).ok_or_else(broken)
    }

    /// Serves one file on every port of this host, to `GET` and `HEAD` of this exact path.
    pub fn serve(&self, path: &str, asset: Asset) {
        self.shared.set_asset(path.to_owned(), asset);
    }

    /// Attaches a port that the application pumps: its frames come as [`HostDelivery::Transmit`]. `None` when closed.
    pub fn attach(&self, peer: Peer) -> Option<LinkId> {
        self.shared.open_port(peer)
    }

    /// One message arrived on an attached port.
    pub fn port_message(&self, conn: LinkId, bytes: Vec<u8>) {
        self.shared.apply(DesktopInput::Message { conn, bytes });
    }

    /// An attached port carried what can never be a frame, or more than anybody reads; hung up with this code.
    pub fn port_violation(&self, conn: LinkId, close_code: CloseCode) {
        self.shared.apply(DesktopInput::Violation { conn, close_code });
    }

    /// Says goodbye on an attached port and hangs it up; its plugin may come back over another one.
    pub fn dismiss(&self, conn: LinkId, reason: String) {
        self.shared.apply(DesktopInput::Dismiss { conn, reason });
    }

    /// Whether the messages of ports should wait until the deliveries were drained.
    pub fn is_full(&self) -> bool {
        self.shared.is_full()
    }

    /// An attached port is gone.
    pub fn port_gone(&self, conn: LinkId, code: Option<CloseCode>) {
        self.shared.connection_gone(conn, code);
    }

    /// Takes at most `max` deliveries, in order. Whoever gets `max` of them comes again; `wake` is silent until then.
    pub fn drain(&self, max: usize) -> Vec<HostDelivery> {
        self.shared.drain(max)
    }

    /// Says goodbye to everybody (4001, they may come back) and closes within a second; `HostDelivery::Closed` is the
    /// last delivery. Idempotent.
    pub async fn close(&self) {
        let first = self.shared.begin_close();
        for listener in self.stop_listening() {
            // The port is free once the task has ended.
            let _ = listener.await;
        }
        if !first {
            return;
        }
        let retry_after_ms = self.retry_after_ms;
        self.shared.apply(DesktopInput::Shutdown { retry_after_ms });
        let patience = Instant::now() + CLOSE_PATIENCE;
        loop {
            let quiet = self.shared.quiet.notified();
            if !self.shared.has_sockets() || timeout_at(patience, quiet).await.is_err() {
                break;
            }
        }
        self.shared.finish_close();
    }

    /// Drops listeners and connections at once, as a process that was killed would.
    pub fn abort(&self) {
        let first = self.shared.begin_close();
        self.stop_listening();
        if first {
            self.shared.finish_close();
        }
    }

    fn stop_listening(&self) -> Vec<JoinHandle<()>> {
        let listeners = std::mem::take(&mut *self.lock_listeners());
        listeners.iter().for_each(JoinHandle::abort);
        listeners
    }

    fn lock_listeners(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        // A list of handles is whole after every critical section.
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.abort();
    }
}

/// Leaves the rest of the promised second to the caller's own thread.
const CLOSE_PATIENCE: Duration = Duration::from_millis(800);

fn broken() -> ErrorBody {
    ErrorBody::new(ErrorCode::Internal, "an internal error ended this host")
}
