use serde_json::{Map, Value, json};

use super::typescript::capitalised;
use super::{one_line, yaml};
use crate::schema::{EventName, Method, catalog};
use crate::wire::SUBPROTOCOL;

/// `schema/asyncapi.yaml`: the link as AsyncAPI 3.0, seen from the plugin. Payloads refer to the JSON Schema.
pub fn asyncapi() -> String {
    let document = json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "SmartAgent Link",
            "version": "1.0.0",
            "description": "The link between a plugin and the desktop that hosts it, seen from the plugin. One frame is one WebSocket text message, or one string on a MessagePort: a JSON object.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "dev": {
                "host": "127.0.0.1:7420",
                "pathname": "/link",
                "protocol": "ws",
                "description": "The dev desktop. Beyond loopback the protocol is wss.",
            },
        },
        "channels": {
            "link": {
                "address": "/link",
                "description": format!("WebSocket subprotocol `{SUBPROTOCOL}`, or a MessagePort."),
                "messages": channel_messages(),
            },
        },
        "operations": operations(),
        "components": {"messages": messages()},
    });
    format!(
        "# Generated from src/schema by `cargo run --no-default-features --example generate`. Do not edit.\n{}",
        yaml::document(&document)
    )
}

/// Frames that are not tied to one event or method: message name, definition, who sends it, what it is for.
const FRAMES: [(&str, &str, &str, &str); 9] = [
    ("hello", "HelloFrame", "send", "The first frame of a plugin."),
    ("welcome", "WelcomeFrame", "receive", "The first frame of a host."),
    ("response", "ResponseFrame", "receive", "The one answer to a request."),
    ("cancel", "CancelFrame", "send", "The caller no longer waits."),
    ("ack", "AckFrame", "both", "What was taken so far."),
    ("ping", "PingFrame", "both", "Asks for a sign of life."),
    ("pong", "PongFrame", "both", "A sign of life."),
    ("error", "ErrorFrame", "both", "A complaint about the peer."),
    ("goodbye", "GoodbyeFrame", "both", "The link ends in good order."),
];

fn event_message(event: EventName) -> String {
    format!("event.{event}")
}

fn request_message(method: Method) -> String {
    format!("request.{}", method.as_str().trim_start_matches('$'))
}

fn answer_message(method: Method) -> String {
    format!("answer.{}", method.as_str().trim_start_matches('$'))
}

fn message_names() -> Vec<String> {
    let frames = FRAMES.iter().map(|(name, ..)| (*name).to_owned());
    let events = EventName::ALL.iter().map(|event| event_message(*event));
    let requests = Method::ALL.iter().flat_map(|method| [request_message(*method), answer_message(*method)]);
    frames.chain(events).chain(requests).collect()
}

fn channel_messages() -> Value {
    let of = |name: String| {
        let reference = json!({"$ref": format!("#/components/messages/{name}")});
        (name, reference)
    };
    message_names().into_iter().map(of).collect::<Map<_, _>>().into()
}

fn messages() -> Value {
    let mut messages = Map::new();
    for (name, definition, _, summary) in FRAMES {
        messages.insert(name.to_owned(), message(summary, schema(definition)));
    }
    for event in EventName::ALL {
        let payload = catalog::event_type(*event);
        let text = catalog::definitions().get(payload).map(one_line).unwrap_or_default();
        let summary = capitalised(text.split_once(": ").map_or(text.as_str(), |(_, rest)| rest));
        let narrow = json!({"properties": {"event": {"const": event.as_str()}, "payload": schema(payload)}});
        messages.insert(event_message(*event), message(&summary, both("EventFrame", narrow)));
    }
    for method in Method::ALL {
        let payload = schema(catalog::payload_type(*method));
        let narrow = json!({"properties": {"method": {"const": method.as_str()}, "payload": payload}});
        let request = message(&format!("The request `{method}`."), both("RequestFrame", narrow));
        messages.insert(request_message(*method), request);
        let narrow = json!({"properties": {"result": schema(catalog::answer_type(*method))}});
        let answer = message(&format!("The answer to `{method}`."), both("ResponseFrame", narrow));
        messages.insert(answer_message(*method), answer);
    }
    Value::Object(messages)
}

fn operations() -> Value {
    let mut operations = Map::new();
    for (name, _, who, summary) in FRAMES {
        for action in ["send", "receive"] {
            // A response is the reply of the operation that asked for it.
            if (who == action || who == "both") && name != "response" {
                let title = if who == "both" { format!("{action}.{name}") } else { name.to_owned() };
                operations.insert(title, operation(action, summary, name));
            }
        }
    }
    for event in EventName::ALL {
        let summary = format!("Listens to `{event}`; needs `{}`.", event.scope());
        let name = event_message(*event);
        operations.insert(format!("on.{event}"), operation("receive", &summary, &name));
    }
    for method in Method::ALL {
        let needs = method.scope().map(|scope| format!("; needs `{scope}`")).unwrap_or_default();
        let summary = format!("Sends `{method}`{needs}.");
        let mut operation = operation("send", &summary, &request_message(*method));
        operation["reply"] = json!({
            "channel": {"$ref": "#/channels/link"},
            "messages": [in_channel(&answer_message(*method))],
        });
        operations.insert(method.as_str().trim_start_matches('$').to_owned(), operation);
    }
    Value::Object(operations)
}

fn operation(action: &str, summary: &str, message: &str) -> Value {
    json!({
        "action": action,
        "channel": {"$ref": "#/channels/link"},
        "summary": summary,
        "messages": [in_channel(message)],
    })
}

fn in_channel(message: &str) -> Value {
    json!({"$ref": format!("#/channels/link/messages/{message}")})
}

fn message(summary: &str, payload: Value) -> Value {
    let payload = json!({"schemaFormat": "application/schema+json;version=draft-2020-12", "schema": payload});
    json!({"summary": summary, "contentType": "application/json", "payload": payload})
}

fn both(frame: &str, narrow: Value) -> Value {
    json!({"allOf": [schema(frame), narrow]})
}

fn schema(definition: &str) -> Value {
    json!({"$ref": format!("./protocol.schema.json#/$defs/{definition}")})
}
