use std::sync::Arc;

use tokio::runtime::Handle;

use super::commands::Command;
use super::link::Link;
use super::shared::Shared;
use super::{ClientOptions, Wake, run};
use crate::dispatch::{Calls, Delivery, Request};
use crate::session::{PluginInput, State};
use crate::wire::ErrorBody;

/// A plugin's client over WebSocket. All methods may be called from any thread and return at once; results come as
/// [`Delivery`]s after `wake` was called.
///
/// Dropping it drops the connection without a goodbye.
pub struct Client {
    shared: Arc<Shared>,
    runtime: Handle,
}

impl Client {
    /// Makes an idle client. Nothing is dialled before [`Client::init`]. `runtime` runs its loop.
    ///
    /// # Errors
    /// `E_INTERNAL` when the operating system has no random numbers.
    pub fn new(options: ClientOptions, runtime: Handle, wake: Wake) -> Result<Self, ErrorBody> {
        let link = Link::new(options.session, options.token)?;
        Ok(Self { shared: Arc::new(Shared::new(link, options.dial, wake)), runtime })
    }

    /// Dials and shakes hands; answered by `Delivery::InitDone`. Does nothing while connecting, ready or interrupted.
    pub fn init(&self) {
        self.shared.change(|link, now| link.init(now));
        let start = self.shared.look(|link| {
            let start = !link.running && !link.is_over();
            link.running |= start;
            start
        });
        if start {
            self.shared.note_loop(true);
            self.runtime.spawn(run::run(Arc::clone(&self.shared)));
        }
    }

    /// Makes one call; answered by exactly one `Delivery::Settled` unless it is refused here. Where a defect ended the
    /// client, `Delivery::Closed` stands for the answers of all calls that were open.
    ///
    /// # Errors
    /// `E_UNKNOWN_METHOD`, `E_BAD_REQUEST` with every issue, or `E_TOO_LARGE`: nothing was sent.
    pub fn request(&self, request: Request) -> Result<(), ErrorBody> {
        let input = request.into_input()?;
        self.shared.change_here(|link, now| link.apply(input, now));
        Ok(())
    }

    /// Makes several calls, each answered by exactly one `Delivery::Settled`, refused ones too. A few are checked and
    /// written on this thread, which is the quickest way to the socket; many are left to the loop, which keeps this
    /// thread free.
    pub fn request_all(&self, calls: Calls) {
        let few = calls.len() <= FEW;
        self.shared.hand_over(Command::Calls(calls), few);
    }

    /// The caller's signal was aborted.
    pub fn cancel(&self, id: u64) {
        self.shared.hand_over(Command::Cancel(id), true);
    }

    /// The first listener of an event came, or its last one went.
    pub fn listen(&self, event: &str, on: bool) {
        self.shared.change(|link, _| link.listen(event, on));
    }

    /// Drops what is held for an event that has no listener yet: its listener asks for the live state instead.
    pub fn discard(&self, event: &str) {
        self.shared.change(|link, _| link.discard(event));
    }

    /// Takes at most `max` deliveries, in order. Whoever gets `max` of them comes again; `wake` is silent until then.
    pub fn drain(&self, max: usize) -> Vec<Delivery> {
        self.shared.take(|inbox| inbox.drain(max))
    }

    /// Everything drained so far has done its work, and whoever says so wants more: at most `max` deliveries, as long
    /// as `fits` lets the next one pass. `wake` is silent until this has found nothing.
    pub fn next_batch(&self, max: usize, fits: impl FnMut(&Delivery) -> bool) -> Vec<Delivery> {
        self.shared.take_next(|inbox| inbox.drain_while(max, fits))
    }

    /// Gives back what was drained, for the loop's thread to free what it has allocated: freed on another thread, each
    /// piece costs both of them.
    pub fn give_back(&self, deliveries: Vec<Delivery>) {
        self.shared.give_back(deliveries);
    }

    /// Everything drained so far has reached its listeners or settled its call.
    pub fn taken(&self) {
        self.shared.note_taken();
    }

    /// Answers `Delivery::TokenWanted`.
    pub fn provide_token(&self, ticket: u64, answer: Result<Option<String>, String>) {
        self.shared.change(|link, _| link.provide_token(ticket, answer));
    }

    /// Says goodbye and closes; tells whether `Delivery::Closed` is still to come, which it does within a second, once
    /// the connection is gone. `false` when the client was closed already.
    pub fn close(&self) -> bool {
        self.shared.change(|link, now| link.close(now)).unwrap_or(true)
    }

    /// Where the session stands.
    pub fn state(&self) -> State {
        self.shared.look(|link| link.state())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.shared.change(|link, _| {
            if let Some((_, carrier)) = &link.carrier {
                carrier.outgoing().abort();
            }
        });
        self.shared.apply(PluginInput::Close);
    }
}

/// Calls that are worth a wait of this thread.
const FEW: usize = 4;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::net::TcpListener;
    use tokio::sync::Notify;

    use super::*;
    use crate::driver::{TokenSource, new_instance};
    use crate::session::{PluginOptions, Reconnect};
    use crate::transport::dial::DialOptions;
    use crate::wire::{CloseCode, ErrorCode, PluginInfo, SdkInfo};

    /// A client that dials this port, and its doorbell.
    fn client(port: u16) -> (Client, Arc<Notify>) {
        let instance = new_instance().unwrap();
        let plugin = PluginInfo { id: None, version: None, plugin_type: None, instance };
        let sdk = SdkInfo { name: "test".into(), version: "0".into(), runtime: None };
        let mut session = PluginOptions::new(plugin, sdk);
        session.reconnect = Reconnect::Backoff { max_delay_ms: 10 };
        let dial = DialOptions { url: format!("ws://127.0.0.1:{port}/link"), ..DialOptions::default() };
        let rung = Arc::new(Notify::new());
        let bell = Arc::clone(&rung);
        let options = ClientOptions { session, dial, token: TokenSource::Absent };
        let wake = Arc::new(move || bell.notify_one());
        (Client::new(options, Handle::current(), wake).unwrap(), rung)
    }

    fn call(id: u64) -> Request {
        let (method, payload) = ("get_user".into(), "{}".into());
        Request { id, method, payload, contact_id: None, idempotency_key: None, timeout_ms: 60_000 }
    }

    #[tokio::test]
    async fn a_panic_inside_ends_the_client_with_a_typed_error_and_not_the_process() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (client, rung) = client(listener.local_addr().unwrap().port());
        client.init();
        client.request(call(1)).unwrap();
        // The loop is in the middle of its dial when the defect shows.
        let (mut socket, _) = listener.accept().await.unwrap();
        assert_eq!(client.shared.change(|_, _| -> () { panic!("a defect") }), None);
        tokio::time::timeout(Duration::from_secs(5), rung.notified()).await.unwrap();
        let mut told = client.drain(100).into_iter();
        let mut next = || told.next().unwrap();
        assert!(matches!(next(), Delivery::Error(error) if error.code == ErrorCode::Internal));
        assert!(matches!(next(), Delivery::Closed { code: CloseCode::INTERNAL, .. }));
        assert!(told.next().is_none());
        // The dial is given up and nothing dials again.
        let gone = async {
            let mut rest = Vec::new();
            let _ = tokio::io::AsyncReadExt::read_to_end(&mut socket, &mut rest).await;
            while client.shared.look(|link| link.running) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(5), gone).await.unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(200), listener.accept()).await.is_err());
        // Whatever is asked of it afterwards is answered.
        assert_eq!(client.state(), State::Closed);
        client.request(call(2)).unwrap();
        client.init();
        let later = client.drain(100);
        assert!(matches!(&later[0], Delivery::Settled { id: 2, outcome: Err(_), .. }), "{later:?}");
        assert!(matches!(&later[1], Delivery::InitDone(Err(_))), "{later:?}");
        assert!(!client.close());
    }
}
