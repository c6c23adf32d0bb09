//! The text patterns of the published JSON Schema, each with the function that checks it.

use super::is_event_name;

/// A regular expression as it stands in the JSON Schema, what it means, and the same test in Rust.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) source: &'static str,
    pub(super) expected: &'static str,
    pub(super) matches: fn(&str) -> bool,
}

/// Every pattern; a test makes sure that every source in the schema has one.
pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        source: "^[A-Za-z0-9_-]{1,128}$",
        expected: "expected 1–128 of the characters A–Z, a–z, 0–9, `_` and `-`",
        matches: |text| {
            (1..=128).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        },
    },
    Pattern {
        source: "^[^@]+@[^@]+$",
        expected: "expected an e-mail address: one `@` with text on both sides",
        matches: |text| {
            let mut parts = text.split('@');
            let sides = [parts.next(), parts.next()];
            sides.iter().all(|side| side.is_some_and(|side| !side.is_empty())) && parts.next().is_none()
        },
    },
    Pattern {
        source: "^\\+[1-9][0-9]{1,14}$",
        expected: "expected an E.164 number: `+`, then 2–15 digits, the first one not 0",
        matches: |text| {
            let digits = text.strip_prefix('+').unwrap_or_default();
            (2..=15).contains(&digits.len())
                && !digits.starts_with('0')
                && digits.bytes().all(|b| b.is_ascii_digit())
        },
    },
    Pattern {
        source: "^[a-z0-9_.$-]{1,64}$",
        expected: "expected 1–64 of the characters a–z, 0–9, `_`, `.`, `$` and `-`",
        matches: is_event_name,
    },
    Pattern {
        source: "^[a-z0-9._-]{1,64}$",
        expected: "expected 1–64 of the characters a–z, 0–9, `.`, `_` and `-`",
        matches: |text| is_event_name(text) && !text.contains('$'),
    },
    Pattern {
        source: "^https?://[^/?#]+",
        expected: "expected an address that begins with `http://` or `https://`",
        matches: |text| host_and_rest(text).is_some_and(|(host, _)| !host.is_empty()),
    },
    Pattern {
        source: "^https?://[^/?#]+$",
        expected: "expected an origin: `https://`, host and port, nothing after them",
        matches: |text| host_and_rest(text).is_some_and(|(host, rest)| !host.is_empty() && rest.is_empty()),
    },
];

fn host_and_rest(url: &str) -> Option<(&str, &str)> {
    let after = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    Some(after.split_at(after.find(['/', '?', '#']).unwrap_or(after.len())))
}
