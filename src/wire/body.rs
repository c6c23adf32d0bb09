use std::sync::Arc;

use super::Issue;

/// The raw JSON text of a `payload` or `result`, syntactically sound, with the payload rules it breaks.
///
/// Cloning is cheap: the text is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    pub(super) json: Arc<str>,
    pub(super) faults: Vec<Issue>,
}

impl Body {
    /// The body of a frame that carries none.
    pub fn empty() -> Self {
        Self { json: Arc::from("{}"), faults: Vec::new() }
    }

    /// The JSON text exactly as it was received.
    pub fn json(&self) -> &Arc<str> {
        &self.json
    }

    /// The payload rules (duplicate key, forbidden key, number, surrogate, depth, members) that the text breaks.
    pub fn faults(&self) -> &[Issue] {
        &self.faults
    }
}
