//! Reading a scenario file, and telling what is wrong with one.
use std::fmt;

use serde::Deserialize;

use super::file::Scenario;
use super::yaml::{Content, Fault, Node, Place};

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
    pub(super) fn at(file: &str, place: Place, message: String) -> Self {
        Self { file: file.to_owned(), line: place.line, column: place.column, message }
    }
}

impl Scenario {
    /// Reads a scenario. JSON is read as the YAML that it is. `file` is only named in errors.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioError> {
        let error_of =
            |fault: Fault| ScenarioError::at(file, fault.place.unwrap_or(Place::START), fault.message);
        let root = Node::parse(text).map_err(error_of)?;
        let mut scenario = Self::deserialize(&root).map_err(error_of)?;
        scenario.file = file.to_owned();
        if let Some(Content::List(steps)) = root.member("steps").map(|steps| &steps.content) {
            scenario.places = steps.iter().map(|step| step.place).collect();
        }
        if scenario.version != 1 {
            let message = format!("scenario: version {} is not known, only 1 is", scenario.version);
            return Err(ScenarioError::at(file, Place::START, message));
        }
        Ok(scenario)
    }
}
