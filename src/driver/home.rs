use std::io;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// A thread for the loop of one client and nothing else, so that what arrives while it is busy wakes nobody, and that it
/// may wait for a moment. Dropping this ends the thread and what still runs on it.
#[derive(Debug)]
pub struct Home {
    handle: Handle,
    _alive: oneshot::Sender<()>,
}

impl Home {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the operating system has no thread or event queue to give.
    pub fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (alive, ended) = oneshot::channel();
        thread::Builder::new().name("smartagent".into()).spawn(move || {
            let _: Result<(), _> = runtime.block_on(ended);
            // A name that is still being looked up must not hold the thread.
            runtime.shutdown_background();
        })?;
        Ok(Self { handle, _alive: alive })
    }

    /// Where its tasks are spawned.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }
}
