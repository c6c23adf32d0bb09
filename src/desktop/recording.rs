//! The lines of a recording, made where the desktop is told something or tells it.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::idempotency::Answer;
use super::requests::{Caller, Request};
use super::sessions::SessionKey;
use super::{Command, Desktop, DesktopOutput};
use crate::recording::{Change, Failure, Recorder, RecordingOptions, What};
use crate::schema::AgentSnapshot;
use crate::session::Now;
use crate::wire::{ErrorBody, ErrorCode};

impl Desktop {
    /// Records from now on: [`DesktopOutput::Recorded`] lines, the first ones with the state there is.
    ///
    /// # Errors
    /// `E_CONFLICT` while there is a recording already.
    pub fn record(&mut self, options: RecordingOptions, now: Now) -> Result<(), ErrorBody> {
        if self.recorder.is_some() {
            return Err(ErrorBody::new(
                ErrorCode::Conflict,
                "the host records already: stop that recording first",
            ));
        }
        let (recorder, header) = Recorder::begin(options, now.mono_ms, now.wall_ms);
        self.recorder = Some(recorder);
        self.outputs.push_back(DesktopOutput::Recorded(header));
        for key in self.sessions.keys() {
            self.record_session(key, Change::Present, "present");
        }
        let mut states: Vec<_> =
            self.agents.values().filter_map(|agent| agent.snapshot(now.wall_ms)).collect();
        states.sort_by(|a, b| a.0.cmp(&b.0));
        for (agent, snapshot) in states {
            self.record_snapshot(&agent, &snapshot);
        }
        Ok(())
    }

    /// Ends the recording; [`DesktopOutput::RecordingEnded`] follows its last line. Without a recording nothing happens.
    pub fn stop_recording(&mut self) {
        if self.recorder.take().is_some() {
            self.outputs.push_back(DesktopOutput::RecordingEnded);
        }
    }

    pub(super) fn advance_recorder(&mut self, now: Now) {
        if let Some(recorder) = &mut self.recorder {
            recorder.advance(now.mono_ms);
        }
    }

    pub(super) fn record_snapshot(&mut self, agent: &str, snapshot: &AgentSnapshot) {
        self.put(|_| {
            let snapshot = serde_json::to_value(snapshot).ok()?;
            Some(What::Snapshot { agent: agent.to_owned(), snapshot })
        });
    }

    pub(super) fn record_command(&mut self, agent: &str, command: &Command) {
        self.put(|_| Some(What::Command { agent: agent.to_owned(), command: Box::new(command.clone()) }));
    }

    pub(super) fn record_emit(
        &mut self,
        agent: &str,
        plugin: Option<&str>,
        event: &str,
        timestamp: u64,
        payload: &Value,
    ) {
        self.put(|_| {
            Some(What::Emit {
                event: event.to_owned(),
                timestamp,
                agent: agent.to_owned(),
                plugin: plugin.map(ToOwned::to_owned),
                payload: payload.clone(),
            })
        });
    }

    pub(super) fn record_event(&mut self, key: SessionKey, event: &str, timestamp: u64, payload: &Value) {
        self.put(|desktop| {
            let Names { agent, plugin, session } = desktop.names(key)?;
            let (event, payload) = (event.to_owned(), payload.clone());
            Some(What::Event { event, timestamp, agent, plugin, session, payload })
        });
    }

    pub(super) fn record_message(&mut self, request: &Request, caller: &Caller) {
        self.put(|_| {
            Some(What::Message {
                method: request.method.as_str().to_owned(),
                agent: caller.agent.to_string(),
                plugin: caller.plugin.to_string(),
                session: caller.session.to_string(),
                contact_id: caller.contact_id.clone(),
                payload: object(request.payload.value().clone()),
            })
        });
    }

    pub(super) fn record_answer(&mut self, key: SessionKey, method: &str, answer: &Answer, took_ms: u64) {
        self.put(|desktop| {
            let Names { agent, plugin, session } = desktop.names(key)?;
            let (result, error) = match answer {
                Ok(json) => (serde_json::from_str(json).ok(), None),
                Err(error) => (None, Some(failure(error))),
            };
            let method = method.to_owned();
            Some(What::Answer { method, agent, plugin, session, took_ms, result, error })
        });
    }

    pub(super) fn record_session(&mut self, key: SessionKey, change: Change, reason: &str) {
        self.put(|desktop| {
            let Names { agent, plugin, session } = desktop.names(key)?;
            Some(What::Session { change, reason: reason.to_owned(), agent, plugin, session })
        });
    }

    /// Nothing is copied where nothing is recorded.
    fn put(&mut self, what: impl FnOnce(&Self) -> Option<What>) {
        let Some(recorder) = &self.recorder else { return };
        if let Some(what) = what(self) {
            let line = recorder.line(what);
            self.outputs.push_back(DesktopOutput::Recorded(line));
        }
    }

    fn names(&self, key: SessionKey) -> Option<Names> {
        let entry = self.sessions.get(key)?;
        let text = |name: &Arc<str>| name.to_string();
        Some(Names { agent: text(&entry.agent), plugin: text(&entry.plugin), session: text(&entry.id) })
    }
}

struct Names {
    agent: String,
    plugin: String,
    session: String,
}

fn failure(error: &ErrorBody) -> Failure {
    Failure { code: error.code.to_string(), message: error.message.clone() }
}

/// A message without a payload says null.
fn object(payload: Value) -> Value {
    if payload.is_object() { payload } else { Value::Object(Map::new()) }
}
