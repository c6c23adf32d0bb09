//! The state of one client behind its mutex: its core, its carrier and the orders for the loop.

use std::collections::HashMap;

use tokio::sync::oneshot;

use super::Inbox;
use super::options::{TokenSource, random};
use crate::dispatch::{ClientCore, Delivery, Order};
use crate::session::{DialError, LinkId, Mark, Now, PluginInput, PluginOptions, State};
use crate::transport::Outgoing;
use crate::transport::dial::Dialled;
use crate::wire::{Auth, CloseCode, ErrorBody, ErrorCode};

/// A token, or why there is none.
pub(super) type TokenAnswer = Result<Option<String>, String>;

/// Everything that a command or the loop mutates, one input at a time.
pub(super) struct Link {
    core: ClientCore,
    token: TokenSource,
    tickets: HashMap<u64, oneshot::Sender<TokenAnswer>>,
    next_ticket: u64,
    /// The link that is to be dialled now.
    pub(super) dial: Option<LinkId>,
    pub(super) carrier: Option<(LinkId, Dialled)>,
    /// Whether something was queued for the carrier that nobody has been told to write.
    unwritten: bool,
    /// The loop's alarm; it has to be told when something is due before it.
    pub(super) alarm: Option<u64>,
    pub(super) running: bool,
    broken: bool,
}

impl Link {
    pub(super) fn new(options: PluginOptions, token: TokenSource) -> Result<Self, ErrorBody> {
        let seed = random().map_err(|error| ErrorBody::new(ErrorCode::Internal, error.to_string()))?;
        Ok(Self {
            core: ClientCore::new(options, seed),
            token,
            tickets: HashMap::new(),
            next_ticket: 1,
            dial: None,
            carrier: None,
            unwritten: false,
            alarm: None,
            running: false,
            broken: false,
        })
    }

    pub(super) fn state(&self) -> State {
        if self.broken { State::Closed } else { self.core.state() }
    }

    pub(super) fn open_calls(&self) -> usize {
        self.core.open_calls()
    }

    pub(super) fn inbox(&mut self) -> &mut Inbox<Delivery> {
        self.core.inbox()
    }

    /// The one mutation, then the drain.
    pub(super) fn apply(&mut self, input: PluginInput, now: Now) {
        if self.broken {
            return self.refuse(&input);
        }
        let orders = self.core.handle(input, now);
        self.carry_out(orders);
    }

    /// Text messages of one carrier, in order.
    pub(super) fn receive(&mut self, link: LinkId, texts: &[impl AsRef<str>], now: Now) {
        for text in texts {
            if !self.broken {
                let orders = self.core.handle_text(link, text.as_ref(), now);
                self.carry_out(orders);
            }
        }
    }

    fn carry_out(&mut self, orders: Vec<Order>) {
        for order in orders {
            match order {
                Order::Dial { link } => self.dial = Some(link),
                Order::Transmit { link, text } => {
                    if let Some(outgoing) = self.outgoing(link) {
                        outgoing.hold(text);
                        self.unwritten = true;
                    }
                }
                Order::Hangup { link, code, reason } => self.hang_up(link, code, reason),
            }
        }
        self.settle_farewell();
    }

    /// Has what was queued written: on this thread if `here` and the socket takes it, else by the loop.
    pub(super) fn write(&mut self, here: bool) {
        if let Some((_, carrier)) = self.carrier.as_ref().filter(|_| self.unwritten) {
            if here { carrier.flush() } else { carrier.outgoing().wake() }
        }
        self.unwritten = false;
    }

    pub(super) fn init(&mut self, now: Now) {
        // What is left of a closed session goes on by itself; the new one must not wait for it.
        self.core.handle_carrier_gone();
        self.apply(PluginInput::Init, now);
    }

    /// Tells whether `Closed` is still to be drained.
    pub(super) fn close(&mut self, now: Now) -> bool {
        if self.state() == State::Closed {
            return self.core.is_leaving();
        }
        self.apply(PluginInput::Close, now);
        true
    }

    pub(super) fn tick(&mut self, now: Now) {
        if !self.broken {
            let orders = self.core.handle_tick(now);
            self.carry_out(orders);
        }
    }

    /// When [`Link::tick`] has something to do.
    pub(super) fn due(&self) -> Option<u64> {
        self.core.due().filter(|_| !self.broken)
    }

    /// Sets the loop's alarm. One that has not gone off stays where something is due later: calls move the deadline to
    /// and fro, and to set it anew for each of them would wake the loop for each.
    pub(super) fn set_alarm(&mut self, now: u64) {
        let kept = self.alarm.filter(|alarm| *alarm > now);
        self.alarm = self.due().map(|due| kept.map_or(due, |kept| kept.min(due)));
    }

    /// Whether something is due before the loop's alarm.
    pub(super) fn alarm_is_late(&self) -> bool {
        self.due().is_some_and(|due| self.alarm.is_none_or(|alarm| due < alarm))
    }

    pub(super) fn listen(&mut self, event: &str, on: bool) {
        self.core.listen(event, on);
    }

    pub(super) fn discard(&mut self, event: &str) {
        self.core.discard(event);
    }

    /// What these marks stand for has done its work.
    pub(super) fn take(&mut self, marks: Vec<Mark>, now: Now) {
        if !self.broken && !marks.is_empty() {
            let orders = self.core.take(marks, now);
            self.carry_out(orders);
        }
    }

    /// Starts the search for the token of one dial.
    pub(super) fn want_token(&mut self) -> oneshot::Receiver<TokenAnswer> {
        let (sender, receiver) = oneshot::channel();
        match &self.token {
            TokenSource::Absent => drop(sender.send(Ok(None))),
            TokenSource::Fixed(token) => drop(sender.send(Ok(Some(token.clone())))),
            TokenSource::Ask => {
                let ticket = self.next_ticket;
                self.next_ticket += 1;
                // One dial is in flight at a time: whoever waited before has given up.
                self.tickets.clear();
                self.tickets.insert(ticket, sender);
                self.core.inbox().push(Delivery::TokenWanted { ticket });
            }
        }
        receiver
    }

    pub(super) fn provide_token(&mut self, ticket: u64, answer: TokenAnswer) {
        if let Some(sender) = self.tickets.remove(&ticket) {
            // The dial may have been given up meanwhile.
            let _ = sender.send(answer);
        }
    }

    /// A carrier was opened for this link.
    pub(super) fn opened(&mut self, link: LinkId, carrier: Dialled, token: Option<String>, now: Now) {
        if self.dial != Some(link) {
            return;
        }
        self.dial = None;
        self.carrier = Some((link, carrier));
        let auth = token.map(|token| Auth { scheme: "bearer".into(), token });
        self.apply(PluginInput::Opened { link, auth }, now);
    }

    /// The carrier of this link could not be opened.
    pub(super) fn dial_failed(&mut self, link: LinkId, error: DialError, now: Now) {
        if self.dial == Some(link) {
            self.dial = None;
            self.apply(PluginInput::DialFailed { link, error }, now);
        }
    }

    /// The carrier of this link is gone.
    pub(super) fn carrier_gone(&mut self, link: LinkId, code: CloseCode, reason: String, now: Now) {
        if self.carrier.as_ref().is_some_and(|(current, _)| *current == link) {
            self.carrier = None;
            self.apply(PluginInput::Lost { link, code: Some(code), reason }, now);
        }
        self.settle_farewell();
    }

    /// Whether the loop has nothing left to do.
    pub(super) fn is_over(&self) -> bool {
        let ended = self.broken || matches!(self.core.state(), State::Idle | State::Closed);
        ended && self.dial.is_none() && self.carrier.is_none() && !self.core.is_leaving()
    }

    /// A part of this client panicked: says so and never touches the session again.
    pub(super) fn break_down(&mut self) {
        if self.broken {
            return;
        }
        self.broken = true;
        self.dial = None;
        if let Some((_, carrier)) = self.carrier.take() {
            carrier.outgoing().abort();
        }
        let closed = Delivery::Closed { code: CloseCode::INTERNAL, reason: "internal error".into() };
        self.core.abandon([Delivery::Error(internal_error()), closed]);
    }

    /// Settles a call that was refused before the session saw it.
    pub(super) fn settle(&mut self, id: u64, error: ErrorBody) {
        self.core.inbox().push(Delivery::Settled { id, mark: None, outcome: Err(error) });
    }

    /// What a client that broke down answers.
    fn refuse(&mut self, input: &PluginInput) {
        self.core.inbox().push(match input {
            PluginInput::Init => Delivery::InitDone(Err(internal_error())),
            PluginInput::Request { id, .. } => {
                Delivery::Settled { id: *id, mark: None, outcome: Err(internal_error()) }
            }
            _ => return,
        });
    }

    fn outgoing(&self, link: LinkId) -> Option<&Outgoing> {
        self.carrier.as_ref().filter(|(current, _)| *current == link).map(|(_, carrier)| carrier.outgoing())
    }

    fn hang_up(&mut self, link: LinkId, code: CloseCode, reason: String) {
        if self.dial == Some(link) {
            self.dial = None;
        } else if let Some(outgoing) = self.outgoing(link) {
            // A code that may not stand in a close frame only ever describes a loss.
            if matches!(code.0, 1005 | 1006 | 1015) { outgoing.abort() } else { outgoing.close(code, reason) }
        }
    }

    fn settle_farewell(&mut self) {
        if self.carrier.is_none() && self.dial.is_none() {
            self.core.handle_carrier_gone();
        }
    }
}

fn internal_error() -> ErrorBody {
    ErrorBody::new(ErrorCode::Internal, "an internal error ended this client: make a new one").unknown()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{PluginInfo, SdkInfo};

    #[test]
    fn an_alarm_stays_until_it_has_gone_off_where_nothing_is_due_before_it() {
        let plugin = PluginInfo { id: None, version: None, plugin_type: None, instance: "i".into() };
        let sdk = SdkInfo { name: "test".into(), version: "0".into(), runtime: None };
        let mut link = Link::new(PluginOptions::new(plugin, sdk), TokenSource::Absent).unwrap();
        link.init(Now { mono_ms: 1, wall_ms: 0 });
        assert!(link.alarm_is_late(), "there is none yet");
        let due = link.due().unwrap();
        link.alarm = Some(200);
        link.set_alarm(199);
        assert_eq!(link.alarm, Some(200));
        assert!(!link.alarm_is_late());
        link.set_alarm(200);
        assert_eq!(link.alarm, Some(due));
        link.alarm = Some(due + 1);
        assert!(link.alarm_is_late());
        link.set_alarm(200);
        assert_eq!(link.alarm, Some(due));
    }
}
