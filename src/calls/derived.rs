//! What the engine says: one event with its payload.
use serde::Serialize;
use serde_json::Value;

use crate::schema::{self, EventName};

/// Declares [`EventPayload`], one variant for each event, in the published order within one change.
macro_rules! event_payload {
    ($($name:ident),* $(,)?) => {
        /// The payload of one of the 17 events. Its JSON is the payload alone, without the event's name.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum EventPayload { $(
            #[doc = concat!("Payload of the event of type [`schema::", stringify!($name), "`].")]
            $name(Box<schema::$name>),
        )* }

        impl EventPayload {
            /// Name of the event.
            pub const fn name(&self) -> EventName {
                match self { $(Self::$name(_) => EventName::$name,)* }
            }
        }

        $(impl From<schema::$name> for EventPayload {
            fn from(payload: schema::$name) -> Self {
                Self::$name(Box::new(payload))
            }
        })*
    };
}

event_payload!(
    IncomingCall,
    OutgoingCall,
    CallStarted,
    AddConnection,
    OnHold,
    OffHold,
    ToggleConnections,
    ConferenceConnections,
    EndConnection,
    TransferCall,
    CallEnded,
    MissedCall,
    RejectCall,
    AfterCallWork,
    AfterCallWorkEnd,
    ContactUpdated,
    NextStatus,
);

impl EventPayload {
    /// Contact that the event is about; `None` for `next_status`.
    pub fn contact_id(&self) -> Option<&str> {
        Some(match self {
            Self::IncomingCall(p) => &p.contact_id,
            Self::OutgoingCall(p) => &p.contact_id,
            Self::CallStarted(p) => &p.contact_id,
            Self::AddConnection(p) => &p.contact_id,
            Self::OnHold(p) => &p.contact_id,
            Self::OffHold(p) => &p.contact_id,
            Self::ToggleConnections(p) => &p.contact_id,
            Self::ConferenceConnections(p) => &p.contact_id,
            Self::EndConnection(p) => &p.contact_id,
            Self::TransferCall(p) => &p.contact_id,
            Self::CallEnded(p) => &p.contact_id,
            Self::MissedCall(p) => &p.contact_id,
            Self::RejectCall(p) => &p.contact_id,
            Self::AfterCallWork(p) => &p.contact_id,
            Self::AfterCallWorkEnd(p) => &p.contact_id,
            Self::ContactUpdated(p) => &p.contact_id,
            Self::NextStatus(_) => return None,
        })
    }

    /// Place in the published order within one change; events of equal rank keep the order they were found in.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::IncomingCall(_) | Self::OutgoingCall(_) => 0,
            Self::CallStarted(_) => 1,
            Self::AddConnection(_) => 2,
            Self::OnHold(_)
            | Self::OffHold(_)
            | Self::ToggleConnections(_)
            | Self::ConferenceConnections(_) => 3,
            Self::EndConnection(_) => 4,
            Self::TransferCall(_) => 5,
            Self::CallEnded(_) | Self::MissedCall(_) | Self::RejectCall(_) => 6,
            Self::AfterCallWork(_) => 7,
            Self::AfterCallWorkEnd(_) => 8,
            Self::ContactUpdated(_) => 9,
            Self::NextStatus(_) => 10,
        }
    }
}

/// One event as the engine derived it.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// When it happened, epoch milliseconds: the new state's own time where the source gives one, else the snapshot's.
    pub timestamp: u64,
    /// What happened.
    pub payload: EventPayload,
}

impl Derived {
    pub(super) fn new(timestamp: u64, payload: impl Into<EventPayload>) -> Self {
        Self { timestamp, payload: payload.into() }
    }

    /// Name of the event.
    pub const fn name(&self) -> EventName {
        self.payload.name()
    }

    /// Contact that the event is about; `None` for `next_status`.
    pub fn contact_id(&self) -> Option<&str> {
        self.payload.contact_id()
    }

    /// The payload as JSON text.
    pub fn payload_json(&self) -> String {
        // Serializing fails for maps without text keys and for writers that fail; a payload has neither.
        serde_json::to_string(&self.payload).unwrap_or_default()
    }

    /// The payload as a JSON value.
    pub fn payload_value(&self) -> Value {
        // As above: nothing in a payload can fail to serialize.
        serde_json::to_value(&self.payload).unwrap_or_default()
    }
}
