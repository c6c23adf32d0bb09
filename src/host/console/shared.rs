use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::desktop::origin::DialPolicy;
use crate::driver::{Inbox, Wake};
use crate::host::assets::{Asset, Assets};
use crate::session::LinkId;
use crate::transport::Outgoing;
use crate::transport::http::Reply;
use crate::wire::CloseCode;

/// One thing for the application's thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsoleDelivery {
    /// A page said the token.
    Opened {
        /// Names the page's link.
        conn: LinkId,
    },
    /// A page sent a message.
    Message {
        /// Which page's.
        conn: LinkId,
        /// The text.
        text: String,
    },
    /// A page's link is gone.
    Gone {
        /// Which.
        conn: LinkId,
    },
}

/// Pages at once: a developer has a handful of tabs.
const MAX_PAGES: usize = 16;

/// What the console, its listener and its connections share.
pub(super) struct Shared {
    inner: Mutex<Inner>,
    wake: Wake,
    token: String,
    pub(super) policy: DialPolicy,
    assets: Mutex<Assets>,
    /// Tells paused connections that the inbox was drained.
    pub(super) space: Notify,
    /// Tells `close` that a page is gone.
    pub(super) quiet: Notify,
}

#[derive(Default)]
struct Inner {
    inbox: Inbox<ConsoleDelivery>,
    pages: HashMap<LinkId, Outgoing>,
    last_conn: LinkId,
    closed: bool,
}

impl Shared {
    pub(super) fn new(token: String, policy: DialPolicy, wake: Wake) -> Self {
        Self {
            inner: Mutex::default(),
            wake,
            token,
            policy,
            assets: Mutex::default(),
            space: Notify::new(),
            quiet: Notify::new(),
        }
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    pub(super) fn set_asset(&self, path: String, asset: Asset) {
        self.assets.lock().unwrap_or_else(PoisonError::into_inner).insert(path, asset);
    }

    pub(super) fn asset(&self, path: &str) -> Option<Reply> {
        self.assets.lock().unwrap_or_else(PoisonError::into_inner).reply(path)
    }

    pub(super) fn admits(&self) -> bool {
        let inner = self.lock();
        !inner.closed && inner.pages.len() < MAX_PAGES
    }

    /// Gives a page its number; `None` when the console is closed or has pages enough.
    pub(super) fn open(&self, outgoing: Outgoing) -> Option<LinkId> {
        self.change(|inner| {
            if inner.closed || inner.pages.len() >= MAX_PAGES {
                return None;
            }
            inner.last_conn += 1;
            let conn = inner.last_conn;
            inner.pages.insert(conn, outgoing);
            inner.inbox.push(ConsoleDelivery::Opened { conn });
            Some(conn)
        })
    }

    pub(super) fn message(&self, conn: LinkId, text: String) {
        self.change(|inner| inner.inbox.push(ConsoleDelivery::Message { conn, text }));
    }

    pub(super) fn gone(&self, conn: LinkId) {
        self.change(|inner| {
            if inner.pages.remove(&conn).is_some() {
                inner.inbox.push(ConsoleDelivery::Gone { conn });
            }
        });
        self.quiet.notify_waiters();
    }

    /// Queues a message; whether there is such a page.
    pub(super) fn send(&self, conn: LinkId, text: String) -> bool {
        let outgoing = self.lock().pages.get(&conn).cloned();
        let known = outgoing.is_some();
        if let Some(outgoing) = outgoing {
            outgoing.push(text);
        }
        known
    }

    pub(super) fn hang_up(&self, conn: LinkId, code: CloseCode, reason: &str) {
        if let Some(outgoing) = self.lock().pages.get(&conn) {
            outgoing.close(code, reason);
        }
    }

    /// No new pages from now on; those that are there are told why.
    pub(super) fn begin_close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        for outgoing in inner.pages.values() {
            outgoing.close(CloseCode::SHUTDOWN, "the desktop ended");
        }
    }

    pub(super) fn has_pages(&self) -> bool {
        !self.lock().pages.is_empty()
    }

    pub(super) fn drain(&self, max: usize) -> Vec<ConsoleDelivery> {
        let mut inner = self.lock();
        let was_full = inner.inbox.is_full();
        let drained = inner.inbox.drain(max);
        let reopened = was_full && !inner.inbox.is_full();
        drop(inner);
        if reopened {
            self.space.notify_waiters();
        }
        drained
    }

    pub(super) fn is_full(&self) -> bool {
        self.lock().inbox.is_full()
    }

    fn change<R>(&self, change: impl FnOnce(&mut Inner) -> R) -> R {
        let mut inner = self.lock();
        let result = change(&mut inner);
        let ring = inner.inbox.take_ring();
        drop(inner);
        if ring {
            (self.wake)();
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every critical section leaves maps and inbox whole, so a poisoned lock is still good.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
