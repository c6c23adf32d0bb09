//! The frames a source sends, made from the samples that the documentation shows.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};
use smartagent_plugin_sdk::schema::{EventName, Method, samples};

/// Wall clock in microseconds, which both languages can read.
pub fn micros() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_micros() as u64)
}

pub fn welcome(window: u64) -> String {
    let window = if window == 0 { 256 } else { window };
    json!({
        "type": "welcome", "version": 1, "session": "s_bench", "resumeToken": "r_bench", "resumed": false,
        "reason": "new", "received": 0, "plugin": {"id": "bench"},
        "granted": [
            "call:observe", "call:control", "call:transfer", "contact:read", "contact:write", "customer:write",
            "agent:read", "ui:notify", "ui:show",
        ],
        "denied": [],
        "limits": {
            "maxFrameBytes": 131_072, "window": window, "windowBytes": 1_048_576, "ratePerSecond": 0, "burst": 100,
        },
        "heartbeat": {"intervalMs": 15_000, "timeoutMs": 10_000}, "resumeWindowMs": 120_000,
        "time": micros() / 1_000,
        "host": {"name": "traffic", "version": "0.1.0", "source": "host"}, "snapshot": samples::snapshot(),
    })
    .to_string()
}

/// What an answer says.
pub fn answer(method: &str) -> String {
    Method::parse(method).map_or(json!({}), samples::answer).to_string()
}

/// An event's text with room for what differs between two of them.
pub struct Template {
    name: String,
    /// Around the contact's number, where there is one.
    parts: Vec<String>,
}

impl Template {
    /// An event of about `bytes` bytes in all; `invalid` breaks one rule of the schema.
    pub fn new(name: &str, bytes: usize, invalid: bool) -> Self {
        let mut payload =
            EventName::parse(name).map_or(json!({"note": "a desktop's own event"}), |name| match name {
                EventName::IncomingCall => incoming_call(bytes),
                other => samples::event(other),
            });
        if invalid && let Value::Object(payload) = &mut payload {
            payload.insert("isCallback".into(), json!("neither true nor false"));
        }
        let text = payload.to_string();
        Self { name: name.into(), parts: text.split(NUMBER).map(str::to_owned).collect() }
    }

    /// Appends the frame; numbers and times have as many digits in every frame.
    pub fn write(&self, out: &mut String, seq: u64) {
        use std::fmt::Write;
        let at = micros() / 1_000;
        let _ = write!(
            out,
            r#"{{"type":"event","seq":{seq},"event":"{}","timestamp":{at},"payload":"#,
            self.name
        );
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                let _ = write!(out, "{:012}", seq);
            }
            out.push_str(part);
        }
        out.push('}');
    }
}

/// A frame whose payload says when it left, in microseconds.
pub fn stamped(out: &mut String, seq: u64, template: &Template) {
    template.write(out, seq);
    // `{…,"payload":{` becomes `{…,"payload":{"us":…,`: the schema leaves events open.
    if let Some(at) = out.find(r#""payload":{"#) {
        out.insert_str(at + r#""payload":{"#.len(), &format!(r#""us":{},"#, micros()));
    }
}

/// The sample with what makes it large left out, filled up with attributes.
fn incoming_call(bytes: usize) -> Value {
    let mut payload = samples::event(EventName::IncomingCall);
    payload["contactId"] = json!(format!("c-{NUMBER}"));
    payload["contact"]["contactId"] = payload["contactId"].clone();
    payload["queue"] = Value::Null;
    let contact = &mut payload["contact"];
    for member in ["queue", "customerEndpoint", "subtype", "initialContactId"] {
        contact[member] = Value::Null;
    }
    contact["connections"] = json!([]);
    contact["attributes"] = json!({});
    if let Value::Object(contact) = contact {
        contact.shift_remove("segmentAttributes");
    }
    let mut attributes = Map::new();
    let missing = bytes.saturating_sub(payload.to_string().len() + FRAME_HEAD);
    let each = (missing / 40).clamp(40, 1_000);
    while attributes.iter().map(|(k, v)| k.len() + v.as_str().map_or(0, str::len) + 6).sum::<usize>()
        + each / 2
        < missing
    {
        let key = format!("attribute-{:03}", attributes.len());
        attributes.insert(key, json!("x".repeat(each - 20)));
    }
    payload["contact"]["attributes"] = Value::Object(attributes);
    payload
}

/// Stands for the number of the contact until a frame is written.
const NUMBER: &str = "@@@@@@@@@@@@";
const FRAME_HEAD: usize = 95;
