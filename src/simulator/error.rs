//! Why the simulator does not do what it was asked.
use std::fmt;

use crate::wire::{ErrorBody, ErrorCode, Issue, Rule};

use super::action::ActionKind;

/// An action that is not possible. The state did not change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimulatorError {
    /// Not in this state.
    NotAllowed {
        /// What was asked for.
        action: &'static str,
        /// State of the contact or of the agent, and what is in the way.
        state: String,
        /// What is possible there.
        allowed: Vec<ActionKind>,
    },
    /// The agent has no contact, or none of that name.
    NoContact {
        /// The name, where one was given.
        name: Option<String>,
        /// What would be known: names and ids.
        known: Vec<String>,
    },
    /// Several contacts, and none was named.
    SeveralContacts {
        /// Their ids.
        ids: Vec<String>,
    },
    /// No party of that name.
    NoParty {
        /// The name, where one was given.
        name: Option<String>,
        /// Names and ids of those there are.
        known: Vec<String>,
    },
    /// Several parties of that name, or none was named.
    SeveralParties {
        /// Their connection ids.
        ids: Vec<String>,
    },
    /// No quick connect, queue or status of that name.
    Unknown {
        /// What is not known.
        what: &'static str,
        /// The name.
        name: String,
        /// The closest known one.
        closest: Option<String>,
    },
    /// Parameters that contradict each other, or break a limit.
    BadParameters {
        /// Which rule.
        message: String,
    },
}

impl SimulatorError {
    /// The stable code it becomes.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NotAllowed { .. } | Self::SeveralContacts { .. } | Self::SeveralParties { .. } => {
                ErrorCode::Conflict
            }
            Self::NoContact { name: None, .. } => ErrorCode::NoContact,
            Self::NoContact { .. } | Self::NoParty { .. } | Self::Unknown { .. } => ErrorCode::NotFound,
            Self::BadParameters { .. } => ErrorCode::BadRequest,
        }
    }

    fn candidates(&self) -> &[String] {
        match self {
            Self::SeveralContacts { ids } | Self::SeveralParties { ids } => ids,
            _ => &[],
        }
    }
}

impl fmt::Display for SimulatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        match self {
            Self::NotAllowed { action, state, allowed } => {
                let names: Vec<String> = allowed.iter().map(|kind| kind.as_str().to_owned()).collect();
                write!(f, "{action} is not possible while {state}; allowed there: {}", list(&names))
            }
            Self::NoContact { name: None, .. } => f.write_str("the agent has no contact to act on"),
            Self::NoContact { name: Some(name), known } => {
                write!(f, "no contact `{name}`; known: {}", list(known))
            }
            Self::SeveralContacts { ids } => {
                write!(f, "the agent has several contacts, name one: {}", list(ids))
            }
            Self::NoParty { name: None, known } => {
                write!(f, "no party of the contact can do this; parties: {}", list(known))
            }
            Self::NoParty { name: Some(name), known } => {
                write!(f, "no party `{name}`; parties: {}", list(known))
            }
            Self::SeveralParties { ids } => write!(f, "several parties match, name one: {}", list(ids)),
            Self::Unknown { what, name, closest } => {
                write!(f, "no {what} `{name}`")?;
                closest.as_ref().map_or(Ok(()), |closest| write!(f, "; did you mean `{closest}`?"))
            }
            Self::BadParameters { message } => f.write_str(message),
        }
    }
}

impl std::error::Error for SimulatorError {}

impl From<SimulatorError> for ErrorBody {
    fn from(error: SimulatorError) -> Self {
        let candidate = |id: &String| Issue {
            path: id.clone(),
            rule: Rule::Ambiguous,
            message: "a candidate".into(),
            hint: None,
        };
        let issues: Vec<Issue> = error.candidates().iter().map(candidate).collect();
        let mut body = Self::new(error.code(), error.to_string());
        body.issues = (!issues.is_empty()).then_some(issues);
        body
    }
}
