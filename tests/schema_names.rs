//! Names, scopes and the hints for names that are not known; and what must hold for every JSON value.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use smartagent_plugin_sdk::schema::{self, EventName, Method, Scope, samples};
use smartagent_plugin_sdk::wire::{Body, ErrorCode, Issue, Rule};

/// The same name with its second letter left out, with two letters swapped, and in camel case.
fn slips(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut shorter = chars.clone();
    shorter.remove(1);
    let mut swapped = chars.clone();
    swapped.swap(1, 2);
    let camel = name.split('_').enumerate().map(|(at, word)| match at {
        0 => word.to_owned(),
        _ => word[..1].to_uppercase() + &word[1..],
    });
    vec![shorter.into_iter().collect(), swapped.into_iter().collect(), camel.collect()]
}

#[test]
fn every_event_and_method_is_named_when_it_is_misspelt() {
    for event in EventName::ALL {
        assert_eq!(EventName::parse(event.as_str()), Some(*event));
        for slip in slips(event.as_str()).iter().filter(|slip| slip.as_str() != event.as_str()) {
            let error = schema::unknown_event_error(slip);
            assert_eq!(error.code, ErrorCode::UnknownEvent);
            assert!(error.message.ends_with(&format!("did you mean `{event}`?")), "{}", error.message);
        }
    }
    for method in Method::ALL {
        assert_eq!(Method::parse(method.as_str()), Some(*method));
        for slip in slips(method.as_str()).iter().filter(|slip| slip.as_str() != method.as_str()) {
            let error = schema::unknown_method_error(slip);
            assert_eq!(error.code, ErrorCode::UnknownMethod);
            assert!(error.message.ends_with(&format!("did you mean `{method}`?")), "{}", error.message);
        }
    }
}

#[test]
fn a_name_that_is_like_none_gets_no_guess() {
    assert_eq!(schema::unknown_event_error("zzz").message, "no event is named `zzz`");
    assert_eq!(schema::closest(&"incoming_call".repeat(10), ["incoming_call"]), None);
    let message = schema::unknown_method_error("\u{1b}[2J").message;
    assert!(!message.contains('\u{1b}'), "{message:?}");
}

#[test]
fn there_are_17_events_8_messages_and_9_scopes() {
    assert_eq!((EventName::ALL.len(), Method::MESSAGES.len(), Scope::ALL.len()), (17, 8, 9));
    assert!(EventName::ALL.iter().filter(|event| !event.has_contact()).eq(&[EventName::NextStatus]));
    assert_eq!(EventName::NextStatus.scope(), Scope::AgentRead);
    assert!(schema::is_custom_event("acme.order_opened"));
    assert!(!schema::is_custom_event("acme_order") && !schema::is_event_name("Acme.Order"));
}

#[test]
fn a_custom_event_passes_unvalidated_and_an_unknown_one_does_not_pass() {
    let body = Body::from_value(&json!({"anything": [1, null]}));
    assert!(schema::check_event("acme.order_opened", &body).is_ok());
    let found = schema::check_event("incoming_cal", &body).unwrap_err();
    assert_eq!(
        (found[0].rule, found[0].hint.as_deref()),
        (Rule::Enum, Some("did you mean `incoming_call`?"))
    );
}

#[test]
fn what_a_host_sends_wrong_is_listed_with_its_place() {
    let mut payload = samples::event(EventName::AddConnection);
    payload["contact"]["connections"][2]["state"]["type"] = json!("conected");
    payload["contact"]["connections"][0].as_object_mut().unwrap().remove("contactId");
    payload["contact"]["connections"][0]["contactID"] = json!("c-77");
    payload["contact"]["attributes"]["a b"] = json!(1);
    payload["contact"]["queueTimestamp"] = json!(-1);
    payload["contact"]["state"]["timestamp"] = json!(1.5);
    payload["contact"]["isSoftphoneCall"] = json!("yes");
    payload["connection"] = json!([]);
    let found = schema::check_event("add_connection", &Body::from_value(&payload)).unwrap_err();
    let mut places: Vec<_> = found.iter().map(|issue| (issue.path.as_str(), issue.rule)).collect();
    places.sort_by_key(|(path, _)| path.to_owned());
    assert_eq!(
        places,
        [
            ("connection", Rule::Type),
            ("contact.attributes[\"a b\"]", Rule::Type),
            ("contact.connections[0].contactId", Rule::Required),
            ("contact.connections[2].state.type", Rule::Enum),
            ("contact.isSoftphoneCall", Rule::Type),
            ("contact.queueTimestamp", Rule::Range),
            ("contact.state.timestamp", Rule::Type),
        ]
    );
    let missing = found.iter().find(|issue| issue.rule == Rule::Required).unwrap();
    assert_eq!(missing.hint.as_deref(), Some("`contactID` looks like it"));
}

const CANARY: &str = "canary-value-7f3a";

/// Any JSON whose texts are the canary, with keys that the types know now and then.
fn any_json() -> impl Strategy<Value = Value> {
    let keys = prop::sample::select(vec![
        "contactId",
        "contact",
        "type",
        "state",
        "attributes",
        "endpoint",
        "phoneNumber",
        "number",
        "connections",
        "header",
        "text",
        "title",
        "name",
        "email",
        "ID",
        "user",
        "contacts",
        "a b",
        "event",
        "timestamp",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(Value::from(CANARY)),
        Just(Value::from("phone_number")),
        Just(Value::from("CREATE_NOTIFICATION")),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..8).prop_map(|members| Value::Object(
                members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
            )),
        ]
    })
}

fn says_nothing<T>(outcome: Result<T, Vec<Issue>>) {
    for issue in outcome.err().unwrap_or_default() {
        assert!(!format!("{issue:?}").contains(CANARY), "{issue:?}");
    }
}

proptest! {
    #[test]
    fn no_value_makes_a_check_panic_or_stands_in_an_issue(value in any_json()) {
        let body = Body::from_value(&match &value {
            Value::Object(_) => value.clone(),
            other => Value::Object(Map::from_iter([("contact".to_owned(), other.clone())])),
        });
        for event in EventName::ALL {
            says_nothing(schema::check_event(event.as_str(), &body));
            schema::redact_event(*event, &mut value.clone());
        }
        for method in Method::ALL {
            says_nothing(schema::check_request(*method, &body));
            says_nothing(schema::check_result(*method, &body));
            schema::redact_result(*method, &mut value.clone());
            schema::redact_request(*method, &mut value.clone());
        }
        says_nothing(schema::check_snapshot(&value));
        says_nothing(schema::check_plugin_snapshot(&value));
        says_nothing(schema::check_manifest(&value));
        says_nothing(schema::check_user(&value));
    }

    /// Members of a valid payload are replaced one at a time: whatever passes the check can be read as its type.
    #[test]
    fn what_passes_the_check_can_be_read(value in any_json(), at in 0usize..30) {
        let mut contact = samples::contact();
        let members = contact.as_object_mut().unwrap();
        let key = members.keys().nth(at % members.len()).unwrap().clone();
        members.insert(key, value);
        let snapshot = json!({"timestamp": 1, "user": samples::user(), "contacts": [contact]});
        if let Err(issues) = schema::check_snapshot(&snapshot) {
            prop_assert!(issues.iter().all(|issue| !issue.message.starts_with("cannot be read")), "{issues:?}");
        }
    }
}
