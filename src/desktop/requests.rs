//! A request's way: scope, contact, idempotency, then the application's handler or the built-in answer.

use std::collections::HashMap;
use std::sync::Arc;

use super::broadcast::may_hold_proto;
use super::idempotency::{Answer, Key, Verdict, payload_hash};
use super::sessions::SessionKey;
use super::{AuditKind, Desktop, DesktopOutput, HostNotice};
use crate::schema::{Method, Payload, Scope, check_request, check_result, redact_result};
use crate::session::{HostInput, Now};
use crate::wire::{Body, ErrorBody, ErrorCode, Issue, Limits, Rule};

/// A request as its session hands it over: known method, checked payload, time left.
pub(super) struct Request {
    pub id: String,
    pub method: Method,
    pub payload: Payload,
    pub contact_id: Option<String>,
    pub idempotency_key: Option<String>,
    pub deadline_ms: u64,
}

/// Who asks, and what about.
#[derive(Clone)]
pub(super) struct Caller {
    pub key: SessionKey,
    pub agent: Arc<str>,
    pub plugin: Arc<str>,
    pub session: Arc<str>,
    /// The contact it acts on, resolved.
    pub contact_id: Option<String>,
}

/// One run of the application's handler, and who waits for it.
pub(super) struct Run {
    pub(super) method: Method,
    key: Option<Key>,
    callers: Vec<(SessionKey, String)>,
    started_ms: u64,
    aborted: bool,
}

impl Desktop {
    /// Takes a request on. The session's `pump` is under way and picks up the answer.
    pub(super) fn handle_request(&mut self, key: SessionKey, request: Request, now: Now) {
        if let Some(outcome) = self.take_on(key, &request, now) {
            self.reply(key, request.id, request.method, &outcome, now, 0);
        }
    }

    /// The answer, or `None` where a run will give it.
    fn take_on(&mut self, key: SessionKey, request: &Request, now: Now) -> Option<Answer> {
        let entry = self.sessions.get(key)?;
        if let Err(error) = entry.permissions.check(request.method.scope()) {
            self.audit_session(
                AuditKind::ScopeRefused,
                format!("{}: {}", request.method.as_str(), error.message),
                key,
            );
            return Some(Err(error));
        }
        let mut caller = Caller {
            key,
            agent: entry.agent.clone(),
            plugin: entry.plugin.clone(),
            session: entry.id.clone(),
            contact_id: None,
        };
        let ticket = self.next_ticket();
        let idempotency = idempotency_key(request, &caller);
        if let Some(cache_key) = &idempotency {
            let hash = payload_hash(request.payload.value(), request.contact_id.as_deref());
            match self.cache.begin(cache_key, hash, ticket, now.mono_ms) {
                Verdict::Run => {}
                Verdict::Repeat(answer) => return Some(answer),
                Verdict::Wait(running) => return self.wait_for(running, key, &request.id),
                Verdict::Conflict => return Some(Err(key_conflict())),
                Verdict::Full => return Some(Err(cache_full())),
            }
        }
        match self.start(request, &mut caller, ticket, now) {
            Some(answer) => {
                if let Some(cache_key) = &idempotency {
                    self.cache.finish(cache_key, ticket, &answer);
                }
                Some(answer)
            }
            None => {
                let callers = vec![(key, request.id.clone())];
                self.runs.insert(
                    ticket,
                    Run {
                        method: request.method,
                        key: idempotency,
                        callers,
                        started_ms: now.mono_ms,
                        aborted: false,
                    },
                );
                self.sessions.get_mut(key)?.waiting.insert(request.id.clone(), ticket);
                None
            }
        }
    }

    fn start(&mut self, request: &Request, caller: &mut Caller, ticket: u64, now: Now) -> Option<Answer> {
        caller.contact_id = match self.resolve_contact(request, caller) {
            Ok(contact_id) => contact_id,
            Err(error) => return Some(Err(error)),
        };
        if let Err(error) = self.check_names(request, caller) {
            return Some(Err(error));
        }
        if !is_control(request.method) {
            self.record_message(request, caller);
            self.notify(HostNotice::Request {
                method: request.method,
                payload: request.payload.clone(),
                agent: caller.agent.clone(),
                plugin: caller.plugin.clone(),
                session: caller.session.clone(),
                contact_id: caller.contact_id.clone(),
            });
        }
        if !self.handled.contains(&request.method) || is_control(request.method) {
            let mut answer = self.built_in(request, caller, now);
            if let Ok(result) = &mut answer {
                self.make_safe(request.method.as_str(), result);
            }
            return Some(answer.map(|result| Arc::from(result.to_string())));
        }
        self.note_plugin_command(request, caller, now);
        self.outputs.push_back(DesktopOutput::Run {
            ticket,
            method: request.method,
            payload: request.payload.clone(),
            agent: caller.agent.clone(),
            contact_id: caller.contact_id.clone(),
            session: caller.session.clone(),
            plugin: caller.plugin.clone(),
            deadline_ms: request.deadline_ms,
        });
        None
    }

    /// Messages that act on a contact need one; for the others only a named one must be the agent's.
    fn resolve_contact(&self, request: &Request, caller: &Caller) -> Result<Option<String>, ErrorBody> {
        let Some(agent) = self.agents.get(&caller.agent) else { return Ok(None) };
        if is_control(request.method) {
            return Ok(None);
        }
        if request.contact_id.as_deref() == Some("") {
            return Err(ErrorBody::bad_request(request.method.as_str(), vec![empty_contact_id()]));
        }
        if request.contact_id.is_none()
            && !request.method.acts_on_contact()
            && request.method != Method::GetContact
        {
            return Ok(None);
        }
        match agent.resolve(request.contact_id.as_deref()) {
            Ok(contact) => Ok(Some(contact.contact_id.clone())),
            Err(error) if error.code == ErrorCode::NoContact && request.method == Method::GetContact => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn wait_for(&mut self, ticket: u64, key: SessionKey, id: &str) -> Option<Answer> {
        match self.runs.get_mut(&ticket) {
            Some(run) => {
                run.callers.push((key, id.to_owned()));
                self.sessions.get_mut(key)?.waiting.insert(id.to_owned(), ticket);
                None
            }
            // Every entry that runs has its run; without one nothing would ever answer.
            None => Some(Err(ErrorBody::new(ErrorCode::OutcomeUnknown, "the first call was lost").unknown())),
        }
    }

    /// The application's handler is done.
    pub(super) fn handle_answer(&mut self, ticket: u64, outcome: Result<String, ErrorBody>, now: Now) {
        let Some(run) = self.runs.remove(&ticket) else { return };
        let answer = match outcome {
            Ok(json) => self.check_answer(run.method, &json, run.callers.first().map(|(key, _)| *key)),
            Err(error) => Err(ErrorBody { idempotency_key: None, ..error }),
        };
        if let Some(cache_key) = &run.key {
            self.cache.finish(cache_key, ticket, &answer);
        }
        for (key, id) in run.callers {
            self.reply(key, id, run.method, &answer, now, now.mono_ms.saturating_sub(run.started_ms));
            self.pump(key, now);
        }
    }

    /// Answers a run as if the application did not handle its method: it only wanted to be asked first.
    pub fn answer_built_in(&mut self, ticket: u64, payload: &str, contact_id: Option<String>, now: Now) {
        let outcome = self.built_in_of(ticket, payload, contact_id, now);
        self.handle_answer(ticket, outcome, now);
    }

    fn built_in_of(
        &mut self,
        ticket: u64,
        payload: &str,
        contact_id: Option<String>,
        now: Now,
    ) -> Result<String, ErrorBody> {
        let gone = || ErrorBody::new(ErrorCode::Closed, "nobody waits for this any longer");
        let run = self.runs.get(&ticket).ok_or_else(gone)?;
        let method = run.method;
        let (key, id) = run.callers.first().cloned().ok_or_else(gone)?;
        let entry = self.sessions.get(key).ok_or_else(gone)?;
        let caller = Caller {
            key,
            agent: entry.agent.clone(),
            plugin: entry.plugin.clone(),
            session: entry.id.clone(),
            contact_id: contact_id.clone(),
        };
        let wrong = |issues| ErrorBody::bad_request(method.as_str(), issues);
        let body = Body::parse(payload, &Limits::TO_HOST)
            .map_err(|error| ErrorBody::new(ErrorCode::BadRequest, error.message))?;
        let payload = check_request(method, &body).map_err(wrong)?;
        let request = Request { id, method, payload, contact_id, idempotency_key: None, deadline_ms: 0 };
        self.built_in(&request, &caller, now).map(|result| result.to_string())
    }

    /// A handler's result must have the shape that the method promises. The caller learns no more than that it has not.
    fn check_answer(&mut self, method: Method, json: &str, caller: Option<SessionKey>) -> Answer {
        let issues = match Body::parse(json, &Limits::TO_PLUGIN) {
            Ok(body) => match check_result(method, &body) {
                Ok(payload) => return Ok(self.safe_result(method, &payload)),
                Err(issues) => issues,
            },
            Err(error) => vec![Issue {
                path: String::new(),
                rule: crate::wire::Rule::Type,
                message: error.message,
                hint: None,
            }],
        };
        if let Some(key) = caller {
            let broken: Vec<String> =
                issues.iter().map(|issue| format!("{}: {}", issue.path, issue.message)).collect();
            let message = format!(
                "the handler of {} answered what it must not: {}",
                method.as_str(),
                broken.join("; ")
            );
            self.audit_session(AuditKind::BadAnswer, message, key);
        }
        Err(ErrorBody::new(ErrorCode::Internal, "the host's handler gave an answer of the wrong shape")
            .unknown())
    }

    /// The result's text without what no receiver should have.
    fn safe_result(&mut self, method: Method, result: &Payload) -> Arc<str> {
        if !may_hold_proto(result.json()) {
            return result.json().clone();
        }
        let mut value = result.value().clone();
        self.make_safe(method.as_str(), &mut value);
        Arc::from(value.to_string())
    }

    /// Gives one caller its answer, emptied of what it may not read. The caller of this function pumps.
    fn reply(
        &mut self,
        key: SessionKey,
        id: String,
        method: Method,
        answer: &Answer,
        now: Now,
        took_ms: u64,
    ) {
        let traces = self.is_traced();
        let Some(entry) = self.sessions.get_mut(key) else { return };
        entry.waiting.remove(&id);
        let reads = entry.permissions.has(Scope::ContactRead);
        let outcome = match answer {
            Ok(json) if reads || is_control(method) => Ok(json.to_string()),
            Ok(json) => Ok(redacted(method, json)),
            Err(error) => Err(error.clone()),
        };
        let traced = (traces && !is_control(method)).then(|| outcome.clone());
        entry.session.handle(HostInput::Answer { id, outcome }, now);
        if let Some(outcome) = traced {
            self.trace_answer(key, method.as_str(), &outcome.map(Arc::from), took_ms);
        }
    }

    /// A caller no longer waits: the handler's signal is aborted once nobody does.
    pub(super) fn handle_cancelled(&mut self, key: SessionKey, id: &str) {
        let ticket = self.sessions.get_mut(key).and_then(|entry| entry.waiting.remove(id));
        let Some(run) = ticket.and_then(|ticket| self.runs.get_mut(&ticket)) else { return };
        run.callers.retain(|(caller, waiting)| !(*caller == key && waiting == id));
        if let Some(ticket) = ticket {
            self.abort_if_unwanted(ticket);
        }
    }

    /// A session is gone. What runs under an idempotency key goes on: its plugin may come back and ask again.
    pub(super) fn orphan_runs(&mut self, key: SessionKey, waiting: HashMap<String, u64>) {
        let mut tickets: Vec<u64> = waiting.into_values().collect();
        tickets.sort_unstable();
        for ticket in tickets {
            let Some(run) = self.runs.get_mut(&ticket) else { continue };
            run.callers.retain(|(caller, _)| *caller != key);
            if run.key.is_none() {
                self.abort_if_unwanted(ticket);
            }
        }
    }

    fn abort_if_unwanted(&mut self, ticket: u64) {
        let Some(run) = self.runs.get_mut(&ticket) else { return };
        if run.callers.is_empty() && !run.aborted {
            run.aborted = true;
            if run.key.is_none() {
                // Nobody will ask for its answer again, and a handler that never gives one must not be kept.
                self.runs.remove(&ticket);
            }
            self.outputs.push_back(DesktopOutput::Abort { ticket });
        }
    }
}

/// `$snapshot` and `$live`, which no application answers or sees.
pub(super) fn is_control(method: Method) -> bool {
    matches!(method, Method::Snapshot | Method::Live)
}

/// Reads may run twice; everything else with a key runs once.
fn idempotency_key(request: &Request, caller: &Caller) -> Option<Key> {
    let reads = matches!(
        request.method,
        Method::GetUser
            | Method::GetCompanyId
            | Method::GetContacts
            | Method::GetContact
            | Method::Snapshot
            | Method::Live
    );
    let key = request.idempotency_key.as_deref().filter(|_| !reads)?;
    Some(Key {
        agent: caller.agent.clone(),
        plugin: caller.plugin.clone(),
        method: request.method.as_str(),
        key: Arc::from(key),
    })
}

fn redacted(method: Method, json: &str) -> String {
    match serde_json::from_str(json) {
        Ok(mut value) => {
            redact_result(method, &mut value);
            value.to_string()
        }
        // Results are checked before they come here, so this is JSON; were it not, nothing of it may pass.
        Err(_) => "{}".to_owned(),
    }
}

fn empty_contact_id() -> Issue {
    Issue {
        path: "contactId".into(),
        rule: Rule::MinLength,
        message: "must not be empty".into(),
        hint: Some("leave it out to mean the focused contact".into()),
    }
}

fn key_conflict() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::IdempotencyConflict,
        "this idempotency key was used with another payload or contact",
    )
}

fn cache_full() -> ErrorBody {
    ErrorBody::new(ErrorCode::Unavailable, "too many commands are under way")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desktop::{DesktopInput, DesktopOptions, Peer};

    const NOW: Now = Now { mono_ms: 1, wall_ms: 1 };

    #[test]
    fn a_run_that_nobody_wants_any_more_is_not_kept_for_a_handler_that_never_answers() {
        let options = DesktopOptions { token: Some("t".into()), ..DesktopOptions::default() };
        let mut desktop = Desktop::new(options, [1; 32]);
        desktop.set_handled(Method::GetUser, true);
        desktop.handle(DesktopInput::Opened { conn: 1, peer: Peer::default() }, NOW);
        let mut say = |text: &str| {
            desktop.handle(DesktopInput::Message { conn: 1, bytes: text.as_bytes().to_vec() }, NOW);
            desktop.runs.len()
        };
        say(
            r#"{"type":"hello","versions":[1],"plugin":{"instance":"i"},"sdk":{"name":"s","version":"1"},"auth":{"scheme":"bearer","token":"t"}}"#,
        );
        let request = r#"{"type":"request","seq":1,"id":"q1","method":"get_user","deadlineMs":9000}"#;
        assert_eq!(say(request), 1);
        assert_eq!(say(r#"{"type":"cancel","seq":2,"id":"q1"}"#), 0);
    }
}
