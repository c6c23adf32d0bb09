use std::collections::{BTreeMap, VecDeque};

use super::peer::{Peer, Wire};
use crate::desktop::{Carrier, Desktop, DesktopInput, DesktopOutput, Grant, Peer as DesktopPeer};
use crate::dispatch::{ClientCore, Delivery, Inbox, Order};
use crate::session::{DialError, LinkId, Now, PluginInput, PluginOptions, State};
use crate::wire::{CloseCode, ErrorCode};

/// Names one plugin of a desk.
pub type PeerId = u64;

/// A desktop with plugins in memory. See the module.
pub struct MemoryDesk {
    desktop: Desktop,
    peers: BTreeMap<PeerId, Peer>,
    inbox: Inbox<DesktopOutput>,
    /// What the plugins want done, in the order they wanted it.
    orders: VecDeque<(PeerId, Order)>,
    down: bool,
    closed: bool,
    now: Now,
    desktop_due: Option<u64>,
    activity: u64,
    last_peer: PeerId,
    last_conn: LinkId,
}

impl MemoryDesk {
    /// A desk around `desktop` whose wall clock begins at `wall_ms`, epoch milliseconds. It lets every plugin in.
    pub fn new(desktop: Desktop, wall_ms: u64) -> Self {
        Self {
            desktop,
            peers: BTreeMap::new(),
            inbox: Inbox::new(),
            orders: VecDeque::new(),
            down: false,
            closed: false,
            now: Now { mono_ms: 0, wall_ms },
            desktop_due: None,
            activity: 0,
            last_peer: 0,
            last_conn: 0,
        }
    }

    /// The desk's clock.
    pub fn now(&self) -> Now {
        self.now
    }

    /// Runs and notices for the application that owns the desktop; never what this desk carries itself.
    pub fn inbox(&mut self) -> &mut Inbox<DesktopOutput> {
        &mut self.inbox
    }

    /// Calls the desktop, then carries out everything that follows from it.
    pub fn with_desktop<T>(&mut self, call: impl FnOnce(&mut Desktop, Now) -> T) -> T {
        let answer = call(&mut self.desktop, self.now);
        self.handle_all();
        answer
    }

    /// Adds a plugin in the state `idle`.
    pub fn add_peer(&mut self, options: PluginOptions, seed: [u8; 32]) -> PeerId {
        self.last_peer += 1;
        self.peers.insert(self.last_peer, Peer { core: ClientCore::new(options, seed), link: None });
        self.last_peer
    }

    /// Forgets a plugin; its link, if any, is lost.
    pub fn remove_peer(&mut self, id: PeerId) {
        if let Some(peer) = self.peers.remove(&id)
            && let Some(wire) = peer.link
        {
            self.desktop
                .handle(DesktopInput::Lost { conn: wire.desktop, code: Some(CloseCode::LOST) }, self.now);
            self.handle_all();
        }
    }

    /// Calls one plugin's client without an input for its session; `None` where there is no such plugin.
    pub fn peer(&mut self, id: PeerId) -> Option<&mut ClientCore> {
        self.peers.get_mut(&id).map(|peer| &mut peer.core)
    }

    /// Where a plugin's session stands.
    pub fn state(&self, id: PeerId) -> State {
        self.peers.get(&id).map_or(State::Closed, |peer| peer.core.state())
    }

    /// Hands one input to a plugin's session, then carries out everything that follows from it.
    pub fn handle_peer(&mut self, id: PeerId, input: PluginInput) {
        self.feed(id, input);
        self.handle_all();
    }

    /// What a plugin drained has done its work.
    pub fn taken(&mut self, id: PeerId) {
        if let Some(peer) = self.peers.get_mut(&id) {
            let orders = peer.core.taken(self.now);
            self.orders.extend(orders.into_iter().map(|order| (id, order)));
        }
        self.handle_all();
    }

    /// Breaks every link and refuses new ones until [`MemoryDesk::restore`].
    pub fn drop_links(&mut self) {
        self.down = true;
        let cut: Vec<(PeerId, Wire)> =
            self.peers.iter_mut().filter_map(|(id, peer)| Some((*id, peer.link.take()?))).collect();
        for (id, wire) in cut {
            self.desktop
                .handle(DesktopInput::Lost { conn: wire.desktop, code: Some(CloseCode::LOST) }, self.now);
            let reason = "the test kit dropped the link".into();
            self.feed(id, PluginInput::Lost { link: wire.plugin, code: Some(CloseCode::LOST), reason });
        }
        self.handle_all();
    }

    /// Lets links be opened again. Plugins dial when their back-off is over: see [`MemoryDesk::advance`].
    pub fn restore(&mut self) {
        self.down = false;
    }

    /// Moves the clock, stopping at each deadline on the way.
    pub fn advance(&mut self, by_ms: u64) {
        let end = self.now.mono_ms.saturating_add(by_ms);
        while let Some(due) = self.next_due().filter(|due| *due <= end) {
            self.move_to(due.max(self.now.mono_ms));
            self.tick();
        }
        self.move_to(end);
    }

    /// When something is due next, on the monotonic clock.
    pub fn next_due(&self) -> Option<u64> {
        self.peers.values().filter_map(|peer| peer.core.due()).chain(self.desktop_due).min()
    }

    /// Says goodbye to everybody and refuses new links.
    pub fn close(&mut self) {
        if self.closed {
            return;
        }
        self.desktop.handle(DesktopInput::Shutdown { retry_after_ms: None }, self.now);
        self.handle_all();
        self.closed = true;
    }

    /// Takes at most `max` of what waits for the application that owns the desktop.
    pub fn drain_desktop_inbox(&mut self, max: usize) -> Vec<DesktopOutput> {
        let drained = self.inbox.drain(max);
        self.activity += drained.len() as u64;
        drained
    }

    /// Grows whenever something was carried or drained: a desk whose figure stays is silent.
    pub fn activity(&self) -> u64 {
        self.activity
    }

    /// Carries every message there is, until both sides are silent.
    pub fn handle_all(&mut self) {
        loop {
            self.drain_desktop();
            let Some((id, order)) = self.orders.pop_front() else { break };
            self.activity += 1;
            self.carry_out(id, order);
        }
        for peer in self.peers.values_mut().filter(|peer| peer.link.is_none()) {
            peer.core.handle_carrier_gone();
        }
    }

    fn move_to(&mut self, mono_ms: u64) {
        let passed = mono_ms.saturating_sub(self.now.mono_ms);
        self.now =
            Now { mono_ms: self.now.mono_ms + passed, wall_ms: self.now.wall_ms.saturating_add(passed) };
    }

    fn tick(&mut self) {
        if self.desktop_due.is_some_and(|due| due <= self.now.mono_ms) {
            self.desktop.handle(DesktopInput::Tick, self.now);
        }
        for (id, peer) in &mut self.peers {
            let orders = peer.core.handle_tick(self.now);
            self.orders.extend(orders.into_iter().map(|order| (*id, order)));
        }
        self.handle_all();
    }

    fn feed(&mut self, id: PeerId, input: PluginInput) {
        if let Some(peer) = self.peers.get_mut(&id) {
            let orders = peer.core.handle(input, self.now);
            self.orders.extend(orders.into_iter().map(|order| (id, order)));
        }
    }

    fn carry_out(&mut self, id: PeerId, order: Order) {
        match order {
            Order::Dial { link } => self.dial(id, link),
            Order::Transmit { link, text } => {
                if let Some(wire) = self.wire(id, link) {
                    let input = DesktopInput::Message { conn: wire.desktop, bytes: text.into_bytes() };
                    self.desktop.handle(input, self.now);
                }
            }
            Order::Hangup { link, code, .. } => {
                if let Some(wire) = self.wire(id, link) {
                    self.unlink(id);
                    self.desktop
                        .handle(DesktopInput::Lost { conn: wire.desktop, code: Some(code) }, self.now);
                }
            }
        }
    }

    fn dial(&mut self, id: PeerId, link: LinkId) {
        if self.down || self.closed {
            let message = match self.closed {
                true => "the test host is closed".to_owned(),
                false => "the test host's link is down: call restore()".to_owned(),
            };
            let error =
                DialError { code: ErrorCode::NoHost, message, close_code: None, retry_after_ms: None };
            return self.feed(id, PluginInput::DialFailed { link, error });
        }
        let Some(peer) = self.peers.get_mut(&id) else { return };
        self.last_conn += 1;
        let conn = self.last_conn;
        peer.link = Some(Wire { plugin: link, desktop: conn });
        let far = DesktopPeer { carrier: Carrier::Memory, ..DesktopPeer::default() };
        self.desktop.handle(DesktopInput::Opened { conn, peer: far }, self.now);
        self.feed(id, PluginInput::Opened { link, auth: None });
    }

    fn drain_desktop(&mut self) {
        self.desktop_due = None;
        while let Some(output) = self.desktop.poll_output() {
            match output {
                DesktopOutput::Transmit { conn, text } => {
                    if let Some((id, wire)) = self.far_end(conn) {
                        self.feed(id, PluginInput::Message { link: wire.plugin, text: text.into_bytes() });
                    }
                }
                DesktopOutput::Hangup { conn, code, reason } => {
                    if let Some((id, wire)) = self.far_end(conn) {
                        self.unlink(id);
                        self.feed(id, PluginInput::Lost { link: wire.plugin, code: Some(code), reason });
                    }
                }
                DesktopOutput::Timeout(at) => {
                    self.desktop_due = Some(at);
                    break;
                }
                DesktopOutput::Authenticate { conn, .. } => {
                    let result = Ok(Some(Grant::default()));
                    self.desktop.handle(DesktopInput::Authenticated { conn, result }, self.now);
                }
                other => self.inbox.push(other),
            }
        }
    }

    fn wire(&self, id: PeerId, link: LinkId) -> Option<Wire> {
        self.peers.get(&id)?.link.filter(|wire| wire.plugin == link)
    }

    fn far_end(&self, conn: LinkId) -> Option<(PeerId, Wire)> {
        let of = |(id, peer): (&PeerId, &Peer)| Some((*id, peer.link.filter(|wire| wire.desktop == conn)?));
        self.peers.iter().find_map(of)
    }

    fn unlink(&mut self, id: PeerId) {
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.link = None;
        }
    }
}

impl MemoryDesk {
    /// Takes at most `max` deliveries for one plugin's application, as long as `fits` lets the next one pass.
    pub fn next_batch(
        &mut self,
        id: PeerId,
        max: usize,
        fits: impl FnMut(&Delivery) -> bool,
    ) -> Vec<Delivery> {
        let drained =
            self.peers.get_mut(&id).map(|peer| peer.core.drain_while(max, fits)).unwrap_or_default();
        self.activity += drained.len() as u64;
        drained
    }

    /// Takes at most `max` deliveries for one plugin's application.
    pub fn drain_peer(&mut self, id: PeerId, max: usize) -> Vec<Delivery> {
        let drained = self.peers.get_mut(&id).map(|peer| peer.core.drain(max)).unwrap_or_default();
        self.activity += drained.len() as u64;
        drained
    }
}
