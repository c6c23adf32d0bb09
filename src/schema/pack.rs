//! A payload as text and numbers, in the order in which a reader that was generated from the same schema takes them.
//!
//! Packing is a check as well, and a narrow one: it accepts only what certainly keeps to the type. Whatever it does not
//! accept (an issue, an unusual number, more than the limits below) goes the way of the full check, which lists every
//! issue, and crosses as JSON text. Of a text that `wire` has walked it takes the walk's word: JSON, no key twice, no half
//! of a surrogate pair, every number exact. Of one that came straight from the carrier it sees to that by itself, and
//! leaves more to the walk: members that the schema does not know, keys with escapes, maps of many keys.
//!
//! | shape | whole numbers | doubles | text |
//! |---|---|---|---|
//! | text | UTF-16 length; −1 null | | itself, escapes decoded |
//! | choice | place among the known texts; −1 null | | |
//! | boolean | 1 or 0; −1 null | | |
//! | integer | | itself; NaN null | |
//! | list, map | count; −1 null; then each key and value | | |
//! | object | which optional members are there, as bits; −1 null; then each member | | |
//! | object with other members, or in another order | −2 − count; then each: place of the known member, or −1 and the key, and the value | | |
//! | anything, which only an unknown member can be | UTF-16 length | | its JSON |

use std::borrow::Cow;

use super::shape::{NodeId, Object, Rest, Shape, Tree};
use super::{Packed, Reader};
use crate::wire::{Limits, plain_prefix};

/// Packs a text that `wire` has found without fault; `None` where it is not certainly a value of that type.
pub(super) fn pack(reader: Reader, json: &str) -> Option<Packed> {
    Packer::new(reader, json, true).packed().map(|(packed, _)| packed)
}

/// Packs the value at the start of a text that nobody has looked at, and tells where it ends; `None` where it is not
/// certainly a sound value of that type.
pub(super) fn pack_first(reader: Reader, text: &str) -> Option<(Packed, usize)> {
    Packer::new(reader, text, false).packed()
}

struct Packer<'a> {
    json: &'a str,
    at: usize,
    /// Whether the text has been walked.
    walked: bool,
    packed: Packed,
}

/// A string token without its quotes.
struct Token<'a> {
    raw: &'a str,
    escaped: bool,
    ascii: bool,
}

impl<'a> Packer<'a> {
    fn new(reader: Reader, json: &'a str, walked: bool) -> Self {
        let packed = Packed {
            reader,
            text: String::with_capacity(json.len() / 2),
            wholes: Vec::with_capacity(64),
            doubles: Vec::with_capacity(8),
        };
        Self { json, at: 0, walked, packed }
    }

    fn packed(mut self) -> Option<(Packed, usize)> {
        self.value(Tree.reader(self.packed.reader)?)?;
        let Self { packed, at, .. } = self;
        let fits = packed.wholes.len() <= Packed::MAX_WHOLES && packed.doubles.len() <= Packed::MAX_DOUBLES;
        fits.then_some((packed, at))
    }

    fn value(&mut self, id: NodeId) -> Option<()> {
        let node = Tree.node(id)?;
        if self.peek()? == b'n' {
            self.word("null")?;
            return node.nullable.then(|| self.null(&node.shape));
        }
        match &node.shape {
            Shape::Boolean => self.boolean(),
            Shape::Integer { min, max } => self.integer(*min, *max),
            // Bounds and patterns are for what a plugin sends: left to the full check.
            Shape::Text { min: None, max: None, pattern: None } => self.string(),
            Shape::Choice(known) => self.choice(known),
            Shape::List(item) => self.list(*item),
            Shape::Object(object) => self.object(object),
            Shape::Text { .. } | Shape::Tagged { .. } => None,
        }
    }

    fn null(&mut self, shape: &Shape) {
        match shape {
            Shape::Integer { .. } => self.packed.doubles.push(f64::NAN),
            _ => self.packed.wholes.push(-1),
        }
    }

    fn boolean(&mut self) -> Option<()> {
        let value = self.byte()? == b't';
        self.word(if value { "true" } else { "false" })?;
        self.packed.wholes.push(i32::from(value));
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let rest = self.json.as_bytes().get(self.at..)?;
        rest.starts_with(word.as_bytes()).then(|| self.at += word.len())
    }

    /// Digits alone: what is negative, a fraction or has an exponent is judged by the full check.
    fn integer(&mut self, min: Option<i64>, max: Option<i64>) -> Option<()> {
        let start = self.at;
        let mut number = 0_i64;
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            // Beyond what is exact it may be anything: it is refused below.
            number = number.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
            self.at += 1;
        }
        let digits = self.json.as_bytes().get(start..self.at)?;
        let canonical = !matches!(digits, [] | [b'0', _, ..]);
        if !canonical || number > MAX_EXACT || matches!(self.byte(), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "no integer beyond 2^53 − 1 comes here")]
        self.packed.doubles.push(number as f64);
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        let token = self.token()?;
        self.text(&token)
    }

    fn choice(&mut self, known: &[&str]) -> Option<()> {
        let token = self.token()?;
        // One that is written with an escape may be a known one all the same: not here.
        let place = known.iter().position(|text| *text == token.raw)?;
        self.whole(place)
    }

    fn anything(&mut self) -> Option<()> {
        if !self.walked {
            return None;
        }
        self.peek()?;
        let start = self.at;
        self.skip()?;
        let raw = self.json.get(start..self.at)?;
        self.text(&Token { raw, escaped: false, ascii: raw.is_ascii() })
    }

    fn list(&mut self, item: NodeId) -> Option<()> {
        self.open(b'[')?;
        let count_at = self.packed.wholes.len();
        self.packed.wholes.push(0);
        let mut count = 0;
        while self.goes_on(b']', count == 0)? {
            self.value(item)?;
            count += 1;
        }
        self.patch(count_at, count)
    }

    fn object(&mut self, object: &Object) -> Option<()> {
        if object.min_members > 0 || object.key.is_some() || !object.one_of.is_empty() {
            return None;
        }
        match (&object.rest, object.members) {
            (Rest::Each { node, .. }, []) => self.map(*node),
            (Rest::Any, _) => {
                let start =
                    (self.at, self.packed.text.len(), self.packed.wholes.len(), self.packed.doubles.len());
                if self.in_order(object).is_some() {
                    return Some(());
                }
                self.at = start.0;
                self.packed.text.truncate(start.1);
                self.packed.wholes.truncate(start.2);
                self.packed.doubles.truncate(start.3);
                self.in_any_order(object)
            }
            _ => None,
        }
    }

    fn map(&mut self, item: NodeId) -> Option<()> {
        self.open(b'{')?;
        let count_at = self.packed.wholes.len();
        self.packed.wholes.push(0);
        let mut keys = [""; FEW_KEYS];
        let mut count = 0;
        while self.goes_on(b'}', count == 0)? {
            let key = self.token()?;
            if !self.walked {
                let (known, rest) = keys.split_at_mut_checked(count)?;
                if key.escaped || key.raw.len() > MAX_KEY_BYTES || known.contains(&key.raw) {
                    return None;
                }
                *rest.first_mut()? = key.raw;
            }
            self.text(&key)?;
            self.open(b':')?;
            self.value(item)?;
            count += 1;
        }
        self.patch(count_at, i32::try_from(count).ok()?)
    }

    /// Known members alone, in the order of the schema, as every Rust host writes them.
    fn in_order(&mut self, object: &Object) -> Option<()> {
        self.open(b'{')?;
        let bits_at = self.packed.wholes.len();
        self.packed.wholes.push(0);
        let (mut bits, mut bit, mut first) = (0, 1_i32, true);
        let mut members = object.members.iter();
        while self.goes_on(b'}', first)? {
            first = false;
            let token = self.token()?;
            self.open(b':')?;
            loop {
                let member = members.next()?;
                let found = member.name == token.raw;
                if !member.required {
                    bits |= if found { bit } else { 0 };
                    bit = bit.checked_mul(2)?;
                } else if !found {
                    return None;
                }
                if found {
                    self.value(member.node)?;
                    break;
                }
            }
        }
        if members.any(|member| member.required) {
            return None;
        }
        *self.packed.wholes.get_mut(bits_at)? = bits;
        Some(())
    }

    /// Members that this version does not know, or another order: both are kept.
    fn in_any_order(&mut self, object: &Object) -> Option<()> {
        self.open(b'{')?;
        let count_at = self.packed.wholes.len();
        self.packed.wholes.push(0);
        let (mut count, mut required, mut seen) = (0, 0, 0_u64);
        while self.goes_on(b'}', count == 0)? {
            count += 1;
            let token = self.token()?;
            self.open(b':')?;
            let known = object.members.iter().enumerate().find(|(_, member)| member.name == token.raw);
            // A known name behind an escape would be mistaken for a stranger.
            match known {
                Some((place, member)) => {
                    let bit = 1_u64.checked_shl(u32::try_from(place).ok()?).filter(|bit| seen & bit == 0)?;
                    seen |= bit;
                    required += usize::from(member.required);
                    self.whole(place)?;
                    self.value(member.node)?;
                }
                None if token.escaped || !self.walked => return None,
                None => {
                    self.packed.wholes.push(-1);
                    self.text(&token)?;
                    self.anything()?;
                }
            }
        }
        // No key stands twice, so equal counts mean that none is missing.
        if required < object.members.iter().filter(|member| member.required).count() {
            return None;
        }
        *self.packed.wholes.get_mut(count_at)? = -2 - count;
        Some(())
    }

    fn text(&mut self, token: &Token<'_>) -> Option<()> {
        let text = if token.escaped {
            Cow::Owned(serde_json::from_str::<String>(&format!("\"{}\"", token.raw)).ok()?)
        } else {
            Cow::Borrowed(token.raw)
        };
        let ascii = token.ascii && !token.escaped;
        self.whole(if ascii { text.len() } else { text.encode_utf16().count() })?;
        self.packed.text.push_str(&text);
        Some(())
    }

    fn whole(&mut self, number: usize) -> Option<()> {
        self.packed.wholes.push(i32::try_from(number).ok()?);
        Some(())
    }

    fn patch(&mut self, at: usize, count: i32) -> Option<()> {
        *self.packed.wholes.get_mut(at)? = count;
        Some(())
    }

    fn byte(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    /// The next byte that is not space.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    fn open(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Whether another member or element follows; takes its comma, or the end.
    fn goes_on(&mut self, end: u8, first: bool) -> Option<bool> {
        let next = self.peek()?;
        if next == end {
            self.at += 1;
            return Some(false);
        }
        if first { Some(true) } else { self.open(b',').map(|()| true) }
    }

    fn token(&mut self) -> Option<Token<'a>> {
        self.open(b'"')?;
        let start = self.at;
        let (mut escaped, mut ascii) = (false, true);
        loop {
            let plain = plain_prefix(self.json.as_bytes().get(self.at..)?);
            self.at += plain.length;
            ascii &= plain.ascii;
            match self.byte()? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    // The escape itself is read where the token is decoded.
                    self.at += 2;
                }
                _ => return None,
            }
        }
        let raw = self.json.get(start..self.at)?;
        self.at += 1;
        Some(Token { raw, escaped, ascii })
    }

    /// Moves behind the value that starts here.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => _ = self.token()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    while !matches!(
                        self.byte(),
                        None | Some(b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t')
                    ) {
                        self.at += 1;
                    }
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }
}

/// Comparing each pair of so many keys is quicker than anything else.
const FEW_KEYS: usize = 12;
const MAX_KEY_BYTES: usize = Limits::TO_PLUGIN.max_key_bytes;
const MAX_EXACT: i64 = 9_007_199_254_740_991;
