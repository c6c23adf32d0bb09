use super::{Delivery, Dispatch, Inbox};
use crate::session::{
    LinkId, Mark, Now, PluginInput, PluginOptions, PluginOutput, PluginSession, SessionEvent, State,
};
use crate::wire::CloseCode;

/// What a client wants of whoever owns its carriers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Fetch a token, open a carrier and say so.
    Dial {
        /// Number of the new link.
        link: LinkId,
    },
    /// Write one text message.
    Transmit {
        /// On this link.
        link: LinkId,
        /// The frame.
        text: String,
    },
    /// Close the carrier after what was written on it, or give up its dial.
    Hangup {
        /// This link.
        link: LinkId,
        /// Close code.
        code: CloseCode,
        /// Close reason.
        reason: String,
    },
}

/// One plugin's client without its carriers: session, dispatch and the inbox of the application's thread.
///
/// Each call mutates one thing and drains it; the [`Order`]s it returns are to be carried out in order.
pub struct ClientCore {
    session: PluginSession,
    dispatch: Dispatch,
    inbox: Inbox<Delivery>,
    /// Marks of what was drained and not yet reported as taken; at most one window.
    handed_out: Vec<Mark>,
    due: Option<u64>,
    /// `Closed` waits here until the carrier is gone, so that it is the last thing that happens.
    farewell: Option<Delivery>,
}

impl ClientCore {
    /// A client in the state `idle`. `seed` must be random outside tests.
    pub fn new(options: PluginOptions, seed: [u8; 32]) -> Self {
        let wanted = options.want.as_ref().and_then(|want| want.events.as_deref().map(<[String]>::to_vec));
        Self {
            session: PluginSession::new(options, seed),
            dispatch: Dispatch::new(wanted.as_deref()),
            inbox: Inbox::new(),
            handed_out: Vec::new(),
            due: None,
            farewell: None,
        }
    }

    /// Where the session stands.
    pub fn state(&self) -> State {
        self.session.state()
    }

    /// Calls that have not settled.
    pub fn open_calls(&self) -> usize {
        self.session.open_calls()
    }

    /// What waits for the application's thread.
    pub fn inbox(&mut self) -> &mut Inbox<Delivery> {
        &mut self.inbox
    }

    /// Hands one input to the session.
    pub fn handle(&mut self, input: PluginInput, now: Now) -> Vec<Order> {
        self.session.handle(input, now);
        self.drain_session(now)
    }

    /// Hands one text message to the session, as [`PluginInput::Message`] does.
    pub fn handle_text(&mut self, link: LinkId, text: &str, now: Now) -> Vec<Order> {
        self.session.handle_text(link, text, now);
        self.drain_session(now)
    }

    /// Does what is due.
    pub fn handle_tick(&mut self, now: Now) -> Vec<Order> {
        if self.dispatch.due().is_some_and(|due| due <= now.mono_ms) {
            let late = self.dispatch.handle_tick(now);
            self.push_all(late);
        }
        if self.due.is_some_and(|due| due <= now.mono_ms) {
            return self.handle(PluginInput::Tick, now);
        }
        Vec::new()
    }

    /// No carrier is open or being opened: what was kept for that moment is delivered.
    pub fn handle_carrier_gone(&mut self) {
        if let Some(delivery) = self.farewell.take() {
            self.inbox.push(delivery);
        }
    }

    /// Whether `Closed` still waits for the carrier to be gone.
    pub fn is_leaving(&self) -> bool {
        self.farewell.is_some()
    }

    /// Gives up the session: only these deliveries follow what is in the inbox already.
    pub fn abandon(&mut self, last: [Delivery; 2]) {
        self.due = None;
        self.farewell = None;
        self.handed_out.clear();
        for delivery in last {
            self.inbox.push(delivery);
        }
    }

    /// When [`ClientCore::handle_tick`] has something to do.
    pub fn due(&self) -> Option<u64> {
        [self.due, self.dispatch.due()].into_iter().flatten().min()
    }

    /// The first listener of an event came or its last one went.
    pub fn listen(&mut self, event: &str, on: bool) {
        let released = self.dispatch.listen(event, on);
        self.push_all(released);
    }

    /// Drops what is held for an event: its listener asked for the live state instead.
    pub fn discard(&mut self, event: &str) {
        self.dispatch.discard(event);
    }

    /// Takes at most `max` deliveries for the application.
    pub fn drain(&mut self, max: usize) -> Vec<Delivery> {
        let drained = self.inbox.drain(max);
        self.handed_out.extend(drained.iter().filter_map(Delivery::mark));
        drained
    }

    /// Takes at most `max` deliveries for the application, as long as `fits` lets the next one pass.
    pub fn drain_while(&mut self, max: usize, fits: impl FnMut(&Delivery) -> bool) -> Vec<Delivery> {
        let drained = self.inbox.drain_while(max, fits);
        self.handed_out.extend(drained.iter().filter_map(Delivery::mark));
        drained
    }

    /// Everything that was drained has done its work.
    pub fn taken(&mut self, now: Now) -> Vec<Order> {
        let marks = std::mem::take(&mut self.handed_out);
        self.take(marks, now)
    }

    /// What these marks stand for has done its work, where the owner of the core keeps the account of them itself.
    pub fn take(&mut self, marks: Vec<Mark>, now: Now) -> Vec<Order> {
        if marks.is_empty() {
            return Vec::new();
        }
        for mark in marks {
            self.session.handle(PluginInput::Taken { mark }, now);
        }
        self.drain_session(now)
    }

    fn drain_session(&mut self, now: Now) -> Vec<Order> {
        let mut orders = Vec::new();
        self.due = None;
        while let Some(output) = self.session.poll_output() {
            match output {
                PluginOutput::Dial { link } => orders.push(Order::Dial { link }),
                PluginOutput::Transmit { link, text } => orders.push(Order::Transmit { link, text }),
                PluginOutput::Hangup { link, code, reason } => {
                    orders.push(Order::Hangup { link, code, reason })
                }
                PluginOutput::Event(event) => self.route(event, now),
                PluginOutput::Timeout(at) => {
                    self.due = Some(at);
                    break;
                }
            }
        }
        orders
    }

    fn route(&mut self, event: SessionEvent, now: Now) {
        let routed = self.dispatch.route(event, now);
        self.push_all(routed.deliveries);
        if let Some(mark) = routed.taken {
            self.session.handle(PluginInput::Taken { mark }, now);
        }
    }

    fn push_all(&mut self, deliveries: Vec<Delivery>) {
        for delivery in deliveries {
            match delivery {
                Delivery::Closed { .. } => self.farewell = Some(delivery),
                _ => self.inbox.push(delivery),
            }
        }
    }
}
