//! The test kit's desk with its doorbells, shared by the desk and its plugins.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::dispatch::Wake;
use crate::testkit::{MemoryDesk, PeerId};

/// Deliveries in one batch.
pub(super) const BATCH: usize = 64;

/// The desk and its doorbells. All of it lives on one JavaScript thread.
pub(super) struct Bench {
    pub desk: MemoryDesk,
    pub wake: Wake,
    pub peers: BTreeMap<PeerId, Wake>,
    /// Whether the last delivery of the host is still to be drained.
    pub closed: bool,
}

pub(super) type Shared = Rc<RefCell<Bench>>;

impl Bench {
    /// Drops the doorbells: nobody is told anything after this.
    pub fn silence(&mut self) {
        self.peers.clear();
        self.wake = std::sync::Arc::new(|| {});
    }

    /// One call, then the doorbells of everybody it left something for.
    pub fn act<T>(&mut self, call: impl FnOnce(&mut MemoryDesk) -> T) -> T {
        let answer = call(&mut self.desk);
        if self.desk.inbox().take_ring() {
            (self.wake)();
        }
        for (id, wake) in &self.peers {
            if self.desk.peer(*id).is_some_and(|peer| peer.inbox().take_ring()) {
                wake();
            }
        }
        answer
    }
}
/// A test kit's ids have to be repeatable, not secret.
pub(super) fn seed_bytes(seed: u32, salt: u8) -> [u8; 32] {
    let mut bytes = [salt; 32];
    for (place, byte) in bytes.iter_mut().zip(seed.to_le_bytes()) {
        *place = byte;
    }
    bytes
}
