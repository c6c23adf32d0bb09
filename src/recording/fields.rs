//! Reading the members of a line without ever naming a value.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The members of a line's object.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A member that can be left out.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.0.shift_remove(name).filter(|value| !value.is_null())
    }

    pub fn text(&mut self, name: &str) -> Result<String, String> {
        self.optional_text(name)?.ok_or_else(|| missing(name, "a string"))
    }

    pub fn optional_text(&mut self, name: &str) -> Result<Option<String>, String> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(missing(name, "a string")),
        }
    }

    pub fn whole(&mut self, name: &str) -> Result<u64, String> {
        let number = self.take(name);
        number.as_ref().and_then(Value::as_u64).ok_or_else(|| missing(name, "a whole number, 0 or more"))
    }

    pub fn truth(&mut self, name: &str) -> Result<bool, String> {
        self.take(name).as_ref().and_then(Value::as_bool).ok_or_else(|| missing(name, "true or false"))
    }

    pub fn object(&mut self, name: &str) -> Result<Value, String> {
        self.take(name).filter(Value::is_object).ok_or_else(|| missing(name, "an object"))
    }

    /// A member of a type that says itself what it is. `expected` stands for the text of serde, which names values.
    pub fn typed<T: DeserializeOwned>(&mut self, name: &str, expected: &str) -> Result<T, String> {
        let value = self.take(name).unwrap_or_default();
        T::deserialize(value).map_err(|_| missing(name, expected))
    }
}

fn missing(name: &str, expected: &str) -> String {
    format!("{name}: {expected} is expected")
}
