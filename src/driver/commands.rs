//! What the application wants, on its way to the session.

use crate::dispatch::{Calls, Checked};
use crate::session::PluginInput;

/// One thing that the application wants.
pub(super) enum Command {
    Calls(Calls),
    /// Calls that were checked already.
    Checked(Vec<Checked>),
    Cancel(u64),
}

/// Commands in order. Bounded by the caller: whoever calls without waiting for answers is refused by the outbox.
#[derive(Default)]
pub(super) struct Commands {
    queue: Vec<Command>,
    /// Some were taken and are not done yet.
    running: bool,
    /// How many loops come for them; a new one may begin before the last one has ended.
    loops: usize,
}

impl Commands {
    /// A loop begins, or has done its last turn.
    pub(super) fn note_loop(&mut self, begins: bool) {
        self.loops = if begins { self.loops + 1 } else { self.loops.saturating_sub(1) };
    }

    /// Whether a loop comes for what is pushed.
    pub(super) fn has_loop(&self) -> bool {
        self.loops > 0
    }

    /// Whether nothing is waiting or being done, so that a command may be done at once.
    pub(super) fn is_idle(&self) -> bool {
        self.queue.is_empty() && !self.running
    }

    pub(super) fn push(&mut self, command: Command) {
        self.queue.push(command);
    }

    /// Takes all of them; whoever does so comes again until there are none.
    pub(super) fn take(&mut self) -> Vec<Command> {
        self.running = !self.queue.is_empty();
        std::mem::take(&mut self.queue)
    }
}

impl Command {
    /// The inputs for the session, or the calls that are refused and why.
    pub(super) fn check(self) -> Vec<Checked> {
        match self {
            Self::Calls(calls) => calls.check().collect(),
            Self::Checked(inputs) => inputs,
            Self::Cancel(id) => vec![Ok(PluginInput::Cancel { id })],
        }
    }
}
