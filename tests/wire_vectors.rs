//! The vectors of `vectors/`, which every implementation of the link reads.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use smartagent_plugin_sdk::wire::{
    Auth, Body, CloseCode, Embed, ErrorBody, ErrorCode, ErrorFrame, EventFrame, Frame, Goodbye, Heartbeat,
    Hello, HostInfo, Issue, Limits, LinkLimits, Outcome, PingFrame, PluginGrant, PluginInfo, RequestFrame,
    ResponseFrame, Resume, Rule, SdkInfo, Source, Want, Welcome, decode,
};

mod wire_encoding;
use wire_encoding::encode;

fn vectors(file: &str) -> Vec<Value> {
    let path = format!("{}/vectors/{file}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).expect("an array of vectors")
}

fn message(vector: &Value) -> Vec<u8> {
    if let Some(text) = vector["text"].as_str() {
        return text.as_bytes().to_vec();
    }
    if let Some(hex) = vector["hex"].as_str() {
        let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal digits");
        return (0..hex.len()).step_by(2).map(digit).collect();
    }
    let part = |part: &Value| {
        let times = part[1].as_u64().and_then(|times| usize::try_from(times).ok()).expect("a count");
        part[0].as_str().expect("a text").repeat(times).into_bytes()
    };
    vector["parts"].as_array().expect("text, hex or parts").iter().flat_map(part).collect()
}

fn limits(vector: &Value) -> Limits {
    match vector["direction"].as_str() {
        Some("to_host") => Limits::TO_HOST,
        Some("to_plugin") => Limits::TO_PLUGIN,
        other => panic!("direction {other:?}"),
    }
}

#[test]
fn what_must_be_refused_is_refused_with_its_close_code() {
    let vectors = vectors("refused");
    assert!(vectors.len() > 90);
    for vector in vectors {
        let (name, expected) = (&vector["name"], &vector["expect"]["error"]);
        let error = decode(&message(&vector), &limits(&vector)).expect_err(&name.to_string());
        assert_eq!(json!(error.close_code), expected["closeCode"], "{name}: {error}");
        if let Some(at) = expected.get("at") {
            assert_eq!(&json!(error.at), at, "{name}: {error}");
        }
    }
}

#[test]
fn payload_faults_have_their_place_and_rule() {
    let vectors = vectors("payload-faults");
    assert!(vectors.len() > 60);
    for vector in vectors {
        let name = &vector["name"];
        let body = match decode(&message(&vector), &limits(&vector)) {
            Ok(Frame::Request(frame)) => frame.payload,
            Ok(Frame::Event(frame)) => frame.payload,
            other => panic!("{name}: {other:?}"),
        };
        let faults: Vec<_> =
            body.faults().iter().map(|issue| json!({"path": issue.path, "rule": issue.rule})).collect();
        assert_eq!(json!(faults), vector["expect"]["faults"], "{name}");
    }
}

#[test]
fn json_texts_are_accepted_or_rejected_as_rfc_8259_says() {
    let vectors = vectors("json-grammar");
    assert!(vectors.len() > 250);
    for vector in vectors {
        let text = message(&vector);
        let framed = [EVENT_HEAD.as_bytes(), &text, b"}}"].concat();
        let read = match decode(&framed, &Limits::TO_PLUGIN) {
            Err(_) => json!(false),
            Ok(Frame::Event(frame)) if frame.payload.faults().is_empty() => json!(true),
            Ok(_) => json!("with faults"),
        };
        assert_eq!(read, vector["accept"], "{}", String::from_utf8_lossy(&text));
    }
}

const EVENT_HEAD: &str = r#"{"type":"event","seq":1,"event":"a","timestamp":1,"payload":{"v":"#;

#[test]
fn frames_decode_to_their_vector_and_encode_to_the_same_value() {
    let vectors = vectors("frames");
    for vector in &vectors {
        let name = &vector["name"];
        let frame =
            decode(&message(vector), &limits(vector)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let encoded: Value = serde_json::from_str(&encode(&frame)).expect("JSON");
        assert_eq!(encoded, vector["expect"]["frame"], "{name}");
    }
    for kind in [
        "hello", "welcome", "event", "request", "response", "cancel", "ack", "ping", "pong", "error",
        "goodbye",
    ] {
        let count = vectors.iter().filter(|vector| vector["expect"]["frame"]["type"] == kind).count();
        assert!(count >= 1, "no vector for {kind}");
    }
}

#[test]
fn frames_json_is_what_the_types_encode_to() {
    let lines: Vec<_> = examples().iter().map(|vector| format!("  {vector}")).collect();
    let fresh = format!("[\n{}\n]\n", lines.join(",\n"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/frames.json");
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(path, &fresh).expect("vectors/ can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == fresh, "vectors/frames.json is stale: run this test with UPDATE_VECTORS=1");
}

fn example(name: &str, direction: &str, frame: &Frame) -> Value {
    let text = encode(frame);
    let value: Value = serde_json::from_str(&text).expect("JSON");
    json!({"name": name, "direction": direction, "text": text, "expect": {"frame": value}})
}

fn examples() -> Vec<Value> {
    [greetings(), calls(), outcomes(), signals(), unusual_texts()].concat()
}

fn greetings() -> Vec<Value> {
    let plugin = PluginInfo {
        id: Some("acme.crm-panel".to_owned()),
        version: Some("2.3.1".to_owned()),
        plugin_type: Some("call".to_owned()),
        instance: "018f6c1e-9a51-7c40-8c7a-3b1d0c1f7a11".to_owned(),
    };
    let least = Hello {
        versions: vec![1],
        plugin: PluginInfo { id: None, version: None, plugin_type: None, instance: "i".to_owned() },
        sdk: SdkInfo { name: "smartagent-plugin-sdk".to_owned(), version: "0.1.0".to_owned(), runtime: None },
        auth: None,
        want: None,
        resume: None,
        embed: None,
        role: None,
    };
    let most = Hello {
        versions: vec![1, 2],
        plugin,
        sdk: SdkInfo { runtime: Some("node".to_owned()), ..least.sdk.clone() },
        auth: Some(Auth { scheme: "bearer".to_owned(), token: "t0ken".to_owned() }),
        want: Some(Want {
            scopes: Some(vec!["contact:read".to_owned()]),
            events: Some(vec!["*".to_owned()]),
        }),
        resume: Some(Resume {
            session: "s_3fJk9Q".to_owned(),
            resume_token: "r_A7d0".to_owned(),
            received: 41,
        }),
        embed: Some(Embed { origin: "https://plugin.example".to_owned() }),
        role: Some("desktop".to_owned()),
    };
    let resumed = Welcome {
        version: 1,
        session: "s_3fJk9Q".to_owned(),
        resume_token: "r_C2x9".to_owned(),
        resumed: true,
        reason: None,
        received: 17,
        plugin: PluginGrant { id: "acme.crm-panel".to_owned(), plugin_type: None },
        granted: vec!["contact:read".to_owned()],
        denied: vec![],
        events: None,
        limits: LinkLimits {
            max_frame_bytes: 131_072,
            window: 256,
            window_bytes: 1_048_576,
            rate_per_second: 20.0,
            burst: 100,
        },
        heartbeat: Heartbeat { interval_ms: 15_000, timeout_ms: 10_000 },
        resume_window_ms: 120_000,
        time: 1_790_000_000_000,
        host: HostInfo {
            name: "smartagent-host".to_owned(),
            version: "0.1.0".to_owned(),
            source: Source::Host,
        },
        snapshot: None,
    };
    let fresh = Welcome {
        resumed: false,
        reason: Some("new".to_owned()),
        received: 0,
        plugin: PluginGrant { plugin_type: Some("call".to_owned()), ..resumed.plugin.clone() },
        denied: vec!["contact:write".to_owned()],
        events: Some(vec!["incoming_call".to_owned()]),
        limits: LinkLimits { rate_per_second: 0.5, ..resumed.limits.clone() },
        host: HostInfo { source: Source::Simulator, ..resumed.host.clone() },
        snapshot: Some(json!({"user": null, "contacts": [], "visible": true})),
        ..resumed.clone()
    };
    vec![
        example("hello with the least", "to_host", &Frame::Hello(Box::new(least))),
        example("hello with everything", "to_host", &Frame::Hello(Box::new(most))),
        example("welcome of a resumed session", "to_plugin", &Frame::Welcome(Box::new(resumed))),
        example("welcome of a fresh session", "to_plugin", &Frame::Welcome(Box::new(fresh))),
    ]
}

fn calls() -> Vec<Value> {
    let event = EventFrame {
        seq: 42,
        ack: Some(17),
        event: "incoming_call".to_owned(),
        timestamp: 1_790_000_002_120,
        payload: Body::from_value(
            &json!({"contactId": "c-77", "phoneNumber": null, "later": [1, {"é": "😀"}]}),
        ),
    };
    let request = RequestFrame {
        seq: 18,
        ack: Some(42),
        id: "q18".to_owned(),
        method: "transfer_call".to_owned(),
        deadline_ms: 9_500,
        contact_id: Some("c-77".to_owned()),
        idempotency_key: Some("018f6c20-1111-7aaa-8bbb-0123456789ab".to_owned()),
        payload: Body::from_value(&json!({"number": "+442071838750"})),
    };
    let least = RequestFrame {
        seq: 9_007_199_254_740_991,
        ack: None,
        deadline_ms: 0,
        contact_id: None,
        idempotency_key: None,
        payload: Body::empty(),
        ..request.clone()
    };
    let own_event =
        EventFrame { ack: None, event: "acme.order_opened".to_owned(), timestamp: 0, ..event.clone() };
    let cancel = smartagent_plugin_sdk::wire::CancelFrame { seq: 20, ack: Some(44), id: "q18".to_owned() };
    vec![
        example("event", "to_plugin", &Frame::Event(event)),
        example("event of a desktop's own", "to_plugin", &Frame::Event(own_event)),
        example("request with everything", "to_host", &Frame::Request(request)),
        example("request with the least, at the largest seq", "to_host", &Frame::Request(least)),
        example("cancel", "to_host", &Frame::Cancel(cancel)),
    ]
}

fn outcomes() -> Vec<Value> {
    let response =
        |outcome| Frame::Response(ResponseFrame { seq: 43, ack: Some(18), id: "q18".to_owned(), outcome });
    let issue = Issue {
        path: "endpoint.phoneNumber".to_owned(),
        rule: Rule::Format,
        message: "an E.164 number is expected".to_owned(),
        hint: Some("start with +".to_owned()),
    };
    let full = ErrorBody {
        retry_after_ms: Some(250),
        path: Some(issue.path.clone()),
        issues: Some(vec![issue.clone(), Issue { hint: None, ..issue }]),
        ..ErrorBody::new(ErrorCode::BadRequest, "transfer_call: endpoint.phoneNumber").unknown()
    };
    let least = ErrorBody::new(ErrorCode::Forbidden, "scope contact:write is not granted");
    vec![
        example("response with a result", "to_plugin", &response(Outcome::Result(Body::empty()))),
        example("response with an error", "to_plugin", &response(Outcome::Error(Box::new(least)))),
        example(
            "response with an error and all its members",
            "to_plugin",
            &response(Outcome::Error(Box::new(full))),
        ),
    ]
}

fn signals() -> Vec<Value> {
    let ack = smartagent_plugin_sdk::wire::AckFrame { ack: 44 };
    let error = ErrorFrame {
        code: ErrorCode::Protocol,
        message: "sequence 9 follows 7".to_owned(),
        fatal: true,
        close_code: Some(CloseCode::BAD_FRAME),
    };
    let warning = ErrorFrame { fatal: false, close_code: None, ..error.clone() };
    let goodbye = Goodbye {
        close_code: CloseCode::SHUTDOWN,
        reason: "host restarting".to_owned(),
        resume: true,
        retry_after_ms: Some(1_200),
    };
    let last =
        Goodbye { close_code: CloseCode::NORMAL, resume: false, retry_after_ms: None, ..goodbye.clone() };
    vec![
        example("ack", "to_plugin", &Frame::Ack(ack)),
        example("ping", "to_plugin", &Frame::Ping(PingFrame { n: 7, ack: Some(44) })),
        example("pong", "to_host", &Frame::Pong(PingFrame { n: 7, ack: None })),
        example("fatal error", "to_plugin", &Frame::Error(error)),
        example("error that the link survives", "to_host", &Frame::Error(warning)),
        example("goodbye of a host that comes back", "to_plugin", &Frame::Goodbye(goodbye)),
        example("goodbye for good", "to_host", &Frame::Goodbye(last)),
    ]
}

/// Texts that no encoder here writes, and that decode all the same.
fn unusual_texts() -> Vec<Value> {
    let by_hand = |name: &str, direction: &str, text: &str, frame: Value| json!({"name": name, "direction": direction, "text": text, "expect": {"frame": frame}});
    vec![
        by_hand(
            "members in another order, with spaces and escapes",
            "to_host",
            " {\n\"\\u0061ck\" : 3 ,\t\"type\":\"\\u0061ck\" }\r\n",
            json!({"type": "ack", "ack": 3}),
        ),
        by_hand(
            "request without payload",
            "to_host",
            r#"{"type":"request","seq":1,"id":"q","method":"get_user","deadlineMs":1}"#,
            json!({"type": "request", "seq": 1, "id": "q", "method": "get_user", "deadlineMs": 1, "payload": {}}),
        ),
        by_hand(
            "goodbye with an ack",
            "to_host",
            r#"{"type":"goodbye","closeCode":1000,"reason":"closed","resume":false,"ack":7}"#,
            json!({"type": "goodbye", "closeCode": 1000, "reason": "closed", "resume": false}),
        ),
        by_hand(
            "hello with members of a later version",
            "to_host",
            r#"{"type":"hello","versions":[1],"plugin":{"instance":"i","mood":{}},"sdk":{"name":"n","version":"v"},"later":[1]}"#,
            json!({"type": "hello", "versions": [1], "plugin": {"instance": "i"}, "sdk": {"name": "n", "version": "v"}}),
        ),
        by_hand(
            "error with a code of a later version",
            "to_plugin",
            r#"{"type":"error","code":"E_NEW_THING","message":"m","fatal":false}"#,
            json!({"type": "error", "code": "E_PROTOCOL", "message": "E_NEW_THING: m", "fatal": false}),
        ),
        by_hand(
            "response with words of a later version",
            "to_plugin",
            r#"{"type":"response","seq":1,"id":"q","error":{"code":"E_NEW_THING","message":"m","retryable":true,"executed":"partly"}}"#,
            json!({"type": "response", "seq": 1, "id": "q", "error":
                {"code": "E_PROTOCOL", "message": "E_NEW_THING: m", "retryable": true, "executed": "unknown"}}),
        ),
    ]
}
