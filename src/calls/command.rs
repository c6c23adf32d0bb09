//! Commands a desktop or a plugin issued, kept for as long as a change may still be their effect.
use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::schema::{Endpoint, InitiatedBy, Method};

/// What a command asks the contact centre to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommandKind {
    /// Place an outbound call.
    Dial,
    /// Accept a ringing contact.
    Accept,
    /// Reject a ringing contact.
    Reject,
    /// End the contact for everybody, or the agent's own part in it.
    HangUp,
    /// Put a connection on hold.
    Hold,
    /// Take a connection off hold.
    Resume,
    /// Swap the active and the held connection.
    Toggle,
    /// Join all connections.
    Conference,
    /// Add a third party.
    AddConnection,
    /// End one connection.
    EndConnection,
    /// Hand the contact over to somebody else, warm or cold.
    Transfer,
    /// Clear a contact from after call work.
    Clear,
}

/// A command as it was issued: `host.noteCommand`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Command {
    /// What was asked for.
    #[serde(rename = "type")]
    pub kind: CommandKind,
    /// The contact acted on. `None` only where there is none yet ([`CommandKind::Dial`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<String>,
    /// The connection acted on; without it the command matches any connection of the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<String>,
    /// Whom to: of use where a cold transfer shows no connection of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Endpoint>,
    /// Name of the quick connect used, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quick_connect_name: Option<String>,
    /// Who issued it.
    pub initiated_by: InitiatedBy,
    /// When, in epoch milliseconds.
    pub timestamp: u64,
}

impl Command {
    /// A command on a contact, with nothing else known about it.
    pub fn new(kind: CommandKind, contact_id: &str, initiated_by: InitiatedBy, timestamp: u64) -> Self {
        Self {
            kind,
            contact_id: Some(contact_id.to_owned()),
            connection_id: None,
            endpoint: None,
            quick_connect_name: None,
            initiated_by,
            timestamp,
        }
    }
}

impl CommandKind {
    /// The command that a plugin's request amounts to, for the requests that change a call.
    pub const fn of_request(method: Method) -> Option<Self> {
        match method {
            Method::TransferCall | Method::QuickConnect => Some(Self::Transfer),
            Method::EndConferenceCall => Some(Self::EndConnection),
            _ => None,
        }
    }
}

/// The commands that may still explain a change, oldest first.
#[derive(Debug, Default)]
pub(super) struct Commands {
    noted: VecDeque<Command>,
}

impl Commands {
    /// Remembers a command. At [`MAX_NOTED`] the oldest is forgotten: its change becomes `unknown`.
    pub(super) fn note(&mut self, command: Command) {
        if self.noted.len() == MAX_NOTED {
            self.noted.pop_front();
        }
        self.noted.push_back(command);
    }

    /// Forgets what is too old to explain anything at `now`.
    pub(super) fn forget_before(&mut self, now: u64) {
        self.noted.retain(|c| c.timestamp.saturating_add(MATCH_WITHIN_MS) >= now);
    }

    /// Looks for the newest command of one of `kinds` that explains a change of `contact_id` at `now`.
    /// The clocks of desktop and contact centre may differ, so a command may also seem younger than its effect.
    pub(super) fn find(&self, kinds: &[CommandKind], on: Target<'_>, now: u64) -> Option<&Command> {
        self.noted.iter().rev().find(|c| explains(c, kinds, on, now))
    }

    /// Like [`Self::find`], and forgets the command: one command has one effect.
    pub(super) fn take(&mut self, kinds: &[CommandKind], on: Target<'_>, now: u64) -> Option<Command> {
        let at = self.noted.iter().rposition(|c| explains(c, kinds, on, now))?;
        self.noted.remove(at)
    }
}

/// What a change happened to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'a> {
    pub(super) contact_id: &'a str,
    pub(super) connection_id: Option<&'a str>,
}

fn explains(command: &Command, kinds: &[CommandKind], on: Target<'_>, now: u64) -> bool {
    let contact = match &command.contact_id {
        Some(id) => id == on.contact_id,
        None => command.kind == CommandKind::Dial,
    };
    let connection = match (&command.connection_id, on.connection_id) {
        (Some(noted), Some(changed)) => noted == changed,
        _ => true,
    };
    kinds.contains(&command.kind)
        && contact
        && connection
        && command.timestamp.abs_diff(now) <= MATCH_WITHIN_MS
}

/// A change later than this after a command is not its effect.
pub(super) const MATCH_WITHIN_MS: u64 = 30_000;
const MAX_NOTED: usize = 1_024;
