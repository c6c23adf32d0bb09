use serde_json::Value;

use crate::schema::Payload;
use crate::session::{Mark, Ready};
use crate::wire::{CloseCode, ErrorBody};

/// One thing for the application's thread. Only [`super::Dispatch`] and the driver around it make them.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// `init()` settles.
    InitDone(Result<Box<Ready>, ErrorBody>),
    /// The link is up, for the first time or again.
    Ready(Box<Ready>),
    /// The link is away and is dialled again.
    Interrupted {
        /// Close code that the link ended with.
        code: CloseCode,
        /// For logs.
        reason: String,
    },
    /// A new session took the place of one that could not go on.
    Resync {
        /// Why, as in `welcome.reason`.
        reason: String,
        /// The state now.
        snapshot: Value,
        /// Calls that settled because the old session is gone.
        unsettled: usize,
    },
    /// An event for the listeners of its name.
    Event {
        /// To be taken once the listeners were invoked; `None` where it counts as taken already.
        mark: Option<Mark>,
        /// The event's `seq` in its session.
        seq: u64,
        /// Its name.
        name: String,
        /// Epoch milliseconds.
        timestamp: u64,
        /// What happened.
        payload: Payload,
    },
    /// A call settles.
    Settled {
        /// The caller's id.
        id: u64,
        /// To be taken once the call has settled; `None` where nothing is.
        mark: Option<Mark>,
        /// Checked result, or why not.
        outcome: Result<Payload, ErrorBody>,
    },
    /// The outbox that refused a call is half empty again.
    Drain,
    /// Whether the host answers, on a carrier where silence does not end the link.
    Responding(bool),
    /// Something is wrong that belongs to no call.
    Error(ErrorBody),
    /// Events were dropped because nobody listened in time; at most one per name.
    Warning {
        /// The event's name.
        event: String,
        /// In a sentence.
        message: String,
    },
    /// The session is over and its carrier gone; the last delivery before another `init()`.
    Closed {
        /// Close code; 1000 after `close()`.
        code: CloseCode,
        /// For logs.
        reason: String,
    },
    /// A dial wants a token. Made by the driver.
    TokenWanted {
        /// Names the wish in the answer.
        ticket: u64,
    },
}

impl Delivery {
    /// The frame to acknowledge once this delivery has done its work.
    pub fn mark(&self) -> Option<Mark> {
        match self {
            Self::Event { mark, .. } | Self::Settled { mark, .. } => *mark,
            _ => None,
        }
    }
}
