use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

/// A payload, result or event body that passed its check. Only the `check_*` functions make one.
///
/// Cloning is cheap: text and value are shared.
#[derive(Clone, Debug)]
pub struct Payload {
    json: Arc<str>,
    value: Arc<Value>,
}

impl Payload {
    pub(super) fn new(json: Arc<str>, value: Value) -> Self {
        Self { json, value: Arc::new(value) }
    }

    /// The JSON text exactly as it was received.
    pub fn json(&self) -> &Arc<str> {
        &self.json
    }

    /// The value, members of every version included.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The value as the type of its event, message or answer; `None` where `T` is another type.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        T::deserialize(&*self.value).ok()
    }
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}
