//! The names of events, methods and scopes, and the closest known one to a name that is not known.

use super::types::text_enum;
use crate::wire::{ErrorBody, ErrorCode, Issue, Rule};

text_enum! {
    /// The 17 events, host → plugin.
    EventName {
        /// A call rings, or a callback is offered.
        IncomingCall = "incoming_call",
        /// Something about a contact changed.
        ContactUpdated = "contact_updated",
        /// Agent and other party talk.
        CallStarted = "call_started",
        /// A party was put on hold.
        OnHold = "on_hold",
        /// A party was taken off hold.
        OffHold = "off_hold",
        /// A call that had been connected, or an outbound one, is over.
        CallEnded = "call_ended",
        /// A call was refused.
        RejectCall = "reject_call",
        /// The agent's call is being set up.
        OutgoingCall = "outgoing_call",
        /// The call is handed over.
        TransferCall = "transfer_call",
        /// A call was not taken.
        MissedCall = "missed_call",
        /// A third party is called in.
        AddConnection = "add_connection",
        /// All parties talk to each other.
        ConferenceConnections = "conference_connections",
        /// One party left and the contact goes on.
        EndConnection = "end_connection",
        /// The held and the talking party changed places.
        ToggleConnections = "toggle_connections",
        /// The call is over and the agent finishes it.
        AfterCallWork = "after_call_work",
        /// The contact is cleared.
        AfterCallWorkEnd = "after_call_work_end",
        /// The state that begins after the last contact was set, replaced or cleared.
        NextStatus = "next_status",
    }
}

impl EventName {
    /// Whether the payload has `contactId` and `contact`: all but `next_status`.
    pub const fn has_contact(self) -> bool {
        !matches!(self, Self::NextStatus)
    }

    /// The scope without which a plugin does not get the event.
    pub const fn scope(self) -> Scope {
        if self.has_contact() { Scope::CallObserve } else { Scope::AgentRead }
    }
}

text_enum! {
    /// Every method on the wire, plugin → host: the 8 messages, the methods and the two control methods.
    Method {
        /// Sets attributes of the contact.
        UpdateContact = "update_contact",
        /// Sets what is known of the customer.
        UpdateCustomer = "update_customer",
        /// Asks for the quick connects afresh.
        UpdateQuickConnects = "update_quick_connects",
        /// Calls another party in.
        TransferCall = "transfer_call",
        /// Ends one party's part in the call.
        EndConferenceCall = "end_conference_call",
        /// Calls a quick connect in by its name.
        QuickConnect = "quick_connect",
        /// Shows a notification or takes it away.
        ShowNotification = "show_notification",
        /// Shows a message for a moment.
        ShowPopupMessage = "show_popup_message",
        /// Shows the plugin.
        ShowPlugin = "show_plugin",
        /// Hides the plugin.
        HidePlugin = "hide_plugin",
        /// Sets the plugin's title.
        SetTitleTag = "set_title_tag",
        /// Asks for the agent.
        GetUser = "get_user",
        /// Asks for the company's id.
        GetCompanyId = "get_company_id",
        /// Asks for the agent's contacts.
        GetContacts = "get_contacts",
        /// Asks for one contact.
        GetContact = "get_contact",
        /// Asks for the whole state.
        Snapshot = "$snapshot",
        /// Asks for the states that a late listener missed.
        Live = "$live",
    }
}

impl Method {
    /// The 8 messages of `sendMessage`.
    pub const MESSAGES: &'static [Self] = &[
        Self::UpdateContact,
        Self::UpdateCustomer,
        Self::UpdateQuickConnects,
        Self::TransferCall,
        Self::EndConferenceCall,
        Self::QuickConnect,
        Self::ShowNotification,
        Self::ShowPopupMessage,
    ];

    /// Whether it is one of the 8 messages.
    pub fn is_message(self) -> bool {
        Self::MESSAGES.contains(&self)
    }

    /// The scope it needs; none for `get_company_id` and the control methods.
    pub const fn scope(self) -> Option<Scope> {
        Some(match self {
            Self::UpdateContact => Scope::ContactWrite,
            Self::UpdateCustomer => Scope::CustomerWrite,
            Self::TransferCall | Self::QuickConnect | Self::UpdateQuickConnects => Scope::CallTransfer,
            Self::EndConferenceCall => Scope::CallControl,
            Self::ShowNotification | Self::ShowPopupMessage | Self::SetTitleTag => Scope::UiNotify,
            Self::ShowPlugin | Self::HidePlugin => Scope::UiShow,
            Self::GetUser => Scope::AgentRead,
            Self::GetContacts | Self::GetContact => Scope::CallObserve,
            Self::GetCompanyId | Self::Snapshot | Self::Live => return None,
        })
    }

    /// Whether it changes a call or a customer and so carries an idempotency key.
    pub const fn changes_state(self) -> bool {
        matches!(
            self,
            Self::UpdateContact
                | Self::UpdateCustomer
                | Self::TransferCall
                | Self::EndConferenceCall
                | Self::QuickConnect
        )
    }

    /// Whether it needs a contact: the one in `contactId`, else the focused one, else the only active one.
    ///
    /// `get_contact` is not among them: it answers null where the agent has none.
    pub const fn acts_on_contact(self) -> bool {
        self.changes_state()
    }
}

text_enum! {
    /// What a plugin may see and do.
    Scope {
        /// Sees attributes, telephone numbers and customer endpoints.
        ContactRead = "contact:read",
        /// Sets contact attributes.
        ContactWrite = "contact:write",
        /// Sets what is known of the customer.
        CustomerWrite = "customer:write",
        /// Calls other parties in.
        CallTransfer = "call:transfer",
        /// Ends connections.
        CallControl = "call:control",
        /// Gets the events of calls, and the contacts.
        CallObserve = "call:observe",
        /// Shows notifications, popups and a title.
        UiNotify = "ui:notify",
        /// Shows and hides itself.
        UiShow = "ui:show",
        /// Sees the agent.
        AgentRead = "agent:read",
    }
}

/// Whether `name` fits the grammar of event names: `[a-z0-9_.$-]{1,64}`.
pub fn is_event_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'$' | b'-'))
}

/// Whether `name` is a desktop's own event: it has a dot, and passes unvalidated.
pub fn is_custom_event(name: &str) -> bool {
    is_event_name(name) && name.contains('.')
}

/// The known name closest to `name`, when it is close enough to be a slip.
///
/// Case and the marks between words do not count: `phone_number` is close to `phoneNumber`.
pub fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Longer names cannot be a slip of a known one, and the distance costs the product of both lengths.
    if name.len() > 64 {
        return None;
    }
    let name = fold(name);
    known
        .into_iter()
        .map(|candidate| {
            let folded = fold(candidate);
            let allowed = (name.chars().count().max(folded.chars().count()) / 3).max(1);
            (strsim::osa_distance(&name, &folded), allowed, candidate)
        })
        .filter(|(distance, allowed, _)| distance <= allowed)
        // Of two that are as close, the one that begins alike: slips are rarer at the beginning of a word.
        .min_by_key(|(distance, _, candidate)| {
            let alike = fold(candidate).chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
            (*distance, std::cmp::Reverse(alike))
        })
        .map(|(.., candidate)| candidate)
}

/// `E_UNKNOWN_EVENT` that names the closest event.
pub fn unknown_event_error(name: &str) -> ErrorBody {
    let known = EventName::ALL.iter().map(|event| event.as_str());
    unknown(ErrorCode::UnknownEvent, "event", name, closest(name, known))
}

/// `E_UNKNOWN_METHOD` that names the closest message or method.
pub fn unknown_method_error(name: &str) -> ErrorBody {
    let known = Method::ALL.iter().map(|method| method.as_str());
    unknown(ErrorCode::UnknownMethod, "message or method", name, closest(name, known))
}

/// What is wrong with a text that is no scope, at `path`; the hint names the closest one.
pub fn unknown_scope_issue(path: &str, scope: &str) -> Issue {
    let hint = closest(scope, Scope::ALL.iter().map(|scope| scope.as_str()));
    Issue {
        path: path.to_owned(),
        rule: Rule::Enum,
        message: "expected a scope".to_owned(),
        hint: hint.map(|scope| format!("did you mean `{scope}`?")),
    }
}

fn unknown(code: ErrorCode, what: &str, name: &str, closest: Option<&str>) -> ErrorBody {
    let shown: String = name.chars().take(64).flat_map(char::escape_debug).collect();
    let hint = closest.map(|closest| format!("; did you mean `{closest}`?")).unwrap_or_default();
    ErrorBody::new(code, format!("no {what} is named `{shown}`{hint}"))
}

fn fold(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '_' | '-' | ' ' | ':' | '.' | '$'))
        .flat_map(char::to_lowercase)
        .collect()
}
