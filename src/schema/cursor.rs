//! The place in a JSON text up to which it has been read.

use std::borrow::Cow;

use crate::wire::plain_prefix;

/// Reads tokens of a text, one after another; `None` where it is not JSON, as far as it looks.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

/// A string token without its quotes.
pub(super) struct Token<'a> {
    pub(super) raw: &'a str,
    pub(super) escaped: bool,
    pub(super) ascii: bool,
}

impl<'a> Token<'a> {
    /// Its text, escapes decoded.
    pub(super) fn decode(&self) -> Option<Cow<'a, str>> {
        if !self.escaped {
            return Some(Cow::Borrowed(self.raw));
        }
        serde_json::from_str::<String>(&format!("\"{}\"", self.raw)).ok().map(Cow::Owned)
    }
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// How far it has come.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// What was read since `start`.
    pub(super) fn since(&self, start: usize) -> Option<&'a str> {
        self.text.get(start..self.at)
    }

    pub(super) fn word(&mut self, word: &str) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at..)?;
        rest.starts_with(word.as_bytes()).then(|| self.at += word.len())
    }

    /// An integer of digits alone; what is negative, a fraction, has an exponent or is not exact is `None`.
    pub(super) fn natural(&mut self) -> Option<i64> {
        let start = self.at;
        let mut number = 0_i64;
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            // Beyond what is exact it may be anything: it is refused below.
            number = number.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
            self.at += 1;
        }
        let digits = self.text.as_bytes().get(start..self.at)?;
        let canonical = !matches!(digits, [] | [b'0', _, ..]);
        let goes_on = matches!(self.byte(), Some(b'.' | b'e' | b'E'));
        (canonical && !goes_on && number <= MAX_EXACT).then_some(number)
    }

    pub(super) fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is not space.
    pub(super) fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    pub(super) fn open(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Whether another member or element follows; takes its comma, or the end.
    pub(super) fn goes_on(&mut self, end: u8, first: bool) -> Option<bool> {
        let next = self.peek()?;
        if next == end {
            self.at += 1;
            return Some(false);
        }
        if first { Some(true) } else { self.open(b',').map(|()| true) }
    }

    pub(super) fn token(&mut self) -> Option<Token<'a>> {
        self.open(b'"')?;
        let start = self.at;
        let (mut escaped, mut ascii) = (false, true);
        loop {
            let plain = plain_prefix(self.text.as_bytes().get(self.at..)?);
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
        let raw = self.text.get(start..self.at)?;
        self.at += 1;
        Some(Token { raw, escaped, ascii })
    }

    /// Moves behind the value that starts here.
    pub(super) fn skip(&mut self) -> Option<()> {
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

const MAX_EXACT: i64 = 9_007_199_254_740_991;
