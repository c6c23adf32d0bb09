//! What a plugin wants to send, as the application's thread hands it over: text and numbers, not checked yet.
//!
//! | value | numbers | text |
//! |---|---|---|
//! | text | UTF-16 length | itself |
//! | null | −1 | |
//! | object | −2 − count; then each key's length and its value | the keys, and their values |
//!
//! [`Draft::checked`] writes the JSON of a payload and checks it on the way. It accepts only what certainly keeps to
//! the type. For the rest [`Draft::json`] writes the same text unchecked, and the full check lists every issue.

use super::shape::{NodeId, Object, Rest, Shape, Tree};
use super::{MAX_ATTRIBUTE_BYTES, Method, shape};
use crate::wire::{is_prototype_key, push_token};

/// Texts and numbers that nobody has taken yet. A copy is a place to come back to.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    text: &'a str,
    ascii: bool,
    numbers: &'a [f64],
}

impl<'a> Draft<'a> {
    /// Begins with all of them.
    pub fn new(text: &'a str, numbers: &'a [f64]) -> Self {
        Self { text, ascii: text.is_ascii(), numbers }
    }

    /// The next number, a whole one.
    pub fn number(&mut self) -> Option<i64> {
        let (first, rest) = self.numbers.split_first()?;
        self.numbers = rest;
        #[expect(clippy::cast_possible_truncation, reason = "JavaScript writes whole numbers within ±2^53")]
        Some(*first as i64)
    }

    /// The next text, of so many UTF-16 units.
    pub fn text(&mut self, units: i64) -> Option<&'a str> {
        let units = usize::try_from(units).ok()?;
        let at = if self.ascii { units } else { byte_of(self.text, units) };
        let (text, rest) = self.text.split_at_checked(at)?;
        self.text = rest;
        Some(text)
    }

    /// Takes a payload that certainly keeps to the type of this method, and gives its JSON.
    pub fn checked(&mut self, method: Method) -> Option<String> {
        // Rules between members are for the full check.
        if matches!(method, Method::TransferCall | Method::Live) {
            return None;
        }
        let root = Tree.root(shape::payload_type(method))?;
        let before = self.text.len();
        let mut out = String::with_capacity(CAPACITY);
        self.value(root, &mut out)?;
        let bytes = before - self.text.len();
        (bytes <= MAX_ATTRIBUTE_BYTES && out.len() <= MAX_ATTRIBUTE_BYTES).then_some(out)
    }

    /// Takes any value and gives its JSON.
    pub fn json(&mut self) -> Option<String> {
        let mut out = String::with_capacity(CAPACITY);
        self.anything(&mut out, 0)?;
        Some(out)
    }

    fn value(&mut self, id: NodeId, out: &mut String) -> Option<()> {
        let node = Tree.node(id)?;
        let code = self.number()?;
        match &node.shape {
            _ if code == NULL => {
                node.nullable.then(|| out.push_str("null"))?;
            }
            Shape::Text { min, max, pattern } => {
                let text = self.text(code)?;
                let bounded = min.is_some() || max.is_some();
                let length = if bounded { text.chars().count() as u64 } else { 0 };
                let fits = min.is_none_or(|min| length >= min) && max.is_none_or(|max| length <= max);
                if !fits || pattern.is_some_and(|pattern| !(pattern.matches)(text)) {
                    return None;
                }
                push_token(out, text);
            }
            Shape::Choice(known) => {
                let text = self.text(code)?;
                known.contains(&text).then(|| push_token(out, text))?;
            }
            Shape::Object(object) => self.object(object, code, out)?,
            Shape::Tagged { tag, variants } => {
                let given = self.clone().text_of(tag, code)?;
                let (_, variant) = variants.iter().find(|(known, _)| *known == given)?;
                let Shape::Object(object) = &Tree.node(*variant)?.shape else { return None };
                self.object(object, code, out)?;
            }
            Shape::Boolean | Shape::Integer { .. } | Shape::List(_) => return None,
        }
        Some(())
    }

    fn object(&mut self, object: &Object, code: i64, out: &mut String) -> Option<()> {
        let count = members(code).filter(|count| *count >= object.min_members)?;
        let mut seen = 0_u64;
        out.push('{');
        for at in 0..count {
            if at > 0 {
                out.push(',');
            }
            let key = self.number().and_then(|units| self.text(units))?;
            push_token(out, key);
            out.push(':');
            let known = object.members.iter().position(|member| member.name == key);
            let node = match (known, &object.rest) {
                (Some(place), _) => {
                    let bit = 1_u64.checked_shl(u32::try_from(place).ok()?).filter(|bit| seen & bit == 0)?;
                    seen |= bit;
                    object.members.get(place)?.node
                }
                (None, Rest::Each { node, .. }) => {
                    object.key.filter(|pattern| (pattern.matches)(key) && !is_prototype_key(key))?;
                    *node
                }
                (None, Rest::None | Rest::Any) => return None,
            };
            self.value(node, out)?;
        }
        out.push('}');
        let is_given = |place: usize| seen >> place & 1 == 1;
        let mut known = object.members.iter().enumerate();
        let complete = known.all(|(place, member)| !member.required || is_given(place));
        let known = object.members.iter().enumerate();
        let chosen = known.filter(|(place, member)| is_given(*place) && object.one_of.contains(&member.name));
        (complete && (object.one_of.is_empty() || chosen.count() == 1)).then_some(())
    }

    /// The text that the member of this name holds, in an object of texts.
    fn text_of(mut self, name: &str, code: i64) -> Option<&'a str> {
        for _ in 0..members(code)? {
            let key = self.number().and_then(|units| self.text(units))?;
            let text = self.number().and_then(|units| self.text(units))?;
            if key == name {
                return Some(text);
            }
        }
        None
    }

    fn anything(&mut self, out: &mut String, depth: usize) -> Option<()> {
        let code = self.number().filter(|_| depth < MAX_DEPTH)?;
        let Some(count) = members(code) else {
            match code {
                NULL => out.push_str("null"),
                units => push_token(out, self.text(units)?),
            }
            return Some(());
        };
        out.push('{');
        for at in 0..count {
            if at > 0 {
                out.push(',');
            }
            push_token(out, self.number().and_then(|units| self.text(units))?);
            out.push(':');
            self.anything(out, depth + 1)?;
        }
        out.push('}');
        Some(())
    }
}

/// How many members an object of this code has; `None` where it stands for something else.
fn members(code: i64) -> Option<u64> {
    OBJECT.checked_sub(code).and_then(|count| u64::try_from(count).ok())
}

/// Where the character behind so many UTF-16 units begins.
fn byte_of(text: &str, units: usize) -> usize {
    let mut left = units;
    for (at, character) in text.char_indices() {
        if left == 0 {
            return at;
        }
        left = left.saturating_sub(character.len_utf16());
    }
    text.len()
}

const NULL: i64 = -1;
const OBJECT: i64 = -2;
/// Deeper than anything that is written this way.
const MAX_DEPTH: usize = 8;
/// Most payloads are shorter.
const CAPACITY: usize = 256;
