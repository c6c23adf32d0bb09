//! Which type belongs to which name, and the JSON Schema of every type, made by schemars: for the generators alone.

use std::sync::OnceLock;

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value};

use super::types::*;
use super::{EventName, Method, Scope};
use crate::wire::MAX_SAFE_INTEGER;

/// Every definition by type name, in the order of publication.
pub(super) fn definitions() -> &'static Map<String, Value> {
    static DEFINITIONS: OnceLock<Map<String, Value>> = OnceLock::new();
    DEFINITIONS.get_or_init(build)
}

/// The name of the type of an event's payload.
pub(super) fn event_type(event: EventName) -> &'static str {
    names().events.get(event as usize).map_or("", String::as_str)
}

/// The name of the type of what a plugin sends.
pub(super) fn payload_type(method: Method) -> &'static str {
    names().payloads.get(method as usize).map_or("", String::as_str)
}

/// The name of the type of what the host answers.
pub(super) fn answer_type(method: Method) -> &'static str {
    names().answers.get(method as usize).map_or("", String::as_str)
}

/// Type names, each list in the order of its enumeration's `ALL`.
struct Names {
    events: Vec<String>,
    payloads: Vec<String>,
    answers: Vec<String>,
}

fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut generator = generator();
        Names {
            events: EventName::ALL.iter().map(|event| event_definition(*event, &mut generator)).collect(),
            payloads: Method::ALL.iter().map(|method| payload_definition(*method, &mut generator)).collect(),
            answers: Method::ALL.iter().map(|method| answer_definition(*method, &mut generator)).collect(),
        }
    })
}

fn generator() -> SchemaGenerator {
    // The contract of serialization: an `Option` that is always written is a required member that may be null.
    SchemaSettings::draft2020_12().for_serialize().into_generator()
}

fn build() -> Map<String, Value> {
    let mut generator = generator();
    for event in EventName::ALL {
        event_definition(*event, &mut generator);
    }
    for method in Method::ALL {
        payload_definition(*method, &mut generator);
        answer_definition(*method, &mut generator);
    }
    for name in [define::<EventName>, define::<Method>, define::<Scope>, define::<PluginType>] {
        name(&mut generator);
    }
    for other in [
        define::<AgentSnapshot>,
        define::<InitResult>,
        define::<EventMeta>,
        define::<Manifest>,
        define::<crate::wire::ErrorBody>,
        define::<crate::wire::HostInfo>,
    ] {
        other(&mut generator);
    }
    let mut definitions = generator.take_definitions(true);
    definitions.values_mut().for_each(normalise);
    definitions
}

fn define<T: JsonSchema>(generator: &mut SchemaGenerator) -> String {
    generator.subschema_for::<T>();
    T::schema_name().into_owned()
}

fn event_definition(event: EventName, generator: &mut SchemaGenerator) -> String {
    let define = match event {
        EventName::IncomingCall => define::<IncomingCall>,
        EventName::ContactUpdated => define::<ContactUpdated>,
        EventName::CallStarted => define::<CallStarted>,
        EventName::OnHold => define::<OnHold>,
        EventName::OffHold => define::<OffHold>,
        EventName::CallEnded => define::<CallEnded>,
        EventName::RejectCall => define::<RejectCall>,
        EventName::OutgoingCall => define::<OutgoingCall>,
        EventName::TransferCall => define::<TransferCall>,
        EventName::MissedCall => define::<MissedCall>,
        EventName::AddConnection => define::<AddConnection>,
        EventName::ConferenceConnections => define::<ConferenceConnections>,
        EventName::EndConnection => define::<EndConnection>,
        EventName::ToggleConnections => define::<ToggleConnections>,
        EventName::AfterCallWork => define::<AfterCallWork>,
        EventName::AfterCallWorkEnd => define::<AfterCallWorkEnd>,
        EventName::NextStatus => define::<NextStatus>,
    };
    define(generator)
}

fn payload_definition(method: Method, generator: &mut SchemaGenerator) -> String {
    let define = match method {
        Method::UpdateContact => define::<UpdateContactPayload>,
        Method::UpdateCustomer => define::<UpdateCustomerPayload>,
        Method::UpdateQuickConnects => define::<UpdateQuickConnectsPayload>,
        Method::TransferCall => define::<TransferCallPayload>,
        Method::EndConferenceCall => define::<EndConferenceCallPayload>,
        Method::QuickConnect => define::<QuickConnectPayload>,
        Method::ShowNotification => define::<ShowNotificationPayload>,
        Method::ShowPopupMessage => define::<ShowPopupMessagePayload>,
        Method::SetTitleTag => define::<SetTitleTagPayload>,
        Method::Live => define::<LivePayload>,
        Method::ShowPlugin
        | Method::HidePlugin
        | Method::GetUser
        | Method::GetCompanyId
        | Method::GetContacts
        | Method::GetContact
        | Method::Snapshot => define::<NoPayload>,
    };
    define(generator)
}

fn answer_definition(method: Method, generator: &mut SchemaGenerator) -> String {
    let define = match method {
        Method::UpdateContact => define::<UpdateContactAnswer>,
        Method::UpdateCustomer => define::<UpdateCustomerAnswer>,
        Method::UpdateQuickConnects => define::<UpdateQuickConnectsAnswer>,
        Method::TransferCall | Method::QuickConnect => define::<TransferCallAnswer>,
        Method::EndConferenceCall => define::<EndConferenceCallAnswer>,
        Method::ShowNotification => define::<ShowNotificationAnswer>,
        Method::ShowPopupMessage | Method::ShowPlugin | Method::HidePlugin | Method::SetTitleTag => {
            define::<Done>
        }
        Method::GetUser => define::<GetUserAnswer>,
        Method::GetCompanyId => define::<GetCompanyIdAnswer>,
        Method::GetContacts => define::<GetContactsAnswer>,
        Method::GetContact => define::<GetContactAnswer>,
        Method::Snapshot => define::<SnapshotAnswer>,
        Method::Live => define::<LiveAnswer>,
    };
    define(generator)
}

/// Turns schemars' reading of `Option` into the convention of [`super::types`], and Rust's number formats into their ranges.
fn normalise(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(normalise),
        Value::Object(object) => {
            let max = match object.get("format").and_then(Value::as_str) {
                Some("uint32") => Some(u64::from(u32::MAX)),
                Some("uint64") => Some(MAX_SAFE_INTEGER),
                _ => None,
            };
            if let Some(max) = max {
                object.remove("format");
                object.entry("maximum").or_insert(max.into());
            }
            let required = object.get("required").cloned().unwrap_or(Value::Null);
            let is_required = |name: &str| {
                required
                    .as_array()
                    .is_some_and(|names| names.iter().any(|known| known.as_str() == Some(name)))
            };
            if let Some(Value::Object(members)) = object.get_mut("properties") {
                for (name, member) in members.iter_mut() {
                    let Value::Object(member) = member else { continue };
                    let nullable = member.remove("x-nullable").is_some();
                    if !nullable && !is_required(name) {
                        strip_null(member);
                    }
                }
            }
            object.values_mut().for_each(normalise);
        }
        _ => {}
    }
}

fn strip_null(member: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = member.get("type") {
        let left: Vec<_> = types.iter().filter(|name| name.as_str() != Some("null")).cloned().collect();
        if let [only] = left.as_slice() {
            member.insert("type".to_owned(), only.clone());
        }
    }
    let Some(Value::Array(choices)) = member.get("anyOf") else { return };
    let left: Vec<_> = choices.iter().filter(|choice| choice["type"] != "null").cloned().collect();
    if let [Value::Object(only)] = left.as_slice() {
        member.remove("anyOf");
        member.extend(only.clone());
    }
}
