//! What the model check sees and moves.

use super::{Phase, PluginSession};
use crate::session::intake::Intake;
use crate::session::outbox::Outbox;

impl PluginSession {
    /// Everything that decides what happens next, without clocks.
    pub(in crate::session) fn fingerprint(&self) -> impl std::hash::Hash + use<> {
        let phase = match self.phase {
            Phase::Off => (0, 0),
            Phase::Waiting { .. } => (1, 0),
            Phase::Dialling { link, .. } => (2, link),
            Phase::Greeting { link, .. } => (3, link),
            Phase::Up { link, .. } => (4, link),
        };
        let session = self.current.as_ref().map(|current| (current.id.clone(), current.token.clone()));
        (phase, self.state, session, self.calls.len(), self.outbox.fingerprint(), self.intake.fingerprint())
    }

    pub(in crate::session) fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Waiting { .. })
    }

    /// The pause before the next dial is over.
    pub(in crate::session) fn end_pause(&mut self) {
        if self.is_waiting() {
            self.phase = Phase::Waiting { until: 0 };
        }
    }

    pub(in crate::session) fn halves(&mut self) -> (&mut Outbox, &mut Intake) {
        (&mut self.outbox, &mut self.intake)
    }
}
