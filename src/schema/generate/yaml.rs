//! Writes a value as YAML: blocks for objects and arrays, JSON for what is inside them.

use serde_json::Value;

/// The value as a YAML document.
pub(super) fn document(value: &Value) -> String {
    let mut text = String::new();
    block(value, 0, &mut text);
    text
}

fn block(value: &Value, indent: usize, text: &mut String) {
    let pad = "  ".repeat(indent);
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                text.push_str(&format!("{pad}{}:", plain(key)));
                child(value, indent, text);
            }
        }
        Value::Array(items) => {
            for item in items {
                text.push_str(&format!("{pad}-"));
                child(item, indent, text);
            }
        }
        scalar => text.push_str(&format!("{pad}{scalar}\n")),
    }
}

fn child(value: &Value, indent: usize, text: &mut String) {
    let is_block = match value {
        // A reference reads best on one line.
        Value::Object(members) => members.len() > 1 || members.keys().any(|key| key != "$ref"),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(members) if members.is_empty() => text.push_str(" {}\n"),
        value if is_block => {
            text.push('\n');
            block(value, indent + 1, text);
        }
        // JSON is YAML, but for this one an unquoted key reads better.
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| format!("{}: {value}", plain(key)));
            text.push_str(&format!(" {{ {} }}\n", members.collect::<Vec<_>>().join(", ")));
        }
        scalar => text.push_str(&format!(" {scalar}\n")),
    }
}

fn plain(key: &str) -> String {
    let is_plain = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    if is_plain { key.to_owned() } else { Value::from(key).to_string() }
}
