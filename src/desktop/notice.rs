//! What the application that owns the desktop is told.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::SessionInfo;
use crate::recording::Change;
use crate::schema::{Method, Payload};
use crate::wire::ErrorBody;

/// Something the application may want to show, count or log. JSON: `{"notice": "<name>", …}`.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "notice", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum HostNotice {
    /// A session changed.
    Session {
        /// How.
        change: SessionChange,
        /// Why, in a word. Opened: `welcome.reason`. Detached: `lost`. Resumed: `resumed`. Unresponsive:
        /// `silent`. Responsive: `heard`. Retired: `goodbye`, `expired`,
        /// `overflow`, `protocol`, `replaced`, `removed`, `host_full`, `identity_changed`.
        reason: String,
        /// Which.
        session: Box<SessionInfo>,
    },
    /// A plugin's request was accepted and is answered or run now.
    Request {
        /// The method.
        #[serde(serialize_with = "method_name")]
        method: Method,
        /// The checked payload.
        #[serde(serialize_with = "payload_value")]
        payload: Payload,
        /// The agent.
        agent: Arc<str>,
        /// Who asks: the plugin's id.
        plugin: Arc<str>,
        /// Who asks: the session's id.
        session: Arc<str>,
        /// The contact it acts on, resolved.
        contact_id: Option<String>,
    },
    /// An event goes to a session. Only with [`super::DesktopOptions::trace`].
    Delivery {
        /// Its name.
        event: String,
        /// When it happened, epoch milliseconds.
        timestamp: u64,
        /// Its payload, as this session may see it.
        payload: Value,
        /// The agent.
        agent: Arc<str>,
        /// To whom: the plugin's id.
        plugin: Arc<str>,
        /// To whom: the session's id.
        session: Arc<str>,
    },
    /// A request was answered: refused ones, that no `Request` announced, too. Only with [`super::DesktopOptions::trace`].
    Answer {
        /// The method, as the plugin named it.
        method: String,
        /// The result; absent where there is an error.
        #[serde(skip_serializing_if = "Option::is_none")]
        result: Option<Value>,
        /// Why not.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<Box<ErrorBody>>,
        /// How long the application's handler took; 0 for a built-in answer.
        took_ms: u64,
        /// The agent.
        agent: Arc<str>,
        /// Who asked: the plugin's id.
        plugin: Arc<str>,
        /// Who asked: the session's id.
        session: Arc<str>,
    },
    /// A plugin is to be shown or hidden.
    Visibility {
        /// The agent.
        agent: Arc<str>,
        /// The plugin.
        plugin: Arc<str>,
        /// Whether it is to be seen.
        visible: bool,
    },
    /// A plugin changed its title.
    Title {
        /// The agent.
        agent: Arc<str>,
        /// The plugin.
        plugin: Arc<str>,
        /// The new title, possibly empty.
        title: String,
    },
    /// A plugin showed or cleared notifications.
    Notification {
        /// The agent.
        agent: Arc<str>,
        /// The plugin.
        plugin: Arc<str>,
        /// What is new.
        #[serde(flatten)]
        change: NotificationChange,
    },
    /// A plugin shows a popup message.
    Popup {
        /// The agent.
        agent: Arc<str>,
        /// The plugin.
        plugin: Arc<str>,
        /// `SUCCESS` or `ERROR`.
        #[serde(rename = "type")]
        popup_type: String,
        /// The text.
        message: String,
    },
    /// Something the owner of the host should know for security's sake. Holds no token and no customer data.
    Audit {
        /// What, as a stable word.
        kind: AuditKind,
        /// In a sentence.
        message: String,
        /// The agent, where it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        agent: Option<Arc<str>>,
        /// The plugin, where it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        plugin: Option<Arc<str>>,
        /// The session, where it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        session: Option<Arc<str>>,
        /// The peer's address, where it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        address: Option<String>,
        /// The page's origin, where there is one.
        #[serde(skip_serializing_if = "Option::is_none")]
        origin: Option<String>,
    },
}

impl HostNotice {
    /// Its name, as in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Session { .. } => "session",
            Self::Request { .. } => "request",
            Self::Delivery { .. } => "delivery",
            Self::Answer { .. } => "answer",
            Self::Visibility { .. } => "visibility",
            Self::Title { .. } => "title",
            Self::Notification { .. } => "notification",
            Self::Popup { .. } => "popup",
            Self::Audit { .. } => "audit",
        }
    }
}

/// How a session changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionChange {
    /// It is new.
    Opened,
    /// It lost its link and may come back.
    Detached,
    /// It goes on over another link.
    Resumed,
    /// It does not answer: a port is kept all the same.
    Unresponsive,
    /// It answers again.
    Responsive,
    /// It is gone.
    Retired,
}

impl SessionChange {
    /// What a recording says of it; silence of a port changes nothing about its session.
    pub(super) fn recorded(self) -> Option<Change> {
        match self {
            Self::Opened => Some(Change::Opened),
            Self::Detached => Some(Change::Detached),
            Self::Resumed => Some(Change::Resumed),
            Self::Retired => Some(Change::Retired),
            Self::Unresponsive | Self::Responsive => None,
        }
    }
}

/// What is new among a plugin's notifications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum NotificationChange {
    /// One is shown.
    Created {
        /// Its id.
        notification_id: String,
        /// Its header.
        header: String,
        /// Its text.
        text: String,
    },
    /// These are gone.
    Cleared {
        /// Their ids.
        notification_ids: Vec<String>,
    },
}

/// Stable words of the audit trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuditKind {
    /// A token was refused.
    AuthFailed,
    /// A plugin, origin or embed claim was refused.
    Forbidden,
    /// A `resume` named a session or token that is not the caller's.
    ForeignResume,
    /// A newer link took over a session.
    Replaced,
    /// A request lacked its scope.
    ScopeRefused,
    /// A cap was reached.
    Limit,
    /// The peer broke the protocol.
    Protocol,
    /// A handler of the application answered what the method does not promise.
    BadAnswer,
    /// A member that no receiver should have was left out of an event.
    DroppedKey,
}

fn method_name<S: serde::Serializer>(method: &Method, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(method.as_str())
}

fn payload_value<S: serde::Serializer>(payload: &Payload, serializer: S) -> Result<S::Ok, S::Error> {
    payload.value().serialize(serializer)
}
