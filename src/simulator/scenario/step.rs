//! One step of a scenario: an action, a wait, a fault or an expectation.
use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::schema::Method;
use crate::simulator::{Action, ActionKind};
use crate::wire::ErrorCode;

/// One step. In a file a map with one member, `hold: {party: customer}`, or the bare name of an action, `answer`.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Somebody does something.
    Action(Action),
    /// Time passes, in milliseconds.
    Wait(u64),
    /// A plugin must have sent, or send in time, a message.
    Expect(Expect),
    /// Time passes and no plugin may send a message.
    ExpectNone(ExpectNone),
    /// The links break.
    Drop(Drop),
    /// Frames take longer.
    Delay(Delay),
    /// The host goes away and comes back with nothing remembered.
    Restart(Restart),
    /// The next message of a kind is answered with an error.
    Refuse(Refuse),
}

/// A message that must come. Each message meets one expectation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Expect {
    /// Name of the message or method.
    pub message: Method,
    /// Members that its payload must have, at any depth; others may be there too.
    #[serde(default)]
    pub payload: Option<Map<String, Value>>,
    /// Id of the plugin that must send it; else any.
    #[serde(default)]
    pub plugin: Option<String>,
    /// How long to wait for it, in real milliseconds; else 5,000.
    #[serde(default)]
    pub within_ms: Option<u64>,
}

/// A message that must not come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectNone {
    /// Name of the message or method.
    pub message: Method,
    /// How much simulated time passes.
    pub for_ms: u64,
}

/// Links that break.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Drop {
    /// How long no new link is accepted, in milliseconds.
    pub for_ms: u64,
}

/// Frames that take longer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Delay {
    /// How much longer, in milliseconds.
    pub by_ms: u64,
    /// For how long, in milliseconds.
    pub for_ms: u64,
}

/// A host that goes away.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Restart {
    /// How long it is away, in milliseconds.
    pub down_ms: u64,
}

/// A message that is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Refuse {
    /// Name of the message or method.
    pub message: Method,
    /// Code of the error.
    pub code: ErrorCode,
}

impl Step {
    /// Its name in a file.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Action(action) => action.kind().as_str(),
            Self::Wait(_) => "wait",
            Self::Expect(_) => "expect",
            Self::ExpectNone(_) => "expect_none",
            Self::Drop(_) => "drop",
            Self::Delay(_) => "delay",
            Self::Restart(_) => "restart",
            Self::Refuse(_) => "refuse",
        }
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StepVisitor)
    }
}

struct StepVisitor;

impl<'de> Visitor<'de> for StepVisitor {
    type Value = Step;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a step: the name of an action, or a map with one member")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Step, E> {
        match (ActionKind::parse(name), name) {
            (Some(kind), _) => Ok(Step::Action(kind.bare())),
            (None, "drop") => Ok(Step::Drop(Drop::default())),
            (None, "restart") => Ok(Step::Restart(Restart::default())),
            (None, "wait" | "expect" | "expect_none" | "delay" | "refuse") => {
                Err(E::custom(format!("step `{name}` needs a value, as in `{name}: …`")))
            }
            _ => Err(E::unknown_variant(name, NAMES)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Step, A::Error> {
        let Some(name) = map.next_key::<String>()? else {
            return Err(de::Error::custom("a step has one member, this one has none"));
        };
        let step = match (ActionKind::parse(&name), name.as_str()) {
            (Some(kind), _) => Step::Action(kind.read(&mut map)?),
            (None, "wait") => Step::Wait(map.next_value()?),
            (None, "expect") => Step::Expect(map.next_value()?),
            (None, "expect_none") => Step::ExpectNone(map.next_value()?),
            (None, "drop") => Step::Drop(map.next_value::<Option<_>>()?.unwrap_or_default()),
            (None, "delay") => Step::Delay(map.next_value()?),
            (None, "restart") => Step::Restart(map.next_value::<Option<_>>()?.unwrap_or_default()),
            (None, "refuse") => Step::Refuse(map.next_value()?),
            _ => return Err(de::Error::unknown_variant(&name, NAMES)),
        };
        match map.next_key::<String>()? {
            None => Ok(step),
            Some(more) => Err(de::Error::custom(format!(
                "a step has one member, this one has `{name}` and `{more}`; indent `{more}` further if it belongs to `{name}`"
            ))),
        }
    }
}

impl JsonSchema for Step {
    fn schema_name() -> Cow<'static, str> {
        "Step".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = |name: &str, value: Schema| {
            json_schema!({
                "type": "object", "properties": {name: value}, "required": [name], "additionalProperties": false
            })
        };
        let bare: Vec<&str> =
            ActionKind::ALL.iter().map(|kind| kind.as_str()).chain(["drop", "restart"]).collect();
        json_schema!({
            "description": "One step: the bare name of an action, or an object with one member.",
            "anyOf": [
                {"type": "string", "enum": bare},
                generator.subschema_for::<Action>(),
                one("wait", generator.subschema_for::<u64>()),
                one("expect", generator.subschema_for::<Expect>()),
                one("expect_none", generator.subschema_for::<ExpectNone>()),
                one("drop", generator.subschema_for::<Drop>()),
                one("delay", generator.subschema_for::<Delay>()),
                one("restart", generator.subschema_for::<Restart>()),
                one("refuse", generator.subschema_for::<Refuse>()),
            ]
        })
    }
}

/// Every name a step can have.
const NAMES: &[&str] = &[
    "incoming",
    "outgoing",
    "callback",
    "answer",
    "reject",
    "miss",
    "abandon",
    "connect",
    "busy",
    "fail",
    "remove",
    "hold",
    "resume",
    "mute",
    "unmute",
    "add",
    "party_answers",
    "party_declines",
    "party_busy",
    "toggle",
    "conference",
    "end_connection",
    "transfer",
    "complete_transfer",
    "hang_up",
    "clear",
    "focus",
    "attributes",
    "status",
    "next_status",
    "wait",
    "expect",
    "expect_none",
    "drop",
    "delay",
    "restart",
    "refuse",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_steps_are_those_of_the_actions_and_the_other_steps() {
        let actions = ActionKind::ALL.iter().map(|kind| kind.as_str());
        let others = ["wait", "expect", "expect_none", "drop", "delay", "restart", "refuse"];
        assert_eq!(NAMES, actions.chain(others).collect::<Vec<_>>());
    }
}
