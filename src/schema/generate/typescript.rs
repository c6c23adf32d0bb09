use serde_json::{Map, Value};

use super::{one_line, referenced};
use crate::schema::{EventName, Method, catalog};

/// `schema/types.d.ts`: every type, and the maps from names to types.
pub fn typescript() -> String {
    let mut text = HEADER.to_owned();
    for (name, schema) in catalog::definitions() {
        // Names are keys of the maps below, so that a desktop's own events can be added by augmentation.
        if name != "EventName" {
            text.push_str(&declaration(name, schema));
        }
    }
    text.push_str(&event_map());
    text.push_str(&method_map(
        "MessageMap",
        "What each message of `sendMessage` takes and answers.",
        "",
        &|method| method.is_message(),
    ));
    text.push_str(&method_map(
        "MethodMap",
        "What each method on the wire takes and answers, the messages included.",
        " extends MessageMap",
        &|method| !method.is_message(),
    ));
    text.push_str(FOOTER);
    text
}

/// The TypeScript type of a schema, on one line, as the reference shows it too.
pub(super) fn type_of(schema: &Value) -> String {
    if let Some(name) = referenced(schema) {
        return name.to_owned();
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        return choices.iter().map(type_of).collect::<Vec<_>>().join(" | ");
    }
    if let Some(only) = schema["const"].as_str() {
        return format!("'{only}'");
    }
    match &schema["type"] {
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str).map(|name| type_named(name, schema));
            names.collect::<Vec<_>>().join(" | ")
        }
        name => type_named(name.as_str().unwrap_or_default(), schema),
    }
}

fn type_named(name: &str, schema: &Value) -> String {
    match name {
        "string" | "boolean" | "null" => name.to_owned(),
        "integer" | "number" => "number".to_owned(),
        "array" => match type_of(&schema["items"]) {
            item if item.contains(' ') => format!("({item})[]"),
            item => format!("{item}[]"),
        },
        "object" => match &schema["additionalProperties"] {
            Value::Bool(false) => "Record<string, never>".to_owned(),
            Value::Object(_) => format!("Record<string, {}>", type_of(&schema["additionalProperties"])),
            _ => "Record<string, unknown>".to_owned(),
        },
        _ => "unknown".to_owned(),
    }
}

fn declaration(name: &str, schema: &Value) -> String {
    let mut text = String::from("\n");
    let choices = schema["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
    let members = schema["properties"].as_object();
    match members {
        None if choices.iter().any(|choice| choice["const"].is_string()) => {
            text.push_str(&comment(&one_line(schema), ""));
            text.push_str(&format!("export type {name} =\n"));
            for choice in choices {
                text.push_str(&comment(&one_line(choice), "  "));
                text.push_str(&format!("  | {}\n", type_of(choice)));
            }
        }
        None if !choices.is_empty() => {
            text.push_str(&comment(&one_line(schema), ""));
            text.push_str(&format!("export type {name} =\n"));
            for choice in choices {
                let members = choice["properties"].as_object();
                text.push_str(&format!("  | {{\n{}    }}\n", body(members, choice, "      ", &[])));
            }
        }
        Some(_) if !choices.is_empty() => {
            text.push_str(&comment(&one_line(schema), ""));
            text.push_str(&format!("export type {name} =\n"));
            for choice in choices {
                text.push_str(&format!("  | {{\n{}    }}\n", exclusive(members, schema, choice)));
            }
        }
        Some(_) => {
            text.push_str(&comment(&one_line(schema), ""));
            text.push_str(&format!("export interface {name} {{\n{}}}\n", body(members, schema, "  ", &[])));
        }
        None => {
            text.push_str(&comment(&one_line(schema), ""));
            text.push_str(&format!("export type {name} = {}\n", type_of(schema)));
        }
    }
    text
}

/// The members of an object of which exactly one has to be there, for the case that it is the one of `choice`.
fn exclusive(members: Option<&Map<String, Value>>, schema: &Value, choice: &Value) -> String {
    let mut only = schema.clone();
    only["required"] = choice["required"].clone();
    let given: Vec<&str> =
        choice["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let others: Vec<&str> = members.into_iter().flat_map(Map::keys).map(String::as_str).collect();
    let others: Vec<&str> = others.into_iter().filter(|name| !given.contains(name)).collect();
    body(members, &only, "      ", &others)
}

fn body(members: Option<&Map<String, Value>>, schema: &Value, indent: &str, never: &[&str]) -> String {
    let mut text = String::new();
    for (name, member) in members.into_iter().flatten() {
        if never.contains(&name.as_str()) {
            text.push_str(&format!("{indent}{name}?: undefined\n"));
            continue;
        }
        let required =
            schema["required"].as_array().into_iter().flatten().any(|known| known == name.as_str());
        let mark = if required { "" } else { "?" };
        text.push_str(&comment(&one_line(member), indent));
        text.push_str(&format!("{indent}{name}{mark}: {}\n", type_of(member)));
    }
    text
}

fn comment(text: &str, indent: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{indent}/** {} */\n", text.replace("*/", "*\\/")) }
}

fn event_map() -> String {
    let mut text = String::from(
        "\n/** Payload of each event by name. Augment it with a desktop's own events, whose names have a dot. */\n\
         export interface EventMap {\n",
    );
    for event in EventName::ALL {
        let payload = catalog::event_type(*event);
        let schema = catalog::definitions().get(payload).map(one_line).unwrap_or_default();
        let description = schema.split_once(": ").map_or(schema.as_str(), |(_, rest)| rest);
        text.push_str(&comment(&capitalised(description), "  "));
        text.push_str(&format!("  {event}: {payload}\n"));
    }
    text.push_str("}\n");
    text
}

fn method_map(name: &str, description: &str, parent: &str, wanted: &dyn Fn(Method) -> bool) -> String {
    let mut text = format!("\n/** {description} */\nexport interface {name}{parent} {{\n");
    for method in Method::ALL.iter().copied().filter(|method| wanted(*method)) {
        let payload = catalog::payload_type(method);
        let has_members = catalog::definitions().get(payload).is_some_and(|schema| {
            schema["properties"].is_object()
                || schema["oneOf"].is_array()
                || schema["propertyNames"].is_object()
        });
        let or_none = if has_members { "" } else { " | undefined" };
        let answer = catalog::answer_type(method);
        text.push_str(&format!("  {method}: {{ payload: {payload}{or_none}; answer: {answer} }}\n"));
    }
    text.push_str("}\n");
    text
}

/// With a capital at the beginning.
pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

const HEADER: &str = "\
// Generated from src/schema by `cargo run --no-default-features --example generate`. Do not edit.
//
// What comes from the host is open: a newer host may send members that are not listed here. They are there at run
// time; to use them, declare them by augmentation, which keeps completion exact:
//
//   declare module 'smartagent-plugin-sdk' {
//     interface Contact { loyaltyTier?: string }
//     interface EventMap { 'acme.order_opened': { orderId: string } }
//   }
//
// Every time is epoch milliseconds; the name of a duration ends in `Ms`.
";

const FOOTER: &str = "
/** Name of an event: SmartAgent's own, and those added to `EventMap` by augmentation. */
export type EventName = keyof EventMap & string

/** Name of a message of `sendMessage`. */
export type MessageName = keyof MessageMap & string
";
