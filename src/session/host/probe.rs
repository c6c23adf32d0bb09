//! What the model check sees and moves.

use super::HostSession;
use crate::session::intake::Intake;
use crate::session::outbox::Outbox;

impl HostSession {
    /// Everything that decides what happens next, without clocks.
    pub(in crate::session) fn fingerprint(&self) -> impl std::hash::Hash + use<> {
        let tokens = (
            self.token.reveal().to_owned(),
            self.previous_token.as_ref().map(|token| token.reveal().to_owned()),
        );
        (self.link(), tokens, self.requests.len(), self.outbox.fingerprint(), self.intake.fingerprint())
    }

    /// Whether the presented token is the newest one.
    pub(in crate::session) fn is_current(&self, token: &str) -> bool {
        self.token.matches(token)
    }

    pub(in crate::session) fn halves(&mut self) -> (&mut Outbox, &mut Intake) {
        (&mut self.outbox, &mut self.intake)
    }
}
