use crate::schema::{EventName, Method, PluginType, Scope};
use crate::wire::ErrorCode;

/// `schema/names.js`: the names, for the facade and the page client.
pub fn names_js() -> String {
    let events = EventName::ALL.iter().map(|event| event.as_str());
    let messages = Method::MESSAGES.iter().map(|method| method.as_str());
    let methods = Method::ALL.iter().map(|method| method.as_str());
    let keyed = Method::ALL.iter().filter(|method| method.changes_state()).map(|method| method.as_str());
    let scopes = Scope::ALL.iter().map(|scope| scope.as_str());
    let types = PluginType::ALL.iter().map(|kind| kind.as_str());
    let codes = ErrorCode::ALL.iter().map(|code| code.as_str());
    let retryable = ErrorCode::ALL.iter().filter(|code| code.retryable()).map(|code| code.as_str());
    [
        "// Generated from src/schema by `cargo run --no-default-features --example generate`. Do not edit.\n".to_owned(),
        list("EVENTS", "The events, host → plugin.", events),
        list("MESSAGES", "The messages of `sendMessage`.", messages),
        list("METHODS", "Every method on the wire, the messages included.", methods),
        list("KEYED_METHODS", "The methods that carry an idempotency key.", keyed),
        list("SCOPES", "What a plugin may be granted.", scopes),
        list("PLUGIN_TYPES", "Where a plugin may live.", types),
        list("ERROR_CODES", "The codes of `SmartAgentError`.", codes),
        list("RETRYABLE_CODES", "The codes after which the same call may succeed.", retryable),
    ]
    .join("\n")
}

fn list(name: &str, description: &str, values: impl Iterator<Item = &'static str>) -> String {
    let values: String = values.map(|value| format!("  '{value}',\n")).collect();
    format!(
        "/** {description} */\nexport const {name} = Object.freeze(/** @type {{const}} */ ([\n{values}]))\n"
    )
}
