use std::collections::BTreeMap;

use serde_json::Value;

use super::referenced;
use crate::schema::{EventName, Method, Packed, catalog};

/// `js/generated/readers.js`: what builds each payload and answer from the text and numbers of [`crate::schema::Packed`].
pub fn readers_js() -> String {
    let mut readers = Readers::default();
    let events: Vec<&str> = EventName::ALL.iter().map(|event| catalog::event_type(*event)).collect();
    let answers: Vec<&str> = Method::ALL.iter().map(|method| catalog::answer_type(*method)).collect();
    for name in events.iter().chain(&answers) {
        readers.define(name);
    }
    let events =
        EventName::ALL.iter().zip(events).map(|(event, name)| format!("  ['{event}', read{name}],\n"));
    let answers =
        Method::ALL.iter().zip(answers).map(|(method, name)| format!("  ['{method}', read{name}],\n"));
    format!(
        "{HEADER}\n/** Most whole numbers and doubles of one payload. */\nexport const MAX_WHOLES = {}\nexport const MAX_DOUBLES = {}\n\
         {}\n/** The events and the answers with their readers, by number. @type {{Member[]}} */\nexport const READERS = [\n{}{}]\n",
        Packed::MAX_WHOLES,
        Packed::MAX_DOUBLES,
        readers.definitions.into_values().collect::<String>(),
        events.collect::<String>(),
        answers.collect::<String>(),
    )
}

/// The text of each definition that is needed, by name.
#[derive(Default)]
struct Readers {
    definitions: BTreeMap<String, String>,
}

impl Readers {
    fn define(&mut self, name: &str) {
        if self.definitions.contains_key(name) {
            return;
        }
        let Some(schema) = catalog::definitions().get(name) else { return };
        // A place among the definitions before its members ask for it.
        self.definitions.insert(name.to_owned(), String::new());
        let text = match choices(schema) {
            Some(texts) => format!("\nconst {name} = [{}]\n", quoted(&texts)),
            None => self.object(name, schema),
        };
        self.definitions.insert(name.to_owned(), text);
    }

    fn object(&mut self, name: &str, schema: &Value) -> String {
        let members: Vec<(&String, &Value)> =
            schema["properties"].as_object().into_iter().flatten().collect();
        let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_required = |name: &str| required.iter().any(|known| known == name);
        let leading = members.iter().take_while(|(name, _)| is_required(name)).count();
        let (literal, rest) = members.split_at_checked(leading).unwrap_or_default();
        let fields: String =
            literal.iter().map(|(name, schema)| format!("    {name}: {},\n", self.read(schema))).collect();
        let mut body = String::new();
        let mut bit = 1;
        for (name, schema) in rest {
            let value = self.read(schema);
            if is_required(name) {
                body.push_str(&format!("  put(value, '{name}', {value})\n"));
            } else {
                body.push_str(&format!("  if (shape & {bit}) put(value, '{name}', {value})\n"));
                bit *= 2;
            }
        }
        let table: String = members
            .iter()
            .map(|(name, schema)| format!("  ['{name}', (r) => {}],\n", self.read(schema)))
            .collect();
        let literal = if fields.is_empty() { "{}".to_owned() } else { format!("{{\n{fields}  }}") };
        let built = match body.is_empty() {
            true => format!("  return {literal}\n"),
            false => format!("  const value = {literal}\n{body}  return value\n"),
        };
        format!(
            "\n/** @type {{Reader}} */\nfunction read{name}(r) {{\n  const shape = r.whole()\n  \
             if (shape < 0) return r.unusual(shape, {name}Members)\n{built}}}\n\
             /** @type {{Member[]}} */\nconst {name}Members = [\n{table}]\n"
        )
    }

    /// The expression that reads a value of this schema.
    fn read(&mut self, schema: &Value) -> String {
        if let Some(name) = referenced(schema) {
            self.define(name);
            let is_choice = catalog::definitions().get(name).and_then(choices).is_some();
            return if is_choice { format!("r.choice({name})") } else { format!("read{name}(r)") };
        }
        if let Some(first) = schema["anyOf"].as_array().and_then(|choices| choices.first()) {
            return self.read(first);
        }
        if let Some(texts) = choices(schema) {
            return format!("r.choice([{}])", quoted(&texts));
        }
        match type_name(schema) {
            Some("string") => "r.string()".to_owned(),
            Some("integer") => "r.integer()".to_owned(),
            Some("boolean") => "r.boolean()".to_owned(),
            Some("array") => format!("r.list((r) => {})", self.read(&schema["items"])),
            Some("object") if schema["additionalProperties"].is_object() => {
                format!("r.map((r) => {})", self.read(&schema["additionalProperties"]))
            }
            Some("object") => "r.unusual(r.whole(), [])".to_owned(),
            _ => "r.anything()".to_owned(),
        }
    }
}

/// The one type of a schema beside null.
fn type_name(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        name => name.as_str(),
    }
}

/// The texts that a schema lets through, where it lists them.
fn choices(schema: &Value) -> Option<Vec<&str>> {
    if let Some(only) = schema["const"].as_str() {
        return Some(vec![only]);
    }
    if let Some(texts) = schema["enum"].as_array() {
        return texts.iter().map(Value::as_str).collect();
    }
    schema["oneOf"].as_array()?.iter().map(|choice| choice["const"].as_str()).collect()
}

fn quoted(texts: &[&str]) -> String {
    texts.iter().map(|text| format!("'{text}'")).collect::<Vec<_>>().join(", ")
}

const HEADER: &str = "\
// Generated from src/schema by `cargo run --no-default-features --example generate`. Do not edit.
// How an event crosses: docs/decisions/0005-how-an-event-crosses.md
// @ts-check
import { put } from '../packed.js'

/** @typedef {(r: import('../packed.js').PackedReader) => any} Reader */
/** @typedef {[name: string, read: Reader]} Member */
";
