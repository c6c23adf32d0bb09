//! Reads a nested object of an envelope member by member; each error names its place.

use serde_json::{Map, Value};

use super::{DecodeError, MAX_SAFE_INTEGER};

/// An object whose members are taken by name.
pub(super) struct Fields {
    place: String,
    at: usize,
    members: Map<String, Value>,
}

impl Fields {
    /// The members of `value`, which must be an object; `at` is where the message holds it.
    pub(super) fn new(place: String, at: usize, value: Value) -> Result<Self, DecodeError> {
        match value {
            Value::Object(members) => Ok(Self { place, at, members }),
            _ => Err(DecodeError::envelope(at, format!("{place} must be an object"))),
        }
    }

    /// The members of the envelope itself.
    pub(super) fn envelope(at: usize) -> Self {
        Self { place: String::new(), at, members: Map::new() }
    }

    pub(super) fn insert(&mut self, name: String, value: Value) {
        self.members.insert(name, value);
    }

    fn place(&self, name: &str) -> String {
        if self.place.is_empty() { name.to_owned() } else { format!("{}.{name}", self.place) }
    }

    pub(super) fn wrong(&self, name: &str, rule: &str) -> DecodeError {
        DecodeError::envelope(self.at, format!("{} must be {rule}", self.place(name)))
    }

    fn missing(&self, name: &str) -> DecodeError {
        DecodeError::envelope(self.at, format!("member {} is missing", self.place(name)))
    }

    /// Takes a member as it is.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.members.shift_remove(name)
    }

    /// Takes a member that `read` accepts; `rule` completes the sentence "… must be …".
    fn optional<T>(
        &mut self,
        name: &str,
        rule: &str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Result<Option<T>, DecodeError> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| self.wrong(name, rule)),
        }
    }

    pub(super) fn optional_string(
        &mut self,
        name: &str,
        rule: &str,
        accept: impl Fn(&str) -> bool,
    ) -> Result<Option<String>, DecodeError> {
        self.optional(name, rule, |value| match value {
            Value::String(text) if accept(&text) => Some(text),
            _ => None,
        })
    }

    pub(super) fn string(
        &mut self,
        name: &str,
        rule: &str,
        accept: impl Fn(&str) -> bool,
    ) -> Result<String, DecodeError> {
        self.optional_string(name, rule, accept)?.ok_or_else(|| self.missing(name))
    }

    /// A string without further rules.
    pub(super) fn text(&mut self, name: &str) -> Result<String, DecodeError> {
        self.string(name, "a string", |_| true)
    }

    /// A string without further rules that may be absent.
    pub(super) fn optional_text(&mut self, name: &str) -> Result<Option<String>, DecodeError> {
        self.optional_string(name, "a string", |_| true)
    }

    /// An integer from 0 to 2^53 − 1.
    pub(super) fn integer(&mut self, name: &str) -> Result<u64, DecodeError> {
        self.optional_integer(name)?.ok_or_else(|| self.missing(name))
    }

    pub(super) fn optional_integer(&mut self, name: &str) -> Result<Option<u64>, DecodeError> {
        self.optional(name, "an integer from 0 to 9007199254740991", |value| {
            value.as_u64().filter(|number| *number <= MAX_SAFE_INTEGER)
        })
    }

    /// A number that is not negative.
    pub(super) fn rate(&mut self, name: &str) -> Result<f64, DecodeError> {
        self.optional(name, "a number that is not negative", |value| {
            value.as_f64().filter(|rate| *rate >= 0.0)
        })?
        .ok_or_else(|| self.missing(name))
    }

    pub(super) fn bool(&mut self, name: &str) -> Result<bool, DecodeError> {
        self.optional(name, "true or false", |value| value.as_bool())?.ok_or_else(|| self.missing(name))
    }

    /// An array of which `read` accepts each element.
    pub(super) fn optional_list<T>(
        &mut self,
        name: &str,
        rule: &str,
        read: impl Fn(Value) -> Option<T>,
    ) -> Result<Option<Vec<T>>, DecodeError> {
        self.optional(name, rule, |value| match value {
            Value::Array(elements) => elements.into_iter().map(read).collect(),
            _ => None,
        })
    }

    pub(super) fn list<T>(
        &mut self,
        name: &str,
        rule: &str,
        read: impl Fn(Value) -> Option<T>,
    ) -> Result<Vec<T>, DecodeError> {
        self.optional_list(name, rule, read)?.ok_or_else(|| self.missing(name))
    }

    pub(super) fn optional_fields(&mut self, name: &str) -> Result<Option<Self>, DecodeError> {
        let place = self.place(name);
        self.take(name).map(|value| Self::new(place, self.at, value)).transpose()
    }

    pub(super) fn fields(&mut self, name: &str) -> Result<Self, DecodeError> {
        self.optional_fields(name)?.ok_or_else(|| self.missing(name))
    }

    /// The members of `value`, an element of the list `name`.
    pub(super) fn nested(&self, name: &str, value: Value) -> Result<Self, DecodeError> {
        Self::new(self.place(name), self.at, value)
    }

    /// Ends a strict object: every member must have been taken.
    pub(super) fn finish(self) -> Result<(), DecodeError> {
        if self.members.is_empty() {
            return Ok(());
        }
        Err(DecodeError::envelope(self.at, format!("{} has an unknown member", self.place)))
    }
}

/// A string as a list's element.
pub(super) fn text_element(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}
