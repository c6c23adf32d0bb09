use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Packed;

/// A payload, result or event body that passed its check. Only the `check_*` functions make one.
///
/// Cloning is cheap: text and value are shared.
#[derive(Clone, Debug)]
pub struct Payload {
    json: Arc<str>,
    checked: Arc<Checked>,
}

/// What the check left: the value, or the packed form from which nobody has wanted the value yet.
#[derive(Debug)]
struct Checked {
    packed: Option<Packed>,
    value: OnceLock<Value>,
}

impl Payload {
    pub(super) fn new(json: Arc<str>, value: Value) -> Self {
        Self { json, checked: Arc::new(Checked { packed: None, value: OnceLock::from(value) }) }
    }

    pub(super) fn of_packed(json: Arc<str>, packed: Packed) -> Self {
        Self { json, checked: Arc::new(Checked { packed: Some(packed), value: OnceLock::new() }) }
    }

    /// The JSON text exactly as it was received.
    pub fn json(&self) -> &Arc<str> {
        &self.json
    }

    /// The form that the generated readers take; `None` where only the JSON text tells all.
    pub fn packed(&self) -> Option<&Packed> {
        self.checked.packed.as_ref()
    }

    /// The value, members of every version included.
    pub fn value(&self) -> &Value {
        // The text was checked: there is no other value than its own.
        self.checked.value.get_or_init(|| serde_json::from_str(&self.json).unwrap_or_default())
    }

    /// The value as the type of its event, message or answer; `None` where `T` is another type.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        T::deserialize(self.value()).ok()
    }
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}
