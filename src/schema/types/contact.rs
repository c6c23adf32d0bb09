//! Contacts, their connections and endpoints.

use std::collections::BTreeMap;

use super::{Attributes, absent};

text_enum! {
    /// Channel of a contact.
    ContactType {
        /// A call.
        Voice = "voice",
        /// A queued callback.
        QueueCallback = "queue_callback",
        /// A chat.
        Chat = "chat",
        /// A task.
        Task = "task",
        /// An e-mail.
        Email = "email",
    }
}

text_enum! {
    /// Where a contact stands, as in Amazon Connect Streams' `ContactStateType`.
    ContactStateType {
        /// Known, nothing happened yet.
        Init = "init",
        /// Offered to the agent; voice contacts go straight to `connecting`.
        Incoming = "incoming",
        /// Waiting for the other side.
        Pending = "pending",
        /// Ringing or being set up.
        Connecting = "connecting",
        /// The agent takes part.
        Connected = "connected",
        /// Offered and not taken in time.
        Missed = "missed",
        /// Refused by the agent.
        Rejected = "rejected",
        /// Failed.
        Error = "error",
        /// Over; after call work while it is still listed.
        Ended = "ended",
        /// A paused task.
        Paused = "paused",
    }
}

text_enum! {
    /// Which part of the contact a connection is.
    ConnectionType {
        /// The agent's own leg.
        Agent = "agent",
        /// The party that started the contact.
        Inbound = "inbound",
        /// A party that was called.
        Outbound = "outbound",
        /// A supervisor who monitors.
        Monitoring = "monitoring",
    }
}

text_enum! {
    /// Where a connection stands.
    ConnectionStateType {
        /// Known, nothing happened yet.
        Init = "init",
        /// Ringing or being set up.
        Connecting = "connecting",
        /// Hears and is heard.
        Connected = "connected",
        /// On hold.
        Hold = "hold",
        /// Gone.
        Disconnected = "disconnected",
        /// A supervisor who listens.
        SilentMonitor = "silent_monitor",
        /// A supervisor who takes part.
        Barge = "barge",
        /// Refused.
        Rejected = "rejected",
    }
}

text_enum! {
    /// What an endpoint is.
    EndpointType {
        /// A telephone number.
        PhoneNumber = "phone_number",
        /// An agent.
        Agent = "agent",
        /// A queue.
        Queue = "queue",
    }
}

text_enum! {
    /// How a contact came to be.
    InitiationMethod {
        /// The customer called.
        Inbound = "inbound",
        /// An agent called.
        Outbound = "outbound",
        /// Transferred by an agent.
        Transfer = "transfer",
        /// Transferred from another queue.
        QueueTransfer = "queue_transfer",
        /// A queued callback.
        Callback = "callback",
        /// Started by an application.
        Api = "api",
        /// Started by a disconnect flow.
        Disconnect = "disconnect",
        /// Started by an application over WebRTC.
        WebrtcApi = "webrtc_api",
        /// An agent's reply to an e-mail.
        AgentReply = "agent_reply",
        /// A campaign that the agent previews.
        CampaignPreview = "campaign_preview",
        /// Called from outside Amazon Connect.
        ExternalOutbound = "external_outbound",
        /// A supervisor's monitoring.
        Monitor = "monitor",
        /// Started by a flow.
        Flow = "flow",
        /// A callback that waits for the customer first, in a queue.
        CallbackCustomerFirstQueued = "callback_customer_first_queued",
        /// A callback that dials the customer first.
        CallbackCustomerFirstDialed = "callback_customer_first_dialed",
    }
}

text_enum! {
    /// Which way a contact goes, seen from the desktop.
    CallDirection {
        /// Towards the agent.
        Inbound = "inbound",
        /// From the agent.
        Outbound = "outbound",
    }
}

text_enum! {
    /// Who did something.
    InitiatedBy {
        /// The agent.
        Agent = "agent",
        /// A plugin's message.
        Plugin = "plugin",
        /// The customer.
        Customer = "customer",
        /// A campaign.
        Campaign = "campaign",
        /// Not known.
        Unknown = "unknown",
    }
}

text_enum! {
    /// How a supervisor takes part.
    MonitorStatus {
        /// Listens.
        SilentMonitor = "SILENT_MONITOR",
        /// Talks.
        Barge = "BARGE",
    }
}

host_object! {
    /// A party that can be called: a number, an agent or a queue. Every member may be null.
    Endpoint {
        /// Amazon resource name.
        #[serde(rename = "endpointARN")]
        endpoint_arn: Option<String>,
        /// Alias of `endpointARN` in Amazon Connect Streams.
        endpoint_id: Option<String>,
        /// What it is.
        #[serde(rename = "type")]
        endpoint_type: Option<EndpointType>,
        /// Name that an agent reads.
        #[schemars(extend("x-pii" = true))]
        name: Option<String>,
        /// Telephone number, E.164 where the source has it so.
        #[schemars(extend("x-pii" = true))]
        phone_number: Option<String>,
        /// Login name of the agent.
        agent_login: Option<String>,
        /// Name or ARN of the queue.
        queue: Option<String>,
    }

    /// A queue of the contact centre.
    Queue {
        /// Name that an agent reads.
        name: String,
        /// Amazon resource name.
        #[serde(rename = "queueARN")]
        queue_arn: String,
        /// Last part of the ARN.
        queue_id: String,
    }

    /// Where a connection stands, and since when.
    ConnectionState {
        /// State.
        #[serde(rename = "type")]
        state_type: ConnectionStateType,
        /// Since when, epoch milliseconds.
        timestamp: u64,
    }

    /// One party of a contact.
    Connection {
        /// Id within the contact centre.
        connection_id: String,
        /// Contact it belongs to.
        contact_id: String,
        /// Which part it is.
        #[serde(rename = "type")]
        connection_type: ConnectionType,
        /// Where it stands.
        state: ConnectionState,
        /// Whether the contact began with it.
        is_initial_connection: bool,
        /// Who it is.
        endpoint: Option<Endpoint>,
        /// Name of the quick connect it was made with.
        quick_connect_name: Option<String>,
        /// Whether the party is muted.
        #[serde(default, skip_serializing_if = "absent")]
        is_mute: Option<bool>,
        /// Whether it was muted by another party.
        #[serde(default, skip_serializing_if = "absent")]
        is_forced_mute: Option<bool>,
        /// How a supervisor takes part.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true))]
        monitor_status: Option<MonitorStatus>,
    }

    /// Where a contact stands, and since when.
    ContactState {
        /// State.
        #[serde(rename = "type")]
        state_type: ContactStateType,
        /// Since when, epoch milliseconds.
        timestamp: u64,
    }

    /// A named reference of a contact, as tasks and chats carry them.
    Reference {
        /// Kind, as `URL` or `ATTACHMENT`.
        #[serde(rename = "type")]
        reference_type: String,
        /// Value, as an address.
        value: String,
    }

    /// A call, chat, task or e-mail that the agent works on.
    Contact {
        /// Id of this leg; a transfer makes a new one.
        contact_id: String,
        /// Id of the first leg, which holds the attributes.
        initial_contact_id: Option<String>,
        /// Channel.
        #[serde(rename = "type")]
        contact_type: ContactType,
        /// Channel's variety, as `connect:WebRTC`.
        subtype: Option<String>,
        /// Where it stands.
        state: ContactState,
        /// Which way it goes.
        direction: CallDirection,
        /// How it came to be.
        initiation_method: Option<InitiationMethod>,
        /// Queue it came through.
        queue: Option<Queue>,
        /// When it entered the queue, epoch milliseconds.
        queue_timestamp: Option<u64>,
        /// Contact attributes.
        #[schemars(extend("x-pii" = true))]
        attributes: Attributes,
        /// Its parties, the agent's own leg included.
        connections: Vec<Connection>,
        /// The customer.
        #[schemars(extend("x-pii" = true))]
        customer_endpoint: Option<Endpoint>,
        /// The customer's number.
        #[schemars(extend("x-pii" = true))]
        phone_number: Option<String>,
        /// Whether more than three parties may take part.
        is_multi_party_conference_enabled: bool,
        /// Whether it is accepted without the agent.
        is_auto_accept_enabled: bool,
        /// Whether the agent talks through the browser.
        is_softphone_call: bool,
        /// A contact it follows.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true))]
        related_contact_id: Option<String>,
        /// Ties the contacts of one conversation together.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true))]
        contact_association_id: Option<String>,
        /// System attributes of Amazon Connect.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-pii" = true))]
        segment_attributes: Option<Attributes>,
        /// Name of a task or chat.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true, "x-pii" = true))]
        name: Option<String>,
        /// Description of a task or chat.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true, "x-pii" = true))]
        description: Option<String>,
        /// References by name.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-pii" = true))]
        references: Option<BTreeMap<String, Reference>>,
    }
}
