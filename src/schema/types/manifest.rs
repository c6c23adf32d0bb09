//! What a plugin declares about itself: `smartagent.plugin.json`.

use super::absent;
use crate::schema::Scope;

text_enum! {
    /// Where a plugin lives in the desktop, and when it is shown.
    PluginType {
        /// While a voice contact lives.
        Call = "call",
        /// In the side panel.
        Default = "default",
        /// From first contact to the end of its after call work.
        ContactLog = "contact-log",
        /// An opaque location of the desktop.
        Dpa = "DPA",
        /// Behind a navigation entry.
        Nav = "nav",
        /// Always mounted.
        Always = "always",
    }
}

plugin_object! {
    /// A scope and what it is for.
    ManifestScope {
        /// The scope.
        scope: Scope,
        /// Why the plugin needs it, for whoever approves it.
        #[schemars(length(min = 1, max = 500))]
        reason: String,
    }

    /// What a plugin declares about itself: `smartagent.plugin.json`.
    Manifest {
        /// Address of the JSON Schema, for editors.
        #[serde(rename = "$schema", default, skip_serializing_if = "absent")]
        schema: Option<String>,
        /// Version of this format: 1.
        #[schemars(range(min = 1, max = 1))]
        manifest: u32,
        /// Id of the plugin.
        #[schemars(extend("pattern" = "^[a-z0-9._-]{1,64}$"))]
        id: String,
        /// Name that an agent reads.
        #[schemars(length(min = 1, max = 200))]
        name: String,
        /// Version of the plugin.
        #[schemars(length(min = 1, max = 64))]
        version: String,
        /// Where it lives.
        #[serde(rename = "type")]
        plugin_type: PluginType,
        /// Address of its page, `http` or `https`.
        #[schemars(extend("pattern" = "^https?://[^/?#]+"))]
        url: String,
        /// Origins its page may have beside that of `url`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[schemars(extend("items" = {"type": "string", "pattern": "^https?://[^/?#]+$"}))]
        origins: Vec<String>,
        /// What it may see and do.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        scopes: Vec<ManifestScope>,
        /// Events it listens to, or `*`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        events: Vec<String>,
        /// Whether it is shown before it asks for it; absent means that its type decides.
        #[serde(default, skip_serializing_if = "absent")]
        visible_by_default: Option<bool>,
    }
}
