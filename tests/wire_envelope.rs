//! What makes an envelope whole: bodies, outcomes, greetings, and words of newer peers.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use smartagent_plugin_sdk::wire::{
    Body, CloseCode, DecodeError, ErrorCode, Frame, Limits, Outcome, Reliable, Rule, decode, encode_reliable,
    event_tail,
};

const HOST: Limits = Limits::TO_HOST;
const PLUGIN: Limits = Limits::TO_PLUGIN;

/// A request with this payload text.
fn request(payload: &str) -> String {
    format!(
        r#"{{"type":"request","seq":1,"id":"q1","method":"update_contact","deadlineMs":9500,"payload":{payload}}}"#
    )
}

fn body_of(bytes: &[u8], limits: &Limits) -> Body {
    match decode(bytes, limits).expect("a frame") {
        Frame::Request(frame) => frame.payload,
        frame => panic!("{} is no request", frame.kind()),
    }
}

fn refused(text: &str) -> DecodeError {
    let error = decode(text.as_bytes(), &HOST).expect_err("an envelope error");
    assert_eq!((error.close_code, error.code), (CloseCode::BAD_FRAME, ErrorCode::Protocol));
    error
}

#[test]
fn faults_are_listed_up_to_64_and_counted_beyond() {
    let payload = format!("{{\"v\":[{}]}}", vec!["1e999"; 100].join(","));
    let body = body_of(request(&payload).as_bytes(), &HOST);
    assert_eq!((body.faults().len(), body.unlisted_faults()), (64, 36));
    assert_eq!(body.faults()[63].path, "v[63]");
    assert_eq!(body.value().expect_err("faults").len(), 64);
}

#[test]
fn a_body_is_an_object_and_absent_means_an_empty_one() {
    for wrong in ["null", "[]", "\"x\"", "1", "true"] {
        refused(&request(wrong));
        refused(&format!(r#"{{"type":"response","seq":1,"id":"q","result":{wrong}}}"#));
        assert_eq!(Body::parse(wrong, &HOST).expect_err("no object").close_code, CloseCode::BAD_FRAME);
    }
    let absent = r#"{"type":"request","seq":1,"id":"q","method":"m","deadlineMs":1}"#;
    assert_eq!(body_of(absent.as_bytes(), &HOST), Body::empty());
    refused(r#"{"type":"event","seq":1,"event":"a","timestamp":1}"#);
    assert_eq!(Body::parse(" {\"a\":1} ", &HOST).expect("a body").json().as_ref(), "{\"a\":1}");
    assert!(Body::parse("{} {}", &HOST).is_err());
}

#[test]
fn a_response_has_exactly_one_valid_outcome() {
    let response = |rest: &str| format!(r#"{{"type":"response","seq":1,"id":"q"{rest}}}"#);
    let error = |members: &str| response(&format!(r#","error":{{{members}}}"#));
    let whole = r#""code":"E_FORBIDDEN","message":"m","retryable":false,"executed":"no""#;
    assert!(decode(error(whole).as_bytes(), &PLUGIN).is_ok());
    for wrong in [
        response(""),
        response(r#","result":{},"error":{"code":"E_X","message":"m","retryable":false,"executed":"no"}"#),
        response(r#","error":null"#),
        response(r#","error":"no""#),
        error(""),
        error(r#""message":"m","retryable":false,"executed":"no""#),
        error(r#""code":"E_FORBIDDEN","retryable":false,"executed":"no""#),
        error(r#""code":"E_FORBIDDEN","message":"m","executed":"no""#),
        error(r#""code":"E_FORBIDDEN","message":"m","retryable":false"#),
        error(r#""code":7,"message":"m","retryable":false,"executed":"no""#),
        error(r#""code":"E_FORBIDDEN","message":"m","retryable":"no","executed":"no""#),
        error(&format!(r#"{whole},"idempotencyKey":"k""#)),
        error(&format!(r#"{whole},"message":"m""#)),
        error(&format!(r#"{whole},"issues":[1]"#)),
        error(&format!(r#"{whole},"issues":[{{"path":"a","rule":"type"}}]"#)),
        error(&format!(r#"{whole},"retryAfterMs":-1"#)),
    ] {
        refused(&wrong);
    }
}

#[test]
fn words_of_a_newer_peer_read_as_the_closest_known_ones() {
    let text = r#"{"type":"response","seq":1,"id":"q","error":{"code":"E_NEW_THING","message":"m","retryable":true,
        "executed":"partly","issues":[{"path":"a","rule":"brand_new","message":"m"}]}}"#;
    let Ok(Frame::Response(frame)) = decode(text.as_bytes(), &PLUGIN) else { panic!("a response") };
    let Outcome::Error(error) = frame.outcome else { panic!("an error") };
    assert_eq!((error.code, error.message.as_str()), (ErrorCode::Protocol, "E_NEW_THING: m"));
    assert_eq!(serde_json::to_value(&error.executed).expect("a word"), "unknown");
    assert_eq!(error.issues.expect("issues")[0].rule, Rule::Other);
    let text = r#"{"type":"error","code":"E_NEW_THING","message":"m","fatal":false}"#;
    let Ok(Frame::Error(frame)) = decode(text.as_bytes(), &PLUGIN) else { panic!("an error frame") };
    assert_eq!((frame.code, frame.message.as_str()), (ErrorCode::Protocol, "E_NEW_THING: m"));
}

#[test]
fn greetings_ignore_unknown_members_at_every_level_but_not_wrong_ones() {
    let hello = |rest: &str| {
        format!(
            r#"{{"type":"hello","versions":[1],"plugin":{{"instance":"i"}},"sdk":{{"name":"n","version":"v"}}{rest}}}"#
        )
    };
    let fine =
        hello(r#","later":{"a":[1]},"want":{"scopes":[],"moods":1}"#).replace("\"i\"}", "\"i\",\"mood\":{}}");
    assert!(decode(fine.as_bytes(), &Limits::HELLO).is_ok());
    for wrong in [
        hello(r#","versions":[1]"#),
        hello(r#","auth":"token""#),
        hello(r#","auth":{"scheme":"bearer"}"#),
        hello(r#","resume":{"session":"s","resumeToken":"r"}"#),
        hello(r#","resume":{"session":"s","resumeToken":"r","received":-1}"#),
        hello(r#","want":{"scopes":[1]}"#),
        hello(r#","later":{"a":1,"a":2}"#),
        hello("").replace("\"i\"", "\"\""),
        hello("").replace("\"i\"", &format!("\"{}\"", "i".repeat(65))),
        hello("").replace("{\"instance\"", "{\"id\":\"A\",\"instance\""),
        hello("").replace("[1]", "1"),
        hello("").replace("[1]", "[1.5]"),
        hello("").replace("[1]", "[\"1\"]"),
    ] {
        refused(&wrong);
    }
    for (versions, speaks) in [("[]", false), ("[2]", false), ("[2,1]", true), ("[4294967297]", false)] {
        let Ok(Frame::Hello(hello)) = decode(hello("").replace("[1]", versions).as_bytes(), &Limits::HELLO)
        else {
            panic!("a hello")
        };
        assert_eq!(hello.speaks(1), speaks, "{versions}");
    }
    let many = format!("[{}]", (1..=1_000).map(|n| n.to_string()).collect::<Vec<_>>().join(","));
    let Ok(Frame::Hello(hello)) = decode(hello("").replace("[1]", &many).as_bytes(), &Limits::HELLO) else {
        panic!("a hello")
    };
    assert!(!hello.speaks(1));
}

#[test]
fn a_fault_in_a_payload_does_not_hide_its_sequence_number() {
    let frame = decode(request(r#"{"a":1,"a":2}"#).as_bytes(), &HOST).expect("a frame");
    assert_eq!(frame.seq(), Some(1));
    let text = encode_reliable(Reliable::Event, 7, Some(3), None, &event_tail("a", 1, "{}"));
    let frame = decode(text.as_bytes(), &PLUGIN).expect("a frame");
    assert_eq!((frame.kind(), frame.seq(), frame.ack()), ("event", Some(7), Some(3)));
}
