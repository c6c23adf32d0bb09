//! No bytes make the decoder panic, and what it accepts is JSON that serde_json accepts too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use smartagent_plugin_sdk::wire::{Body, Limits, decode};

fuzz_target!(|bytes: &[u8]| {
    for limits in [Limits::HELLO, Limits::TO_HOST, Limits::TO_PLUGIN] {
        match decode(bytes, &limits) {
            Ok(_) => assert!(serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()),
            Err(error) => assert!(error.at <= bytes.len() && matches!(error.close_code.0, 4500 | 4510)),
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let parsed = Body::parse(text, &Limits::TO_PLUGIN);
    if let Ok(body) = &parsed {
        assert!(body.faults().len() <= 64);
        if body.faults().is_empty() {
            let value = body.value().expect("a body without faults can be read");
            assert_eq!(Ok(value), serde_json::from_str::<Value>(text).map_err(drop));
        }
    }
    if text.len() <= Limits::TO_PLUGIN.max_frame_bytes
        && text.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('{')
    {
        assert_eq!(parsed.is_ok(), serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok());
    }
});
