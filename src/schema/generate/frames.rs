//! The JSON Schema of the frames, after the tables of the protocol. `hello` and `welcome` ignore unknown members.

use serde_json::{Map, Value, json};

use crate::schema::{EventName, Method, catalog};
use crate::wire::MAX_SAFE_INTEGER;

/// The definitions of the frames, in the order of the protocol.
pub(super) const NAMES: [&str; 11] = [
    "HelloFrame",
    "WelcomeFrame",
    "EventFrame",
    "RequestFrame",
    "ResponseFrame",
    "CancelFrame",
    "AckFrame",
    "PingFrame",
    "PongFrame",
    "ErrorFrame",
    "GoodbyeFrame",
];

/// Every frame by the name of its definition.
pub(super) fn definitions() -> Map<String, Value> {
    let frames = [
        hello(),
        welcome(),
        event(),
        request(),
        response(),
        reliable("cancel", &["id"], json!({"id": id()}), "The caller no longer waits."),
        frame("ack", &["ack"], json!({"ack": count()}), "A bare acknowledgement."),
        frame("ping", &["n"], json!({"n": count(), "ack": count()}), "Asks for a sign of life."),
        frame("pong", &["n"], json!({"n": count(), "ack": count()}), "A sign of life: `n` of the ping."),
        error(),
        goodbye(),
    ];
    NAMES.iter().map(|name| (*name).to_owned()).zip(frames).collect()
}

fn hello() -> Value {
    let plugin = json!({
        "id": {"type": "string", "pattern": "^[a-z0-9._-]{1,64}$"},
        "version": text(0, 64),
        "type": reference("PluginType"),
        "instance": text(1, 64),
    });
    let sdk = json!({"name": text(1, 64), "version": text(1, 64), "runtime": text(0, 64)});
    let members = json!({
        "versions": {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 1, "maxItems": 16},
        "plugin": open(&["instance"], plugin),
        "sdk": open(&["name", "version"], sdk),
        "auth": open(&["scheme", "token"], json!({"scheme": {"const": "bearer"}, "token": {"type": "string"}})),
        "want": open(&[], json!({"scopes": texts(), "events": texts()})),
        "resume": open(
            &["session", "resumeToken", "received"],
            json!({"session": {"type": "string"}, "resumeToken": {"type": "string"}, "received": count()}),
        ),
        "embed": open(&["origin"], json!({"origin": {"type": "string"}})),
        "role": {"type": "string"},
    });
    opened(frame("hello", &["versions", "plugin", "sdk"], members, "The first frame of a plugin."))
}

fn welcome() -> Value {
    let limits = json!({
        "maxFrameBytes": count(), "window": count(), "windowBytes": count(),
        "ratePerSecond": {"type": "number", "minimum": 0}, "burst": count(),
    });
    let required = [
        "version",
        "session",
        "resumeToken",
        "resumed",
        "received",
        "plugin",
        "granted",
        "denied",
        "limits",
        "heartbeat",
        "resumeWindowMs",
        "time",
        "host",
    ];
    let members = json!({
        "version": {"type": "integer", "minimum": 1},
        "session": {"type": "string"},
        "resumeToken": {"type": "string"},
        "resumed": {"type": "boolean"},
        "reason": {"enum": ["new", "expired", "unknown_session", "overflow", "identity_changed"]},
        "received": count(),
        "plugin": open(&["id"], json!({"id": {"type": "string"}, "type": reference("PluginType")})),
        "granted": texts(),
        "denied": texts(),
        "events": texts(),
        "limits": open(&["maxFrameBytes", "window", "windowBytes", "ratePerSecond", "burst"], limits),
        "heartbeat": open(&["intervalMs", "timeoutMs"], json!({"intervalMs": count(), "timeoutMs": count()})),
        "resumeWindowMs": count(),
        "time": count(),
        "host": reference("HostInfo"),
        "snapshot": reference("Snapshot"),
    });
    opened(frame("welcome", &required, members, "The first frame of a host."))
}

fn event() -> Value {
    let members = json!({"event": name(), "timestamp": count(), "payload": {"type": "object"}});
    let mut frame =
        reliable("event", &["event", "timestamp", "payload"], members, "Something happened on the desktop.");
    let payloads = EventName::ALL.iter().map(|event| {
        json!({
            "if": {"properties": {"event": {"const": event.as_str()}}},
            "then": {"properties": {"payload": reference(catalog::event_type(*event))}},
        })
    });
    frame["allOf"] = payloads.collect();
    frame
}

fn request() -> Value {
    let members = json!({
        "id": id(), "method": name(), "deadlineMs": {"type": "integer", "minimum": 0, "maximum": 3_600_000},
        "contactId": {"type": "string"}, "idempotencyKey": text(1, 64), "payload": {"type": "object"},
    });
    let mut frame =
        reliable("request", &["id", "method", "deadlineMs"], members, "A call that expects a response.");
    let payloads = Method::ALL.iter().map(|method| {
        json!({
            "if": {"properties": {"method": {"const": method.as_str()}}},
            "then": {"properties": {"payload": reference(catalog::payload_type(*method))}},
        })
    });
    frame["allOf"] = payloads.collect();
    frame
}

fn response() -> Value {
    let members = json!({"id": id(), "result": {"type": "object"}, "error": reference("ErrorBody")});
    let mut frame = reliable("response", &["id"], members, "The one answer to a request.");
    frame["oneOf"] = json!([{"required": ["result"]}, {"required": ["error"]}]);
    frame
}

fn error() -> Value {
    let members = json!({
        "code": reference("ErrorCode"), "message": {"type": "string"}, "fatal": {"type": "boolean"},
        "closeCode": close_code(), "ack": count(),
    });
    frame("error", &["code", "message", "fatal"], members, "A complaint about the peer.")
}

fn goodbye() -> Value {
    let members = json!({
        "closeCode": close_code(), "reason": {"type": "string"}, "resume": {"type": "boolean"},
        "retryAfterMs": count(), "ack": count(),
    });
    frame("goodbye", &["closeCode", "reason", "resume"], members, "The link ends in good order.")
}

fn reliable(kind: &str, required: &[&str], members: Value, description: &str) -> Value {
    let mut all =
        json!({"seq": {"type": "integer", "minimum": 1, "maximum": MAX_SAFE_INTEGER}, "ack": count()});
    if let (Some(all), Value::Object(members)) = (all.as_object_mut(), members) {
        all.extend(members);
    }
    frame(kind, &[&["seq"], required].concat(), all, description)
}

fn frame(kind: &str, required: &[&str], members: Value, description: &str) -> Value {
    let mut all = json!({"type": {"const": kind}});
    if let (Some(all), Value::Object(members)) = (all.as_object_mut(), members) {
        all.extend(members);
    }
    let required = [&["type"], required].concat();
    json!({
        "type": "object",
        "description": description,
        "properties": all,
        "required": required,
        "additionalProperties": false,
    })
}

fn open(required: &[&str], members: Value) -> Value {
    json!({"type": "object", "properties": members, "required": required})
}

fn opened(mut frame: Value) -> Value {
    frame["additionalProperties"] = json!(true);
    frame
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

fn text(min: u32, max: u32) -> Value {
    json!({"type": "string", "minLength": min, "maxLength": max})
}

fn texts() -> Value {
    json!({"type": "array", "items": {"type": "string"}})
}

fn id() -> Value {
    text(1, 64)
}

fn name() -> Value {
    json!({"type": "string", "pattern": "^[a-z0-9_.$-]{1,64}$"})
}

fn count() -> Value {
    json!({"type": "integer", "minimum": 0, "maximum": MAX_SAFE_INTEGER})
}

fn close_code() -> Value {
    json!({"type": "integer", "minimum": 1000, "maximum": 4999})
}
