//! The host's side of one session.

mod io;

pub use io::{
    Fresh, HostInput, HostOutput, HostSessionOptions, Liveness, ResumeRefused, RetireReason, WelcomeFacts,
};

use super::{LinkId, Now};
use crate::wire::{ErrorBody, Resume, Tail};

/// One session: numbers, outbox, resume tokens, heartbeat and open requests. It knows neither agent nor plugin.
#[derive(Clone)]
pub struct HostSession {
    id: String,
    options: HostSessionOptions,
    link: Option<LinkId>,
}

impl HostSession {
    /// A session without a link; its resume window runs from now. `seed` must be 256 random bits of its own: id,
    /// tokens and jitter come from it.
    pub fn new(options: HostSessionOptions, seed: [u8; 32], now: Now) -> Self {
        let _ = (seed, now);
        Self { id: String::new(), options, link: None }
    }

    /// The session's id, chosen at random.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The link that the session is attached to.
    pub fn link(&self) -> Option<LinkId> {
        self.link
    }

    /// Whether this `hello.resume` may go on with the session: token, expiry and outbox, but not identity (R6, R14).
    pub fn check_resume(&self, resume: &Resume, now: Now) -> Result<(), ResumeRefused> {
        let _ = (resume, now, &self.options);
        Ok(())
    }

    /// Attaches a link and writes `welcome`. An older link is fenced first and closed 4509 (R6, R11). `resume` is the
    /// `hello.resume` that [`Self::check_resume`] accepted; without it the session must be new.
    pub fn attach(
        &mut self,
        link: LinkId,
        facts: WelcomeFacts,
        resume: Option<&Resume>,
        now: Now,
    ) -> Result<(), ResumeRefused> {
        let _ = (facts, resume, now);
        self.link = Some(link);
        Ok(())
    }

    /// Sends an event, at once or when the link is back. Refused with `E_TOO_LARGE` above 1 MiB, `E_OVERFLOW` when the
    /// plugin has been too slow (it is about to get a `resync`), `E_CLOSED` when the session is over.
    pub fn emit(&mut self, event: &Tail, now: Now) -> Result<(), ErrorBody> {
        let _ = (event, now);
        Ok(())
    }

    /// Takes one input. Call [`Self::poll_output`] afterwards until it returns `Timeout` or `None`.
    pub fn handle(&mut self, input: HostInput, now: Now) {
        let _ = (input, now);
    }

    /// What is to be done next; `Timeout` once per round, then `None`.
    pub fn poll_output(&mut self) -> Option<HostOutput> {
        None
    }

    /// The monotonic time at which `Tick` is wanted.
    pub fn deadline(&self) -> Option<u64> {
        None
    }
}
