//! What the host, its listeners, connections and timer share.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::sleep_until;

use super::HostDelivery;
use super::assets::{Asset, Assets};
use super::batch::{Batch, SESSIONS_AT_ONCE};
use super::delivery::MAX_RECORDED_BYTES;
use super::tasks::Tasks;
use crate::desktop::origin::DialPolicy;
use crate::desktop::{Desktop, DesktopInput, DesktopOutput, HostNotice, Peer};
use crate::driver::{Clock, Inbox, Wake};
use crate::session::{LinkId, Now, Numbered};
use crate::transport::Outgoing;
use crate::transport::http::Reply;
use crate::wire::{CloseCode, ErrorBody, ErrorCode};

pub(super) struct Shared {
    mind: Mutex<Mind>,
    /// Whether the inbox is full, known without the lock.
    full: AtomicBool,
    pub(super) clock: Clock,
    wake: Wake,
    /// Tells the timer that something is due earlier than it thinks, or that the host closed.
    alarm: Notify,
    /// Tells paused connections that the inbox was drained.
    pub(super) space: Notify,
    /// Tells `close` that a connection ended.
    pub(super) quiet: Notify,
    pub(super) policy: DialPolicy,
    pub(super) path: String,
    assets: Mutex<Assets>,
    pub(super) tasks: Tasks,
}

/// What one input mutates.
struct Mind {
    desktop: Desktop,
    inbox: Inbox<HostDelivery>,
    /// Notices that somebody listens to; None is all.
    heard: Option<Vec<String>>,
    links: Numbered<Sink>,
    /// Sockets whose frames are written once the lock is gone, so that no broadcast holds it.
    dirty: Vec<Outgoing>,
    next_conn: LinkId,
    /// Bytes of recorded lines in the inbox.
    recorded_bytes: usize,
    due: Option<u64>,
    alarm: Option<u64>,
    /// No new connections.
    closed: bool,
    /// Nothing happens any more.
    over: bool,
    broken: bool,
}

/// Where a connection's frames go.
enum Sink {
    Socket(Outgoing),
    /// Closed by the desktop; what is queued is still written.
    Closing,
    Port,
}

impl Shared {
    pub(super) fn new(
        desktop: Desktop,
        policy: DialPolicy,
        path: String,
        runtime: Handle,
        wake: Wake,
    ) -> Self {
        let mind = Mind {
            desktop,
            inbox: Inbox::new(),
            heard: None,
            links: Numbered::default(),
            dirty: Vec::new(),
            next_conn: 1,
            recorded_bytes: 0,
            due: None,
            alarm: None,
            closed: false,
            over: false,
            broken: false,
        };
        Self {
            mind: Mutex::new(mind),
            full: AtomicBool::new(false),
            clock: Clock::new(),
            wake,
            alarm: Notify::new(),
            space: Notify::new(),
            quiet: Notify::new(),
            policy,
            path,
            assets: Mutex::default(),
            tasks: Tasks::new(runtime),
        }
    }

    pub(super) fn apply(&self, input: DesktopInput) {
        if input.may_overtake() {
            self.hold(|desktop, now| desktop.handle(input, now));
        } else {
            self.change(|desktop, now| desktop.handle(input, now));
        }
    }

    /// One mutation of the desktop, then the drain. `None` when the host broke down.
    pub(super) fn change<R>(&self, change: impl FnOnce(&mut Desktop, Now) -> R) -> Option<R> {
        self.with(|mind, now| mind.change(change, now))
    }

    /// Takes events in that wait for [`Self::release`], or for anything else that happens.
    pub(super) fn hold<R>(&self, change: impl FnOnce(&mut Desktop, Now) -> R) -> Option<R> {
        self.mutate(&mut Batch::default(), |mind, _, now| mind.change(change, now))
    }

    /// Sends what is held. What a few sessions get is written before the next ones are looked up, while it is at hand.
    pub(super) fn release(&self) {
        let mut batch = Batch::default();
        let mut next =
            || self.mutate(&mut batch, |mind, batch, now| mind.release(SESSIONS_AT_ONCE, batch, now));
        while next() == Some(true) {}
    }

    /// One mutation, after the events that came before it.
    fn with<R>(&self, change: impl FnOnce(&mut Mind, Now) -> R) -> Option<R> {
        self.mutate(&mut Batch::default(), |mind, batch, now| {
            mind.release(usize::MAX, batch, now);
            change(mind, now)
        })
    }

    fn mutate<R>(
        &self,
        batch: &mut Batch,
        change: impl FnOnce(&mut Mind, &mut Batch, Now) -> R,
    ) -> Option<R> {
        let mut mind = self.lock();
        if mind.broken {
            return None;
        }
        let now = self.clock.now();
        let result = catch_unwind(AssertUnwindSafe(|| change(&mut mind, batch, now)));
        if result.is_err() {
            mind.break_down();
        }
        let alarm = mind.due.is_some_and(|due| mind.alarm.is_none_or(|alarm| due < alarm));
        let ring = mind.inbox.take_ring();
        let dirty = std::mem::take(&mut mind.dirty);
        self.full.store(mind.inbox.is_full(), Ordering::Release);
        drop(mind);
        batch.write();
        Outgoing::flush_all(&dirty);
        if alarm {
            self.alarm.notify_one();
        }
        if ring {
            (self.wake)();
        }
        result.ok()
    }

    /// Gives a socket its number; `None` when the host is closed.
    pub(super) fn open_socket(&self, outgoing: Outgoing, peer: Peer) -> Option<LinkId> {
        self.open(Sink::Socket(outgoing), peer)
    }

    /// Gives a port its number; `None` when the host is closed.
    pub(super) fn open_port(&self, peer: Peer) -> Option<LinkId> {
        self.open(Sink::Port, peer)
    }

    fn open(&self, sink: Sink, peer: Peer) -> Option<LinkId> {
        self.with(|mind, now| {
            if mind.closed {
                return None;
            }
            let conn = mind.next_conn;
            mind.next_conn += 1;
            mind.links.insert(conn, sink);
            mind.desktop.handle(DesktopInput::Opened { conn, peer }, now);
            mind.drain_desktop();
            Some(conn)
        })
        .flatten()
    }

    pub(super) fn connection_gone(&self, conn: LinkId, code: Option<CloseCode>) {
        self.with(|mind, now| {
            if let Some(Sink::Socket(_) | Sink::Port) = mind.links.remove(&conn) {
                mind.desktop.handle(DesktopInput::Lost { conn, code }, now);
                mind.drain_desktop();
            }
        });
        self.quiet.notify_waiters();
    }

    pub(super) fn drain(&self, max: usize) -> Vec<HostDelivery> {
        let mut mind = self.lock();
        let was_full = mind.inbox.is_full();
        let drained = mind.inbox.drain(max);
        mind.recorded_bytes -= drained.iter().map(HostDelivery::recorded_bytes).sum::<usize>();
        let reopened = was_full && !mind.inbox.is_full();
        self.full.store(mind.inbox.is_full(), Ordering::Release);
        drop(mind);
        if reopened {
            self.space.notify_waiters();
        }
        drained
    }

    pub(super) fn hear(&self, notices: Vec<String>) {
        self.lock().heard = Some(notices);
    }

    pub(super) fn is_full(&self) -> bool {
        self.full.load(Ordering::Acquire)
    }

    pub(super) fn has_sockets(&self) -> bool {
        self.lock().links.values().any(|sink| !matches!(sink, Sink::Port))
    }

    pub(super) fn admits(&self, address: &str) -> bool {
        let mind = self.lock();
        !mind.closed && !mind.broken && mind.desktop.admits(Some(address))
    }

    /// Refuses new connections from now on; tells whether this was the first call.
    pub(super) fn begin_close(&self) -> bool {
        !std::mem::replace(&mut self.lock().closed, true)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Drops what is still connected and says so as the last delivery.
    pub(super) fn finish_close(&self) {
        self.tasks.abort();
        self.with(|mind, _| {
            mind.inbox.push(HostDelivery::Closed);
            mind.over = true;
        });
        self.alarm.notify_one();
    }

    pub(super) fn set_asset(&self, path: String, asset: Asset) {
        self.assets.lock().unwrap_or_else(PoisonError::into_inner).insert(path, asset);
    }

    pub(super) fn asset(&self, path: &str) -> Option<Reply> {
        self.assets.lock().unwrap_or_else(PoisonError::into_inner).reply(path)
    }

    /// Ticks the desktop when it asked for it, until the host is closed.
    pub(super) async fn keep_time(self: Arc<Self>) {
        loop {
            let (due, over) = {
                let mut mind = self.lock();
                mind.alarm = mind.due;
                (mind.due.unwrap_or(u64::MAX), mind.broken || mind.over)
            };
            if over {
                return;
            }
            tokio::select! {
                () = sleep_until(self.clock.instant(due)) => self.apply(DesktopInput::Tick),
                () = self.alarm.notified() => {}
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Mind> {
        // A panic is caught inside `with`, which marks the mind as broken: the guard's data is still usable.
        self.mind.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mind {
    fn change<R>(&mut self, change: impl FnOnce(&mut Desktop, Now) -> R, now: Now) -> R {
        let result = change(&mut self.desktop, now);
        self.drain_desktop();
        result
    }

    /// Sends what is held to at most so many more sessions; tells whether there are others.
    fn release(&mut self, sessions: usize, batch: &mut Batch, now: Now) -> bool {
        let more = self.desktop.release_by(sessions, now, &mut |conn, text| batch.push(conn, text));
        let links = &self.links;
        let socket_of = |conn| match links.get(&conn) {
            Some(Sink::Socket(outgoing)) => Some(outgoing),
            _ => None,
        };
        let mut queued = Vec::new();
        batch.settle(socket_of, |conn, text| queued.push((conn, text)));
        queued.into_iter().for_each(|(conn, text)| self.transmit(conn, text));
        self.drain_desktop();
        more
    }

    fn drain_desktop(&mut self) {
        self.due = None;
        while let Some(output) = self.desktop.poll_output() {
            match output {
                DesktopOutput::Transmit { conn, text } => self.transmit(conn, text),
                DesktopOutput::Hangup { conn, code, reason } => self.hang_up(conn, code, reason),
                DesktopOutput::Timeout(at) => {
                    self.due = Some(at);
                    break;
                }
                DesktopOutput::Notice(notice) if !self.is_heard(&notice) => {}
                other => {
                    if let Some(delivery) = HostDelivery::of_output(other) {
                        self.deliver(delivery);
                    }
                }
            }
        }
    }

    fn is_heard(&self, notice: &HostNotice) -> bool {
        self.heard.as_ref().is_none_or(|names| names.iter().any(|name| name == notice.name()))
    }

    /// A recording that nobody drains ends, as what a desktop hands over cannot be made to wait.
    fn deliver(&mut self, delivery: HostDelivery) {
        let before = self.recorded_bytes;
        self.recorded_bytes += delivery.recorded_bytes();
        if before <= MAX_RECORDED_BYTES && self.recorded_bytes > MAX_RECORDED_BYTES {
            let message = "the recording was ended: its lines are made faster than they are taken";
            self.inbox.push(HostDelivery::Error(ErrorBody::new(ErrorCode::Overflow, message)));
            self.desktop.stop_recording();
        }
        self.inbox.push(delivery);
    }

    fn transmit(&mut self, conn: LinkId, text: String) {
        match self.links.get(&conn) {
            Some(Sink::Socket(outgoing)) => {
                // One that is not the first has its socket on the list already, or its task awake.
                if outgoing.hold(text) {
                    self.dirty.push(outgoing.clone());
                }
            }
            Some(Sink::Port) => self.inbox.push(HostDelivery::Transmit { conn, text }),
            Some(Sink::Closing) | None => {}
        }
    }

    fn hang_up(&mut self, conn: LinkId, code: CloseCode, reason: String) {
        match self.links.get_mut(&conn) {
            Some(sink @ Sink::Socket(_)) => {
                let closing = std::mem::replace(sink, Sink::Closing);
                let Sink::Socket(outgoing) = closing else { return };
                // A code that may not stand in a close frame only ever describes a loss.
                if matches!(code.0, 1005 | 1006 | 1015) {
                    outgoing.abort()
                } else {
                    outgoing.close(code, reason)
                }
            }
            Some(Sink::Port) => {
                self.links.remove(&conn);
                self.inbox.push(HostDelivery::Hangup { conn, code, reason });
            }
            Some(Sink::Closing) | None => {}
        }
    }

    fn break_down(&mut self) {
        self.broken = true;
        self.closed = true;
        self.due = None;
        for (conn, sink) in self.links.drain() {
            match sink {
                Sink::Socket(outgoing) => outgoing.close(CloseCode::INTERNAL, "internal error"),
                Sink::Port => {
                    let (code, reason) = (CloseCode::INTERNAL, "internal error".to_owned());
                    self.inbox.push(HostDelivery::Hangup { conn, code, reason });
                }
                Sink::Closing => {}
            }
        }
        let message = "an internal error ended this host: make a new one";
        self.inbox.push(HostDelivery::Error(ErrorBody::new(ErrorCode::Internal, message)));
        self.inbox.push(HostDelivery::Closed);
    }
}
