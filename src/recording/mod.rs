//! Recordings: what a desktop was told and what it told, one JSON object a line.
//!
//! ```text
//! Desktop ─► Recorder::line(What) ─► text          redacted unless asked otherwise
//! text    ─► Reader::read         ─► Line          checked; errors name file, line and rule, never a value
//! ```
//!
//! A recording begins with a [`Header`]. Of the [`Entry`]s after it `snapshot`, `command` and `emit` are what went in:
//! whoever gives them to another desktop gets the same events. The others are what came of it.
#![forbid(unsafe_code)]

mod entry;
mod fields;
mod read;
mod recorder;
mod redact;

pub use entry::{Change, Entry, Failure, Header, Line, What, json_schema};
pub use read::{Reader, RecordingError};
pub use recorder::{Recorder, RecordingOptions};

/// The format's version.
pub const VERSION: u32 = 1;

/// A line longer than this is no line of a recording: a snapshot has at most 4 MiB.
pub const MAX_LINE_BYTES: usize = 5 * 1_048_576;
