use serde_json::{Value, json};

use super::{Draft, Method, check_request, samples};
use crate::wire::{Body, Limits};

/// As `js/requests.js` writes it.
fn drafted(value: &Value, text: &mut String, numbers: &mut Vec<f64>) {
    let push = |text: &mut String, numbers: &mut Vec<f64>, part: &str| {
        numbers.push(part.encode_utf16().count() as f64);
        text.push_str(part);
    };
    match value {
        Value::String(part) => push(text, numbers, part),
        Value::Object(members) => {
            numbers.push(-2.0 - members.len() as f64);
            for (key, member) in members {
                push(text, numbers, key);
                drafted(member, text, numbers);
            }
        }
        _ => numbers.push(-1.0),
    }
}

fn checked(method: Method, value: &Value) -> (Option<String>, Option<String>) {
    let (mut text, mut numbers) = (String::new(), vec![]);
    drafted(value, &mut text, &mut numbers);
    let draft = Draft::new(&text, &numbers);
    (draft.clone().checked(method), draft.clone().json())
}

#[test]
fn every_sample_is_written_as_its_json_and_all_but_those_with_rules_between_members_are_checked_on_the_way() {
    for method in Method::ALL {
        let sample = samples::request(*method);
        let (fast, plain) = checked(*method, &sample);
        assert_eq!(plain, Some(sample.to_string()), "{method}");
        let has_rules = matches!(method, Method::TransferCall | Method::Live);
        assert_eq!(fast, (!has_rules).then(|| sample.to_string()), "{method}");
    }
}

#[test]
fn nothing_is_written_that_the_full_check_refuses() {
    let long = "x".repeat(2_001);
    let texts = ["", "a", "é😀\"\\\n", "CLEAR_NOTIFICATION", "a@b", "+442071838750", &long];
    let intruders: Vec<Value> =
        texts.iter().map(|text| json!(text)).chain([json!(null), json!({})]).collect();
    let (mut written, mut refused) = (0, 0);
    for method in Method::ALL {
        let sample = samples::request(*method);
        let members = sample.as_object().unwrap();
        let keys = members.keys().map(String::as_str).chain(["unknown", "constructor", "k-1"]);
        for (key, intruder) in keys.flat_map(|key| intruders.iter().map(move |value| (key, value))) {
            let mut changed = members.clone();
            changed.insert(key.to_owned(), intruder.clone());
            let changed = Value::Object(changed);
            let body = Body::parse(&changed.to_string(), &Limits::TO_HOST).unwrap();
            let sound = check_request(*method, &body).is_ok();
            let (fast, _) = checked(*method, &changed);
            assert!(sound || fast.is_none(), "{method} {key} {intruder}");
            if let Some(fast) = fast {
                assert_eq!(serde_json::from_str::<Value>(&fast).unwrap(), changed);
                written += 1;
            }
            refused += usize::from(!sound);
        }
    }
    assert!(written > 50 && refused > 100, "{written} {refused}");
}

#[test]
fn attributes_have_no_more_bytes_together_than_amazon_connect_takes() {
    let (fast, _) = checked(Method::UpdateContact, &json!({"a": "x".repeat(32_769)}));
    assert_eq!(fast, None);
}

#[test]
fn numbers_that_promise_more_than_is_there_are_no_payload() {
    for numbers in [&[][..], &[-3.0], &[-3.0, 5.0, 1.0], &[9.0], &[f64::NAN, 0.0, 0.0]] {
        assert!(Draft::new("ab", numbers).checked(Method::UpdateContact).is_none(), "{numbers:?}");
    }
}
