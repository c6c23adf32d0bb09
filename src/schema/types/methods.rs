//! The methods beside the messages, and what `init()` resolves with.

use super::{Contact, PluginType, Snapshot, User};
use crate::wire::HostInfo;

plugin_object! {
    /// A payload without members.
    NoPayload {}

    /// `set_title_tag`: the plugin's title in the desktop.
    SetTitleTagPayload {
        /// Title, 0–200 characters.
        #[schemars(length(max = 200), extend("x-pii" = true))]
        title: String,
    }

    /// `$live`: the states that a late listener asks for.
    LivePayload {
        /// Name of the event.
        #[schemars(extend("pattern" = "^[a-z0-9_.$-]{1,64}$"))]
        event: String,
    }
}

host_object! {
    /// Answer to `get_user`.
    GetUserAnswer {
        /// The agent.
        user: User,
    }

    /// Answer to `get_company_id`.
    GetCompanyIdAnswer {
        /// The company's id.
        company_id: String,
    }

    /// Answer to `get_contacts`.
    GetContactsAnswer {
        /// The agent's contacts.
        contacts: Vec<Contact>,
    }

    /// Answer to `get_contact`.
    GetContactAnswer {
        /// The contact; null where the agent has none.
        contact: Option<Contact>,
    }

    /// Answer to `$snapshot`.
    SnapshotAnswer {
        /// What the plugin may see.
        snapshot: Snapshot,
    }

    /// A state that lasts, told as the event that began it.
    LiveEvent {
        /// When it began, epoch milliseconds.
        timestamp: u64,
        /// Payload of the event.
        payload: super::Extra,
    }

    /// Answer to `$live`.
    LiveAnswer {
        /// One entry for each contact in that state.
        events: Vec<LiveEvent>,
    }

    /// Who the plugin is, as the host sees it.
    PluginIdentity {
        /// Id.
        id: String,
        /// Type.
        #[serde(rename = "type")]
        plugin_type: Option<PluginType>,
        /// Random per `SmartAgent` object.
        instance: String,
    }

    /// What `init()` resolves with, and the payload of the local event `ready`.
    InitResult {
        /// The agent; null without `agent:read`.
        user: Option<User>,
        /// The company's id.
        company_id: Option<String>,
        /// Who the plugin is, as the host sees it.
        plugin: PluginIdentity,
        /// The agent's contacts.
        contacts: Vec<Contact>,
        /// Scopes granted.
        granted: Vec<String>,
        /// Scopes wanted but not granted.
        denied: Vec<String>,
        /// Who the host is.
        host: HostInfo,
        /// Version of the protocol.
        protocol: u32,
    }
}
