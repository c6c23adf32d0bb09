//! The published schema of each frame has the members that the encoder writes.

use serde_json::{Value, json};
use smartagent_plugin_sdk::schema::generate;
use smartagent_plugin_sdk::wire::{
    Body, ErrorBody, ErrorCode, Limits, Reliable, cancel_tail, decode, encode_ack, encode_hello, encode_ping,
    encode_pong, encode_reliable, encode_welcome, event_tail, request_tail, response_tail,
};
use smartagent_plugin_sdk::wire::{CloseCode, ErrorFrame, Frame, Goodbye, encode_error, encode_goodbye};

fn definitions() -> Value {
    let mut schema: Value = serde_json::from_str(&generate::json_schema()).unwrap_or_default();
    schema["$defs"].take()
}

/// Members of `frame` that the definition does not list, and required ones that the frame lacks, at every level.
fn differences(frame: &Value, schema: &Value, place: &str) -> Vec<String> {
    let Some(members) = frame.as_object() else { return vec![] };
    let Some(known) = schema["properties"].as_object() else { return vec![] };
    let unknown =
        members.keys().filter(|key| !known.contains_key(*key)).map(|key| format!("{place}.{key} is new"));
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let missing =
        required.filter(|key| !members.contains_key(*key)).map(|key| format!("{place}.{key} is missing"));
    let mut found: Vec<_> = unknown.chain(missing).collect();
    for (key, value) in members {
        found.extend(differences(
            value,
            &known.get(key).cloned().unwrap_or_default(),
            &format!("{place}.{key}"),
        ));
    }
    found
}

fn assert_published(name: &str, text: &str, members: usize) {
    let frame: Value = serde_json::from_str(text).unwrap_or_default();
    let schema = &definitions()[name];
    assert_eq!(differences(&frame, schema, name), Vec::<String>::new());
    assert_eq!(frame["type"], schema["properties"]["type"]["const"]);
    // A member that the decoder would refuse has no business in the schema.
    assert_eq!(schema["properties"].as_object().map(|known| known.len()), Some(members), "{name}");
}

#[test]
fn the_greetings_are_published_as_they_are_encoded() {
    let hello = json!({
        "type": "hello", "versions": [1],
        "plugin": {"id": "acme", "version": "1", "type": "call", "instance": "i"},
        "sdk": {"name": "n", "version": "1", "runtime": "node"}, "auth": {"scheme": "bearer", "token": "t"},
        "want": {"scopes": [], "events": []}, "resume": {"session": "s", "resumeToken": "r", "received": 0},
        "embed": {"origin": "https://a.example"}, "role": "desktop",
    });
    let Ok(Frame::Hello(frame)) = decode(hello.to_string().as_bytes(), &Limits::HELLO) else {
        panic!("no hello")
    };
    assert_published("HelloFrame", &encode_hello(&frame), 9);
    let welcome = json!({
        "type": "welcome", "version": 1, "session": "s", "resumeToken": "r", "resumed": false, "reason": "new",
        "received": 0, "plugin": {"id": "acme", "type": "call"}, "granted": [], "denied": [], "events": [],
        "limits": {"maxFrameBytes": 1, "window": 1, "windowBytes": 1, "ratePerSecond": 1, "burst": 1},
        "heartbeat": {"intervalMs": 1, "timeoutMs": 1}, "resumeWindowMs": 1, "time": 1,
        "host": {"name": "h", "version": "1", "source": "host"}, "snapshot": {},
    });
    let Ok(Frame::Welcome(frame)) = decode(welcome.to_string().as_bytes(), &Limits::WELCOME) else {
        panic!("no welcome")
    };
    assert_published("WelcomeFrame", &encode_welcome(&frame), 17);
}

#[test]
fn reliable_frames_are_published_as_they_are_encoded() {
    let body = Body::empty();
    let event = encode_reliable(Reliable::Event, 1, Some(0), None, &event_tail("call_ended", 1, body.json()));
    assert_published("EventFrame", &event, 6);
    let tail = request_tail("q1", "get_user", Some("c-77"), Some("k"), body.json());
    assert_published("RequestFrame", &encode_reliable(Reliable::Request, 1, Some(0), Some(9_500), &tail), 9);
    let error = ErrorBody::new(ErrorCode::Forbidden, "no");
    for outcome in [Ok(&**body.json()), Err(&error)] {
        let tail = response_tail("q1", outcome);
        assert_published("ResponseFrame", &encode_reliable(Reliable::Response, 1, Some(0), None, &tail), 6);
    }
    assert_published(
        "CancelFrame",
        &encode_reliable(Reliable::Cancel, 1, Some(0), None, &cancel_tail("q1")),
        4,
    );
}

#[test]
fn the_other_frames_are_published_as_they_are_encoded() {
    assert_published("AckFrame", &encode_ack(1), 2);
    assert_published("PingFrame", &encode_ping(1, Some(1)), 3);
    assert_published("PongFrame", &encode_pong(1, Some(1)), 3);
    let close_code = CloseCode::BAD_FRAME;
    // Besides what is encoded, these two may carry an `ack`, as any frame may.
    let error = ErrorFrame {
        code: ErrorCode::Protocol,
        message: "m".to_owned(),
        fatal: true,
        close_code: Some(close_code),
    };
    assert_published("ErrorFrame", &encode_error(&error), 6);
    let goodbye = Goodbye { close_code, reason: "r".to_owned(), resume: false, retry_after_ms: Some(1) };
    assert_published("GoodbyeFrame", &encode_goodbye(&goodbye), 6);
}
