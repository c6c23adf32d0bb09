use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use tokio::sync::Notify;

use super::commands::{Command, Commands};
use super::link::Link;
use super::{Clock, Inbox, Wake};
use crate::dispatch::{Checked, Delivery};
use crate::session::{Mark, Now, PluginInput};
use crate::transport::dial::DialOptions;

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

/// What waits for the application's thread, and what has come back from it.
#[derive(Default)]
struct Ready {
    inbox: Inbox<Delivery>,
    /// Marks of what is with the application; at most one window.
    handed_out: Vec<Mark>,
    /// Marks of what has done its work, of which the session does not know yet; at most one window.
    taken: Vec<Mark>,
    /// What the application is done with, for the loop to free; at most [`SPENT`].
    spent: Vec<Delivery>,
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
        self.free_spent();
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

    /// Does a command after all that were handed over before: on this thread if `here`, where none are waiting and the
    /// loop has not got the link, else by the loop.
    pub(super) fn hand_over(&self, command: Command, here: bool) {
        let (has_loop, is_idle) = {
            let waiting = self.commands();
            (waiting.has_loop(), waiting.is_idle())
        };
        if !has_loop || here && is_idle {
            // Checked before the link is locked: nobody waits for that.
            let inputs = command.check();
            match self.link.try_lock() {
                Ok(link) => self.run(link, inputs, true),
                Err(_) if !has_loop => self.run(self.lock(), inputs, true),
                Err(_) => self.leave_to_loop(Command::Checked(inputs)),
            }
        } else {
            self.leave_to_loop(command);
        }
    }

    fn leave_to_loop(&self, command: Command) {
        let has_loop = {
            let mut waiting = self.commands();
            waiting.push(command);
            waiting.has_loop()
        };
        if has_loop {
            self.changed.notify_one();
        } else {
            // It ended meanwhile.
            self.run_commands();
        }
    }

    /// Does what was handed over.
    pub(super) fn run_commands(&self) {
        loop {
            let commands = self.commands().take();
            if commands.is_empty() {
                return;
            }
            for command in commands {
                let inputs = command.check();
                self.run(self.lock(), inputs, false);
            }
        }
    }

    /// The loop begins, or has done its last turn.
    pub(super) fn note_loop(&self, begins: bool) {
        self.commands().note_loop(begins);
    }

    fn run(&self, link: MutexGuard<'_, Link>, inputs: Vec<Checked>, here: bool) {
        self.change_locked(link, here, |link, now| {
            for input in inputs {
                match input {
                    Ok(input) => link.apply(input, now),
                    Err((id, error)) => link.settle(id, *error),
                }
            }
        });
        self.settle_taken();
        self.ring();
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
        let drained = self.ready().hand_out(drain);
        self.note_handed_out(drained)
    }

    /// As [`Self::take`], by whoever has done its work with everything that was handed out before.
    pub(super) fn take_next(
        &self,
        drain: impl FnOnce(&mut Inbox<Delivery>) -> Vec<Delivery>,
    ) -> Vec<Delivery> {
        let (drained, due) = {
            let ready = &mut *self.ready();
            ready.taken.append(&mut ready.handed_out);
            let drained = ready.hand_out(drain);
            // Whoever got something comes again, so a few may wait for more.
            let due = drained.0.is_empty() || ready.taken.len() >= TAKEN_AT_ONCE;
            (drained, due)
        };
        if due {
            self.settle_taken();
        }
        self.note_handed_out(drained)
    }

    /// Everything that was handed out has done its work.
    pub(super) fn note_taken(&self) {
        {
            let ready = &mut *self.ready();
            ready.taken.append(&mut ready.handed_out);
        }
        self.settle_taken();
    }

    /// Keeps what the application is done with for [`Self::free_spent`].
    pub(super) fn give_back(&self, mut deliveries: Vec<Delivery>) {
        // A lone one may be large, and is not worth keeping.
        if deliveries.len() < 2 {
            return;
        }
        let ready = &mut *self.ready();
        if ready.spent.len() < SPENT {
            ready.spent.append(&mut deliveries);
        }
    }

    /// Frees it; for the thread that has made it.
    fn free_spent(&self) {
        let spent = std::mem::take(&mut self.ready().spent);
        drop(spent);
    }

    fn note_handed_out(&self, (drained, reopened): (Vec<Delivery>, bool)) -> Vec<Delivery> {
        if reopened {
            self.changed.notify_one();
        }
        drained
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

impl Ready {
    /// What the inbox gives, and whether that made room in a full one.
    fn hand_out(
        &mut self,
        drain: impl FnOnce(&mut Inbox<Delivery>) -> Vec<Delivery>,
    ) -> (Vec<Delivery>, bool) {
        let was_full = self.inbox.is_full();
        let drained = drain(&mut self.inbox);
        self.handed_out.extend(drained.iter().filter_map(Delivery::mark));
        (drained, was_full && !self.inbox.is_full())
    }
}

/// Frames that were taken before the session is told while more are waiting: as many as it acknowledges together.
const TAKEN_AT_ONCE: usize = 32;
/// Deliveries that wait to be freed: as many as a host's usual window, because the loop comes by once for many frames.
const SPENT: usize = 256;
