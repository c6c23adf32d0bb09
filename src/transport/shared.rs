use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tokio::io::{AsyncRead, AsyncWrite};

use super::{Carrier, Incoming, Outgoing};

/// A [`Carrier`] that its loop drives and that whoever fills its queue may write at once. Dropping the last clone drops
/// the connection.
#[derive(Debug)]
pub struct SharedCarrier<S> {
    carrier: Arc<Mutex<Carrier<S>>>,
    outgoing: Outgoing,
}

impl<S> Clone for SharedCarrier<S> {
    fn clone(&self) -> Self {
        Self { carrier: Arc::clone(&self.carrier), outgoing: self.outgoing.clone() }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> SharedCarrier<S> {
    pub(super) fn new(carrier: Carrier<S>) -> Self {
        let outgoing = carrier.outgoing();
        Self { carrier: Arc::new(Mutex::new(carrier)), outgoing }
    }

    /// The queue of what this carrier is to write.
    pub fn outgoing(&self) -> &Outgoing {
        &self.outgoing
    }

    /// See [`Carrier::pause`].
    pub fn pause(&self, paused: bool) {
        self.lock().pause(paused);
    }

    /// See [`Carrier::step`].
    pub async fn step(&self) -> Incoming {
        poll_fn(|cx| self.lock().poll_step(cx)).await
    }

    /// What has arrived already, if anything.
    pub async fn arrived(&self) -> Option<Incoming> {
        poll_fn(|cx| Poll::Ready(self.lock().poll_arrived(cx))).await
    }

    /// Writes what is queued on the calling thread, where nobody else has the carrier and the socket takes all of it;
    /// the loop does the rest.
    pub fn flush(&self) {
        let written = self.carrier.try_lock().is_ok_and(|mut carrier| carrier.write_at_once());
        if !written {
            self.outgoing.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Carrier<S>> {
        // A panic inside ends the loop that drives it, and with it the client.
        self.carrier.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
