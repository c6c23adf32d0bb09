use std::sync::Arc;

use super::decode::text_of;
use super::scan::Scanner;
use super::walk::{Kind, Walked, walk};
use super::{DecodeError, Issue, Limits, Rule};

/// The raw JSON text of a `payload` or `result`, syntactically sound, with the payload rules it breaks.
///
/// Cloning is cheap: the text is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    json: Arc<str>,
    faults: Vec<Issue>,
    unlisted: usize,
}

impl Body {
    /// The body of a frame that carries none.
    pub fn empty() -> Self {
        Self { json: Arc::from("{}"), faults: Vec::new(), unlisted: 0 }
    }

    /// Reads the JSON text of one object, as [`super::decode`] reads a payload.
    ///
    /// # Errors
    /// When the text is above the frame's size cap, is not JSON or is not an object. Broken payload rules are no
    /// error: they are kept as [`Self::faults`].
    pub fn parse(json: &str, limits: &Limits) -> Result<Self, DecodeError> {
        let text = text_of(json.as_bytes(), limits)?;
        let mut scanner = Scanner::new(text);
        let walked = walk(&mut scanner, limits)?;
        scanner.skip_space();
        if scanner.peek().is_some() {
            return Err(DecodeError::envelope(scanner.at(), "more text follows the value"));
        }
        Self::from_walked(walked, "the value")
    }

    /// The body of a value made here, which breaks no payload rule.
    pub fn from_value(value: &serde_json::Value) -> Self {
        Self { json: Arc::from(value.to_string()), faults: Vec::new(), unlisted: 0 }
    }

    /// The body that a frame's member holds; `place` names the member in the error when it is not an object.
    pub(super) fn from_walked(walked: Walked<'_>, place: &str) -> Result<Self, DecodeError> {
        if walked.kind != Kind::Object {
            return Err(DecodeError::envelope(walked.at, format!("{place} must be an object")));
        }
        Ok(Self { json: Arc::from(walked.text), faults: walked.faults, unlisted: walked.unlisted })
    }

    /// The JSON text exactly as it was received.
    pub fn json(&self) -> &Arc<str> {
        &self.json
    }

    /// The payload rules (duplicate key, key, number, surrogate, depth, members) that the text breaks: the first 64.
    pub fn faults(&self) -> &[Issue] {
        &self.faults
    }

    /// How many faults there are beyond those that [`Self::faults`] lists.
    pub fn unlisted_faults(&self) -> usize {
        self.unlisted
    }

    /// The text as a value.
    ///
    /// # Errors
    /// The [`Self::faults`], where there are any.
    pub fn value(&self) -> Result<serde_json::Value, Vec<Issue>> {
        if !self.faults.is_empty() {
            return Err(self.faults.clone());
        }
        serde_json::from_str(&self.json).map_err(|_| {
            let message = "the text cannot be read as a value".to_owned();
            vec![Issue { path: String::new(), rule: Rule::Format, message, hint: None }]
        })
    }
}
