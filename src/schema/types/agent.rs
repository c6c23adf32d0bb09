//! The agent, and the snapshots of what the agent does.

use std::collections::BTreeMap;

use super::{Contact, Queue, absent};

text_enum! {
    /// Kind of an agent state.
    AgentStateType {
        /// Not known yet.
        Init = "init",
        /// Takes contacts.
        Routable = "routable",
        /// Logged in, takes none.
        NotRoutable = "not_routable",
        /// Logged out.
        Offline = "offline",
        /// Set by the system, as while busy.
        System = "system",
        /// Something failed, as a missed call.
        Error = "error",
        /// Finishes the last contact.
        AfterCallWork = "after_call_work",
    }
}

host_object! {
    /// A state of the agent.
    AgentState {
        /// Name that an agent reads.
        name: String,
        /// Kind.
        #[serde(rename = "type")]
        state_type: AgentStateType,
        /// Amazon resource name.
        #[serde(rename = "agentStateARN")]
        agent_state_arn: Option<String>,
        /// Since when, epoch milliseconds.
        start_timestamp: Option<u64>,
    }

    /// Which contacts the agent gets.
    RoutingProfile {
        /// Name that an agent reads.
        name: String,
        /// Amazon resource name.
        #[serde(rename = "routingProfileARN")]
        routing_profile_arn: String,
        /// Last part of the ARN.
        routing_profile_id: String,
        /// Queue of outbound calls.
        default_outbound_queue: Queue,
        /// Queues that are served.
        queues: Vec<Queue>,
        /// How many contacts at a time, by channel.
        channel_concurrency_map: BTreeMap<String, u32>,
    }

    /// The agent.
    User {
        /// Amazon resource name.
        #[serde(rename = "agentARN")]
        agent_arn: String,
        /// Login name.
        username: String,
        /// Name that people read.
        name: String,
        /// Extension of a desk phone.
        extension: Option<String>,
        /// What the security profile permits.
        permissions: Vec<String>,
        /// Whether the agent talks through the browser.
        softphone_enabled: bool,
        /// Language, as `en_GB`.
        locale: Option<String>,
        /// Which contacts the agent gets.
        routing_profile: RoutingProfile,
        /// Current state.
        state: AgentState,
        /// State that begins when the last contact is done.
        next_state: Option<AgentState>,
    }

    /// The whole state of one agent at one time, as a desktop hands it in; the call engine derives the events.
    AgentSnapshot {
        /// When it was taken, epoch milliseconds.
        timestamp: u64,
        /// The agent.
        user: User,
        /// Every contact that is listed, ended ones in after call work included.
        contacts: Vec<Contact>,
        /// The contact the agent looks at.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true))]
        focused_contact_id: Option<String>,
    }

    /// What a plugin sees of the state, filtered by its scopes.
    Snapshot {
        /// The agent; null without `agent:read`.
        user: Option<User>,
        /// The company's id.
        company_id: Option<String>,
        /// The agent's contacts; empty without `call:observe`.
        contacts: Vec<Contact>,
        /// The contact the agent looks at.
        focused_contact_id: Option<String>,
        /// Whether the plugin is shown.
        visible: bool,
    }
}
