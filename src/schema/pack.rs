//! A payload as text and numbers, in the order in which a reader that was generated from the same schema takes them.
//!
//! Packing is a check as well, and a narrow one: it accepts only what certainly keeps to the type. Whatever it does not
//! accept (an issue, an unusual number, more than the limits below) goes the way of the full check, which lists every
//! issue, and crosses as JSON text. Of a text that `wire` has walked it takes the walk's word: JSON, no key twice, no half
//! of a surrogate pair, every number exact. Of one that came straight from the carrier it sees to that by itself, and
//! leaves more to the walk: keys with escapes, and lists or objects that the schema does not know.
//!
//! | shape | whole numbers | doubles | text |
//! |---|---|---|---|
//! | text | UTF-16 length; −1 null | | itself, escapes decoded |
//! | choice | place among the known texts; −1 null | | |
//! | boolean | 1 or 0; −1 null | | |
//! | integer | | itself; NaN null | |
//! | list | count; −1 null; then each value | | |
//! | map | count; −1 null; UTF-16 lengths of keys and values; then each value | | values, then keys as JSON, between commas |
//! | object | which optional members are there, as bits; −1 null; then each member | | |
//! | object with other members, or in another order | −2 − count; UTF-16 lengths of keys and values; then each: place of the known member, −1 or, for an integer, −2; and the value | integers | values, then keys as JSON, between commas |
//! | anything, which only an unknown member can be | UTF-16 length | | its JSON |

use super::cursor::{Cursor, Token};
use super::shape::{NodeId, Object, Rest, Shape, Tree};
use super::{Packed, Reader};
use crate::wire::Limits;

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
    json: Cursor<'a>,
    /// Whether the text has been walked.
    walked: bool,
    packed: Packed,
    /// Length of the packed text as JavaScript counts.
    length: usize,
}

impl<'a> Packer<'a> {
    fn new(reader: Reader, json: &'a str, walked: bool) -> Self {
        let packed = Packed {
            reader,
            text: String::with_capacity(json.len() / 2),
            wholes: Vec::with_capacity(64),
            doubles: Vec::with_capacity(8),
        };
        Self { json: Cursor::new(json), walked, packed, length: 0 }
    }

    fn packed(mut self) -> Option<(Packed, usize)> {
        self.value(Tree.reader(self.packed.reader)?)?;
        let Self { packed, json, .. } = self;
        let fits = packed.wholes.len() <= Packed::MAX_WHOLES && packed.doubles.len() <= Packed::MAX_DOUBLES;
        fits.then_some((packed, json.at()))
    }

    fn value(&mut self, id: NodeId) -> Option<()> {
        let node = Tree.node(id)?;
        if self.json.peek()? == b'n' {
            self.json.word("null")?;
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
        let value = self.json.byte()? == b't';
        self.json.word(if value { "true" } else { "false" })?;
        self.packed.wholes.push(i32::from(value));
        Some(())
    }

    /// Digits alone: what is negative, a fraction or has an exponent is judged by the full check.
    fn integer(&mut self, min: Option<i64>, max: Option<i64>) -> Option<()> {
        let number = self.json.natural()?;
        if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
            return None;
        }
        self.double(number);
        Some(())
    }

    #[expect(clippy::cast_precision_loss, reason = "no integer beyond 2^53 − 1 comes here")]
    fn double(&mut self, number: i64) {
        self.packed.doubles.push(number as f64);
    }

    fn string(&mut self) -> Option<()> {
        let token = self.json.token()?;
        self.text(&token)
    }

    fn choice(&mut self, known: &[&str]) -> Option<()> {
        let token = self.json.token()?;
        // One that is written with an escape may be a known one all the same: not here.
        let place = known.iter().position(|text| *text == token.raw)?;
        self.whole(place)
    }

    /// The value of a member that the schema does not know: a number that needs no parser, or its JSON.
    fn stranger(&mut self) -> Option<()> {
        if self.json.peek()?.is_ascii_digit() {
            let mut ahead = self.json;
            if let Some(number) = ahead.natural() {
                self.json = ahead;
                self.packed.wholes.push(-2);
                self.double(number);
                return Some(());
            }
        }
        self.packed.wholes.push(-1);
        self.anything()
    }

    fn anything(&mut self) -> Option<()> {
        self.json.peek()?;
        let start = self.json.at();
        if self.walked {
            self.json.skip()?
        } else {
            self.scalar()?
        }
        let raw = self.json.since(start)?;
        self.text(&Token { raw, escaped: false, ascii: raw.is_ascii() })
    }

    /// What is certainly sound wherever it stands.
    fn scalar(&mut self) -> Option<()> {
        match self.json.byte()? {
            b'"' => self.json.token()?.decode().map(|_| ()),
            b'n' => self.json.word("null"),
            b't' => self.json.word("true"),
            b'f' => self.json.word("false"),
            _ => self.json.natural().map(|_| ()),
        }
    }

    fn list(&mut self, item: NodeId) -> Option<()> {
        self.json.open(b'[')?;
        let count_at = self.packed.wholes.len();
        self.packed.wholes.push(0);
        let mut count = 0;
        while self.json.goes_on(b']', count == 0)? {
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
                let (json, length) = (self.json, self.length);
                let Packed { text, wholes, doubles, .. } = &self.packed;
                let start = (text.len(), wholes.len(), doubles.len());
                if self.in_order(object).is_some() {
                    return Some(());
                }
                (self.json, self.length) = (json, length);
                self.packed.text.truncate(start.0);
                self.packed.wholes.truncate(start.1);
                self.packed.doubles.truncate(start.2);
                self.in_any_order(object)
            }
            _ => None,
        }
    }

    fn map(&mut self, item: NodeId) -> Option<()> {
        self.json.open(b'{')?;
        let start = self.begin_keys();
        let mut keys = Vec::new();
        while self.json.goes_on(b'}', keys.is_empty())? {
            let key = self.key()?;
            self.json.open(b':')?;
            self.value(item)?;
            keys.push(key);
        }
        let count = i32::try_from(keys.len()).ok()?;
        self.end_keys(start, count, keys)
    }

    /// Leaves room for the count and the lengths of what follows.
    fn begin_keys(&mut self) -> (usize, usize) {
        let start = (self.packed.wholes.len(), self.length);
        self.packed.wholes.extend([0, 0, 0]);
        start
    }

    /// The keys stand together, so that a reader which has seen them before takes all of them at once.
    fn end_keys(&mut self, start: (usize, usize), count: i32, keys: Vec<Token<'_>>) -> Option<()> {
        let keys_at = self.length;
        for (index, key) in keys.iter().enumerate() {
            self.push(if index == 0 { "\"" } else { ",\"" }, true);
            self.push(key.raw, key.ascii);
            self.push("\"", true);
        }
        let lengths = [self.length - keys_at, keys_at - start.1];
        *self.packed.wholes.get_mut(start.0)? = count;
        for (place, length) in self.packed.wholes.get_mut(start.0 + 1..)?.iter_mut().zip(lengths) {
            *place = i32::try_from(length).ok()?;
        }
        (self.walked || are_distinct(keys)).then_some(())
    }

    /// The key of a map or of a stranger. Of a text that nobody has walked: one that is what it looks like.
    fn key(&mut self) -> Option<Token<'a>> {
        let key = self.json.token()?;
        (self.walked || !key.escaped && key.raw.len() <= MAX_KEY_BYTES).then_some(key)
    }

    /// Known members alone, in the order of the schema, as every Rust host writes them.
    fn in_order(&mut self, object: &Object) -> Option<()> {
        self.json.open(b'{')?;
        let bits_at = self.packed.wholes.len();
        self.packed.wholes.push(0);
        let (mut bits, mut bit, mut first) = (0, 1_i32, true);
        let mut members = object.members.iter();
        while self.json.goes_on(b'}', first)? {
            first = false;
            let token = self.json.token()?;
            self.json.open(b':')?;
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
        self.json.open(b'{')?;
        let start = self.begin_keys();
        let (mut required, mut seen) = (0, 0_u64);
        let mut keys = Vec::new();
        while self.json.goes_on(b'}', keys.is_empty())? {
            let key = self.key()?;
            self.json.open(b':')?;
            let known = object.members.iter().enumerate().find(|(_, member)| member.name == key.raw);
            // A known name behind an escape would be mistaken for a stranger.
            match known {
                Some((place, member)) => {
                    let bit = 1_u64.checked_shl(u32::try_from(place).ok()?).filter(|bit| seen & bit == 0)?;
                    seen |= bit;
                    required += usize::from(member.required);
                    self.whole(place)?;
                    self.value(member.node)?;
                }
                None if key.escaped => return None,
                None => self.stranger()?,
            }
            keys.push(key);
        }
        // No key stands twice, so equal counts mean that none is missing.
        if required < object.members.iter().filter(|member| member.required).count() {
            return None;
        }
        let count = i32::try_from(keys.len()).ok()?;
        self.end_keys(start, -2 - count, keys)
    }

    fn text(&mut self, token: &Token<'_>) -> Option<()> {
        let before = self.length;
        self.push(&token.decode()?, token.ascii && !token.escaped);
        self.whole(self.length - before)
    }

    fn push(&mut self, text: &str, is_ascii: bool) {
        self.length += if is_ascii { text.len() } else { text.encode_utf16().count() };
        self.packed.text.push_str(text);
    }

    fn whole(&mut self, number: usize) -> Option<()> {
        self.packed.wholes.push(i32::try_from(number).ok()?);
        Some(())
    }

    fn patch(&mut self, at: usize, count: i32) -> Option<()> {
        *self.packed.wholes.get_mut(at)? = count;
        Some(())
    }
}

/// Whether no key stands twice.
fn are_distinct(mut keys: Vec<Token<'_>>) -> bool {
    if keys.len() <= FEW_KEYS {
        return keys
            .iter()
            .enumerate()
            .all(|(at, key)| keys.iter().take(at).all(|other| other.raw != key.raw));
    }
    keys.sort_unstable_by_key(|key| key.raw);
    keys.windows(2).all(|pair| !matches!(pair, [one, other] if one.raw == other.raw))
}

/// Comparing each pair of so many keys is quicker than anything else.
const FEW_KEYS: usize = 12;
const MAX_KEY_BYTES: usize = Limits::TO_PLUGIN.max_key_bytes;
