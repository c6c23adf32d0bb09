//! The members of one frame, taken by name: what is left over at the end is unknown.

use std::borrow::Cow;

use super::decode::text_of;
use super::fields::Fields;
use super::scan::Scanner;
use super::walk::{Kind, Walked, walk};
use super::{Body, DecodeError, Limits, MAX_SAFE_INTEGER};

/// Members of one envelope; more are refused before they are collected.
const MAX_MEMBERS: usize = 64;

/// The members of a frame that nobody has taken yet.
pub(super) struct Envelope<'a> {
    members: Vec<Member<'a>>,
    /// Offset of the closing brace: the place of what is missing.
    end: usize,
}

struct Member<'a> {
    key: Cow<'a, str>,
    at: usize,
    value: Walked<'a>,
}

impl<'a> Envelope<'a> {
    /// Reads the whole message.
    pub(super) fn read(bytes: &'a [u8], limits: &Limits) -> Result<Self, DecodeError> {
        let mut scanner = Scanner::new(text_of(bytes, limits)?);
        scanner.skip_space();
        if scanner.peek() != Some(b'{') {
            return Err(DecodeError::envelope(0, "a frame must be a JSON object"));
        }
        scanner.advance();
        let mut envelope = Self { members: Vec::with_capacity(8), end: 0 };
        loop {
            scanner.skip_space();
            if scanner.peek() == Some(b'}') && envelope.members.is_empty() {
                break;
            }
            envelope.read_member(&mut scanner, limits)?;
            scanner.skip_space();
            match scanner.peek() {
                Some(b',') => scanner.advance(),
                Some(b'}') => break,
                _ => return scanner.fault("a comma or } is expected").map_err(DecodeError::from),
            }
        }
        envelope.end = scanner.at();
        scanner.advance();
        scanner.skip_space();
        match scanner.peek() {
            None => Ok(envelope),
            Some(_) => Err(DecodeError::envelope(scanner.at(), "more text follows the frame")),
        }
    }

    fn read_member(&mut self, scanner: &mut Scanner<'a>, limits: &Limits) -> Result<(), DecodeError> {
        let at = scanner.at();
        let key = scanner.string()?.decode();
        if self.members.iter().any(|member| member.key == key) {
            return Err(DecodeError::envelope(at, format!("member {} stands twice", shown(&key))));
        }
        if self.members.len() == MAX_MEMBERS {
            return Err(DecodeError::envelope(at, format!("a frame has more than {MAX_MEMBERS} members")));
        }
        scanner.skip_space();
        scanner.expect(b':', "a colon is expected after a key")?;
        let value = walk(scanner, limits)?;
        self.members.push(Member { key, at, value });
        Ok(())
    }

    /// Ends a strict frame: every member must have been taken.
    pub(super) fn finish(self) -> Result<(), DecodeError> {
        match self.members.iter().min_by_key(|member| member.at) {
            None => Ok(()),
            Some(member) => Err(DecodeError::envelope(
                member.at,
                format!("{} is not a member of this frame", shown(&member.key)),
            )),
        }
    }

    fn take(&mut self, name: &str) -> Option<Walked<'a>> {
        let at = self.members.iter().position(|member| member.key == name)?;
        Some(self.members.swap_remove(at).value)
    }

    fn missing(&self, name: &str) -> DecodeError {
        DecodeError::envelope(self.end, format!("member {name} is missing"))
    }

    /// A payload or result; absent means `{}`.
    pub(super) fn body(&mut self, name: &str) -> Result<Body, DecodeError> {
        self.optional_body(name).map(|body| body.unwrap_or_else(Body::empty))
    }

    /// A payload or result that may be absent.
    pub(super) fn optional_body(&mut self, name: &str) -> Result<Option<Body>, DecodeError> {
        self.take(name).map(|value| Body::from_walked(value, name)).transpose()
    }

    /// A payload that must be there.
    pub(super) fn required_body(&mut self, name: &str) -> Result<Body, DecodeError> {
        self.optional_body(name)?.ok_or_else(|| self.missing(name))
    }

    /// An integer written as one, from `min` to `max`.
    pub(super) fn integer(&mut self, name: &str, min: u64, max: u64) -> Result<u64, DecodeError> {
        self.optional_integer(name, min, max)?.ok_or_else(|| self.missing(name))
    }

    pub(super) fn optional_integer(
        &mut self,
        name: &str,
        min: u64,
        max: u64,
    ) -> Result<Option<u64>, DecodeError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let digits = value.text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if digits { value.text.parse().ok() } else { None };
        match number {
            Some(number) if (min..=max).contains(&number) => Ok(Some(number)),
            _ => {
                Err(DecodeError::envelope(value.at, format!("{name} must be an integer from {min} to {max}")))
            }
        }
    }

    /// The `ack` that any frame may carry.
    pub(super) fn ack(&mut self) -> Result<Option<u64>, DecodeError> {
        self.optional_integer("ack", 0, MAX_SAFE_INTEGER)
    }

    pub(super) fn bool(&mut self, name: &str) -> Result<bool, DecodeError> {
        let value = self.take(name).ok_or_else(|| self.missing(name))?;
        match value.kind {
            Kind::Bool => Ok(value.text == "true"),
            _ => Err(DecodeError::envelope(value.at, format!("{name} must be true or false"))),
        }
    }

    /// A string that `accept` accepts; `rule` completes the sentence "`name` must be …".
    pub(super) fn string(
        &mut self,
        name: &str,
        rule: &str,
        accept: impl Fn(&str) -> bool,
    ) -> Result<String, DecodeError> {
        self.optional_string(name, rule, accept)?.ok_or_else(|| self.missing(name))
    }

    pub(super) fn optional_string(
        &mut self,
        name: &str,
        rule: &str,
        accept: impl Fn(&str) -> bool,
    ) -> Result<Option<String>, DecodeError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        if value.kind == Kind::String && value.faults.is_empty() {
            let decoded = Scanner::new(value.text).string()?.decode();
            if accept(&decoded) {
                return Ok(Some(decoded.into_owned()));
            }
        }
        Err(DecodeError::envelope(value.at, format!("{name} must be {rule}")))
    }

    /// A nested object of the envelope, as fields; the rules of payloads are envelope rules here.
    pub(super) fn optional_fields(&mut self, name: &'static str) -> Result<Option<Fields>, DecodeError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let at = value.at;
        if let Some(issue) = value.faults.first() {
            return Err(DecodeError::envelope(
                at,
                format!("{}: {}", joined(name, &issue.path), issue.message),
            ));
        }
        match serde_json::from_str(value.text) {
            Ok(value) => Fields::new(name.to_owned(), at, value).map(Some),
            Err(_) => Err(DecodeError::envelope(at, format!("{name} cannot be read"))),
        }
    }

    /// All members as the fields of one object, for the frames that ignore unknown members.
    pub(super) fn into_fields(self) -> Result<Fields, DecodeError> {
        let mut fields = Fields::envelope(self.end);
        for member in self.members {
            if let Some(issue) = member.value.faults.first() {
                let place = joined(&shown(&member.key), &issue.path);
                return Err(DecodeError::envelope(member.value.at, format!("{place}: {}", issue.message)));
            }
            let Ok(value) = serde_json::from_str(member.value.text) else {
                return Err(DecodeError::envelope(member.value.at, "the member cannot be read"));
            };
            fields.insert(member.key.into_owned(), value);
        }
        Ok(fields)
    }
}

/// `path` inside the member `name`.
fn joined(name: &str, path: &str) -> String {
    if path.is_empty() || path.starts_with('[') { format!("{name}{path}") } else { format!("{name}.{path}") }
}

/// A member's name for an error text: short, and without what could act on a terminal.
fn shown(key: &str) -> String {
    let mut shown: String = key.chars().take(64).flat_map(char::escape_default).collect();
    if key.chars().nth(64).is_some() {
        shown.push('…');
    }
    shown
}
