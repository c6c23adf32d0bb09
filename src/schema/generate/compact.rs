//! JSON for people: what fits on a line stands on a line.

use serde_json::Value;

/// The value with two spaces of indent, each array and object on one line where it fits.
pub(super) fn compact(value: &Value) -> String {
    written(value, 0)
}

fn written(value: &Value, indent: usize) -> String {
    let line = on_one_line(value);
    if indent + line.chars().count() <= WIDTH {
        return line;
    }
    let pad = " ".repeat(indent + 2);
    let (open, close, items): (_, _, Vec<String>) = match value {
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| {
                format!("{pad}{}: {}", Value::from(key.as_str()), written(value, indent + 2))
            };
            ('{', '}', members.iter().map(member).collect())
        }
        Value::Array(items) => {
            ('[', ']', items.iter().map(|item| format!("{pad}{}", written(item, indent + 2))).collect())
        }
        _ => return line,
    };
    format!("{open}\n{}\n{}{close}", items.join(",\n"), " ".repeat(indent))
}

fn on_one_line(value: &Value) -> String {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let members = members
                .iter()
                .map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), on_one_line(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(on_one_line).collect::<Vec<_>>().join(", ")),
        scalar => scalar.to_string(),
    }
}

const WIDTH: usize = 100;
