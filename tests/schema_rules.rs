//! What a plugin sends, rule by rule: each broken rule is an issue with its place, and all of them come at once.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use smartagent_plugin_sdk::schema::{self, Method};
use smartagent_plugin_sdk::wire::{Body, ErrorBody, Issue, Limits, Rule};

fn check(method: Method, payload: Value) -> Vec<(String, Rule)> {
    places(&issues(method, payload))
}

fn issues(method: Method, payload: Value) -> Vec<Issue> {
    schema::check_request(method, &Body::from_value(&payload)).err().unwrap_or_default()
}

fn places(issues: &[Issue]) -> Vec<(String, Rule)> {
    issues.iter().map(|issue| (issue.path.clone(), issue.rule)).collect()
}

fn hint(issues: &[Issue], path: &str) -> String {
    issues.iter().find(|issue| issue.path == path).unwrap().hint.clone().unwrap()
}

fn at(path: &str, rule: Rule) -> (String, Rule) {
    (path.to_owned(), rule)
}

/// Rows of (payload, expected places).
fn table(method: Method, rows: &[(Value, &[(&str, Rule)])]) {
    for (payload, expected) in rows {
        let expected: Vec<_> = expected.iter().map(|(path, rule)| at(path, *rule)).collect();
        assert_eq!(check(method, payload.clone()), expected, "{method} {payload}");
    }
}

#[test]
fn update_contact_takes_texts_under_plain_keys_and_32768_bytes_in_all() {
    table(
        Method::UpdateContact,
        &[
            (json!({"sa-name": "Ben", "gone": ""}), &[]),
            (json!({}), &[]),
            (json!({"tier": 2}), &[("tier", Rule::Type)]),
            (json!({"tier": null}), &[("tier", Rule::Type)]),
            (json!({"a b": "x"}), &[("[\"a b\"]", Rule::Key)]),
            (json!({"": "x"}), &[("[\"\"]", Rule::Key)]),
            (json!({"k".repeat(128): "x"}), &[]),
            (json!({"é": 1}), &[("[\"é\"]", Rule::Key), ("[\"é\"]", Rule::Type)]),
            (json!({"a": "x".repeat(32_767)}), &[]),
            (json!({"a": "é".repeat(16_384)}), &[("", Rule::MaxLength)]),
        ],
    );
    assert!(hint(&issues(Method::UpdateContact, json!({"tier": 2})), "tier").contains("String(value)"));
}

#[test]
fn update_customer_needs_a_member_and_knows_mail_and_number() {
    table(
        Method::UpdateCustomer,
        &[
            (json!({"name": "Ben"}), &[]),
            (json!({"ID": "1", "email": "a@b", "phoneNumber": "+442071838750"}), &[]),
            (json!({}), &[("", Rule::MinLength)]),
            (json!({"email": "a@"}), &[("email", Rule::Format)]),
            (json!({"email": "a@b@c"}), &[("email", Rule::Format)]),
            (json!({"email": "@"}), &[("email", Rule::Format)]),
            (json!({"phoneNumber": "02071838750"}), &[("phoneNumber", Rule::Format)]),
            (json!({"phoneNumber": "+0207"}), &[("phoneNumber", Rule::Format)]),
            (json!({"phoneNumber": "+1234567890123456"}), &[("phoneNumber", Rule::Format)]),
            (json!({"name": null}), &[("name", Rule::Type)]),
            (json!({"id": "1"}), &[("id", Rule::UnknownMember)]),
        ],
    );
    assert_eq!(hint(&issues(Method::UpdateCustomer, json!({"id": "1"})), "id"), "did you mean `ID`?");
    let given = issues(Method::UpdateCustomer, json!({"phone_number": "1"}));
    assert_eq!(hint(&given, "phone_number"), "did you mean `phoneNumber`?");
}

#[test]
fn requests_without_members_take_none() {
    for method in [Method::UpdateQuickConnects, Method::ShowPlugin, Method::GetUser, Method::Snapshot] {
        table(method, &[(json!({}), &[]), (json!({"x": 1}), &[("x", Rule::UnknownMember)])]);
    }
}

#[test]
fn transfer_call_needs_a_place_to_go_to() {
    let (phone, arn) = ("+442071838750", "arn:1");
    table(
        Method::TransferCall,
        &[
            (json!({"number": phone}), &[]),
            (json!({"number": phone, "name": "Ben", "endpoint": null}), &[]),
            (json!({"endpoint": {"type": "phone_number", "phoneNumber": phone}}), &[]),
            (json!({"number": phone, "endpoint": {"type": "phone_number", "phoneNumber": null}}), &[]),
            (json!({"number": phone, "endpoint": {"type": "phone_number", "phoneNumber": phone}}), &[]),
            (json!({"number": "", "endpoint": {"type": "phone_number", "phoneNumber": phone}}), &[]),
            (json!({"endpoint": {"type": "agent", "endpointARN": arn}}), &[]),
            (json!({"endpoint": {"type": "queue", "endpointARN": "", "endpointId": arn}}), &[]),
            (json!({"endpoint": {"type": "queue", "endpointARN": arn, "endpointId": "other"}}), &[]),
            (json!({}), &[("endpoint", Rule::Required)]),
            (json!({"number": "", "name": "Ben"}), &[("endpoint", Rule::Required)]),
            (json!({"number": null, "endpoint": null}), &[("endpoint", Rule::Required)]),
            (json!({"number": 1}), &[("number", Rule::Type)]),
            (json!({"endpoint": {}}), &[("endpoint.type", Rule::Required)]),
            (json!({"endpoint": {"type": "phone_number"}}), &[("endpoint.phoneNumber", Rule::Required)]),
            (
                json!({"endpoint": {"type": "phone_number", "phoneNumber": ""}}),
                &[("endpoint.phoneNumber", Rule::Required)],
            ),
            (
                json!({"endpoint": {"type": "agent", "agentLogin": "ada"}}),
                &[("endpoint.endpointARN", Rule::Required)],
            ),
            (
                json!({"endpoint": {"type": "queue", "endpointId": ""}}),
                &[("endpoint.endpointARN", Rule::Required)],
            ),
            (json!({"endpoint": {"type": "queue", "endpointId": 7}}), &[("endpoint.endpointId", Rule::Type)]),
            (
                json!({"number": "+15550100", "endpoint": {"type": "phone_number", "phoneNumber": phone}}),
                &[("number", Rule::Choice)],
            ),
        ],
    );
    assert!(
        hint(&issues(Method::TransferCall, json!({"name": "Ben"})), "endpoint").contains("quick_connect")
    );
}

#[test]
fn all_issues_of_a_transfer_come_at_once_and_without_the_values() {
    let payload = json!({
        "numbr": "+442071838750", "name": 1,
        "endpoint": {"tpye": "x", "type": "phonenumber", "phoneNumber": false, "queue": null},
    });
    let found = issues(Method::TransferCall, payload);
    assert_eq!(
        places(&found),
        [
            at("numbr", Rule::UnknownMember),
            at("name", Rule::Type),
            at("endpoint.tpye", Rule::UnknownMember),
            at("endpoint.type", Rule::Enum),
            at("endpoint.phoneNumber", Rule::Type),
        ]
    );
    assert_eq!(hint(&found, "numbr"), "did you mean `number`?");
    assert_eq!(hint(&found, "endpoint.type"), "did you mean `phone_number`?");
    let error = ErrorBody::bad_request("transfer_call", found);
    assert_eq!(
        error.message,
        "transfer_call: numbr: there is no such member (did you mean `number`?), and 4 more"
    );
}

#[test]
fn end_conference_call_takes_exactly_one_member() {
    table(
        Method::EndConferenceCall,
        &[
            (json!({"connectionName": "Ben"}), &[]),
            (json!({"connectionId": "n-3"}), &[]),
            (json!({}), &[("", Rule::Required)]),
            (json!({"connectionId": "n-3", "connectionName": "Ben"}), &[("", Rule::Choice)]),
            (json!({"connectionId": ""}), &[("connectionId", Rule::MinLength)]),
            (json!({"conectionId": "n-3"}), &[("conectionId", Rule::UnknownMember), ("", Rule::Required)]),
        ],
    );
}

#[test]
fn quick_connect_needs_a_name() {
    table(
        Method::QuickConnect,
        &[
            (json!({"name": "Back office", "message": ""}), &[]),
            (json!({"name": ""}), &[("name", Rule::MinLength)]),
            (json!({"message": "hi"}), &[("name", Rule::Required)]),
        ],
    );
}

#[test]
fn a_misspelt_required_member_is_explained_in_both_issues() {
    let found = issues(Method::QuickConnect, json!({"nmae": "Back office"}));
    assert_eq!(places(&found), [at("nmae", Rule::UnknownMember), at("name", Rule::Required)]);
    assert_eq!(hint(&found, "nmae"), "did you mean `name`?");
    assert_eq!(hint(&found, "name"), "`nmae` looks like it");
}

#[test]
fn show_notification_depends_on_its_type() {
    let create = "CREATE_NOTIFICATION";
    let clear = "CLEAR_NOTIFICATION";
    table(
        Method::ShowNotification,
        &[
            (json!({"type": create, "header": "h", "text": "t"}), &[]),
            (json!({"type": create, "header": "𝄞".repeat(200), "text": "t".repeat(2_000)}), &[]),
            (
                json!({"type": create, "header": "𝄞".repeat(201), "text": "t".repeat(2_001)}),
                &[("header", Rule::MaxLength), ("text", Rule::MaxLength)],
            ),
            (json!({"type": create, "header": ""}), &[("header", Rule::MinLength), ("text", Rule::Required)]),
            (
                json!({"type": create, "header": "h", "text": "t", "notificationId": "t-1"}),
                &[("notificationId", Rule::UnknownMember)],
            ),
            (json!({"type": clear}), &[]),
            (json!({"type": clear, "header": "h", "text": "t", "notificationId": "t-1"}), &[]),
            (json!({"type": clear, "header": null}), &[("header", Rule::Type)]),
            (json!({"type": clear, "text": ""}), &[("text", Rule::MinLength)]),
            (json!({"type": "CREATE", "header": 1}), &[("type", Rule::Enum)]),
            (json!({"type": 1, "headr": "h"}), &[("type", Rule::Type), ("headr", Rule::UnknownMember)]),
            (json!({"tpye": create}), &[("type", Rule::Required), ("tpye", Rule::UnknownMember)]),
        ],
    );
    let found =
        issues(Method::ShowNotification, json!({"type": "create-notification", "header": "h", "text": "t"}));
    assert_eq!(hint(&found, "type"), "did you mean `CREATE_NOTIFICATION`?");
}

#[test]
fn show_popup_message_has_a_look_and_a_text() {
    table(
        Method::ShowPopupMessage,
        &[
            (json!({"type": "SUCCESS", "popupMessage": "ok"}), &[]),
            (
                json!({"type": "success", "popupMessage": ""}),
                &[("type", Rule::Enum), ("popupMessage", Rule::MinLength)],
            ),
            (
                json!({"type": "ERROR", "popupMessage": "x".repeat(2_001)}),
                &[("popupMessage", Rule::MaxLength)],
            ),
            (json!({}), &[("type", Rule::Required), ("popupMessage", Rule::Required)]),
        ],
    );
}

#[test]
fn a_title_has_up_to_200_characters_and_may_be_empty() {
    table(
        Method::SetTitleTag,
        &[
            (json!({"title": ""}), &[]),
            (json!({"title": "é".repeat(200)}), &[]),
            (json!({"title": "é".repeat(201)}), &[("title", Rule::MaxLength)]),
            (json!({}), &[("title", Rule::Required)]),
        ],
    );
}

#[test]
fn live_names_an_event_in_form_and_the_desktop_knows_which_there_are() {
    table(
        Method::Live,
        &[
            (json!({"event": "incoming_call"}), &[]),
            (json!({"event": "acme.order_opened"}), &[]),
            (json!({"event": "incomming_call"}), &[]),
            (json!({"event": "A"}), &[("event", Rule::Format)]),
        ],
    );
}

#[test]
fn faults_of_the_text_come_first_and_the_shape_is_checked_all_the_same() {
    let text = r#"{"name":"a","name":"b","mesage":"x"}"#;
    let body = Body::parse(text, &Limits::TO_HOST).unwrap();
    let found = schema::check_request(Method::QuickConnect, &body).unwrap_err();
    assert_eq!(places(&found), [at("name", Rule::DuplicateKey), at("mesage", Rule::UnknownMember)]);
}

#[test]
fn thousands_of_issues_are_counted_and_256_are_listed() {
    let payload: serde_json::Map<_, _> = (0..4_000).map(|n| (format!("key{n}"), json!(n))).collect();
    let found = issues(Method::UpdateContact, Value::Object(payload));
    assert_eq!(found.len(), 257);
    assert_eq!(found[256].message, "3744 more issues are not listed");
}

#[test]
fn a_key_is_shown_escaped_and_cut() {
    let found = issues(Method::UpdateContact, json!({"a\u{1b}[31m\u{202e}\"": "x", "k".repeat(500): "x"}));
    assert_eq!(found[0].path, "[\"a\\u{1b}[31m\\u{202e}\\\"\"]");
    assert_eq!(found[1].path, format!("[\"{}\"]", "k".repeat(128)));
}

#[test]
fn a_manifest_is_strict_and_names_events_and_scopes() {
    let mut manifest = schema::samples::manifest();
    manifest["scopes"] = json!([{"scope": "contact-read", "reason": ""}, {"scope": "ui:show", "reason": "r"},
        {"scope": "ui:show", "reason": "r"}]);
    manifest["events"] = json!(["*", "acme.order", "callStarted", 3]);
    manifest["origins"] = json!(["https://a.example/", "https://b.example:8443"]);
    manifest["url"] = json!("file:///etc");
    manifest["manifest"] = json!(2);
    manifest["visible"] = json!(true);
    let found = schema::check_manifest(&manifest).unwrap_err();
    assert_eq!(
        places(&found),
        [
            at("visible", Rule::UnknownMember),
            at("manifest", Rule::Range),
            at("url", Rule::Format),
            at("origins[0]", Rule::Format),
            at("scopes[0].scope", Rule::Enum),
            at("scopes[0].reason", Rule::MinLength),
            at("events[3]", Rule::Type),
            at("events[2]", Rule::Enum),
            at("scopes[2].scope", Rule::Choice),
        ]
    );
    assert_eq!(hint(&found, "scopes[0].scope"), "did you mean `contact:read`?");
    assert_eq!(hint(&found, "events[2]"), "did you mean `call_started`?");
}
