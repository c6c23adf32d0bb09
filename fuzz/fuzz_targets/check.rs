//! No payload makes the checks panic, and what passes one is the payload that came.
//!
//! The first byte chooses the method or event; the rest is the text of the payload.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartagent_plugin_sdk::schema::{
    EventName, Method, Payload, check_event, check_manifest, check_plugin_snapshot, check_request,
    check_result, check_snapshot, check_user,
};
use smartagent_plugin_sdk::wire::{Body, Issue, Limits};

fuzz_target!(|input: (u8, &str)| {
    let (choice, text) = input;
    if let Ok(body) = Body::parse(text, &Limits::TO_HOST)
        && let Some(method) = Method::ALL.get(usize::from(choice) % Method::ALL.len())
    {
        judge(&body, check_request(*method, &body));
    }
    let Ok(body) = Body::parse(text, &Limits::TO_PLUGIN) else { return };
    for method in Method::ALL {
        judge(&body, check_result(*method, &body));
    }
    for event in EventName::ALL {
        judge(&body, check_event(event.as_str(), &body));
    }
    judge(&body, check_event("acme.order_opened", &body));
    if let Ok(value) = body.value() {
        let _ = (
            check_snapshot(&value),
            check_plugin_snapshot(&value),
            check_manifest(&value),
            check_user(&value),
        );
    }
});

fn judge(body: &Body, checked: Result<Payload, Vec<Issue>>) {
    match checked {
        Ok(payload) => assert_eq!(payload.json(), body.json()),
        Err(issues) => assert!(!issues.is_empty()),
    }
}
