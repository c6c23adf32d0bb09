use crate::dispatch::ClientCore;
use crate::session::LinkId;

/// One plugin of the desk.
pub(super) struct Peer {
    pub(super) core: ClientCore,
    /// The client's own number of its link and the desktop's number of it.
    pub(super) link: Option<Wire>,
}

/// One link between a plugin and the desktop; each side numbers it by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wire {
    pub(super) plugin: LinkId,
    pub(super) desktop: LinkId,
}
