//! The generators: JSON Schema, TypeScript, AsyncAPI, the names and readers for JavaScript, the shapes for the checker,
//! and the reference pages. None of them is called by what is shipped.
//!
//! `cargo run --no-default-features --example generate` writes [`files`]; a test fails when one is stale.

mod asyncapi;
mod compact;
mod frames;
mod json_schema;
mod names_js;
mod readers;
mod reference;
mod shapes;
mod typescript;
mod yaml;

pub use asyncapi::asyncapi;
pub use json_schema::{json_schema, manifest_schema};
pub use names_js::names_js;
pub use readers::readers_js;
pub use shapes::shapes_rs;
pub use typescript::typescript;

/// Every generated file: its path from the root of the repository, and its text.
pub fn files() -> Vec<(&'static str, String)> {
    vec![
        ("schema/protocol.schema.json", json_schema()),
        ("schema/manifest.schema.json", manifest_schema()),
        ("schema/types.d.ts", typescript()),
        ("schema/names.js", names_js()),
        ("js/generated/readers.js", readers_js()),
        ("src/schema/shapes.rs", shapes_rs()),
        ("schema/asyncapi.yaml", asyncapi()),
        ("docs/reference/events.md", reference::events()),
        ("docs/reference/messages.md", reference::messages()),
        ("docs/reference/methods.md", reference::methods()),
        ("docs/reference/errors.md", reference::errors()),
        ("docs/reference/types.md", reference::types()),
    ]
}

/// The name at the end of a reference to a definition.
fn referenced(schema: &serde_json::Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// A description on one line.
fn one_line(schema: &serde_json::Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    // Links between Rust items mean nothing outside of Rust.
    text.replace("[`", "`").replace("`]", "`").split_whitespace().collect::<Vec<_>>().join(" ")
}
