//! The JSON lexer: RFC 8259 tokens over a text that is known to be UTF-8, without recursion or allocation.

use std::borrow::Cow;

/// Where the text stops being JSON, and which rule it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SyntaxFault {
    pub(super) at: usize,
    pub(super) rule: &'static str,
}

/// A position in a JSON text.
#[derive(Clone, Debug)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

/// A string token: what stands between the quotes, as it was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawString<'a> {
    text: &'a str,
    escaped: bool,
    /// Whether an escape names half of a surrogate pair.
    pub(super) lone_surrogate: bool,
}

/// A number token, as it was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawNumber<'a> {
    text: &'a str,
    integer: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Bytes read so far.
    #[inline]
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// What was read since `start`.
    #[inline]
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Moves past the byte that [`Self::peek`] showed.
    #[inline]
    pub(super) fn advance(&mut self) {
        self.at += 1;
    }

    #[inline]
    pub(super) fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    pub(super) fn fault<T>(&self, rule: &'static str) -> Result<T, SyntaxFault> {
        Err(SyntaxFault { at: self.at, rule })
    }

    /// Takes `byte` or says which rule its absence breaks.
    pub(super) fn expect(&mut self, byte: u8, rule: &'static str) -> Result<(), SyntaxFault> {
        if self.peek() != Some(byte) {
            return self.fault(rule);
        }
        self.at += 1;
        Ok(())
    }

    /// Takes `true`, `false` or `null`.
    pub(super) fn literal(&mut self, word: &'static str) -> Result<(), SyntaxFault> {
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return self.fault("a value is expected");
        }
        self.at += word.len();
        Ok(())
    }

    /// Takes a string token; the scanner stands at its opening quote.
    pub(super) fn string(&mut self) -> Result<RawString<'a>, SyntaxFault> {
        self.expect(b'"', "a string is expected")?;
        let start = self.at;
        let (mut escaped, mut lone_surrogate) = (false, false);
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    lone_surrogate |= self.escape()?;
                }
                Some(0..=0x1F) => return self.fault("a control character in a string is not escaped"),
                Some(_) => self.skip_plain(),
                None => return self.fault("a string does not end"),
            }
        }
        let text = self.since(start);
        self.at += 1;
        Ok(RawString { text, escaped, lone_surrogate })
    }

    /// Moves to the next byte of a string that means something, or to the end.
    #[inline]
    fn skip_plain(&mut self) {
        self.at += plain_prefix(self.text.as_bytes().get(self.at..).unwrap_or_default()).length;
    }

    /// Takes one escape, or the two of a surrogate pair; tells whether it is half a pair.
    fn escape(&mut self) -> Result<bool, SyntaxFault> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                return Ok(false);
            }
            Some(b'u') => self.at += 1,
            _ => return self.fault("an escape is not one of JSON's"),
        }
        match self.hex4()? {
            0xD800..=0xDBFF => {}
            0xDC00..=0xDFFF => return Ok(true),
            _ => return Ok(false),
        }
        let low_at = self.at;
        if self.text.get(low_at..).is_some_and(|rest| rest.starts_with("\\u")) {
            self.at += 2;
            if let 0xDC00..=0xDFFF = self.hex4()? {
                return Ok(false);
            }
            // The second escape is no low half: read it again as an escape of its own.
            self.at = low_at;
        }
        Ok(true)
    }

    fn hex4(&mut self) -> Result<u32, SyntaxFault> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else {
                return self.fault("four hexadecimal digits are expected after \\u");
            };
            value = value * 16 + digit;
            self.at += 1;
        }
        Ok(value)
    }

    /// Takes a number token; the scanner stands at its sign or first digit.
    pub(super) fn number(&mut self) -> Result<RawNumber<'a>, SyntaxFault> {
        let start = self.at;
        let mut integer = true;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if let Some(b'0'..=b'9') = self.peek() {
                return self.fault("a number starts with a zero that is not its only digit");
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            integer = false;
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            integer = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(RawNumber { text: self.since(start), integer })
    }

    /// Takes one digit or more.
    fn digits(&mut self) -> Result<(), SyntaxFault> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { self.fault("a number lacks a digit") } else { Ok(()) }
    }
}

/// The bytes of a string before the first one that means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plain {
    /// How many.
    pub length: usize,
    /// Whether all of them are ASCII.
    pub ascii: bool,
}

/// Looks for the first quote, backslash or control character, eight bytes at a time.
#[inline]
pub fn plain_prefix(bytes: &[u8]) -> Plain {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let has_zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let (mut length, mut high) = (0, 0);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (has_zero(word ^ (ONES * 0x22)) | has_zero(word ^ (ONES * 0x5c)) | control) & HIGHS;
        if found != 0 {
            // The lowest byte that is found is one, whatever the borrow did to those above it.
            let before = found.trailing_zeros() & !7;
            high |= word & !(u64::MAX << before);
            return Plain { length: length + (before / 8) as usize, ascii: high & HIGHS == 0 };
        }
        high |= word;
        length += 8;
    }
    for byte in rest {
        if matches!(byte, b'"' | b'\\' | 0..=0x1F) {
            break;
        }
        high |= u64::from(*byte);
        length += 1;
    }
    Plain { length, ascii: high & HIGHS == 0 }
}

impl<'a> RawString<'a> {
    /// The string itself, each half of a pair that stands alone as U+FFFD.
    pub(super) fn decode(&self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(unescape(self.text)) } else { Cow::Borrowed(self.text) }
    }
}

impl RawNumber<'_> {
    /// Whether every JSON reader gets the same value: finite, and exact where it is written as an integer.
    pub(super) fn is_exact(&self) -> bool {
        if !self.integer {
            return self.text.parse::<f64>().is_ok_and(f64::is_finite);
        }
        let digits = self.text.trim_start_matches('-');
        // Without leading zeros, equal lengths compare as text like the numbers do.
        digits.len() < MAX_SAFE_DIGITS.len()
            || digits.len() == MAX_SAFE_DIGITS.len() && digits <= MAX_SAFE_DIGITS
    }
}

/// Decodes the escapes of a string that the scanner has accepted.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(slash) = rest.find('\\') {
        let (plain, escape) = rest.split_at(slash);
        out.push_str(plain);
        let (decoded, length) = decode_escape(escape);
        out.push(decoded);
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The character that the escape at the start of `text` means, and how many bytes the escape takes.
fn decode_escape(text: &str) -> (char, usize) {
    let decoded = match text.as_bytes().get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return decode_unicode(text),
        Some(&other) => char::from(other),
        None => char::REPLACEMENT_CHARACTER,
    };
    (decoded, 2)
}

fn decode_unicode(text: &str) -> (char, usize) {
    let Some(first) = unit_at(text, 0) else { return (char::REPLACEMENT_CHARACTER, 2) };
    if let 0xD800..=0xDBFF = first
        && let Some(second @ 0xDC00..=0xDFFF) = unit_at(text, 6)
    {
        let scalar = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return (char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER), 12);
    }
    (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 6)
}

/// The UTF-16 unit of the `\uXXXX` at byte `at`, if one is there.
fn unit_at(text: &str, at: usize) -> Option<u32> {
    let digits = text.get(at..)?.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

/// 2^53 − 1 in decimal.
const MAX_SAFE_DIGITS: &str = "9007199254740991";

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(token: &str) -> (String, bool) {
        let string = Scanner::new(token).string().expect("a string token");
        (string.decode().into_owned(), string.lone_surrogate)
    }

    #[test]
    fn escapes_decode_to_what_they_mean() {
        assert_eq!(decoded(r#""\"\\\/\b\f\n\r\tA""#), ("\"\\/\u{8}\u{c}\n\r\tA".to_owned(), false));
        assert_eq!(decoded(r#""x\ud83d\ude00y""#), ("x😀y".to_owned(), false));
        assert_eq!(decoded(r#""\u0000""#), ("\0".to_owned(), false));
    }

    #[test]
    fn what_means_something_in_a_string_is_found_wherever_it_stands() {
        for special in ['"', '\\', '\u{0}', '\u{1f}', '\u{80}', '\u{7f}', ' ', '!', '#', '[', ']', 'é', '😀']
        {
            for length in 0..20 {
                for at in 0..=length {
                    let text = format!("{}{special}{}\"", "a".repeat(at), "b".repeat(length - at));
                    let bytes = text.as_bytes();
                    let expected =
                        bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).unwrap();
                    let ascii = bytes[..expected].is_ascii();
                    assert_eq!(plain_prefix(bytes), Plain { length: expected, ascii }, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_told_and_replaced() {
        assert_eq!(decoded(r#""\ud800""#), ("\u{fffd}".to_owned(), true));
        assert_eq!(decoded(r#""\udc00\ud800""#), ("\u{fffd}\u{fffd}".to_owned(), true));
        assert_eq!(decoded(r#""\ud800A""#), ("\u{fffd}A".to_owned(), true));
        assert_eq!(decoded(r#""\ud800\ud83d\ude00""#), ("\u{fffd}😀".to_owned(), true));
    }

    #[test]
    fn integers_are_exact_up_to_the_safe_integer_and_fractions_when_finite() {
        let exact = |text: &str| Scanner::new(text).number().expect("a number").is_exact();
        for text in ["0", "-0", "9007199254740991", "-9007199254740991", "1E-999", "1e22", "0.1"] {
            assert!(exact(text), "{text}");
        }
        for text in ["9007199254740992", "-9007199254740993", "1e400", "-1e400", &"9".repeat(1000)] {
            assert!(!exact(text), "{text}");
        }
    }
}
