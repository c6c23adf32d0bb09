//! One value of a frame, walked without recursion: syntax faults stop it, broken payload rules are collected.

use std::borrow::Cow;

use super::scan::{Scanner, SyntaxFault};
use super::{Issue, Limits, Rule};

/// How many issues of one value are listed; the rest are only counted.
pub(super) const MAX_LISTED: usize = 64;
/// Bytes of an issue's path; a longer one ends with an ellipsis.
const MAX_PATH_BYTES: usize = 256;
/// Up to so many keys, comparing each pair is quicker than sorting.
const FEW_KEYS: usize = 12;

/// JSON type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    String,
    Number,
    Bool,
    Null,
}

/// A value that was walked: its text and the payload rules it breaks.
#[derive(Clone, Debug)]
pub(super) struct Walked<'a> {
    pub(super) kind: Kind,
    /// Offset of its first byte in the message.
    pub(super) at: usize,
    pub(super) text: &'a str,
    pub(super) faults: Vec<Issue>,
    /// Faults beyond [`MAX_LISTED`].
    pub(super) unlisted: usize,
}

/// Walks the value at which `scanner` stands, and leaves it behind the value.
pub(super) fn walk<'a>(scanner: &mut Scanner<'a>, limits: &Limits) -> Result<Walked<'a>, SyntaxFault> {
    scanner.skip_space();
    let at = scanner.at();
    let mut walk = Walk::new(limits);
    let kind = walk.value(scanner)?;
    while walk.is_open() {
        walk.step(scanner)?;
    }
    Ok(Walked { kind, at, text: scanner.since(at), faults: walk.faults, unlisted: walk.unlisted })
}

/// One open object or array.
struct Level {
    object: bool,
    /// Where its keys start in [`Walk::keys`].
    first_key: usize,
    /// Members or elements begun.
    count: usize,
}

struct Walk<'a, 'l> {
    limits: &'l Limits,
    /// Whether the innermost container is an object.
    object: bool,
    /// Whether the innermost container has no member or element yet.
    first: bool,
    levels: Vec<Level>,
    /// Open containers below the deepest level allowed: only their kind matters for the grammar.
    beyond: BitStack,
    /// Keys of all open objects, outermost first; each object's last one is the member being read.
    keys: Vec<Cow<'a, str>>,
    members: usize,
    faults: Vec<Issue>,
    unlisted: usize,
}

impl<'a, 'l> Walk<'a, 'l> {
    fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            object: false,
            first: true,
            levels: Vec::new(),
            beyond: BitStack::default(),
            keys: Vec::new(),
            members: 0,
            faults: Vec::new(),
            unlisted: 0,
        }
    }

    fn is_open(&self) -> bool {
        !self.levels.is_empty() || !self.beyond.is_empty()
    }

    /// Whether rules are still looked at: a value with too many members or too deep a place is refused as a whole,
    /// so beyond that point only its syntax matters.
    fn is_checking(&self) -> bool {
        self.beyond.is_empty() && self.members <= self.limits.max_members
    }

    /// Takes a scalar or the opening of a container.
    fn value(&mut self, scanner: &mut Scanner<'a>) -> Result<Kind, SyntaxFault> {
        match scanner.peek() {
            Some(b'{') => {
                scanner.advance();
                self.open(true);
                Ok(Kind::Object)
            }
            Some(b'[') => {
                scanner.advance();
                self.open(false);
                Ok(Kind::Array)
            }
            Some(b'"') => {
                if scanner.string()?.lone_surrogate {
                    self.fault(Rule::Surrogate, "a string holds half of a surrogate pair");
                }
                Ok(Kind::String)
            }
            Some(b'-' | b'0'..=b'9') => {
                let number = scanner.number()?;
                if self.is_checking() && !number.is_exact() {
                    self.fault(Rule::Number, "a number must be finite, and an integer within ±(2^53 − 1)");
                }
                Ok(Kind::Number)
            }
            Some(b't') => scanner.literal("true").map(|()| Kind::Bool),
            Some(b'f') => scanner.literal("false").map(|()| Kind::Bool),
            Some(b'n') => scanner.literal("null").map(|()| Kind::Null),
            _ => scanner.fault("a value is expected"),
        }
    }

    /// Inside an open container: takes its end, or its next member or element.
    fn step(&mut self, scanner: &mut Scanner<'a>) -> Result<(), SyntaxFault> {
        scanner.skip_space();
        let object = self.object;
        let end = if object { b'}' } else { b']' };
        if scanner.peek() == Some(end) {
            scanner.advance();
            self.close();
            return Ok(());
        }
        if !self.first {
            let rule = if object { "a comma or } is expected" } else { "a comma or ] is expected" };
            scanner.expect(b',', rule)?;
            scanner.skip_space();
        }
        self.begin_member();
        if object {
            let key = scanner.string()?;
            if self.is_checking() {
                self.keys.push(key.decode());
                self.check_key(key.lone_surrogate);
            }
            scanner.skip_space();
            scanner.expect(b':', "a colon is expected after a key")?;
            scanner.skip_space();
        }
        self.value(scanner).map(|_| ())
    }

    fn open(&mut self, object: bool) {
        (self.object, self.first) = (object, true);
        if self.beyond.is_empty() && self.levels.len() < self.limits.max_depth {
            self.levels.push(Level { object, first_key: self.keys.len(), count: 0 });
            return;
        }
        if self.beyond.is_empty() {
            let message = format!("nested more than {} deep", self.limits.max_depth);
            self.fault(Rule::Depth, &message);
        }
        self.beyond.push(object);
    }

    fn close(&mut self) {
        if !self.beyond.pop()
            && let Some(level) = self.levels.pop()
            && level.object
        {
            self.check_duplicates(level.first_key);
            self.keys.truncate(level.first_key);
        }
        let level = self.levels.last();
        self.object = self.beyond.last().unwrap_or_else(|| level.is_some_and(|level| level.object));
        // Whatever contained the closed container has at least that one.
        self.first = false;
    }

    fn begin_member(&mut self) {
        self.first = false;
        if self.beyond.is_empty()
            && let Some(level) = self.levels.last_mut()
        {
            level.count += 1;
        }
        self.members += 1;
        if self.members == self.limits.max_members + 1 {
            let message = format!("more than {} members and elements", self.limits.max_members);
            self.push_issue(String::new(), Rule::Members, &message);
        }
    }

    /// Checks the key that was pushed last.
    fn check_key(&mut self, lone_surrogate: bool) {
        let Some(key) = self.keys.last() else { return };
        let forbidden = self.limits.forbid_prototype_keys && is_prototype_key(key);
        let (length, limits) = (key.len(), self.limits);
        if lone_surrogate {
            self.fault(Rule::Surrogate, "a key holds half of a surrogate pair");
        }
        if forbidden {
            self.fault(Rule::Key, "this key is not allowed");
        }
        if length > limits.max_key_bytes {
            let message = format!("a key has more than {} bytes", limits.max_key_bytes);
            self.fault(Rule::Key, &message);
        }
        if length < limits.min_key_bytes {
            self.fault(Rule::Key, "a key is empty");
        }
    }

    /// Reports each key that stands more than once among those from `first`, once.
    fn check_duplicates(&mut self, first: usize) {
        if !self.is_checking() {
            return;
        }
        let Some(keys) = self.keys.get_mut(first..) else { return };
        if keys.len() <= FEW_KEYS && !any_repeated(keys) {
            return;
        }
        keys.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        let mut repeated: Vec<Cow<'a, str>> = keys
            .windows(2)
            .filter_map(|pair| (pair.first() == pair.last()).then(|| pair.first().cloned())?)
            .collect();
        repeated.dedup();
        if repeated.is_empty() {
            return;
        }
        self.keys.truncate(first);
        let place = self.path();
        for key in repeated {
            let path = capped(join(place.clone(), &key));
            self.push_issue(path, Rule::DuplicateKey, "the same key stands twice");
        }
    }

    fn fault(&mut self, rule: Rule, message: &str) {
        if self.is_checking() {
            let path = if self.faults.len() < MAX_LISTED { capped(self.path()) } else { String::new() };
            self.push_issue(path, rule, message);
        }
    }

    fn push_issue(&mut self, path: String, rule: Rule, message: &str) {
        if self.faults.len() < MAX_LISTED {
            self.faults.push(Issue { path, rule, message: message.to_owned(), hint: None });
        } else {
            self.unlisted += 1;
        }
    }

    /// The place being read, as `connections[2].state`.
    fn path(&self) -> String {
        let mut path = String::new();
        for (depth, level) in self.levels.iter().enumerate() {
            if level.object {
                // An object's last key stands right before the keys of the next level.
                let end = self.levels.get(depth + 1).map_or(self.keys.len(), |next| next.first_key);
                let key = self.keys.get(level.first_key..end).and_then(<[_]>::last);
                if let Some(key) = key {
                    path = join(path, key);
                }
            } else if level.count > 0 {
                path.push_str(&format!("[{}]", level.count - 1));
            }
        }
        path
    }
}

/// Whether a key means something to JavaScript's prototypes.
pub fn is_prototype_key(key: &str) -> bool {
    matches!(key, "__proto__" | "constructor" | "prototype")
}

fn any_repeated(keys: &[Cow<'_, str>]) -> bool {
    keys.iter().enumerate().any(|(at, key)| keys.iter().take(at).any(|earlier| earlier == key))
}

/// `key` as a step behind `path`, with what could act on a terminal or a reader's eye escaped.
fn join(mut path: String, key: &str) -> String {
    if !path.is_empty() {
        path.push('.');
    }
    for c in key.chars().take(MAX_PATH_BYTES + 1) {
        match c {
            c if c.is_control() => path.extend(c.escape_unicode()),
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                path.extend(c.escape_unicode());
            }
            c => path.push(c),
        }
    }
    path
}

/// `path`, cut where it is longer than a log line bears.
fn capped(mut path: String) -> String {
    if path.len() > MAX_PATH_BYTES {
        let mut end = MAX_PATH_BYTES;
        while !path.is_char_boundary(end) {
            end -= 1;
        }
        path.truncate(end);
        path.push('…');
    }
    path
}

/// A stack of object-or-array flags in one bit each, so that a frame full of brackets costs an eighth of its size.
#[derive(Default)]
struct BitStack {
    words: Vec<u64>,
    length: usize,
}

impl BitStack {
    fn is_empty(&self) -> bool {
        self.length == 0
    }

    fn push(&mut self, bit: bool) {
        let (word, shift) = (self.length / 64, self.length % 64);
        if word == self.words.len() {
            self.words.push(0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word = (*word & !(1 << shift)) | (u64::from(bit) << shift);
        }
        self.length += 1;
    }

    /// Whether there was anything to take.
    fn pop(&mut self) -> bool {
        let some = self.length > 0;
        self.length -= usize::from(some);
        some
    }

    fn last(&self) -> Option<bool> {
        let at = self.length.checked_sub(1)?;
        self.words.get(at / 64).map(|word| word >> (at % 64) & 1 == 1)
    }
}
