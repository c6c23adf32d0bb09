//! Hostile bytes and JSON: one test for each case that the protocol names, A1 to A19.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use smartagent_plugin_sdk::wire::{Body, CloseCode, DecodeError, ErrorCode, Frame, Limits, Rule, decode};

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
        Frame::Event(frame) => frame.payload,
        frame => panic!("{} has no payload", frame.kind()),
    }
}

/// Path and rule of each payload fault of a request with this payload.
fn faults(payload: &str) -> Vec<(String, Rule)> {
    faults_under(payload, &HOST)
}

fn faults_under(payload: &str, limits: &Limits) -> Vec<(String, Rule)> {
    let body = body_of(request(payload).as_bytes(), limits);
    assert_eq!(&**body.json(), payload, "the payload stays as it was received");
    assert_eq!(body.value().is_err(), !body.faults().is_empty());
    body.faults().iter().map(|issue| (issue.path.clone(), issue.rule)).collect()
}

fn refused(text: &str) -> DecodeError {
    refused_bytes(text.as_bytes())
}

fn refused_bytes(bytes: &[u8]) -> DecodeError {
    let error = decode(bytes, &HOST).expect_err("an envelope error");
    assert_eq!((error.close_code, error.code), (CloseCode::BAD_FRAME, ErrorCode::Protocol));
    assert!(error.at <= bytes.len());
    error
}

fn nested(depth: usize) -> String {
    // The payload object is the first level.
    format!("{{\"v\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1))
}

/// The shortest of several runs, so that a busy machine does not decide the outcome.
fn shortest(runs: usize, mut run: impl FnMut()) -> Duration {
    let time = |run: &mut dyn FnMut()| {
        #[expect(clippy::disallowed_methods, reason = "the test measures")]
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..runs).map(|_| time(&mut run)).min().unwrap_or_default()
}

/// A bound for optimised code; elsewhere it only catches what grows faster than the input.
fn bound(optimised: Duration) -> Duration {
    if cfg!(debug_assertions) { optimised * 50 } else { optimised }
}

#[test]
fn a01_what_is_not_an_object_is_refused_at_position_0() {
    for text in ["", "   ", "\n", "null", "42", "\"x\"", "true", "-"] {
        assert_eq!(refused(text).at, 0, "{text:?}");
    }
}

#[test]
fn a02_an_array_is_not_a_frame() {
    for text in [r#"["event",1]"#, r#"["ack",1]"#, "[]", r#"[{"type":"ack","ack":1}]"#] {
        assert_eq!(refused(text).at, 0, "{text:?}");
    }
}

#[test]
fn a03_a_byte_order_mark_is_refused() {
    assert_eq!(refused("\u{feff}{\"type\":\"ack\",\"ack\":1}").at, 0);
    refused("{\u{feff}\"type\":\"ack\",\"ack\":1}");
}

#[test]
fn a04_what_follows_the_frame_is_refused_where_it_starts() {
    let ack = r#"{"type":"ack","ack":1}"#;
    assert_eq!(refused(&format!("{ack}{ack}")).at, ack.len());
    assert_eq!(refused(&format!("{ack} x")).at, ack.len() + 1);
    assert_eq!(refused(&format!("{ack},")).at, ack.len());
    assert_eq!(refused(&format!("{ack}\0")).at, ack.len());
    assert!(decode(format!(" \n{ack}\t\r\n ").as_bytes(), &HOST).is_ok());
}

#[test]
fn a05_a_duplicate_member_ends_the_link_and_a_duplicate_key_fails_its_payload() {
    refused(r#"{"type":"cancel","seq":1,"seq":1,"id":"q"}"#);
    refused(r#"{"type":"cancel","\u0073eq":1,"seq":1,"id":"q"}"#);
    refused(r#"{"type":"cancel","seq":1,"\u0073eq":1,"id":"q"}"#);
    assert_eq!(faults(r#"{"a":1,"a":2}"#), [("a".to_owned(), Rule::DuplicateKey)]);
    assert_eq!(faults(r#"{"a":1,"b":2,"\u0061":2,"a":3}"#), [("a".to_owned(), Rule::DuplicateKey)]);
    assert_eq!(faults(r#"{"x":[{},{"k":1,"\u006B":2}]}"#), [("x[1].k".to_owned(), Rule::DuplicateKey)]);
    assert_eq!(faults(r#"{"a":{"a":{"a":1}},"b":{"a":2}}"#), []);
    assert!(decode(r#"{"\u0074ype":"ack","\u0061ck":1}"#.as_bytes(), &HOST).is_ok());
}

#[test]
fn a06_unknown_members_and_types_are_refused() {
    for text in [
        r#"{"type":"ack","ack":1,"x":1}"#,
        r#"{"type":"ack","ack":1,"Ack":1}"#,
        r#"{"type":"nack","ack":1}"#,
        r#"{"type":"Ack","ack":1}"#,
        r#"{"Type":"ack","ack":1}"#,
        r#"{"type":7,"ack":1}"#,
        r#"{"type":null}"#,
        r#"{"ack":1}"#,
        "{}",
        r#"{"type":"cancel","seq":1,"id":"q","payload":{}}"#,
        r#"{"type":"event","seq":1,"event":"a","timestamp":1,"payload":{},"result":{}}"#,
    ] {
        refused(text);
    }
}

#[test]
fn a07_seq_is_an_integer_written_as_one_from_1_to_2_53_minus_1() {
    let cancel = |seq: &str| format!(r#"{{"type":"cancel","seq":{seq},"id":"q"}}"#);
    let wrong = [
        "0",
        "-1",
        "-0",
        "1.0",
        "1e2",
        "1E0",
        "\"1\"",
        "9007199254740992",
        "18446744073709551616",
        "null",
        "true",
        "[1]",
        "{}",
        "1.5",
        "\"\"",
        "01",
    ];
    for seq in wrong {
        let error = refused(&cancel(seq));
        assert!(seq == "01" || error.message.contains("seq"), "{seq}: {error}");
    }
    refused(r#"{"type":"cancel","id":"q"}"#);
    for seq in ["1", "9007199254740991"] {
        assert!(decode(cancel(seq).as_bytes(), &HOST).is_ok(), "{seq}");
    }
    for (member, frame) in [
        ("ack", r#"{"type":"ack","ack":?}"#),
        ("n", r#"{"type":"ping","n":?}"#),
        ("n", r#"{"type":"pong","n":?}"#),
        ("timestamp", r#"{"type":"event","seq":1,"event":"a","timestamp":?,"payload":{}}"#),
        ("deadlineMs", r#"{"type":"request","seq":1,"id":"q","method":"m","deadlineMs":?}"#),
    ] {
        for wrong in wrong.iter().filter(|text| **text != "0") {
            let error = refused(&frame.replace('?', wrong));
            assert!(*wrong == "01" || error.message.contains(member), "{wrong}: {error}");
        }
        assert!(decode(frame.replace('?', "0").as_bytes(), &HOST).is_ok(), "{frame}");
    }
    let deadline =
        |ms: u64| format!(r#"{{"type":"request","seq":1,"id":"q","method":"m","deadlineMs":{ms}}}"#);
    assert!(decode(deadline(3_600_000).as_bytes(), &HOST).is_ok());
    refused(&deadline(3_600_001));
}

#[test]
fn a08_an_ack_of_nothing_and_of_the_largest_seq_are_frames() {
    // Whether an ack goes beyond what was sent, or back, is the session's to judge.
    for ack in ["0", "9007199254740991"] {
        let frame = format!(r#"{{"type":"ack","ack":{ack}}}"#);
        assert_eq!(decode(frame.as_bytes(), &HOST).expect("an ack").ack(), ack.parse().ok());
    }
}

#[test]
fn a09_depth_beyond_32_fails_the_payload_without_time_or_stack() {
    assert_eq!(faults(&nested(32)), []);
    for depth in [33, 127, 128] {
        assert_eq!(faults(&nested(depth)).iter().map(|(_, rule)| *rule).collect::<Vec<_>>(), [Rule::Depth]);
    }
    let rules: Vec<_> = faults(&nested(60_000)).iter().map(|(_, rule)| *rule).collect();
    assert_eq!(rules, [Rule::Depth, Rule::Members], "each array but the last has an element");
    assert_eq!(faults(r#"{"a":[{"b":1}]}"#), []);
    let object = format!("{}1{}", "{\"k\":".repeat(33), "}".repeat(33));
    let (path, rule) = faults(&object).remove(0);
    assert_eq!((path, rule), (vec!["k"; 32].join("."), Rule::Depth));

    let deep = request(&nested(60_000));
    assert!(deep.len() <= HOST.max_frame_bytes);
    let took = shortest(20, || assert!(decode(deep.as_bytes(), &HOST).is_ok()));
    // A machine on which serde_json's own skipping is slow gets as much longer.
    let yardstick = shortest(20, || assert!(serde_json::from_str::<serde::de::IgnoredAny>(&deep).is_ok()));
    assert!(took < bound(Duration::from_millis(1)).max(yardstick * 8), "{took:?}, serde_json {yardstick:?}");
    // Unbalanced, mixed and unended nesting stays a matter of syntax, however deep.
    refused(&request(&format!("{{\"v\":{}", "[".repeat(60_000))));
    refused(&request(&format!("{{\"v\":{}{}}}", "[".repeat(100), "}".repeat(100))));
    let mixed = format!("{{\"v\":{}1{}}}", "[{\"a\":".repeat(1_000), "}]".repeat(1_000));
    assert_eq!(faults(&mixed).len(), 1);

    // A recursive reader would need far more than this stack for 4 MiB of brackets.
    let brackets = request(&nested(2_000_000));
    let reader = std::thread::Builder::new()
        .stack_size(64 * 1024)
        .spawn(move || decode(brackets.as_bytes(), &Limits::WELCOME).is_ok())
        .expect("a thread");
    assert!(reader.join().expect("no overflow"));
}

#[test]
fn a10_members_and_key_bytes_count_up_to_their_caps() {
    let object =
        |n: usize| format!("{{{}}}", (0..n).map(|i| format!("\"k{i}\":{i}")).collect::<Vec<_>>().join(","));
    let array = |n: usize| format!("{{\"v\":[{}]}}", vec!["0"; n - 1].join(","));
    for payload in [object(4_096), array(4_096)] {
        assert_eq!(faults(&payload), []);
    }
    for payload in [object(4_097), array(4_097), object(9_000), array(50_000)] {
        assert_eq!(faults(&payload), [(String::new(), Rule::Members)]);
    }
    // Members and elements of all levels count together.
    let both = format!("{{\"a\":[{}],\"b\":{}}}", vec!["[]"; 2_047].join(","), object(2_048));
    assert_eq!(faults(&both), [(String::new(), Rule::Members)]);

    let key = |text: &str| format!("{{\"{text}\":1}}");
    assert_eq!(faults(&key(&"k".repeat(128))), []);
    assert_eq!(faults(&key(&"é".repeat(64))), []);
    assert_eq!(faults(&key(&"\\u00e9".repeat(64))), []);
    for long in [key(&"k".repeat(129)), key(&"é".repeat(65)), key("")] {
        assert_eq!(faults(&long).iter().map(|(_, rule)| *rule).collect::<Vec<_>>(), [Rule::Key]);
    }
    assert_eq!(faults_under(&key(&"k".repeat(1_024)), &PLUGIN), []);
    assert_eq!(faults_under(&key(&"k".repeat(1_025)), &PLUGIN).len(), 1);
    assert_eq!(faults_under(&key(""), &PLUGIN), []);
    assert_eq!(faults_under(&object(60_000), &PLUGIN), []);
}

#[test]
fn a11_a_frame_has_at_most_its_cap_of_bytes_wherever_characters_straddle_it() {
    let padded = |filler: &str, bytes: usize| {
        let room = bytes - request("{\"v\":\"\"}").len();
        let fill = filler.repeat(room / filler.len()) + &"x".repeat(room % filler.len());
        request(&format!("{{\"v\":\"{fill}\"}}"))
    };
    for filler in ["x", "é", "…", "😀"] {
        let exact = padded(filler, 131_072);
        assert_eq!(exact.len(), 131_072);
        assert!(decode(exact.as_bytes(), &HOST).is_ok());
        let above = padded(filler, 131_073);
        assert_eq!(above.len(), 131_073);
        let error = decode(above.as_bytes(), &HOST).expect_err("too large");
        assert_eq!((error.close_code, error.code), (CloseCode::FRAME_TOO_LARGE, ErrorCode::TooLarge));
    }
    let hello = padded("x", 8_193);
    assert_eq!(decode(hello.as_bytes(), &Limits::HELLO).expect_err("too large").close_code.0, 4510);
    assert!(decode(padded("é", 1_048_576).as_bytes(), &PLUGIN).is_ok());
    assert_eq!(decode(padded("é", 1_048_577).as_bytes(), &PLUGIN).expect_err("too large").close_code.0, 4510);
    // Size is judged first: what is too large is not read.
    assert_eq!(decode(&vec![0xFF; 131_073], &HOST).expect_err("too large").close_code.0, 4510);
}

#[test]
fn a12_numbers_are_finite_and_integers_exact() {
    let thousand = "9".repeat(1_000);
    for wrong in ["1e400", "-1e400", "9007199254740993", "9007199254740992", "-9007199254740992", &thousand] {
        assert_eq!(faults(&format!("{{\"a\":[1,{wrong}]}}")), [("a[1]".to_owned(), Rule::Number)], "{wrong}");
    }
    for right in ["-0", "1E-999", "9007199254740991", "-9007199254740991", "1E22", "0.1", "1e308", "-0.0e0"] {
        assert_eq!(faults(&format!("{{\"a\":{right}}}")), [], "{right}");
    }
    let long_fraction = format!("0.{}", "1".repeat(100_000));
    assert_eq!(faults(&format!("{{\"a\":{long_fraction}}}")), []);
}

#[test]
fn a13_half_a_surrogate_pair_fails_the_payload() {
    for (text, wrong) in [
        (r"\ud800", true),
        (r"\udc00\ud800", true),
        (r"\ud800x", true),
        (r"\ud800\n", true),
        (r"\ud800\u0041", true),
        (r"\ud83d\ude00", false),
        (r"\uD83D\uDE00", false),
        (r"\u0000", false),
        (r"\uffff", false),
    ] {
        let expected = if wrong { vec![("s".to_owned(), Rule::Surrogate)] } else { vec![] };
        assert_eq!(faults(&format!("{{\"s\":\"{text}\"}}")), expected, "{text}");
    }
    assert_eq!(faults(r#"{"\ud800":1}"#)[0].1, Rule::Surrogate);
    refused(r#"{"type":"cancel","seq":1,"id":"\ud800"}"#);
    refused(r#"{"type":"ack","ack":1,"\ud800":1}"#);
}

#[test]
fn a14_what_is_not_utf_8_is_refused_where_it_starts() {
    for wrong in
        [&[0xFF][..], &[0xC0, 0x80], &[0xED, 0xA0, 0x80], &[0xF5, 0x80, 0x80, 0x80], &[0xE2, 0x82], &[0x80]]
    {
        let mut bytes = br#"{"type":"event","seq":1,"event":"a","timestamp":1,"payload":{"s":""#.to_vec();
        let at = bytes.len();
        bytes.extend_from_slice(wrong);
        bytes.extend_from_slice(b"\"}}");
        assert_eq!(refused_bytes(&bytes).at, at, "{wrong:x?}");
    }
}

#[test]
fn a15_control_characters_in_a_string_are_refused_unless_they_are_escaped() {
    for control in (0..0x20_u8).map(char::from) {
        refused(&request(&format!("{{\"s\":\"{control}\"}}")));
        refused(&request(&format!("{{\"{control}\":1}}")));
        assert_eq!(faults(&format!("{{\"s\":\"\\u{:04x}\"}}", u32::from(control))), []);
    }
    assert_eq!(faults("{\"s\":\"\u{7f}\u{80}\u{2028}\"}"), []);
}

#[test]
fn a16_prototype_keys_fail_the_payload_at_every_depth() {
    for (key, shown) in [
        ("__proto__", "__proto__"),
        ("constructor", "constructor"),
        ("prototype", "prototype"),
        (r"\u005f_proto__", "__proto__"),
        (r"\u0063onstructor", "constructor"),
        (r"proto\u0074ype", "prototype"),
    ] {
        for depth in 1..=32 {
            let (open, close) = ("{\"k\":".repeat(depth - 1), "}".repeat(depth - 1));
            let payload = format!("{open}{{\"{key}\":{{}}}}{close}");
            let path = [vec!["k"; depth - 1], vec![shown]].concat().join(".");
            let mut expected = vec![(path.clone(), Rule::Key)];
            if depth == 32 {
                expected.push((path, Rule::Depth));
            }
            assert_eq!(faults(&payload), expected, "{key} at {depth}");
            let open_side = faults_under(&payload, &PLUGIN);
            assert!(open_side.iter().all(|(_, rule)| *rule == Rule::Depth), "a host may send {key}");
        }
    }
    refused(r#"{"type":"ack","ack":1,"__proto__":{"polluted":1}}"#);
    for near in ["__proto", "_proto__", "Constructor", "prototypes", "toString"] {
        assert_eq!(faults(&format!("{{\"{near}\":1}}")), []);
    }
}

#[test]
fn a18_adversarial_names_take_time_in_proportion_to_their_length() {
    let event =
        |name: &str| format!(r#"{{"type":"event","seq":1,"event":"{name}","timestamp":1,"payload":{{}}}}"#);
    for pattern in ["a*", "(a+)+", "a*a*a*b", "...", "\\\\", "[[", "😀"] {
        let text = event(&pattern.repeat(100_000 / pattern.len()));
        let took = shortest(10, || {
            refused(&text);
        });
        assert!(took < bound(Duration::from_millis(5)), "{pattern}: {took:?}");
    }
    // As many keys as fit, all alike at their start, so that comparing them is as slow as it gets.
    let keys: Vec<_> = (0..4_096).map(|i| format!("\"aaaaaaaaaaaaaaaaaaaa{i:04}\":0")).collect();
    let text = request(&format!("{{{}}}", keys.join(",")));
    let took = shortest(10, || assert!(decode(text.as_bytes(), &HOST).is_ok()));
    assert!(took < bound(Duration::from_millis(5)), "{took:?}");
}

#[test]
fn a19_names_keep_to_their_grammar_and_errors_never_show_a_value() {
    let event =
        |name: &str| format!(r#"{{"type":"event","seq":1,"event":{name},"timestamp":1,"payload":{{}}}}"#);
    let call =
        |name: &str| format!(r#"{{"type":"request","seq":1,"id":"q","method":{name},"deadlineMs":1}}"#);
    let long = format!("\"{}\"", "a".repeat(1_000));
    let just_long = format!("\"{}\"", "a".repeat(65));
    let wrong = [
        long.as_str(),
        &just_long,
        r#""""#,
        r#""😀""#,
        r#""a\nb""#,
        r#""\u001b[31m""#,
        "\"\u{202e}secret\"",
        r#""Incoming_call""#,
        r#""a b""#,
        r#""a*""#,
        "null",
        "1",
        "[]",
    ];
    for name in wrong {
        for text in [event(name), call(name)] {
            let error = refused(&text);
            assert!(error.message.is_ascii() && error.message.len() < 120, "{error}");
            assert!(!error.message.contains("secret"), "{error}");
        }
    }
    for name in [r#""incoming_call""#, r#""acme.order_opened""#, r#""$snapshot""#, r#""a-0""#, r#""\u0061""#]
    {
        assert!(decode(event(name).as_bytes(), &HOST).is_ok(), "{name}");
        assert!(decode(call(name).as_bytes(), &HOST).is_ok(), "{name}");
    }
    // A hostile name of a member is shown cut short and escaped.
    let error = refused(&format!("{{\"type\":\"ack\",\"ack\":1,\"\u{202e}\\u001b{}\":1}}", "x".repeat(500)));
    assert!(!error.message.contains(['\u{202e}', '\u{1b}']) && error.message.len() < 200, "{error}");
    let (path, _) = faults("{\"\u{202e}\\u001b\\n\":{\"a\":1e999}}").remove(0);
    assert_eq!(path, "\\u{202e}\\u{1b}\\u{a}.a");
}
