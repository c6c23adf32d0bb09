//! What was decoded encodes to a text that decodes to the same frame.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartagent_plugin_sdk::wire::{Limits, decode};

#[path = "../../tests/wire_encoding/mod.rs"]
mod wire_encoding;

fuzz_target!(|bytes: &[u8]| {
    for limits in [Limits::TO_HOST, Limits::TO_PLUGIN] {
        let Ok(frame) = decode(bytes, &limits) else { continue };
        let text = wire_encoding::encode(&frame);
        // A text that spells out its escapes may be longer than the one that came.
        let roomy = Limits { max_frame_bytes: usize::MAX, ..limits };
        assert_eq!(decode(text.as_bytes(), &roomy).as_ref(), Ok(&frame), "{text}");
    }
});
