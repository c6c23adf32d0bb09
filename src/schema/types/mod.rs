//! The Rust types of every value that crosses the link. JSON Schema, TypeScript and the reference are made of them.
//!
//! Conventions that the generators and the checker rely on: `Option` that is always written is `T | null`; `Option`
//! with `skip_serializing_if` is a member that may be absent and is never null, unless it carries `x-nullable`; a
//! member marked `x-pii` is emptied for a plugin without `contact:read`; `extra` keeps what a newer host sends.

use serde::{Deserialize, Serialize};

/// Members of an object from the host that this version does not know; kept and written again.
pub type Extra = serde_json::Map<String, serde_json::Value>;

/// Text by name, as contact attributes are.
pub type Attributes = std::collections::BTreeMap<String, String>;

/// An enumeration of strings, the same in JSON as in `as_str`.
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$member:meta])* $variant:ident = $text:literal,)* }) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        $(#[$doc])*
        pub enum $name { $($(#[$member])* #[serde(rename = $text)] $variant,)* }

        impl $name {
            /// Every value, in the order of the reference.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The text in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The value of that text, `None` where there is none.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// An object that comes from the host: open, members in camel case.
macro_rules! host_object {
    ($($(#[$doc:meta])* $name:ident { $($(#[$member:meta])* $field:ident: $type:ty,)* })*) => { $(
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase")]
        $(#[$doc])*
        pub struct $name {
            $($(#[$member])* pub $field: $type,)*
            /// Members that this version does not know.
            #[serde(flatten)]
            pub extra: $crate::schema::types::Extra,
        }
    )* };
}

/// An object that a plugin sends: strict, members in camel case.
macro_rules! plugin_object {
    ($($(#[$doc:meta])* $name:ident { $($(#[$member:meta])* $field:ident: $type:ty,)* })*) => { $(
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        $(#[$doc])*
        pub struct $name { $($(#[$member])* pub $field: $type,)* }
    )* };
}

pub(in crate::schema) use text_enum;

mod agent;
mod contact;
mod events;
mod manifest;
mod messages;
mod methods;

pub use agent::*;
pub use contact::*;
pub use events::*;
pub use manifest::*;
pub use messages::*;
pub use methods::*;

/// Whether an optional member is left out.
const fn absent<T>(value: &Option<T>) -> bool {
    value.is_none()
}

/// The facts about an event beside its payload, second argument of every listener.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EventMeta {
    /// Name of the event.
    pub event: String,
    /// `${session}:${seq}`, unique for the life of the session.
    pub id: String,
    /// Position in the session, from 1; 0 for a replayed event.
    pub seq: u64,
    /// When it happened, epoch milliseconds.
    pub timestamp: u64,
    /// Whether it describes a state that lasts, handed to a late listener (`on(event, listener, {replay: true})`).
    pub replayed: bool,
    /// Where it comes from.
    pub source: crate::wire::Source,
}
