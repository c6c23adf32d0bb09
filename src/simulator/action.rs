//! What an agent, a customer or the contact centre can do.
use std::collections::BTreeMap;

use serde::de::MapAccess;
use serde::{Deserialize, Serialize};

use crate::schema::{InitiatedBy, InitiationMethod, TransferKind};

/// Declares [`Action`] and its kinds.
macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident($params:ty) = $text:literal,)*) => {
        /// One action. In JSON an object with one member, the action's name: `{"hold": {"party": "customer"}}`.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
        pub enum Action { $($(#[$doc])* #[serde(rename = $text)] $name($params),)* }

        /// Kind of an [`Action`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ActionKind { $($(#[$doc])* $name,)* }

        impl ActionKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The kind of that name.
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$name),)* _ => None }
            }

            /// The action without parameters.
            pub(super) fn bare(self) -> Action {
                match self { $(Self::$name => Action::$name(Default::default()),)* }
            }

            /// Reads the parameters that follow the name in a map; `null` stands for none.
            pub(super) fn read<'de, A: MapAccess<'de>>(self, map: &mut A) -> Result<Action, A::Error> {
                match self { $(
                    Self::$name => Ok(Action::$name(map.next_value::<Option<$params>>()?.unwrap_or_default())),
                )* }
            }
        }

        impl Action {
            /// Its kind.
            pub const fn kind(&self) -> ActionKind {
                match self { $(Self::$name(_) => ActionKind::$name,)* }
            }
        }
    };
}

actions! {
    /// A customer calls and the agent's phone rings.
    Incoming(NewContact) = "incoming",
    /// The agent calls somebody.
    Outgoing(NewContact) = "outgoing",
    /// A queued callback is offered.
    Callback(NewContact) = "callback",
    /// The agent takes the contact.
    Answer(OnContact) = "answer",
    /// The agent refuses the contact.
    Reject(RejectCall) = "reject",
    /// The agent does not answer in time.
    Miss(OnContact) = "miss",
    /// The customer hangs up before the agent answers.
    Abandon(OnContact) = "abandon",
    /// The called party answers.
    Connect(OnContact) = "connect",
    /// The called party is busy or cannot be reached.
    Busy(OnContact) = "busy",
    /// The contact centre fails the contact.
    Fail(OnContact) = "fail",
    /// The contact is no longer listed, without a word.
    Remove(OnContact) = "remove",
    /// A party is put on hold.
    Hold(OnParty) = "hold",
    /// A party is taken off hold.
    Resume(OnParty) = "resume",
    /// The agent's microphone is switched off.
    Mute(OnContact) = "mute",
    /// The agent's microphone is switched on.
    Unmute(OnContact) = "unmute",
    /// Another party is called in.
    Add(AddParty) = "add",
    /// The party that was called in answers.
    PartyAnswers(OnParty) = "party_answers",
    /// The party that was called in refuses.
    PartyDeclines(OnParty) = "party_declines",
    /// The party that was called in is busy.
    PartyBusy(OnParty) = "party_busy",
    /// Held and talking party change places.
    Toggle(OnContact) = "toggle",
    /// All parties talk to each other.
    Conference(OnContact) = "conference",
    /// One party's part is ended.
    EndConnection(OnParty) = "end_connection",
    /// A transfer begins; a cold one is complete at once.
    Transfer(StartTransfer) = "transfer",
    /// The agent leaves and the others stay.
    CompleteTransfer(OnContact) = "complete_transfer",
    /// The call ends.
    HangUp(HangUp) = "hang_up",
    /// The agent is done with an ended contact.
    Clear(OnContact) = "clear",
    /// The agent looks at the contact.
    Focus(OnContact) = "focus",
    /// Attributes of the contact change.
    Attributes(SetAttributes) = "attributes",
    /// The agent's status changes.
    Status(SetStatus) = "status",
    /// The status after the last contact is chosen, replaced or cleared.
    NextStatus(SetNextStatus) = "next_status",
}

/// Declares the parameters of actions: strict objects, every member optional.
macro_rules! params {
    ($($(#[$doc:meta])* $name:ident { $($(#[$member:meta])* $field:ident: $type:ty,)* })*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
        pub struct $name { $($(#[$member])* #[serde(skip_serializing_if = "is_default")] pub $field: $type,)* }
    )* };
}

params! {
    /// A contact to come.
    NewContact {
        /// Name for it in later actions. Contact ids do as well.
        #[serde(rename = "as")]
        alias: Option<String>,
        /// The customer's number.
        phone_number: Option<String>,
        /// The customer's name.
        name: Option<String>,
        /// Name of one of the agent's queues; else the first.
        queue: Option<String>,
        /// Contact attributes.
        attributes: BTreeMap<String, String>,
        /// Whether it is accepted without the agent.
        auto_accept: bool,
        /// Whether more than three parties may take part, and hear each other without a conference.
        multi_party: bool,
        /// How it came to be; else what its direction says.
        initiation_method: Option<InitiationMethod>,
        /// Id of the contact it was transferred from.
        transferred_from: Option<String>,
        /// Who dialled; else the agent.
        by: Option<InitiatedBy>,
    }

    /// Which contact.
    OnContact {
        /// Its `as` name or its id; else the focused one, else the only one.
        contact: Option<String>,
    }

    /// Which party of which contact.
    OnParty {
        /// The contact's `as` name or its id; else the focused one, else the only one.
        contact: Option<String>,
        /// `agent`, `customer`, or the `as` name, quick connect, name, number or id of a party; else the obvious one.
        party: Option<String>,
    }

    /// How a contact is refused.
    RejectCall {
        /// The contact's `as` name or its id; else the focused one, else the only one.
        contact: Option<String>,
        /// State it ends in; else `rejected`.
        state: RejectedAs,
    }

    /// Whom to call in: exactly one of `quickConnect`, `phoneNumber`, `agent` and `queue`.
    AddParty {
        /// The contact's `as` name or its id; else the focused one, else the only one.
        contact: Option<String>,
        /// Name for the party in later actions.
        #[serde(rename = "as")]
        alias: Option<String>,
        /// Name of a quick connect.
        quick_connect: Option<String>,
        /// A number.
        phone_number: Option<String>,
        /// An agent's login name.
        agent: Option<String>,
        /// A queue's name.
        queue: Option<String>,
    }

    /// Whom to hand over to: exactly one of `quickConnect`, `phoneNumber`, `agent` and `queue`.
    StartTransfer {
        /// The contact's `as` name or its id; else the focused one, else the only one.
        contact: Option<String>,
        /// Name for the party in later actions.
        #[serde(rename = "as")]
        alias: Option<String>,
        /// `warm`: the agent talks to the party first. `cold`: the agent leaves at once. Else cold for a queue only.
        kind: Option<TransferKind>,
        /// Name of a quick connect.
        quick_connect: Option<String>,
        /// A number.
        phone_number: Option<String>,
        /// An agent's login name.
        agent: Option<String>,
        /// A queue's name.
        queue: Option<String>,
    }

    /// Who hangs up.
    HangUp {
        /// The contact's `as` name or its id; else the focused one, else the only one.
        contact: Option<String>,
        /// `agent` or `customer`; else the agent.
        by: Option<InitiatedBy>,
    }

    /// Attributes to set.
    SetAttributes {
        /// The contact's `as` name or its id; else the focused one, else the only one.
        contact: Option<String>,
        /// Values by name; an empty value removes the attribute.
        set: BTreeMap<String, String>,
    }

    /// A status for now.
    SetStatus {
        /// Its name.
        name: String,
    }

    /// A status for after the last contact.
    SetNextStatus {
        /// Its name; none takes the choice back.
        name: Option<String>,
    }
}

/// State in which a refused contact ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RejectedAs {
    /// `rejected`.
    #[default]
    Rejected,
    /// `error`, as some sources have it.
    Error,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
