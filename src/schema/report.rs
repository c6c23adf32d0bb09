//! The list of issues that a check makes, and the places in it.

use crate::wire::{Issue, Rule};

/// A place in a value, as `connections[2].state`; grows and shrinks with the walk.
#[derive(Debug, Default)]
pub(super) struct Path {
    text: String,
    lengths: Vec<usize>,
}

impl Path {
    /// Goes into a member.
    pub(super) fn enter(&mut self, key: &str) {
        self.lengths.push(self.text.len());
        append(&mut self.text, key);
    }

    /// Goes into an element.
    pub(super) fn enter_index(&mut self, index: usize) {
        self.lengths.push(self.text.len());
        self.text.push_str(&format!("[{index}]"));
    }

    /// Goes back out.
    pub(super) fn leave(&mut self) {
        self.text.truncate(self.lengths.pop().unwrap_or(0));
    }

    /// The place itself.
    pub(super) fn here(&self) -> String {
        self.text.clone()
    }

    /// The place of a member.
    pub(super) fn member(&self, key: &str) -> String {
        let mut text = self.text.clone();
        append(&mut text, key);
        text
    }
}

/// All issues of one check, in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Report {
    issues: Vec<Issue>,
    more: usize,
}

impl Report {
    /// Begins with the faults of the text itself.
    pub(super) fn new(faults: &[Issue], unlisted: usize) -> Self {
        Self { issues: faults.to_vec(), more: unlisted }
    }

    /// Adds one issue.
    pub(super) fn add(&mut self, path: String, rule: Rule, message: impl Into<String>) {
        self.add_with_hint(path, rule, message, || None);
    }

    /// Adds one issue; the hint is made only where the issue is listed.
    pub(super) fn add_with_hint(
        &mut self,
        path: String,
        rule: Rule,
        message: impl Into<String>,
        hint: impl FnOnce() -> Option<String>,
    ) {
        if self.is_full() {
            self.more += 1;
        } else {
            self.issues.push(Issue { path, rule, message: message.into(), hint: hint() });
        }
    }

    /// Whether further issues are only counted.
    pub(super) fn is_full(&self) -> bool {
        self.issues.len() >= MAX_LISTED
    }

    /// `Ok` where there is no issue.
    pub(super) fn finish(mut self) -> Result<(), Vec<Issue>> {
        if self.issues.is_empty() && self.more == 0 {
            return Ok(());
        }
        if self.more > 0 {
            let message = format!("{} more issues are not listed", self.more);
            self.issues.push(Issue { path: String::new(), rule: Rule::Members, message, hint: None });
        }
        Err(self.issues)
    }
}

/// A key as it may stand in a message: at most 128 characters, with nothing that could act on a terminal.
pub(super) fn shown(key: &str) -> String {
    let mut shown = String::new();
    for c in key.chars().take(MAX_KEY_CHARS) {
        match c {
            '"' | '\\' => shown.extend(['\\', c]),
            c if c.is_control() => shown.extend(c.escape_unicode()),
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                shown.extend(c.escape_unicode());
            }
            c => shown.push(c),
        }
    }
    shown
}

fn append(text: &mut String, key: &str) {
    let plain = !key.is_empty()
        && key.len() <= MAX_KEY_CHARS
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'$'));
    if !plain {
        text.push_str(&format!("[\"{}\"]", shown(key)));
        return;
    }
    if !text.is_empty() {
        text.push('.');
    }
    text.push_str(key);
}

/// An answer that lists more would tell nobody more, and a hostile payload could have thousands.
const MAX_LISTED: usize = 256;
const MAX_KEY_CHARS: usize = 128;
