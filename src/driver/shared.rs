use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use tokio::sync::Notify;

use super::link::Link;
use super::{Clock, Inbox, Wake};
use crate::dispatch::Delivery;
use crate::session::{Mark, Now, PluginInput};
use crate::transport::dial::DialOptions;

/// What the client and its loop share.
///
/// Two mutexes, so that the application's thread never waits for the loop while it reads frames: `ready` is held for
/// moments only, and where both are held `link` was locked first.
pub(super) struct Shared {
    link: Mutex<Link>,
    ready: Mutex<Ready>,
    pub(super) clock: Clock,
    pub(super) dial: DialOptions,
    wake: Wake,
    /// Tells the loop that a dial, a carrier, the alarm or the inbox's space changed.
    pub(super) changed: Notify,
}

/// What waits for the application's thread, and what has come back from it.
#[derive(Default)]
struct Ready {
    inbox: Inbox<Delivery>,
    /// Marks of what is with the application; at most one window.
    handed_out: Vec<Mark>,
    /// Marks of what has done its work, of which the session does not know yet; at most one window.
    taken: Vec<Mark>,
}

impl Shared {
    pub(super) fn new(link: Link, dial: DialOptions, wake: Wake) -> Self {
        let (link, ready) = (Mutex::new(link), Mutex::default());
        Self { link, ready, clock: Clock::new(), dial, wake, changed: Notify::new() }
    }

    pub(super) fn apply(&self, input: PluginInput) {
        self.change(|link, now| link.apply(input, now));
    }

    /// Mutates the link, then tells the loop and the application's thread what they have to know. A panic inside ends
    /// the client instead of the process.
    pub(super) fn change<R>(&self, change: impl FnOnce(&mut Link, Now) -> R) -> Option<R> {
        let result = self.change_silently(change);
        self.ring();
        result
    }

    /// As [`Self::change`], by someone who calls [`Self::ring`] soon.
    pub(super) fn change_silently<R>(&self, change: impl FnOnce(&mut Link, Now) -> R) -> Option<R> {
        let result = self.change_locked(self.lock(), change);
        self.settle_taken();
        result
    }

    /// Rings the doorbell if there is something that nobody was told of.
    pub(super) fn ring(&self) {
        let ring = self.ready().inbox.take_ring();
        if ring {
            (self.wake)();
        }
    }

    /// Looks at the link, or changes what needs neither clock nor doorbell.
    pub(super) fn look<R>(&self, look: impl FnOnce(&mut Link) -> R) -> R {
        let result = look(&mut self.lock());
        self.settle_taken();
        result
    }

    /// Whether the carrier should not be read for now.
    pub(super) fn is_full(&self) -> bool {
        self.ready().inbox.is_full()
    }

    /// Hands deliveries to the application's thread.
    pub(super) fn take(&self, drain: impl FnOnce(&mut Inbox<Delivery>) -> Vec<Delivery>) -> Vec<Delivery> {
        let mut ready = self.ready();
        let was_full = ready.inbox.is_full();
        let drained = drain(&mut ready.inbox);
        let reopened = was_full && !ready.inbox.is_full();
        ready.handed_out.extend(drained.iter().filter_map(Delivery::mark));
        drop(ready);
        if reopened {
            self.changed.notify_one();
        }
        drained
    }

    /// Everything that was handed out has done its work.
    pub(super) fn note_taken(&self) {
        {
            let ready = &mut *self.ready();
            ready.taken.append(&mut ready.handed_out);
        }
        self.settle_taken();
    }

    /// Tells the session what was taken. Whoever holds the link meanwhile comes here when it lets go of it, so nobody
    /// has to wait for it.
    fn settle_taken(&self) {
        while !self.ready().taken.is_empty() {
            let link = match self.link.try_lock() {
                Ok(link) => link,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => return,
            };
            self.change_locked(link, |_, _| ());
            self.ring();
        }
    }

    fn change_locked<R>(
        &self,
        mut link: MutexGuard<'_, Link>,
        change: impl FnOnce(&mut Link, Now) -> R,
    ) -> Option<R> {
        let taken = std::mem::take(&mut self.ready().taken);
        let dial = link.dial;
        let now = self.clock.now();
        let result = catch_unwind(AssertUnwindSafe(|| {
            link.take(taken, now);
            change(&mut link, now)
        }));
        if result.is_err() {
            link.break_down();
        }
        let notify = link.running && (link.dial != dial || link.alarm_is_late() || link.is_over());
        // Still under the link's lock: deliveries keep their order.
        self.ready().inbox.append(link.inbox());
        drop(link);
        if notify {
            self.changed.notify_one();
        }
        result.ok()
    }

    fn lock(&self) -> MutexGuard<'_, Link> {
        // A panic is caught inside `change`, which marks the link as broken: the guard's data is still usable.
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ready(&self) -> MutexGuard<'_, Ready> {
        // Nothing panics while it is held.
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
