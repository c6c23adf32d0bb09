//! The rules between the members of what a plugin sends; the shape alone cannot tell them.

use serde_json::Value;

use super::report::{Path, Report};
use super::{EventName, Method, closest, is_custom_event};
use crate::wire::Rule;

/// All attributes of a contact together, in bytes of UTF-8; Amazon Connect's own limit.
pub const MAX_ATTRIBUTE_BYTES: usize = 32_768;

/// Adds what breaks a rule between members. Members of another type are left to the shape.
pub(super) fn request(method: Method, payload: &Value, report: &mut Report) {
    match method {
        Method::UpdateContact => update_contact(payload, report),
        Method::TransferCall => transfer_call(payload, report),
        _ => {}
    }
}

/// Adds what is wrong with a manifest beyond its shape.
pub(super) fn manifest(manifest: &Value, report: &mut Report) {
    let mut path = Path::default();
    path.enter("events");
    for (index, name) in manifest["events"].as_array().into_iter().flatten().enumerate() {
        path.enter_index(index);
        if let Some(name) = name.as_str().filter(|name| *name != "*") {
            event_name(path.here(), name, report);
        }
        path.leave();
    }
    path.leave();
    path.enter("scopes");
    let mut seen = Vec::new();
    for (index, entry) in manifest["scopes"].as_array().into_iter().flatten().enumerate() {
        path.enter_index(index);
        if let Some(scope) = entry["scope"].as_str() {
            if seen.contains(&scope) {
                report.add(path.member("scope"), Rule::Choice, "the scope is already declared");
            }
            seen.push(scope);
        }
        path.leave();
    }
}

fn event_name(path: String, name: &str, report: &mut Report) {
    if EventName::parse(name).is_some() || is_custom_event(name) {
        return;
    }
    report.add_with_hint(path, Rule::Enum, "expected the name of an event", || {
        closest(name, EventName::ALL.iter().map(|event| event.as_str()))
            .map(|name| format!("did you mean `{name}`?"))
    });
}

fn update_contact(payload: &Value, report: &mut Report) {
    let members = payload.as_object().into_iter().flatten();
    let bytes: usize = members.map(|(key, value)| key.len() + value.as_str().map_or(0, str::len)).sum();
    if bytes > MAX_ATTRIBUTE_BYTES {
        let message =
            format!("keys and values have {bytes} bytes of UTF-8 together, at most {MAX_ATTRIBUTE_BYTES}");
        report.add(String::new(), Rule::MaxLength, message);
    }
}

fn transfer_call(payload: &Value, report: &mut Report) {
    let number = present(&payload["number"]);
    let endpoint = &payload["endpoint"];
    if !endpoint.is_object() {
        if endpoint.is_null() && number.is_none() && !is_wrong_type(&payload["number"]) {
            let message = "expected `endpoint` or `number`";
            report.add_with_hint("endpoint".to_owned(), Rule::Required, message, || {
                let name = present(&payload["name"]);
                name.map(|_| "to call a quick connect by its name, send `quick_connect`".to_owned())
            });
        }
        return;
    }
    let phone_number = present(&endpoint["phoneNumber"]);
    if number.zip(phone_number).is_some_and(|(number, phone_number)| number != phone_number) {
        let message = "`number` and `endpoint.phoneNumber` differ";
        report.add_with_hint("number".to_owned(), Rule::Choice, message, || {
            Some("send one of them".to_owned())
        });
    }
    let arn = present(&endpoint["endpointARN"]).or(present(&endpoint["endpointId"]));
    match endpoint["type"].as_str() {
        Some("phone_number") if number.or(phone_number).is_none() => {
            let wrong_type = is_wrong_type(&payload["number"]) || is_wrong_type(&endpoint["phoneNumber"]);
            if !wrong_type {
                let message = "an endpoint of type `phone_number` needs `phoneNumber` or `number`";
                report.add("endpoint.phoneNumber".to_owned(), Rule::Required, message);
            }
        }
        Some(kind @ ("agent" | "queue")) if arn.is_none() => {
            let wrong_type =
                is_wrong_type(&endpoint["endpointARN"]) || is_wrong_type(&endpoint["endpointId"]);
            if !wrong_type {
                let message = format!("an endpoint of type `{kind}` needs `endpointARN` or `endpointId`");
                report.add("endpoint.endpointARN".to_owned(), Rule::Required, message);
            }
        }
        _ => {}
    }
}

/// A text that is there: null and `""` count as absent.
fn present(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// Whether the shape already reports the member, so that calling it absent would only confuse.
fn is_wrong_type(value: &Value) -> bool {
    !value.is_null() && !value.is_string()
}
