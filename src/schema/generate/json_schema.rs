use serde_json::{Map, Value, json};

use super::{frames, referenced};
use crate::schema::catalog;

/// `schema/protocol.schema.json`: a frame of the link, with every type in `$defs`.
pub fn json_schema() -> String {
    let mut definitions = catalog::definitions().clone();
    definitions.extend(frames::definitions());
    pretty(&json!({
        "$schema": DIALECT,
        "$id": "urn:smartagent:link:1",
        "title": "SmartAgent Link, version 1",
        "description": "One frame of the link. `x-pii` marks what a plugin without `contact:read` gets emptied.",
        "oneOf": frames::NAMES.iter().map(|name| json!({"$ref": format!("#/$defs/{name}")})).collect::<Vec<_>>(),
        "$defs": definitions,
    }))
}

/// `schema/manifest.schema.json`: a plugin's `smartagent.plugin.json`, complete in itself.
pub fn manifest_schema() -> String {
    let mut needed = Map::new();
    collect(&json!({"$ref": "#/$defs/Manifest"}), &mut needed);
    let Some(Value::Object(manifest)) = needed.shift_remove("Manifest") else { return String::new() };
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!(DIALECT));
    schema.insert("$id".to_owned(), json!("urn:smartagent:manifest:1"));
    schema.insert("title".to_owned(), json!("SmartAgent plugin manifest"));
    schema.extend(manifest);
    schema.insert("$defs".to_owned(), Value::Object(needed));
    pretty(&Value::Object(schema))
}

/// Adds every definition that `schema` leads to.
fn collect(schema: &Value, needed: &mut Map<String, Value>) {
    if let Some(name) = referenced(schema)
        && !needed.contains_key(name)
        && let Some(definition) = catalog::definitions().get(name)
    {
        needed.insert(name.to_owned(), definition.clone());
        collect(definition, needed);
    }
    match schema {
        Value::Array(items) => items.iter().for_each(|item| collect(item, needed)),
        Value::Object(members) => members.values().for_each(|member| collect(member, needed)),
        _ => {}
    }
}

fn pretty(schema: &Value) -> String {
    format!("{schema:#}\n")
}

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
