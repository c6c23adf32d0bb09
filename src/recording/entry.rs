use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::calls::Command;
use crate::schema::AgentSnapshot;

/// The first line of a recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// Version of the format: 1.
    pub recording: u32,
    /// What made it, as `smartagent-plugin-sdk/<version>`.
    pub source: String,
    /// Whether what is personal was emptied.
    pub redacted: bool,
    /// When it began, epoch milliseconds.
    pub started_at: u64,
}

/// Any other line of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Entry {
    /// Milliseconds since the recording began.
    pub at: u64,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

/// One thing that a desktop was told or told.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum What {
    /// The desktop was handed an agent's state. The first ones are what was known when the recording began.
    Snapshot {
        /// Whose.
        agent: String,
        /// The state.
        #[schemars(with = "AgentSnapshot")]
        snapshot: Value,
    },
    /// Somebody issued a command: the desktop, or a plugin by a request.
    Command {
        /// Whose call it is about.
        agent: String,
        /// The command.
        command: Box<Command>,
    },
    /// The desktop was told to send an event.
    Emit {
        /// The event.
        event: String,
        /// When it happened, epoch milliseconds.
        timestamp: u64,
        /// Whose plugins it is for.
        agent: String,
        /// Only this plugin.
        #[serde(skip_serializing_if = "Option::is_none")]
        plugin: Option<String>,
        /// Its payload.
        #[schemars(with = "Map<String, Value>")]
        payload: Value,
    },
    /// An event went to a session, as that session sees it.
    Event {
        /// The event.
        event: String,
        /// When it happened, epoch milliseconds.
        timestamp: u64,
        /// The agent.
        agent: String,
        /// To whom: the plugin's id.
        plugin: String,
        /// To whom: the session's id.
        session: String,
        /// Its payload.
        #[schemars(with = "Map<String, Value>")]
        payload: Value,
    },
    /// A plugin's request was accepted.
    Message {
        /// The method.
        method: String,
        /// The agent.
        agent: String,
        /// Who asks: the plugin's id.
        plugin: String,
        /// Who asks: the session's id.
        session: String,
        /// The contact it acts on.
        #[serde(skip_serializing_if = "Option::is_none")]
        contact_id: Option<String>,
        /// Its payload.
        #[schemars(with = "Map<String, Value>")]
        payload: Value,
    },
    /// A request was answered; one that was refused has no `message`.
    Answer {
        /// The method.
        method: String,
        /// The agent.
        agent: String,
        /// Who asked: the plugin's id.
        plugin: String,
        /// Who asked: the session's id.
        session: String,
        /// How long the desktop's handler took.
        took_ms: u64,
        /// The result, where it succeeded.
        #[serde(skip_serializing_if = "Option::is_none")]
        result: Option<Value>,
        /// Why it did not.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<Failure>,
    },
    /// A session opened, lost its link, came back or ended.
    Session {
        /// How it changed; `present` are those that were there when the recording began.
        change: Change,
        /// Why, in a word.
        reason: String,
        /// The agent.
        agent: String,
        /// The plugin's id.
        plugin: String,
        /// The session's id.
        session: String,
    },
}

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Failure {
    /// One of the `E_*` codes.
    pub code: String,
    /// In a sentence.
    pub message: String,
}

/// How a session changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It was there already.
    Present,
    /// It is new.
    Opened,
    /// It lost its link and may come back.
    Detached,
    /// It goes on over another link.
    Resumed,
    /// It is gone.
    Retired,
}

/// One line of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Line {
    /// The first.
    Header(Header),
    /// Any other.
    Entry(Box<Entry>),
}

/// The JSON Schema of one line, as a text.
pub fn json_schema() -> String {
    let mut schema = schemars::schema_for!(Line).to_value();
    if let Some(members) = schema.as_object_mut() {
        members.insert("$id".into(), json!("urn:smartagent:recording:1"));
        members.insert("title".into(), json!("One line of a SmartAgent recording"));
    }
    format!("{schema:#}\n")
}
