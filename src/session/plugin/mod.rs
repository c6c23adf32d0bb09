//! The plugin's side of the link.

mod io;

pub use io::{
    DialError, Mark, PluginInput, PluginOptions, PluginOutput, Ready, Reconnect, SessionEvent, State,
};

use super::Now;

/// A plugin's session with one desktop, over any number of links.
#[derive(Clone)]
pub struct PluginSession {
    options: PluginOptions,
    state: State,
}

impl PluginSession {
    /// An idle session. `seed` must be 256 random bits: tokens and jitter come from it.
    pub fn new(options: PluginOptions, seed: [u8; 32]) -> Self {
        let _ = seed;
        Self { options, state: State::Idle }
    }

    /// Where the session stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// Takes one input. Call [`Self::poll_output`] afterwards until it returns `Timeout` or `None`.
    pub fn handle(&mut self, input: PluginInput, now: Now) {
        let _ = (input, now, &self.options);
    }

    /// What is to be done next; `Timeout` once per round, then `None`.
    pub fn poll_output(&mut self) -> Option<PluginOutput> {
        None
    }

    /// The monotonic time at which `Tick` is wanted.
    pub fn deadline(&self) -> Option<u64> {
        None
    }
}
