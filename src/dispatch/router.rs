use std::collections::HashSet;

use super::Delivery;
use super::buffer::Buffer;
use crate::schema::EventName;
use crate::session::{Mark, Now, Ready, SessionEvent};
use crate::wire::{ErrorBody, ErrorCode};

/// What [`Dispatch::route`] decided about one event of the session.
#[derive(Debug, Default)]
pub struct Routed {
    /// For the application's thread, in this order.
    pub deliveries: Vec<Delivery>,
    /// Taken at once: buffered, or nobody listens.
    pub taken: Option<Mark>,
}

/// Decides, by name, what crosses to the application, what waits for a first listener and what nobody wants.
///
/// Listeners outlive sessions: after a close, a new `init()` goes on with the same names.
#[derive(Debug, Default)]
pub struct Dispatch {
    /// Names with a listener now. Bounded by what the application registers.
    listening: HashSet<String>,
    /// Names that ever had one: their events are never held again.
    heard: HashSet<String>,
    /// Names already reported as not granted in this session.
    refused: HashSet<String>,
    /// Names to let through; `None` lets all through.
    wanted: Option<HashSet<String>>,
    granted: Option<HashSet<String>>,
    /// Names that the host sends, where it said so; `*` is any of the desktop's own.
    declared: Option<HashSet<String>>,
    buffer: Buffer,
}

impl Dispatch {
    /// Lets only these events through; `None`, or `*` among them, lets all through.
    pub fn new(wanted: Option<&[String]>) -> Self {
        let wanted = wanted
            .filter(|names| !names.iter().any(|name| name == "*"))
            .map(|names| names.iter().cloned().collect());
        Self { wanted, ..Self::default() }
    }

    /// The first listener of a name came (`on`) or its last one went. What was held for the name is delivered at once,
    /// in order.
    pub fn listen(&mut self, name: &str, on: bool) -> Vec<Delivery> {
        if !on {
            self.listening.remove(name);
            return Vec::new();
        }
        self.listening.insert(name.to_owned());
        self.heard.insert(name.to_owned());
        let mut deliveries = self.buffer.release(name);
        deliveries.extend(self.refuse(name));
        deliveries
    }

    /// Drops what is held for a name: its listener asked for the live state instead.
    pub fn discard(&mut self, name: &str) {
        self.buffer.release(name);
    }

    /// Turns one event of the session into deliveries.
    pub fn route(&mut self, event: SessionEvent, now: Now) -> Routed {
        let delivery = match event {
            SessionEvent::Event { mark, name, timestamp, payload } => {
                return self.route_event(mark, name, now, |mark, name| Delivery::Event {
                    seq: mark.0,
                    mark: mark.1,
                    name,
                    timestamp,
                    payload,
                });
            }
            SessionEvent::InitDone(outcome) => {
                if outcome.is_ok() {
                    self.buffer.open(now.mono_ms);
                }
                Delivery::InitDone(outcome)
            }
            SessionEvent::Ready(ready) => return self.route_ready(ready),
            SessionEvent::Interrupted { code, reason } => Delivery::Interrupted { code, reason },
            SessionEvent::Resync { reason, snapshot, unsettled } => {
                // The snapshot says what they said.
                self.buffer.clear();
                Delivery::Resync { reason, snapshot, unsettled }
            }
            SessionEvent::Settled { id, mark, outcome } => Delivery::Settled { id, mark, outcome },
            SessionEvent::Drain => Delivery::Drain,
            SessionEvent::Responding(yes) => Delivery::Responding(yes),
            SessionEvent::Error(error) => Delivery::Error(error),
            SessionEvent::Closed { code, reason } => {
                self.buffer.clear();
                self.granted = None;
                self.refused.clear();
                Delivery::Closed { code, reason }
            }
        };
        Routed { deliveries: vec![delivery], taken: None }
    }

    /// When [`Dispatch::handle_tick`] has something to do.
    pub fn due(&self) -> Option<u64> {
        self.buffer.due()
    }

    /// Ends the wait for first listeners once its time is over.
    pub fn handle_tick(&mut self, now: Now) -> Vec<Delivery> {
        self.buffer.close_late(now.mono_ms)
    }

    fn route_event(
        &mut self,
        mark: Mark,
        name: String,
        now: Now,
        make: impl FnOnce((u64, Option<Mark>), String) -> Delivery,
    ) -> Routed {
        if self.wanted.as_ref().is_some_and(|wanted| !wanted.contains(&name)) {
            return Routed { deliveries: Vec::new(), taken: Some(mark) };
        }
        if self.listening.contains(&name) {
            return Routed { deliveries: vec![make((mark.seq(), Some(mark)), name)], taken: None };
        }
        if self.heard.contains(&name) || !self.buffer.is_open(now.mono_ms) {
            return Routed { deliveries: Vec::new(), taken: Some(mark) };
        }
        let delivery = make((mark.seq(), None), name.clone());
        let warning = self.buffer.hold(name, delivery);
        Routed { deliveries: warning.into_iter().collect(), taken: Some(mark) }
    }

    fn route_ready(&mut self, ready: Box<Ready>) -> Routed {
        self.granted = Some(ready.granted.iter().cloned().collect());
        self.declared = ready.events.as_ref().map(|names| names.iter().cloned().collect());
        let mut names: Vec<String> = self.listening.iter().cloned().collect();
        names.sort_unstable();
        let mut deliveries = vec![Delivery::Ready(ready)];
        deliveries.extend(names.iter().filter_map(|name| self.refuse(name)));
        Routed { deliveries, taken: None }
    }

    /// The complaint about a listener whose event never comes, once per name and session.
    fn refuse(&mut self, name: &str) -> Option<Delivery> {
        let granted = self.granted.as_ref()?;
        let scope = EventName::parse(name).map(|event| event.scope().as_str());
        let excludes = |names: &Option<HashSet<String>>| {
            let has =
                |names: &HashSet<String>| names.contains(name) || scope.is_none() && names.contains("*");
            names.as_ref().is_some_and(|names| !has(names))
        };
        let message = match scope {
            Some(scope) if !granted.contains(scope) => {
                format!("{name} will not come: scope {scope} is not granted")
            }
            _ if excludes(&self.wanted) => format!("{name} will not come: it is not among `want.events`"),
            _ if excludes(&self.declared) => {
                format!("{name} will not come: it is not among the `events` of the plugin's manifest")
            }
            _ => return None,
        };
        let new = self.refused.insert(name.to_owned());
        new.then(|| Delivery::Error(ErrorBody::new(ErrorCode::Forbidden, message)))
    }
}
