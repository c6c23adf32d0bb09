//! What holds for every frame and every text: identity, agreement with serde_json, and no panic.

use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use smartagent_plugin_sdk::wire::{
    AckFrame, Auth, Body, CancelFrame, CloseCode, Embed, ErrorBody, ErrorCode, ErrorFrame, EventFrame,
    Executed, Frame, Goodbye, Heartbeat, Hello, HostInfo, Issue, Limits, LinkLimits, MAX_SAFE_INTEGER,
    Outcome, PingFrame, PluginGrant, PluginInfo, RequestFrame, ResponseFrame, Resume, Rule, SdkInfo, Source,
    Want, Welcome, decode, json_string,
};

mod wire_encoding;
use wire_encoding::encode;

const LIMITS: Limits = Limits::WELCOME;

fn count() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), Just(MAX_SAFE_INTEGER), 0..=MAX_SAFE_INTEGER]
}

fn seq() -> impl Strategy<Value = u64> {
    prop_oneof![Just(MAX_SAFE_INTEGER), 1..=MAX_SAFE_INTEGER]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{0,12}", any::<String>()]
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9-]{1,64}", "\\PC{1,64}"]
}

fn name() -> impl Strategy<Value = String> {
    "[a-z0-9_.$-]{1,64}"
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-(MAX_SAFE_INTEGER as i64)..=MAX_SAFE_INTEGER as i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 64, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            btree_map("[a-z_é😀\\\\\"\u{1}]{0,9}", inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn body() -> impl Strategy<Value = Body> {
    btree_map("[a-zA-Z]{0,12}", value(), 0..6)
        .prop_map(|members| Body::from_value(&Value::Object(members.into_iter().collect())))
}

fn known_code() -> impl Strategy<Value = ErrorCode> {
    proptest::sample::select(ErrorCode::ALL)
}

fn close_code() -> impl Strategy<Value = CloseCode> {
    (1000_u16..=4999).prop_map(CloseCode)
}

fn issue() -> impl Strategy<Value = Issue> {
    let rule =
        proptest::sample::select(&[Rule::Type, Rule::Required, Rule::UnknownMember, Rule::Ambiguous][..]);
    (text(), rule, text(), of(text())).prop_map(|(path, rule, message, hint)| Issue {
        path,
        rule,
        message,
        hint,
    })
}

fn error_body() -> impl Strategy<Value = ErrorBody> {
    let issues = of(vec(issue(), 0..4));
    (known_code(), text(), any::<bool>(), any::<bool>(), of(count()), of(text()), issues).prop_map(
        |(code, message, retryable, unknown, retry_after_ms, path, issues)| ErrorBody {
            retryable,
            executed: if unknown { Executed::Unknown } else { Executed::No },
            retry_after_ms,
            path,
            issues,
            ..ErrorBody::new(code, message)
        },
    )
}

fn hello() -> impl Strategy<Value = Hello> {
    let plugin = (of("[a-z0-9._-]{1,64}"), of(text()), of(text()), id())
        .prop_map(|(id, version, plugin_type, instance)| PluginInfo { id, version, plugin_type, instance });
    let sdk =
        (text(), text(), of(text())).prop_map(|(name, version, runtime)| SdkInfo { name, version, runtime });
    let auth = (text(), text()).prop_map(|(scheme, token)| Auth { scheme, token });
    let want =
        (of(vec(text(), 0..3)), of(vec(text(), 0..3))).prop_map(|(scopes, events)| Want { scopes, events });
    let resume = (text(), text(), count()).prop_map(|(session, resume_token, received)| Resume {
        session,
        resume_token,
        received,
    });
    let embed = text().prop_map(|origin| Embed { origin });
    (vec(any::<u32>(), 0..20), plugin, sdk, of(auth), of(want), of(resume), of(embed), of(text())).prop_map(
        |(versions, plugin, sdk, auth, want, resume, embed, role)| Hello {
            versions,
            plugin,
            sdk,
            auth,
            want,
            resume,
            embed,
            role,
        },
    )
}

fn welcome() -> impl Strategy<Value = Welcome> {
    let plugin = (text(), of(text())).prop_map(|(id, plugin_type)| PluginGrant { id, plugin_type });
    let rate = prop_oneof![Just(0.0), Just(20.0), 0.0..1e9];
    let limits = (count(), count(), count(), rate, count()).prop_map(
        |(max_frame_bytes, window, window_bytes, rate_per_second, burst)| LinkLimits {
            max_frame_bytes,
            window,
            window_bytes,
            rate_per_second,
            burst,
        },
    );
    let heartbeat =
        (count(), count()).prop_map(|(interval_ms, timeout_ms)| Heartbeat { interval_ms, timeout_ms });
    let source = proptest::sample::select(&[Source::Host, Source::Simulator, Source::Recording][..]);
    let host =
        (text(), text(), source).prop_map(|(name, version, source)| HostInfo { name, version, source });
    let session = ("[a-z_]{1,20}", "[a-z_]{1,20}", any::<bool>(), of(text()), count());
    let rights = (plugin, vec(text(), 0..3), vec(text(), 0..3), of(vec(text(), 0..3)));
    let rest = (limits, heartbeat, count(), count(), host, of(value()));
    (any::<u32>(), session, rights, rest).prop_map(|(version, session, rights, rest)| Welcome {
        version,
        session: session.0,
        resume_token: session.1,
        resumed: session.2,
        reason: session.3,
        received: session.4,
        plugin: rights.0,
        granted: rights.1,
        denied: rights.2,
        events: rights.3,
        limits: rest.0,
        heartbeat: rest.1,
        resume_window_ms: rest.2,
        time: rest.3,
        host: rest.4,
        snapshot: rest.5,
    })
}

fn frame() -> impl Strategy<Value = Frame> {
    let head = || (seq(), of(count()));
    let outcome = prop_oneof![
        body().prop_map(Outcome::Result),
        error_body().prop_map(|error| Outcome::Error(Box::new(error)))
    ];
    prop_oneof![
        hello().prop_map(|hello| Frame::Hello(Box::new(hello))),
        welcome().prop_map(|welcome| Frame::Welcome(Box::new(welcome))),
        (head(), name(), count(), body()).prop_map(|((seq, ack), event, timestamp, payload)| Frame::Event(
            EventFrame { seq, ack, event, timestamp, payload }
        )),
        (head(), id(), name(), 0..=3_600_000_u64, of(text()), of(id()), body()).prop_map(
            |((seq, ack), id, method, deadline_ms, contact_id, idempotency_key, payload)| {
                let frame =
                    RequestFrame { seq, ack, id, method, deadline_ms, contact_id, idempotency_key, payload };
                Frame::Request(frame)
            }
        ),
        (head(), id(), outcome).prop_map(|((seq, ack), id, outcome)| Frame::Response(ResponseFrame {
            seq,
            ack,
            id,
            outcome
        })),
        (head(), id()).prop_map(|((seq, ack), id)| Frame::Cancel(CancelFrame { seq, ack, id })),
        count().prop_map(|ack| Frame::Ack(AckFrame { ack })),
        (count(), of(count())).prop_map(|(n, ack)| Frame::Ping(PingFrame { n, ack })),
        (count(), of(count())).prop_map(|(n, ack)| Frame::Pong(PingFrame { n, ack })),
        (known_code(), text(), any::<bool>(), of(close_code())).prop_map(
            |(code, message, fatal, close_code)| Frame::Error(ErrorFrame {
                code,
                message,
                fatal,
                close_code
            })
        ),
        (close_code(), text(), any::<bool>(), of(count())).prop_map(
            |(close_code, reason, resume, retry_after_ms)| Frame::Goodbye(Goodbye {
                close_code,
                reason,
                resume,
                retry_after_ms
            })
        ),
    ]
}

/// Text made of pieces of JSON, some of them broken.
fn jsonish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(
            &["{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "0", "-1", "1.5e3", "01", "1.", ".5", "+1", "1e", "-",
              "true", "false", "null", "nul", " ", "\n", "\t", "\u{b}", "\"\\u12\"", "\"\\ud800\"", "\"\\x\"", "\"",
              "\"\\", "'a'", "NaN", "\u{feff}", "\u{a0}", "/**/", "1e400", "\"\u{1}\""][..]
        ).prop_map(str::to_owned),
        1 => any::<String>(),
        2 => value().prop_map(|value| value.to_string()),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_frame_comes_back_as_it_was_encoded(frame in frame()) {
        let text = encode(&frame);
        prop_assert_eq!(decode(text.as_bytes(), &LIMITS), Ok(frame), "{}", text);
    }

    #[test]
    fn a_text_is_accepted_as_json_exactly_when_serde_json_does(text in jsonish()) {
        let in_array = format!("{{\"v\":[{text}]}}");
        let object = format!("{{{text}}}");
        for candidate in [&in_array, &object] {
            let known = serde_json::from_str::<IgnoredAny>(candidate).is_ok();
            prop_assert_eq!(Body::parse(candidate, &LIMITS).is_ok(), known, "{}", candidate);
        }
        let framed = format!(r#"{{"type":"event","seq":1,"event":"a","timestamp":1,"payload":{in_array}}}"#);
        let known = serde_json::from_str::<IgnoredAny>(&in_array).is_ok();
        prop_assert_eq!(decode(framed.as_bytes(), &LIMITS).is_ok(), known, "{}", framed);
    }

    #[test]
    fn a_body_without_faults_is_the_value_that_serde_json_reads(value in value()) {
        let text = format!("{{\"v\":{value}}}");
        let body = Body::parse(&text, &LIMITS).expect("an object");
        prop_assert_eq!(body.faults(), &[]);
        prop_assert_eq!(body.value().expect("no fault"), serde_json::from_str::<Value>(&text).expect("JSON"));
    }

    #[test]
    fn no_bytes_make_the_decoder_panic(bytes in vec(any::<u8>(), 0..300)) {
        if let Err(error) = decode(&bytes, &LIMITS) {
            prop_assert!(error.at <= bytes.len());
        }
    }

    #[test]
    fn a_mutated_frame_is_another_frame_or_refused(
        frame in frame(),
        edits in vec((any::<proptest::sample::Index>(), any::<u8>(), 0..4_u8), 1..4),
    ) {
        let mut bytes = encode(&frame).into_bytes();
        for (at, byte, edit) in edits {
            let at = at.index(bytes.len());
            match edit {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 if bytes.len() > 1 => { bytes.remove(at); }
                _ => bytes.truncate(at.max(1)),
            }
        }
        match decode(&bytes, &LIMITS) {
            Ok(_) => prop_assert!(serde_json::from_slice::<IgnoredAny>(&bytes).is_ok()),
            Err(error) => prop_assert!(error.at <= bytes.len() && error.close_code == CloseCode::BAD_FRAME),
        }
    }

    #[test]
    fn a_string_is_written_as_serde_json_reads_it(text in any::<String>()) {
        prop_assert_eq!(serde_json::from_str::<String>(&json_string(&text)).expect("a string"), text);
    }
}
