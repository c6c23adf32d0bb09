//! The 8 messages: what a plugin sends (strict) and what the host answers (open).

use serde::{Deserialize, Serialize};

use super::{Attributes, Endpoint, EndpointType, TransferKind, absent};

/// `update_contact`: sets attributes of the contact. An empty value removes the key. Keys and values together have
/// at most 32,768 bytes of UTF-8.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(extend(
    "propertyNames" = {"pattern": "^[A-Za-z0-9_-]{1,128}$"},
    "additionalProperties" = {"type": "string", "x-pii": true}
))]
pub struct UpdateContactPayload(pub Attributes);

plugin_object! {
    /// `update_customer`: what is known of the customer. At least one member.
    #[schemars(extend("minProperties" = 1))]
    UpdateCustomerPayload {
        /// E-mail address: one `@` with text on both sides.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-pii" = true, "pattern" = "^[^@]+@[^@]+$"))]
        email: Option<String>,
        /// Telephone number, E.164, as `+442071838750`.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-pii" = true, "pattern" = "^\\+[1-9][0-9]{1,14}$"))]
        phone_number: Option<String>,
        /// Name.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-pii" = true))]
        name: Option<String>,
        /// Id in the desktop builder's own system.
        #[serde(rename = "ID", default, skip_serializing_if = "absent")]
        #[schemars(extend("x-pii" = true))]
        id: Option<String>,
    }

    /// `update_quick_connects`: no members.
    UpdateQuickConnectsPayload {}

    /// Where a call is to go. Null and `""` count as absent.
    TransferEndpoint {
        /// Amazon resource name; wins over `endpointId`.
        #[serde(rename = "endpointARN", default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true))]
        endpoint_arn: Option<String>,
        /// Alias of `endpointARN`.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true))]
        endpoint_id: Option<String>,
        /// What it is. `phone_number` needs a number, `agent` and `queue` need `endpointARN` or `endpointId`.
        #[serde(rename = "type")]
        endpoint_type: EndpointType,
        /// Name that an agent reads.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true, "x-pii" = true))]
        name: Option<String>,
        /// Telephone number.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true, "x-pii" = true))]
        phone_number: Option<String>,
        /// Login name of the agent.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true))]
        agent_login: Option<String>,
        /// Name or ARN of the queue.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true))]
        queue: Option<String>,
    }

    /// `transfer_call`: calls another party in, by `number` or by `endpoint`. Null and `""` count as absent.
    TransferCallPayload {
        /// Telephone number; must agree with `endpoint.phoneNumber`.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true, "x-pii" = true))]
        number: Option<String>,
        /// Name that an agent reads.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true, "x-pii" = true))]
        name: Option<String>,
        /// Where it goes; may be left out when `number` is there.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true))]
        endpoint: Option<TransferEndpoint>,
    }

    /// `end_conference_call`: one party leaves. Exactly one of the two members.
    #[schemars(extend("oneOf" = [{"required": ["connectionName"]}, {"required": ["connectionId"]}]))]
    EndConferenceCallPayload {
        /// Quick connect name, else endpoint name, else telephone number of the party.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(length(min = 1), extend("x-pii" = true))]
        connection_name: Option<String>,
        /// Id of its connection.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(length(min = 1))]
        connection_id: Option<String>,
    }

    /// `quick_connect`: calls a quick connect in by its name.
    QuickConnectPayload {
        /// Name of the quick connect.
        #[schemars(length(min = 1))]
        name: String,
        /// Message for whoever answers.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-pii" = true))]
        message: Option<String>,
    }
}

/// `show_notification`: shows a notification or takes it away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum ShowNotificationPayload {
    /// Shows one.
    #[serde(rename = "CREATE_NOTIFICATION", rename_all = "camelCase")]
    Create {
        /// Title, 1–200 characters.
        #[schemars(length(min = 1, max = 200), extend("x-pii" = true))]
        header: String,
        /// Text, 1–2,000 characters.
        #[schemars(length(min = 1, max = 2000), extend("x-pii" = true))]
        text: String,
    },
    /// Takes one away: by id, else by equal header and text, else all of this plugin's.
    #[serde(rename = "CLEAR_NOTIFICATION", rename_all = "camelCase")]
    Clear {
        /// Title, 1–200 characters.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(length(min = 1, max = 200), extend("x-pii" = true))]
        header: Option<String>,
        /// Text, 1–2,000 characters.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(length(min = 1, max = 2000), extend("x-pii" = true))]
        text: Option<String>,
        /// Id from the answer that created it.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(length(min = 1))]
        notification_id: Option<String>,
    },
}

text_enum! {
    /// Look of a popup.
    PopupType {
        /// Good news.
        Success = "SUCCESS",
        /// Bad news.
        Error = "ERROR",
    }
}

plugin_object! {
    /// `show_popup_message`: shows a message for a moment.
    ShowPopupMessagePayload {
        /// Look.
        #[serde(rename = "type")]
        popup_type: PopupType,
        /// Text, 1–2,000 characters.
        #[schemars(length(min = 1, max = 2000), extend("x-pii" = true))]
        popup_message: String,
    }
}

host_object! {
    /// Answer to `update_contact`.
    UpdateContactAnswer {
        /// Id of the contact.
        contact_id: String,
        /// Id of the first leg, which holds the attributes.
        initial_contact_id: Option<String>,
        /// All attributes after the change.
        #[schemars(extend("x-pii" = true))]
        attributes: Attributes,
    }

    /// What a desktop knows of a customer.
    Customer {
        /// E-mail address.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true, "x-pii" = true))]
        email: Option<String>,
        /// Telephone number.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true, "x-pii" = true))]
        phone_number: Option<String>,
        /// Name.
        #[serde(default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true, "x-pii" = true))]
        name: Option<String>,
        /// Id in the desktop builder's own system.
        #[serde(rename = "ID", default, skip_serializing_if = "absent")]
        #[schemars(extend("x-nullable" = true, "x-pii" = true))]
        id: Option<String>,
    }

    /// Answer to `update_customer`.
    UpdateCustomerAnswer {
        /// The customer after the change.
        customer: Customer,
    }

    /// Answer to `update_quick_connects`.
    UpdateQuickConnectsAnswer {
        /// All quick connects of the agent.
        quick_connects: Vec<Endpoint>,
    }

    /// Answer to `transfer_call` and `quick_connect`.
    TransferCallAnswer {
        /// Id of the contact.
        contact_id: String,
        /// Connection to the other party.
        connection_id: Option<String>,
        /// With or without talking to the other party first.
        kind: TransferKind,
        /// Where it goes.
        endpoint: Endpoint,
    }

    /// Answer to `end_conference_call`.
    EndConferenceCallAnswer {
        /// Id of the contact.
        contact_id: String,
        /// Connection that was ended.
        connection_id: String,
    }

    /// Answer to `show_notification`.
    ShowNotificationAnswer {
        /// Ids that were created or taken away.
        notification_ids: Vec<String>,
    }

    /// An answer without members of its own.
    Done {}
}
