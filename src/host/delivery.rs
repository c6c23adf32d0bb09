use std::sync::Arc;

use crate::desktop::{DesktopOutput, HostNotice};
use crate::schema::{Method, Payload};
use crate::session::LinkId;
use crate::wire::{CloseCode, ErrorBody, PluginInfo};

/// One thing for the application's thread.
#[derive(Clone, Debug)]
pub enum HostDelivery {
    /// Ask who this is; answer with [`super::Host::authenticated`].
    Authenticate {
        /// Names the question.
        conn: LinkId,
        /// The bearer token of `hello`.
        token: Option<String>,
        /// Who the plugin says it is.
        plugin: PluginInfo,
        /// The page's origin, where there is one.
        origin: Option<String>,
        /// The peer's address, where there is one.
        address: Option<String>,
    },
    /// Run a handler; answer with [`super::Host::answer`].
    Run {
        /// Names the run.
        ticket: u64,
        /// The method.
        method: Method,
        /// The checked payload.
        payload: Payload,
        /// The agent.
        agent: Arc<str>,
        /// The contact it acts on, resolved.
        contact_id: Option<String>,
        /// Who asks: the session's id.
        session: Arc<str>,
        /// Who asks: the plugin's id.
        plugin: Arc<str>,
        /// How long the caller waits.
        deadline_ms: u64,
    },
    /// Nobody waits for this run any longer.
    Abort {
        /// The run.
        ticket: u64,
    },
    /// Something to show, count or log.
    Notice(HostNotice),
    /// Write one message on a port that was attached.
    Transmit {
        /// The port's connection.
        conn: LinkId,
        /// The frame.
        text: String,
    },
    /// Close a port that was attached, after what was transmitted on it.
    Hangup {
        /// The port's connection.
        conn: LinkId,
        /// The close code.
        code: CloseCode,
        /// For logs.
        reason: String,
    },
    /// One line of the recording.
    Recorded(String),
    /// The recording has no more lines: it was ended, or fell behind.
    RecordingEnded,
    /// Something is wrong with the host itself.
    Error(ErrorBody),
    /// The host is closed and every connection gone; the last delivery.
    Closed,
}

impl HostDelivery {
    /// Bytes of a recorded line, which nobody can be made to wait with.
    pub(super) fn recorded_bytes(&self) -> usize {
        match self {
            Self::Recorded(line) => line.len(),
            _ => 0,
        }
    }

    /// What of a desktop's outputs is the application's business; `None` for what concerns carriers and time.
    pub fn of_output(output: DesktopOutput) -> Option<Self> {
        Some(match output {
            DesktopOutput::Authenticate { conn, token, plugin, origin, address } => {
                Self::Authenticate { conn, token, plugin, origin, address }
            }
            DesktopOutput::Run {
                ticket,
                method,
                payload,
                agent,
                contact_id,
                session,
                plugin,
                deadline_ms,
            } => Self::Run { ticket, method, payload, agent, contact_id, session, plugin, deadline_ms },
            DesktopOutput::Abort { ticket } => Self::Abort { ticket },
            DesktopOutput::Notice(notice) => Self::Notice(notice),
            DesktopOutput::Recorded(line) => Self::Recorded(line),
            DesktopOutput::RecordingEnded => Self::RecordingEnded,
            DesktopOutput::Transmit { .. } | DesktopOutput::Hangup { .. } | DesktopOutput::Timeout(_) => {
                return None;
            }
        })
    }
}

/// Lines of a recording that wait to be taken: some sixteen of the largest snapshots.
pub(super) const MAX_RECORDED_BYTES: usize = 64 * 1_048_576;
