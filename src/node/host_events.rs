//! Events of a host on their way to its plugins.

use napi_derive::napi;
use serde_json::json;

use super::host::NativeHost;
use super::options::read;
use crate::desktop::EmitOptions;

#[napi]
impl NativeHost {
    /// Sends an event: `{"result": {"sessions"}}` or `{"error"}`. Nothing is written before `flush`.
    #[napi(catch_unwind)]
    pub fn emit(&self, event: String, payload: String, options: String) -> String {
        self.outcome(|host| {
            let options = read::<EmitOptions>(&options, "options")?;
            host.emit_held(&event, &payload, &options).map(|sessions| json!({ "sessions": sessions }))
        })
    }

    /// Writes the events of this tick.
    #[napi(catch_unwind)]
    pub fn flush(&self) {
        if let Some(host) = self.get() {
            host.flush();
        }
    }
}
