//! The tasks of a host's connections.

use std::sync::{Mutex, PoisonError};

use tokio::runtime::Handle;
use tokio::task::JoinSet;

/// What runs for a host until it is closed.
pub(super) struct Tasks {
    runtime: Handle,
    /// None once they were dropped: what is spawned after that ends at once.
    running: Mutex<Option<JoinSet<()>>>,
}

impl Tasks {
    pub(super) fn new(runtime: Handle) -> Self {
        Self { runtime, running: Mutex::new(Some(JoinSet::new())) }
    }

    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(running) = running.as_mut() else { return };
        // What has ended is forgotten here, so the set holds about as many tasks as there are connections.
        while running.try_join_next().is_some() {}
        running.spawn_on(task, &self.runtime);
    }

    pub(super) fn abort(&self) {
        // Dropping the set drops the tasks, whose ends take other locks of this host: not under this one.
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(running);
    }
}
