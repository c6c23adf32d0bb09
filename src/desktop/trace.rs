//! What crosses the link, for a developer's eyes: notices made only where the options ask for them.

use std::sync::Arc;

use serde_json::Value;

use super::idempotency::Answer;
use super::sessions::SessionKey;
use super::{Desktop, HostNotice};
use crate::wire::ErrorBody;

impl Desktop {
    /// Whether anybody wants to know what crosses the link.
    pub(super) fn is_traced(&self) -> bool {
        self.options.trace || self.recorder.is_some()
    }

    /// Notes that an event goes to a session, as that session sees it.
    pub(super) fn trace_event(&mut self, key: SessionKey, event: &str, timestamp: u64, payload: &Value) {
        self.record_event(key, event, timestamp, payload);
        if !self.options.trace {
            return;
        }
        let Some(entry) = self.sessions.get(key) else { return };
        let notice = HostNotice::Delivery {
            event: event.to_owned(),
            timestamp,
            payload: payload.clone(),
            agent: entry.agent.clone(),
            plugin: entry.plugin.clone(),
            session: entry.id.clone(),
        };
        self.notify(notice);
    }

    /// Notes how a request was answered.
    pub(super) fn trace_answer(&mut self, key: SessionKey, method: &str, answer: &Answer, took_ms: u64) {
        self.record_answer(key, method, answer, took_ms);
        if !self.options.trace {
            return;
        }
        let Some(entry) = self.sessions.get(key) else { return };
        let (result, error) = match answer {
            Ok(json) => (serde_json::from_str(json).ok(), None),
            Err(error) => (None, Some(Box::new(error.clone()))),
        };
        let notice = HostNotice::Answer {
            method: method.to_owned(),
            result,
            error,
            took_ms,
            agent: entry.agent.clone(),
            plugin: entry.plugin.clone(),
            session: entry.id.clone(),
        };
        self.notify(notice);
    }

    /// Notes a request that its session answered before it came here, or because nobody did in time.
    pub(super) fn trace_refusal(
        &mut self,
        key: SessionKey,
        id: &str,
        method: Option<&str>,
        error: ErrorBody,
    ) {
        let run = self.sessions.get(key).and_then(|entry| self.runs.get(entry.waiting.get(id)?));
        let Some(method) = method.or_else(|| Some(run?.method.as_str())) else { return };
        let method: Arc<str> = method.into();
        self.trace_answer(key, &method, &Err(error), 0);
    }
}
