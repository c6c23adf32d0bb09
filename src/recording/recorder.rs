use serde::{Deserialize, Serialize};

use super::redact::redact;
use super::{Entry, Header, VERSION, What};

/// Options of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecordingOptions {
    /// Whether what is personal is emptied before a line is made. Default true.
    pub redact: bool,
}

impl Default for RecordingOptions {
    fn default() -> Self {
        Self { redact: true }
    }
}

/// Makes the lines of one recording. It keeps no line.
#[derive(Clone, Debug)]
pub struct Recorder {
    redact: bool,
    started_ms: u64,
    now_ms: u64,
}

impl Recorder {
    /// Begins a recording at a monotonic and a wall clock's time, and gives its first line.
    pub fn begin(options: RecordingOptions, mono_ms: u64, wall_ms: u64) -> (Self, String) {
        let header = Header {
            recording: VERSION,
            source: concat!("smartagent-plugin-sdk/", env!("CARGO_PKG_VERSION")).into(),
            redacted: options.redact,
            started_at: wall_ms,
        };
        (Self { redact: options.redact, started_ms: mono_ms, now_ms: mono_ms }, text(&header))
    }

    /// Moves its clock; a recording's times never go back.
    pub fn advance(&mut self, mono_ms: u64) {
        self.now_ms = self.now_ms.max(mono_ms);
    }

    /// The line of something that happens now, without a line feed.
    pub fn line(&self, mut what: What) -> String {
        if self.redact {
            redact(&mut what);
        }
        text(&Entry { at: self.now_ms.saturating_sub(self.started_ms), what })
    }
}

fn text(line: &impl Serialize) -> String {
    // Only a map with keys that are no strings has no JSON, and no line has one.
    serde_json::to_string(line).unwrap_or_default()
}
