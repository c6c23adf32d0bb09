use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use tokio::sync::Notify;

use super::link::Link;
use super::{Clock, Inbox, Wake};
use crate::dispatch::{Delivery, Request};
use crate::session::{Mark, Now, PluginInput};
use crate::transport::dial::DialOptions;
use crate::wire::ErrorBody;

/// What the client and its loop share.
///
/// Two mutexes, so that the application's thread never waits for the loop while it reads frames: `ready` is held for
/// moments only, and where both are held `link` was locked first.
pub(super) struct Shared {
    link: Mutex<Link>,
    ready: Mutex<Ready>,
    commands: Mutex<Commands>,
    pub(super) clock: Clock,
    pub(super) dial: DialOptions,
    wake: Wake,
    /// Tells the loop that a dial, a carrier, the alarm or the inbox's space changed.
    pub(super) changed: Notify,
}

/// What the application wants, for the loop to do.
pub(super) enum Command {
    Request(Request),
    Cancel(u64),
}

/// Commands in order. Bounded by the caller: whoever calls without waiting for answers is refused by the outbox.
#[derive(Default)]
struct Commands {
    queue: Vec<Command>,
    /// The loop has taken some and has not done them yet.
    running: bool,
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
        let (link, ready, commands) = (Mutex::new(link), Mutex::default(), Mutex::default());
        Self { link, ready, commands, clock: Clock::new(), dial, wake, changed: Notify::new() }
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
        let result = self.change_locked(self.lock(), false, change);
        self.settle_taken();
        result
    }

    /// As [`Self::change`]; what it has to write goes to the socket on this thread if that is possible at once.
    pub(super) fn change_here<R>(&self, change: impl FnOnce(&mut Link, Now) -> R) -> Option<R> {
        let result = self.change_locked(self.lock(), true, change);
        self.settle_taken();
        self.ring();
        result
    }

    /// Does these commands after all that were handed over before: on this thread if `here` and none are waiting, else
    /// by the loop.
    pub(super) fn hand_over(&self, commands: impl IntoIterator<Item = Command>, here: bool) {
        let has_loop = self.look(|link| link.running);
        let mut waiting = self.commands();
        let now = !has_loop || here && waiting.queue.is_empty() && !waiting.running;
        if !now {
            waiting.queue.extend(commands);
            drop(waiting);
            return self.changed.notify_one();
        }
        let mut commands: Vec<Command> = waiting.queue.drain(..).chain(commands).collect();
        drop(waiting);
        self.run(&mut commands, true);
    }

    /// Does what was handed over.
    pub(super) fn run_commands(&self) {
        loop {
            let mut commands = {
                let waiting = &mut *self.commands();
                waiting.running = !waiting.queue.is_empty();
                if !waiting.running {
                    return;
                }
                std::mem::take(&mut waiting.queue)
            };
            self.run(&mut commands, false);
        }
    }

    fn run(&self, commands: &mut Vec<Command>, here: bool) {
        // Checked before the link is locked: nobody waits for that.
        let inputs: Vec<_> = commands.drain(..).map(Command::into_input).collect();
        let apply = |link: &mut Link, now| {
            for input in inputs {
                match input {
                    Ok(input) => link.apply(input, now),
                    Err((id, error)) => link.settle(id, *error),
                }
            }
        };
        if here {
            self.change_here(apply)
        } else {
            self.change(apply)
        };
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
            self.change_locked(link, false, |_, _| ());
            self.ring();
        }
    }

    fn change_locked<R>(
        &self,
        mut link: MutexGuard<'_, Link>,
        here: bool,
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
        link.write(here);
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

    fn commands(&self) -> MutexGuard<'_, Commands> {
        self.commands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ready(&self) -> MutexGuard<'_, Ready> {
        // Nothing panics while it is held.
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Command {
    /// The input for the session, or the call that is refused and why.
    fn into_input(self) -> Result<PluginInput, (u64, Box<ErrorBody>)> {
        match self {
            Self::Cancel(id) => Ok(PluginInput::Cancel { id }),
            Self::Request(request) => {
                let id = request.id;
                request.into_input().map_err(|error| (id, Box::new(error)))
            }
        }
    }
}
