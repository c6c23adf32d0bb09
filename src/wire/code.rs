//! Error codes, close codes and the error value that crosses the link and the native boundary.

use serde::{Deserialize, Serialize};

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, retryable $retry:literal;)*) => {
        /// Stable code of an error, the same string on the wire and on `SmartAgentError.code`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        #[non_exhaustive]
        pub enum ErrorCode { $($(#[$doc])* #[serde(rename = $text)] $name,)* }
        impl ErrorCode {
            /// Every code, in the order of the reference.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
            /// The `E_*` string.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$name => $text,)* } }
            /// Whether the same call may succeed when it is made again.
            pub const fn retryable(self) -> bool { match self { $(Self::$name => $retry,)* } }
        }
    };
}

error_codes! {
    /// A schema or payload rule is broken; `issues` lists all of them.
    BadRequest = "E_BAD_REQUEST", retryable false;
    /// No such method; the message names the closest one.
    UnknownMethod = "E_UNKNOWN_METHOD", retryable false;
    /// No such event; the message names the closest one.
    UnknownEvent = "E_UNKNOWN_EVENT", retryable false;
    /// The scope is not granted.
    Forbidden = "E_FORBIDDEN", retryable false;
    /// The contact, connection or quick connect does not exist.
    NotFound = "E_NOT_FOUND", retryable false;
    /// Several things match; their ids are in `issues`.
    Conflict = "E_CONFLICT", retryable false;
    /// The agent has no contact to act on.
    NoContact = "E_NO_CONTACT", retryable false;
    /// More requests than the host allows; `retryAfterMs` says when to come back.
    RateLimited = "E_RATE_LIMITED", retryable true;
    /// A frame above the size cap.
    TooLarge = "E_TOO_LARGE", retryable false;
    /// The outbox is full while the link is away or slow.
    OutboxFull = "E_OUTBOX_FULL", retryable true;
    /// An `events()` iterator was read too slowly.
    Overflow = "E_OVERFLOW", retryable false;
    /// No answer within the deadline.
    Timeout = "E_TIMEOUT", retryable true;
    /// The session was lost while the request was in flight.
    OutcomeUnknown = "E_OUTCOME_UNKNOWN", retryable true;
    /// The caller's signal was aborted.
    Cancelled = "E_CANCELLED", retryable false;
    /// The client or host is closed.
    Closed = "E_CLOSED", retryable false;
    /// The idempotency key was used with another payload.
    IdempotencyConflict = "E_IDEMPOTENCY_CONFLICT", retryable false;
    /// A call before `init()`.
    NotReady = "E_NOT_READY", retryable false;
    /// The page is not in an iframe.
    NotEmbedded = "E_NOT_EMBEDDED", retryable false;
    /// Nobody answered within the connect timeout.
    NoHost = "E_NO_HOST", retryable true;
    /// The origin is not allowed.
    Origin = "E_ORIGIN", retryable false;
    /// The token was refused or expired.
    Auth = "E_AUTH", retryable false;
    /// No protocol version in common.
    Version = "E_VERSION", retryable false;
    /// The TLS handshake or certificate failed, or `ws://` beyond loopback was refused.
    Tls = "E_TLS", retryable false;
    /// The peer broke the protocol.
    Protocol = "E_PROTOCOL", retryable false;
    /// The host cannot serve this now.
    Unavailable = "E_UNAVAILABLE", retryable true;
    /// An exception in a host's handler.
    Internal = "E_INTERNAL", retryable true;
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether the request that failed was executed by the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Executed {
    /// Certainly not.
    No,
    /// It may have been.
    Unknown,
}

/// Which rule an [`Issue`] breaks; a stable lower-case string in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// A member that must be there is missing.
    Required,
    /// A member that this shape does not have.
    UnknownMember,
    /// Another JSON type is expected.
    Type,
    /// Not one of the allowed values.
    Enum,
    /// Too few characters, members or bytes.
    MinLength,
    /// Too many characters, members or bytes.
    MaxLength,
    /// A number below or above its range.
    Range,
    /// The text does not have the required form.
    Format,
    /// A key that is not allowed here.
    Key,
    /// The same key twice.
    DuplicateKey,
    /// A number that is not finite or not exact.
    Number,
    /// A lone UTF-16 surrogate.
    Surrogate,
    /// Nested too deeply.
    Depth,
    /// Too many members and elements.
    Members,
    /// Members that contradict each other, or a choice that is not made exactly once.
    Choice,
    /// A candidate when several things match (`E_CONFLICT`).
    Ambiguous,
    /// A rule of a newer peer that this version does not know.
    Other,
}

/// One broken rule: where, which and what to do. Never the offending value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Issue {
    /// Place in the payload, as `endpoint.phoneNumber` or `connections[2].state`; empty for the payload itself.
    pub path: String,
    /// The rule.
    pub rule: Rule,
    /// What is expected, in a sentence without the value.
    pub message: String,
    /// What to do, for instance the closest known name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
}

/// An error as it stands in `response.error` and on `SmartAgentError`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// Stable code.
    pub code: ErrorCode,
    /// What, where, which rule, what to do.
    pub message: String,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// Whether the host ran the request.
    pub executed: Executed,
    /// Wait at least this long before a retry, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after_ms: Option<u64>,
    /// Place of the first issue.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
    /// All broken rules.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub issues: Option<Vec<Issue>>,
    /// The key to repeat in a retry. Local: never on the wire.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub idempotency_key: Option<String>,
}

impl ErrorBody {
    /// An error that was certainly not executed, with the code's own `retryable`.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retryable: code.retryable(),
            executed: Executed::No,
            retry_after_ms: None,
            path: None,
            issues: None,
            idempotency_key: None,
        }
    }

    /// The same error with `executed: "unknown"`.
    pub fn unknown(mut self) -> Self {
        self.executed = Executed::Unknown;
        self
    }

    /// An `E_BAD_REQUEST` that lists every issue; the message is made of the first one and the count.
    pub fn bad_request(what: &str, issues: Vec<Issue>) -> Self {
        let mut error = Self::new(ErrorCode::BadRequest, what);
        if let Some(first) = issues.first() {
            let place = if first.path.is_empty() { String::new() } else { format!("{}: ", first.path) };
            let hint = first.hint.as_deref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            let more = match issues.len() {
                1 => String::new(),
                n => format!(", and {} more", n - 1),
            };
            error.message = format!("{what}: {place}{}{hint}{more}", first.message);
            error.path = Some(first.path.clone());
        }
        error.issues = Some(issues);
        error
    }
}

impl std::fmt::Display for ErrorBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for ErrorBody {}

/// A close code of the link: 1000–1015 from RFC 6455, 4000–4999 ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CloseCode(pub u16);

impl CloseCode {
    /// The application closed the link for good.
    pub const NORMAL: Self = Self(1000);
    /// The carrier went away without a code.
    pub const LOST: Self = Self(1006);
    /// The host failed.
    pub const INTERNAL: Self = Self(4000);
    /// The host shuts down.
    pub const SHUTDOWN: Self = Self(4001);
    /// No frame within the heartbeat's time-out.
    pub const PING_TIMEOUT: Self = Self(4002);
    /// The peer reads too slowly.
    pub const SLOW_CONSUMER: Self = Self(4003);
    /// The token expired: redial with a fresh one.
    pub const TOKEN_EXPIRED: Self = Self(4004);
    /// Too many requests or links.
    pub const RATE_LIMITED: Self = Self(4005);
    /// No `hello` or `welcome` in time.
    pub const HELLO_TIMEOUT: Self = Self(4008);
    /// The host has no room for another session.
    pub const HOST_FULL: Self = Self(4013);
    /// The peer broke the protocol.
    pub const BAD_FRAME: Self = Self(4500);
    /// The token was refused.
    pub const AUTH_FAILED: Self = Self(4501);
    /// The origin or plugin is not allowed.
    pub const FORBIDDEN: Self = Self(4503);
    /// No version in common.
    pub const VERSION_UNSUPPORTED: Self = Self(4506);
    /// A newer link took over the session.
    pub const REPLACED: Self = Self(4509);
    /// A frame above its size cap.
    pub const FRAME_TOO_LARGE: Self = Self(4510);
    /// Twenty errors within a minute.
    pub const TOO_MANY_ERRORS: Self = Self(4511);
    /// The desktop removed the plugin.
    pub const REMOVED: Self = Self(4513);

    /// Whether the plugin dials again after this code (4000–4499 and 1001, 1005, 1006, 1011–1014).
    pub const fn reconnects(self) -> bool {
        matches!(self.0, 4000..=4499 | 1001 | 1005 | 1006 | 1011..=1014)
    }

    /// The error it becomes when it stops a call or `init()`.
    pub const fn error_code(self) -> ErrorCode {
        match self.0 {
            4004 | 4501 => ErrorCode::Auth,
            4005 => ErrorCode::RateLimited,
            4008 => ErrorCode::NoHost,
            4500 | 4511 | 1002 | 1003 | 1007..=1009 => ErrorCode::Protocol,
            4503 => ErrorCode::Origin,
            4506 => ErrorCode::Version,
            4509 | 4513 | 1000 => ErrorCode::Closed,
            4510 => ErrorCode::TooLarge,
            4502 | 4504 | 4505 | 4507 | 4508 | 4512 | 4514..=4999 | 1010 => ErrorCode::Protocol,
            _ => ErrorCode::Unavailable,
        }
    }
}
