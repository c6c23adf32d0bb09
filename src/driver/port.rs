//! A plugin's client over ports that the application pumps: it hands in what arrives and carries out the orders.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Clock, Inbox, Request, random};
use crate::dispatch::{Calls, ClientCore, Delivery, Order};
use crate::session::{DialError, LinkId, Liveness, Now, PluginInput, PluginOptions, State};
use crate::wire::{Auth, CloseCode, ErrorBody, ErrorCode};

/// A plugin's client without a thread, socket or timer of its own: after every call [`PortClient::take_orders`] tells
/// what is to be done and [`PortClient::wait_ms`] when to call [`PortClient::tick`].
///
/// A link is closed as soon as its owner was told to hang up: a port delivers what was posted before it was closed.
pub struct PortClient {
    core: ClientCore,
    clock: Clock,
    orders: Vec<Order>,
    /// The link that is being opened.
    dial: Option<LinkId>,
    /// The link whose port is open.
    carrier: Option<LinkId>,
    broken: bool,
}

impl PortClient {
    /// An idle client. Silence on a port is reported and never ends it: a page that is frozen cannot answer.
    ///
    /// # Errors
    /// `E_INTERNAL` when the operating system has no random numbers.
    pub fn new(mut options: PluginOptions) -> Result<Self, ErrorBody> {
        let seed = random().map_err(|error| ErrorBody::new(ErrorCode::Internal, error.to_string()))?;
        options.liveness = Liveness::Report;
        let core = ClientCore::new(options, seed);
        Ok(Self { core, clock: Clock::new(), orders: Vec::new(), dial: None, carrier: None, broken: false })
    }

    /// Where the session stands.
    pub fn state(&self) -> State {
        if self.broken { State::Closed } else { self.core.state() }
    }

    /// Dials and shakes hands; answered by `Delivery::InitDone`.
    pub fn init(&mut self) {
        if self.broken {
            return self.core.inbox().push(Delivery::InitDone(Err(internal_error())));
        }
        self.apply(PluginInput::Init);
    }

    /// Makes one call; answered by exactly one `Delivery::Settled` unless it is refused here.
    ///
    /// # Errors
    /// `E_UNKNOWN_METHOD`, `E_BAD_REQUEST` with every issue, or `E_TOO_LARGE`: nothing was sent.
    pub fn request(&mut self, request: Request) -> Result<(), ErrorBody> {
        let id = request.id;
        let input = request.into_input()?;
        if self.broken {
            let outcome = Err(internal_error());
            self.core.inbox().push(Delivery::Settled { id, mark: None, outcome });
        } else {
            self.apply(input);
        }
        Ok(())
    }

    /// Makes several calls, each answered by exactly one `Delivery::Settled`, refused ones too.
    pub fn request_all(&mut self, calls: &Calls) {
        for input in calls.check() {
            let settled = match input {
                Ok(input) if !self.broken => {
                    self.apply(input);
                    continue;
                }
                Ok(PluginInput::Request { id, .. }) => (id, internal_error()),
                Ok(_) => continue,
                Err((id, error)) => (id, *error),
            };
            let (id, error) = settled;
            self.core.inbox().push(Delivery::Settled { id, mark: None, outcome: Err(error) });
        }
    }

    /// The caller's signal was aborted.
    pub fn cancel(&mut self, id: u64) {
        self.apply(PluginInput::Cancel { id });
    }

    /// The first listener of an event came, or its last one went.
    pub fn listen(&mut self, event: &str, on: bool) {
        self.change(|core, _| {
            core.listen(event, on);
            Vec::new()
        });
    }

    /// Says goodbye and closes.
    pub fn close(&mut self) {
        self.apply(PluginInput::Close);
    }

    /// The port that [`Order::Dial`] asked for is there.
    pub fn opened(&mut self, link: LinkId, token: Option<String>) {
        if self.dial != Some(link) {
            return;
        }
        self.dial = None;
        self.carrier = Some(link);
        let auth = token.map(|token| Auth { scheme: "bearer".into(), token });
        self.apply(PluginInput::Opened { link, auth });
    }

    /// There is no port to be had.
    pub fn dial_failed(&mut self, link: LinkId, error: DialError) {
        if self.dial == Some(link) {
            self.dial = None;
            self.apply(PluginInput::DialFailed { link, error });
        }
    }

    /// One message arrived.
    pub fn message(&mut self, link: LinkId, text: String) {
        self.apply(PluginInput::Message { link, text: text.into_bytes() });
    }

    /// Something arrived that can never be a frame.
    pub fn violation(&mut self, link: LinkId, close_code: CloseCode) {
        self.apply(PluginInput::Violation { link, close_code });
    }

    /// The port is gone.
    pub fn lost(&mut self, link: LinkId, reason: String) {
        if self.carrier == Some(link) {
            self.carrier = None;
            self.apply(PluginInput::Lost { link, code: Some(CloseCode::LOST), reason });
        }
    }

    /// Does what is due.
    pub fn tick(&mut self) {
        self.change(|core, now| core.handle_tick(now));
    }

    /// Takes at most `max` deliveries, in order.
    pub fn drain(&mut self, max: usize) -> Vec<Delivery> {
        self.core.drain(max)
    }

    /// Everything drained so far has done its work, and whoever says so wants more: at most `max` deliveries, as long
    /// as `fits` lets the next one pass.
    pub fn next_batch(&mut self, max: usize, fits: impl FnMut(&Delivery) -> bool) -> Vec<Delivery> {
        self.taken();
        self.core.drain_while(max, fits)
    }

    /// Everything drained so far has reached its listeners or settled its call.
    pub fn taken(&mut self) {
        self.change(|core, now| core.taken(now));
    }

    /// What is to be done now, in order.
    pub fn take_orders(&mut self) -> Vec<Order> {
        std::mem::take(&mut self.orders)
    }

    /// How long until [`PortClient::tick`] has something to do.
    pub fn wait_ms(&self) -> Option<u64> {
        let due = self.core.due().filter(|_| !self.broken)?;
        Some(due.saturating_sub(self.clock.now().mono_ms))
    }

    /// What waits for the application, and its doorbell.
    pub fn inbox(&mut self) -> &mut Inbox<Delivery> {
        self.core.inbox()
    }

    fn apply(&mut self, input: PluginInput) {
        self.change(|core, now| core.handle(input, now));
    }

    /// One mutation of the core, then the account of its links. A panic inside ends the client instead of the process.
    fn change(&mut self, change: impl FnOnce(&mut ClientCore, Now) -> Vec<Order>) {
        if self.broken {
            return;
        }
        let now = self.clock.now();
        match catch_unwind(AssertUnwindSafe(|| change(&mut self.core, now))) {
            Ok(orders) => self.note(orders),
            Err(_) => self.break_down(),
        }
        if self.carrier.is_none() && self.dial.is_none() {
            self.core.handle_carrier_gone();
        }
    }

    fn note(&mut self, orders: Vec<Order>) {
        for order in &orders {
            match order {
                Order::Dial { link } => self.dial = Some(*link),
                Order::Hangup { link, .. } => {
                    self.dial = self.dial.filter(|dial| dial != link);
                    self.carrier = self.carrier.filter(|carrier| carrier != link);
                }
                Order::Transmit { .. } => {}
            }
        }
        self.orders.extend(orders);
    }

    fn break_down(&mut self) {
        self.broken = true;
        for link in [self.dial.take(), self.carrier.take()].into_iter().flatten() {
            let (code, reason) = (CloseCode::INTERNAL, "internal error".to_owned());
            self.orders.push(Order::Hangup { link, code, reason });
        }
        let closed = Delivery::Closed { code: CloseCode::INTERNAL, reason: "internal error".into() };
        self.core.abandon([Delivery::Error(internal_error()), closed]);
    }
}

fn internal_error() -> ErrorBody {
    ErrorBody::new(ErrorCode::Internal, "an internal error ended this client: make a new one").unknown()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Reconnect;
    use crate::wire::{PluginInfo, SdkInfo};

    fn client(reconnect: Reconnect) -> PortClient {
        let plugin = PluginInfo { id: None, version: None, plugin_type: None, instance: "one".into() };
        let sdk = SdkInfo { name: "test".into(), version: "0".into(), runtime: None };
        PortClient::new(PluginOptions { reconnect, ..PluginOptions::new(plugin, sdk) }).unwrap()
    }

    /// A client whose `hello` was written on link 1.
    fn greeting(reconnect: Reconnect) -> PortClient {
        let mut client = client(reconnect);
        client.init();
        assert_eq!(client.take_orders(), [Order::Dial { link: 1 }]);
        client.opened(1, Some("secret".into()));
        let orders = client.take_orders();
        let [Order::Transmit { link: 1, text }] = orders.as_slice() else { panic!("{orders:?}") };
        assert!(text.contains(r#""auth":{"scheme":"bearer","token":"secret"}"#), "{text}");
        client
    }

    #[test]
    fn a_port_that_is_gone_is_fetched_anew() {
        let mut client = greeting(Reconnect::Backoff { max_delay_ms: 0 });
        client.lost(1, "closed".into());
        client.lost(1, "closed".into());
        assert_eq!(client.take_orders(), []);
        assert!(client.wait_ms().is_some());
        assert_eq!(client.state(), State::Connecting);
    }

    #[test]
    fn a_port_that_cannot_be_fetched_anew_ends_the_client() {
        let mut client = greeting(Reconnect::Never);
        client.lost(1, "the port was closed".into());
        assert!(
            matches!(&client.drain(9)[..], [Delivery::InitDone(Err(error))] if error.code == ErrorCode::Unavailable)
        );
        assert_eq!((client.state(), client.wait_ms()), (State::Idle, None));
    }

    #[test]
    fn what_can_never_be_a_frame_is_hung_up_with_4500() {
        let mut client = greeting(Reconnect::default());
        client.violation(1, CloseCode::BAD_FRAME);
        let orders = client.take_orders();
        assert!(
            matches!(orders.as_slice(), [Order::Hangup { link: 1, code: CloseCode::BAD_FRAME, .. }]),
            "{orders:?}"
        );
        assert!(
            matches!(&client.drain(9)[..], [Delivery::InitDone(Err(error))] if error.code == ErrorCode::Protocol)
        );
    }

    #[test]
    fn a_panic_inside_ends_the_client_with_a_typed_error_and_hangs_up() {
        let mut client = greeting(Reconnect::default());
        client.change(|_, _| panic!("a defect"));
        assert!(matches!(
            client.take_orders()[..],
            [Order::Hangup { link: 1, code: CloseCode::INTERNAL, .. }]
        ));
        let told = client.drain(9);
        assert!(
            matches!(&told[..], [Delivery::Error(error), Delivery::Closed { .. }] if error.code == ErrorCode::Internal)
        );
        client.init();
        client.tick();
        assert!(matches!(&client.drain(9)[..], [Delivery::InitDone(Err(_))]));
        assert_eq!((client.state(), client.wait_ms()), (State::Closed, None));
    }
}
