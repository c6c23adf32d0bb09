use std::fmt;

use serde_json::Value;

use super::fields::Fields;
use super::{Change, Entry, Header, Line, MAX_LINE_BYTES, VERSION, What};
use crate::schema::{EventName, Method, check_event, check_snapshot, closest, is_custom_event};
use crate::wire::{Body, Issue, Limits};

/// What is wrong with a recording, and where. Holds no value of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingError {
    /// The file, as it was named by the caller.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Which rule is broken.
    pub message: String,
}

impl fmt::Display for RecordingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for RecordingError {}

/// Reads a recording line by line.
#[derive(Clone, Debug)]
pub struct Reader {
    file: String,
    line: u64,
    begun: bool,
    last_at: u64,
}

impl Reader {
    /// A reader that has seen nothing yet. `file` is only named in errors.
    pub fn new(file: &str) -> Self {
        Self { file: file.to_owned(), line: 0, begun: false, last_at: 0 }
    }

    /// Reads the next line; `None` for an empty one.
    ///
    /// # Errors
    /// What is wrong with it, with file and line.
    pub fn read(&mut self, text: &str) -> Result<Option<Line>, RecordingError> {
        self.line += 1;
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        self.line_of(text).map(Some).map_err(|message| self.error(message))
    }

    /// Says that there are no more lines.
    ///
    /// # Errors
    /// When there was no header.
    pub fn end(&self) -> Result<(), RecordingError> {
        if self.begun { Ok(()) } else { Err(self.error("the recording is empty".into())) }
    }

    fn error(&self, message: String) -> RecordingError {
        RecordingError { file: self.file.clone(), line: self.line.max(1), message }
    }

    fn line_of(&mut self, text: &str) -> Result<Line, String> {
        if text.len() > MAX_LINE_BYTES {
            return Err(format!("the line has more than {MAX_LINE_BYTES} bytes"));
        }
        let members = match serde_json::from_str(text) {
            Ok(Value::Object(members)) => members,
            Ok(_) => return Err("a JSON object is expected".into()),
            Err(error) => return Err(format!("not JSON: column {}", error.column())),
        };
        let mut fields = Fields::new(members);
        if !self.begun {
            let header = header_of(&mut fields)?;
            self.begun = true;
            return Ok(Line::Header(header));
        }
        if fields.has("recording") {
            return Err("a second header: recordings cannot be joined".into());
        }
        let at = fields.whole("at")?;
        if at < self.last_at {
            return Err("at: earlier than the line before".into());
        }
        self.last_at = at;
        Ok(Line::Entry(Box::new(Entry { at, what: what_of(&mut fields)? })))
    }
}

fn header_of(fields: &mut Fields) -> Result<Header, String> {
    if !fields.has("recording") {
        return Err("the header is missing: the first line of a recording has the member `recording`".into());
    }
    let version = fields.whole("recording")?;
    if version != u64::from(VERSION) {
        return Err(format!("recording: this version of the format is not known, only {VERSION} is"));
    }
    Ok(Header {
        recording: VERSION,
        source: fields.text("source")?,
        redacted: fields.truth("redacted")?,
        started_at: fields.whole("startedAt")?,
    })
}

fn what_of(fields: &mut Fields) -> Result<What, String> {
    let kind = fields.text("kind")?;
    Ok(match kind.as_str() {
        "snapshot" => What::Snapshot { agent: fields.text("agent")?, snapshot: snapshot(fields)? },
        "command" => What::Command {
            agent: fields.text("agent")?,
            command: Box::new(
                fields.typed("command", "a command with type, contactId, initiatedBy and timestamp")?,
            ),
        },
        "emit" => emit(fields)?,
        "event" => What::Event {
            event: event_name(fields)?,
            timestamp: fields.whole("timestamp")?,
            agent: fields.text("agent")?,
            plugin: fields.text("plugin")?,
            session: fields.text("session")?,
            payload: fields.object("payload")?,
        },
        "message" => What::Message {
            method: method_name(fields)?,
            agent: fields.text("agent")?,
            plugin: fields.text("plugin")?,
            session: fields.text("session")?,
            contact_id: fields.optional_text("contactId")?,
            payload: fields.object("payload")?,
        },
        "answer" => What::Answer {
            // A plugin may ask for what does not exist, and is answered.
            method: fields.text("method")?,
            agent: fields.text("agent")?,
            plugin: fields.text("plugin")?,
            session: fields.text("session")?,
            took_ms: fields.whole("tookMs")?,
            result: fields.take("result"),
            error: if fields.has("error") { Some(fields.typed("error", "code and message")?) } else { None },
        },
        "session" => What::Session {
            change: fields.typed::<Change>("change", "present, opened, detached, resumed or retired")?,
            reason: fields.text("reason")?,
            agent: fields.text("agent")?,
            plugin: fields.text("plugin")?,
            session: fields.text("session")?,
        },
        other => return Err(unknown("kind", "a kind of line", other, KINDS.iter().copied())),
    })
}

fn snapshot(fields: &mut Fields) -> Result<Value, String> {
    let snapshot = fields.object("snapshot")?;
    check_snapshot(&snapshot).map_err(|issues| told("snapshot", &issues))?;
    Ok(snapshot)
}

fn emit(fields: &mut Fields) -> Result<What, String> {
    let event = event_name(fields)?;
    let payload = fields.object("payload")?;
    let body = Body::parse(&payload.to_string(), &Limits::TO_PLUGIN)
        .map_err(|error| format!("payload: {}", error.message))?;
    check_event(&event, &body).map_err(|issues| told("payload", &issues))?;
    Ok(What::Emit {
        event,
        timestamp: fields.whole("timestamp")?,
        agent: fields.text("agent")?,
        plugin: fields.optional_text("plugin")?,
        payload,
    })
}

fn event_name(fields: &mut Fields) -> Result<String, String> {
    let event = fields.text("event")?;
    if EventName::parse(&event).is_some() || is_custom_event(&event) {
        return Ok(event);
    }
    Err(unknown("event", "an event", &event, EventName::ALL.iter().map(|known| known.as_str())))
}

fn method_name(fields: &mut Fields) -> Result<String, String> {
    let method = fields.text("method")?;
    if Method::parse(&method).is_some() {
        return Ok(method);
    }
    Err(unknown("method", "a message or method", &method, Method::ALL.iter().map(|known| known.as_str())))
}

fn unknown<'a>(place: &str, what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = closest(name, known).map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
    format!("{place}: not the name of {what}{near}")
}

fn told(place: &str, issues: &[Issue]) -> String {
    let all: Vec<_> = issues.iter().map(|issue| told_one(place, issue)).collect();
    all.join("; ")
}

fn told_one(place: &str, issue: &Issue) -> String {
    match issue.path.as_str() {
        "" => format!("{place}: {}", issue.message),
        path => format!("{place}.{path}: {}", issue.message),
    }
}

const KINDS: [&str; 7] = ["snapshot", "command", "emit", "event", "message", "answer", "session"];
