//! The payloads of the 17 events. `contact` is the state after the change.

use std::collections::BTreeMap;

use super::{
    AgentState, Attributes, CallDirection, Connection, Contact, Endpoint, InitiatedBy, Queue, absent,
};

text_enum! {
    /// Why a call ended.
    CallEndReason {
        /// Hung up.
        Ended = "ended",
        /// Failed.
        Error = "error",
        /// Handed over.
        Transferred = "transferred",
        /// No longer listed, for a reason that is not known.
        Removed = "removed",
    }
}

text_enum! {
    /// Why a call was missed.
    MissedCallReason {
        /// The agent did not answer in time.
        Timeout = "timeout",
        /// The customer hung up first.
        CustomerAbandoned = "customer_abandoned",
        /// The agent's phone could not be reached.
        AgentUnreachable = "agent_unreachable",
        /// Failed.
        Error = "error",
        /// Not known.
        Unknown = "unknown",
    }
}

text_enum! {
    /// How a call is handed over.
    TransferKind {
        /// The agent talks to the other party first.
        Warm = "warm",
        /// At once.
        Cold = "cold",
    }
}

host_object! {
    /// What became of an attribute's value.
    AttributeChange {
        /// Value before.
        from: String,
        /// Value now.
        to: String,
    }

    /// What became of a contact's attributes.
    AttributeChanges {
        /// New ones.
        #[schemars(extend("x-pii" = true))]
        added: Attributes,
        /// Those with another value.
        #[schemars(extend("x-pii" = true))]
        changed: BTreeMap<String, AttributeChange>,
        /// Names of those that are gone.
        #[schemars(extend("x-pii" = true))]
        removed: Vec<String>,
    }

    /// `incoming_call`: a call rings, or a callback is offered.
    IncomingCall {
        /// Id of the contact.
        contact_id: String,
        /// The contact after the change.
        contact: Contact,
        /// The caller's number.
        #[schemars(extend("x-pii" = true))]
        phone_number: Option<String>,
        /// Queue it came through.
        queue: Option<Queue>,
        /// Whether it is a queued callback.
        is_callback: bool,
        /// Whether it is accepted without the agent.
        auto_accept: bool,
        /// Id of the contact it was transferred from.
        #[serde(default, skip_serializing_if = "absent")]
        transferred_from: Option<String>,
    }

    /// `contact_updated`: something about a contact changed.
    ContactUpdated {
        /// Id of the contact.
        contact_id: String,
        /// The contact after the change.
        contact: Contact,
        /// Top-level members of `contact` that differ.
        changed: Vec<String>,
        /// What became of the attributes, when they differ.
        #[serde(default, skip_serializing_if = "absent")]
        attributes: Option<AttributeChanges>,
    }

    /// `call_started`: agent and other party talk.
    CallStarted {
        /// Id of the contact.
        contact_id: String,
        /// The contact after the change.
        contact: Contact,
        /// Which way the call goes.
        direction: CallDirection,
        /// When it was connected, epoch milliseconds.
        started_at: u64,
        /// How long it rang; null where the ringing was not seen.
        ring_duration_ms: Option<u64>,
    }

    /// `on_hold`: a party was put on hold.
    OnHold {
        /// Id of the contact.
        contact_id: String,
        /// The contact after the change.
        contact: Contact,
        /// The party.
        connection: Connection,
        /// Whether it is the agent's own leg.
        #[serde(rename = "self")]
        is_self: bool,
        /// Ids of all connections that are on hold now.
        held_connections: Vec<String>,
    }

    /// `off_hold`: a party was taken off hold.
    OffHold {
        /// Id of the contact.
        contact_id: String,
        /// The contact after the change.
        contact: Contact,
        /// The party.
        connection: Connection,
        /// Whether it is the agent's own leg.
        #[serde(rename = "self")]
        is_self: bool,
        /// How long it was held.
        held_ms: u64,
    }

    /// `call_ended`: a call that had been connected, or an outbound one, is over.
    CallEnded {
        /// Id of the contact.
        contact_id: String,
        /// The contact, or what was last known of it.
        contact: Contact,
        /// Why.
        reason: CallEndReason,
        /// Who ended it.
        ended_by: InitiatedBy,
        /// From the first ring to the end.
        duration_ms: u64,
        /// Connected time, without hold.
        talk_ms: u64,
        /// Time on hold.
        hold_ms: u64,
    }

    /// `reject_call`: a call was refused.
    RejectCall {
        /// Id of the contact.
        contact_id: String,
        /// The contact, or what was last known of it.
        contact: Contact,
        /// Who refused it.
        rejected_by: InitiatedBy,
        /// How long it rang; null where the ringing was not seen.
        ring_duration_ms: Option<u64>,
    }

    /// `outgoing_call`: the agent's call is being set up.
    OutgoingCall {
        /// Id of the contact.
        contact_id: String,
        /// The contact after the change.
        contact: Contact,
        /// The number that is called.
        #[schemars(extend("x-pii" = true))]
        phone_number: Option<String>,
        /// Queue of outbound calls.
        queue: Option<Queue>,
        /// Who started it.
        initiated_by: InitiatedBy,
    }

    /// `transfer_call`: the call is handed over.
    TransferCall {
        /// Id of the contact.
        contact_id: String,
        /// The contact after the change.
        contact: Contact,
        /// With or without talking to the other party first.
        kind: TransferKind,
        /// Where it goes.
        endpoint: Endpoint,
        /// Connection to the other party.
        connection_id: Option<String>,
        /// Name of the quick connect that was used.
        quick_connect_name: Option<String>,
        /// Who handed it over.
        initiated_by: InitiatedBy,
    }

    /// `missed_call`: a call was not taken.
    MissedCall {
        /// Id of the contact.
        contact_id: String,
        /// The contact, or what was last known of it.
        contact: Contact,
        /// Why.
        reason: MissedCallReason,
        /// Name of the state the agent is in now.
        agent_state_name: String,
        /// How long it rang; null where the ringing was not seen.
        ring_duration_ms: Option<u64>,
    }

    /// `add_connection`: a third party is called in.
    AddConnection {
        /// Id of the contact.
        contact_id: String,
        /// The contact after the change.
        contact: Contact,
        /// The new party.
        connection: Connection,
        /// Who called it in.
        initiated_by: InitiatedBy,
    }

    /// `conference_connections`: all parties talk to each other.
    ConferenceConnections {
        /// Id of the contact.
        contact_id: String,
        /// The contact after the change.
        contact: Contact,
        /// The parties.
        connections: Vec<Connection>,
    }

    /// `end_connection`: one party left and the contact goes on.
    EndConnection {
        /// Id of the contact.
        contact_id: String,
        /// The contact after the change.
        contact: Contact,
        /// The party that left.
        connection: Connection,
        /// The parties that stay.
        remaining: Vec<Connection>,
        /// Who ended it.
        initiated_by: InitiatedBy,
    }

    /// `toggle_connections`: the held and the talking party changed places.
    ToggleConnections {
        /// Id of the contact.
        contact_id: String,
        /// The contact after the change.
        contact: Contact,
        /// Who talks now.
        active: Vec<Connection>,
        /// Who is on hold now.
        held: Vec<Connection>,
    }

    /// `after_call_work`: the call is over and the agent finishes it.
    AfterCallWork {
        /// Id of the contact.
        contact_id: String,
        /// The contact as it was last known.
        contact: Contact,
        /// When it began, epoch milliseconds.
        started_at: u64,
        /// State of the agent.
        agent_state: AgentState,
    }

    /// `after_call_work_end`: the contact is cleared.
    AfterCallWorkEnd {
        /// Id of the contact.
        contact_id: String,
        /// The contact as it was last known.
        contact: Contact,
        /// When it had begun, epoch milliseconds.
        started_at: u64,
        /// How long it took.
        duration_ms: u64,
        /// State of the agent.
        agent_state: AgentState,
    }

    /// `next_status`: the state that begins after the last contact was set, replaced or cleared.
    NextStatus {
        /// State to come; null when it was cleared.
        next_state: Option<AgentState>,
        /// State that was to come before.
        previous: Option<AgentState>,
        /// State now.
        current: AgentState,
    }
}
