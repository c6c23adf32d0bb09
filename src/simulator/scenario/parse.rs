//! Reading a scenario file, and telling what is wrong with one.
use std::fmt;

use serde_saphyr::{Error, Location};

use super::file::Scenario;
use crate::schema::closest;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// The file, as it was named by the caller.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
    /// Which rule is broken, with the closest known name where one was mistyped.
    pub message: String,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl std::error::Error for ScenarioError {}

impl ScenarioError {
    pub(super) fn at(file: &str, location: Location, message: String) -> Self {
        Self {
            file: file.to_owned(),
            line: location.line().max(1),
            column: location.column().max(1),
            message,
        }
    }
}

impl Scenario {
    /// Reads a scenario. JSON is read as the YAML that it is. `file` is only named in errors.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioError> {
        let mut scenario: Self = serde_saphyr::from_str(text).map_err(|error| error_of(file, &error))?;
        scenario.file = file.to_owned();
        if scenario.version != 1 {
            let message = format!("scenario: version {} is not known, only 1 is", scenario.version);
            return Err(ScenarioError { file: file.to_owned(), line: 1, column: 1, message });
        }
        Ok(scenario)
    }
}

fn error_of(file: &str, error: &Error) -> ScenarioError {
    let error = error.without_snippet();
    let message = match error {
        Error::SerdeUnknownField { field, expected, .. } => unknown("member", field, expected),
        Error::SerdeUnknownVariant { variant, expected, .. } => unknown("name", variant, expected),
        Error::SerdeMissingField { field, .. } => format!("member `{field}` is missing"),
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            format!("expected {expected}, found {unexpected}")
        }
        Error::DuplicateMappingKey { key: Some(key), .. } => format!("member `{key}` stands here twice"),
        other => without_place(&other.to_string()),
    };
    ScenarioError::at(file, error.location().unwrap_or(Location::UNKNOWN), message)
}

fn unknown(what: &str, name: &str, known: &[&'static str]) -> String {
    match closest(name, known.iter().copied()) {
        Some(close) => format!("unknown {what} `{name}`; did you mean `{close}`?"),
        None => format!("unknown {what} `{name}`; known: {}", known.join(", ")),
    }
}

/// The parser's own texts repeat the place, which stands in front already.
fn without_place(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    first.split(" at line ").next().unwrap_or(first).to_owned()
}
