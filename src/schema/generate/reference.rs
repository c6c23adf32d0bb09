//! The reference pages: what is in the schema, as tables and samples.

use serde_json::Value;

use super::compact::compact;
use super::typescript::{capitalised, type_of};
use super::{one_line, referenced};
use crate::schema::{EventName, Method, catalog, samples};
use crate::wire::ErrorCode;

/// `docs/reference/events.md`.
pub(super) fn events() -> String {
    let mut text = page(
        "Events",
        "A listener is called with `(payload, meta)`. `contact` is the state after the change; the samples leave it \
         out, see [`Contact`](types.md#contact). Objects from the host are open: a newer host may send more members. \
         What is marked *personal* is emptied (`null`, `{}`, `[]`), never left out, for a plugin without `contact:read`.",
    );
    for event in EventName::ALL {
        let payload = catalog::event_type(*event);
        let description = description(payload);
        let description = description.split_once(": ").map_or(description.as_str(), |(_, rest)| rest);
        text.push_str(&format!(
            "\n## `{event}`\n\n{} Needs `{}`.\n\n",
            capitalised(description),
            event.scope()
        ));
        text.push_str(&members(payload));
        let mut payload = samples::event(*event);
        if let Some(members) = payload.as_object_mut() {
            members.shift_remove("contact");
        }
        text.push_str(&sample(&payload));
    }
    text
}

/// `docs/reference/messages.md`.
pub(super) fn messages() -> String {
    let mut text = page(
        "Messages",
        "`sendMessage(name, payload)` resolves with the host's answer. What a plugin sends is strict: every broken \
         rule is listed in `error.issues`.",
    );
    Method::ALL
        .iter()
        .filter(|method| method.is_message())
        .for_each(|method| text.push_str(&section(*method)));
    text
}

/// `docs/reference/methods.md`.
pub(super) fn methods() -> String {
    let mut text = page(
        "Methods on the wire",
        "The requests beside the messages; each is a method of `SmartAgent`. The two whose names begin with `$` are \
         the SDK's own.",
    );
    Method::ALL
        .iter()
        .filter(|method| !method.is_message())
        .for_each(|method| text.push_str(&section(*method)));
    text
}

/// `docs/reference/errors.md`.
pub(super) fn errors() -> String {
    let mut text = page(
        "Errors",
        "Every error is a `SmartAgentError` with a stable `code`. Texts give place and rule, never a value.",
    );
    text.push_str("\n## Codes\n\n| Code | Retryable | Meaning |\n|---|---|---|\n");
    let codes = choices("ErrorCode");
    for code in ErrorCode::ALL {
        let meaning = codes.iter().find(|(name, _)| name == code.as_str()).map(|(_, text)| text.as_str());
        let retryable = if code.retryable() { "yes" } else { "no" };
        text.push_str(&format!("| `{code}` | {retryable} | {} |\n", cell(meaning.unwrap_or_default())));
    }
    text.push_str("\n## Members\n\n");
    text.push_str(&members("ErrorBody"));
    text.push_str("\n## `executed`\n\n");
    text.push_str(&table_of_choices("Executed"));
    text.push_str("\n## Issues\n\n");
    text.push_str(&members("Issue"));
    text.push_str("\n### Rules\n\n");
    text.push_str(&table_of_choices("Rule"));
    text
}

/// `docs/reference/types.md`: what the other pages refer to.
pub(super) fn types() -> String {
    let mut text = page(
        "Types",
        "What events, messages and methods are made of. What is marked *personal* is emptied for a plugin without \
         `contact:read`.",
    );
    let own_section: Vec<&str> = EventName::ALL
        .iter()
        .map(|event| catalog::event_type(*event))
        .chain(
            Method::ALL
                .iter()
                .flat_map(|method| [catalog::payload_type(*method), catalog::answer_type(*method)]),
        )
        .chain(["ErrorBody", "EventName", "Method"])
        .collect();
    for name in catalog::definitions().keys().filter(|name| !own_section.contains(&name.as_str())) {
        text.push_str(&format!("\n## `{name}`\n\n{}\n\n", description(name)));
        let choices = table_of_choices(name);
        text.push_str(if choices.is_empty() { members(name) } else { choices }.as_str());
        match name.as_str() {
            "Contact" => text.push_str(&sample(&samples::contact())),
            "User" => text.push_str(&sample(&samples::user())),
            "Manifest" => text.push_str(&sample(&samples::manifest())),
            _ => {}
        }
    }
    text
}

fn section(method: Method) -> String {
    let payload = catalog::payload_type(method);
    let answer = catalog::answer_type(method);
    let description = description(payload);
    let intro = match description.split_once(": ") {
        Some((_, rest)) if description.starts_with('`') => capitalised(rest),
        _ => "Takes no payload.".to_owned(),
    };
    let needs = method.scope().map_or("Needs no scope.".to_owned(), |scope| format!("Needs `{scope}`."));
    let contact = if method.acts_on_contact() { " Acts on a contact." } else { "" };
    let key = if method.changes_state() { " Carries an idempotency key." } else { "" };
    let mut text =
        format!("\n## `{method}`\n\n{intro} {needs}{contact}{key}\n\n### Payload of `{method}`\n\n");
    text.push_str(&members(payload));
    text.push_str(&sample(&samples::request(method)));
    text.push_str(&format!("\n### Answer to `{method}`\n\n"));
    text.push_str(&members(answer));
    text.push_str(&sample(&samples::answer(method)));
    text
}

fn page(title: &str, intro: &str) -> String {
    format!(
        "<!-- Generated from src/schema by `cargo run --no-default-features --example generate`. -->\n\n# {title}\n\n{intro}\n"
    )
}

fn description(name: &str) -> String {
    catalog::definitions().get(name).map(one_line).unwrap_or_default()
}

fn members(name: &str) -> String {
    let Some(schema) = catalog::definitions().get(name) else { return String::new() };
    if let Some(variants) = schema["oneOf"].as_array().filter(|_| schema["properties"].is_null()) {
        let rows = variants.iter().map(|variant| {
            let tag = variant["properties"]["type"]["const"].as_str().unwrap_or_default();
            format!("`{tag}`: {}\n\n{}", one_line(variant), table(variant))
        });
        return rows.collect::<Vec<_>>().join("\n");
    }
    if schema["properties"].is_null() {
        return match type_of(schema).as_str() {
            "Record<string, never>" | "Record<string, unknown>" => "No members.\n".to_owned(),
            other => format!("`{other}`{}\n", rules(schema)),
        };
    }
    table(schema)
}

fn table(schema: &Value) -> String {
    let mut text = String::from("| Member | Type | Meaning |\n|---|---|---|\n");
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let required =
            schema["required"].as_array().into_iter().flatten().any(|known| known == name.as_str());
        let mark = if required { "" } else { "?" };
        let meaning = format!("{}{}", one_line(member), rules(member));
        text.push_str(&format!("| `{name}{mark}` | {} | {} |\n", cell(&linked(member)), cell(&meaning)));
    }
    text
}

/// The type, with a link where it has a section of its own.
fn linked(member: &Value) -> String {
    let nested = [member, &member["items"], &member["anyOf"][0], &member["additionalProperties"]];
    let name = nested.into_iter().find_map(referenced);
    let text = type_of(member);
    match name {
        Some(name) => format!("[`{text}`](types.md#{})", name.to_lowercase()),
        None => format!("`{text}`"),
    }
}

fn rules(schema: &Value) -> String {
    let mut text = String::new();
    let pattern = schema["pattern"].as_str().or(schema["propertyNames"]["pattern"].as_str());
    if let Some(pattern) = pattern {
        let of = if schema["pattern"].is_null() { " Keys match" } else { " Matches" };
        text.push_str(&format!("{of} `{pattern}`."));
    }
    if schema["x-pii"] == true {
        text.push_str(" *Personal.*");
    }
    text
}

fn choices(name: &str) -> Vec<(String, String)> {
    let schema = catalog::definitions().get(name);
    let choices = schema.and_then(|schema| schema["oneOf"].as_array()).into_iter().flatten();
    choices.filter_map(|choice| Some((choice["const"].as_str()?.to_owned(), one_line(choice)))).collect()
}

fn table_of_choices(name: &str) -> String {
    let choices = choices(name);
    if choices.is_empty() {
        return String::new();
    }
    let rows: String =
        choices.iter().map(|(value, text)| format!("| `{value}` | {} |\n", cell(text))).collect();
    format!("| Value | Meaning |\n|---|---|\n{rows}")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn sample(value: &Value) -> String {
    format!("\n```json\n{}\n```\n", compact(value))
}
