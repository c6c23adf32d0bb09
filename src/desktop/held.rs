//! Events that wait for the end of a tick, so that a session is looked up once for all of them and its frames leave
//! together.

use std::sync::Arc;
use std::vec::IntoIter;

use super::broadcast::Addressed;
use super::sessions::{Entry, SessionKey};
use super::{Desktop, DesktopOutput, EmitOptions};
use crate::schema::Scope;
use crate::session::{LinkId, Now};
use crate::wire::ErrorBody;

/// The events, and who still gets them.
#[derive(Default)]
pub(super) struct Held {
    events: Vec<Addressed>,
    waiting: Option<IntoIter<SessionKey>>,
}

impl Addressed {
    /// Whether it is for that session of its agent.
    fn is_for(&self, key: SessionKey, entry: &Entry) -> bool {
        self.session.is_none_or(|session| session == key)
            && self.plugin.as_ref().is_none_or(|plugin| **plugin == *entry.plugin)
            && (Arc::ptr_eq(&self.agent, &entry.agent) || self.agent == entry.agent)
            && entry.permissions.passes(self.broadcast.known, &self.broadcast.name)
    }
}

impl Desktop {
    /// As [`Self::emit`], but the event is sent by [`Self::release`]. Whoever hands in anything else before that
    /// releases first: what follows must find the sessions as they are after the event. A session that overflows with
    /// the events that are held is counted for each.
    ///
    /// # Errors
    /// As [`Self::emit`].
    pub fn emit_held(
        &mut self,
        event: &str,
        payload: &str,
        options: &EmitOptions,
        now: Now,
    ) -> Result<usize, ErrorBody> {
        if self.held.waiting.is_some() {
            self.release(usize::MAX, now);
        }
        let Some(addressed) = self.address(event, payload, options, now)? else { return Ok(0) };
        let count = self.audience(&addressed);
        if count > 0 {
            self.held.events.push(addressed);
        }
        Ok(count)
    }

    /// Sends what is held to at most so many more sessions; tells whether there are others.
    pub fn release(&mut self, sessions: usize, now: Now) -> bool {
        self.release_each(sessions, now, |desktop, key, events| {
            let mut outputs = std::mem::take(&mut desktop.outputs);
            desktop.release_to(key, events, now, &mut |conn, text| {
                outputs.push_back(DesktopOutput::Transmit { conn, text: text.to_owned() });
            });
            desktop.outputs = outputs;
        })
    }

    /// The same, but the frames that go out are given to `write`. They come before whatever [`Self::poll_output`] says
    /// next.
    pub fn release_by(&mut self, sessions: usize, now: Now, write: &mut dyn FnMut(LinkId, &str)) -> bool {
        self.release_each(sessions, now, |desktop, key, events| desktop.release_to(key, events, now, write))
    }

    fn release_each(
        &mut self,
        sessions: usize,
        now: Now,
        mut send: impl FnMut(&mut Self, SessionKey, &mut [Addressed]),
    ) -> bool {
        if self.held.events.is_empty() {
            return false;
        }
        let mut waiting = match self.held.waiting.take() {
            Some(waiting) => waiting,
            None => self.addressees().into_iter(),
        };
        // The events are borrowed while a session is.
        let mut events = std::mem::take(&mut self.held.events);
        let next = waiting.as_slice();
        self.sessions.fetch(next.get(..sessions).unwrap_or(next));
        for key in waiting.by_ref().take(sessions) {
            send(self, key, &mut events);
            self.finish(key, now);
        }
        let more = waiting.len() > 0;
        if more {
            (self.held.events, self.held.waiting) = (events, Some(waiting));
        }
        more
    }

    fn release_to(
        &mut self,
        key: SessionKey,
        events: &mut [Addressed],
        now: Now,
        write: &mut dyn FnMut(LinkId, &str),
    ) {
        let traces = self.is_traced();
        let Some(entry) = self.sessions.get_mut(key) else { return };
        let reads = entry.permissions.has(Scope::ContactRead);
        let mut sent = Vec::new();
        entry.session.borrow_room(&mut self.room);
        for (at, addressed) in events.iter_mut().enumerate() {
            if addressed.is_for(key, entry)
                && entry.session.hold(addressed.broadcast.tail(reads), now).is_ok()
                && traces
            {
                sent.push(at);
            }
        }
        entry.session.write_held(now, &mut self.text, write);
        for Addressed { broadcast, .. } in sent.into_iter().filter_map(|at| events.get(at)) {
            self.trace_event(key, &broadcast.name, broadcast.timestamp, &broadcast.seen(reads));
        }
    }

    /// Does what a session says beside its frames, as hardly any does.
    fn finish(&mut self, key: SessionKey, now: Now) {
        match self.sessions.get_mut(key) {
            Some(entry) if !entry.session.has_output() => {
                entry.session.return_room(&mut self.room);
                self.set_timer(key);
            }
            Some(_) => self.pump(key, now),
            None => {}
        }
    }

    /// The sessions of every agent that something is held for, oldest first.
    fn addressees(&self) -> Vec<SessionKey> {
        let mut agents: Vec<&str> = self.held.events.iter().map(|event| &*event.agent).collect();
        agents.sort_unstable();
        agents.dedup();
        let sessions = agents.into_iter().filter_map(|agent| self.agents.get(agent));
        sessions.flat_map(|agent| agent.sessions.keys().copied()).collect()
    }

    /// How many sessions an event goes to.
    fn audience(&self, addressed: &Addressed) -> usize {
        let Some(agent) = self.agents.get(&*addressed.agent) else { return 0 };
        let by_name = addressed.plugin.is_some() || addressed.session.is_some();
        let passes =
            |key: SessionKey| self.sessions.get(key).is_some_and(|entry| addressed.is_for(key, entry));
        let sessions = agent.sessions.iter().filter(|(key, audience)| {
            match audience.passes(addressed.broadcast.known) {
                Some(true) | None if by_name => passes(**key),
                None => passes(**key),
                Some(known) => known,
            }
        });
        sessions.count()
    }
}
