use std::cell::RefCell;

use napi::{Error, Result};
use napi_derive::napi;
use serde_json::{Value, json};

use super::deliveries::error_text;
use super::desk::NativeDesk;
use super::host::NativeHost;
use super::options::read;
use crate::recording::{Reader, RecordingError, RecordingOptions};
use crate::schema::{Method, check_manifest, check_request, unknown_method_error};
use crate::wire::{Body, ErrorBody, ErrorCode, Limits};

#[napi]
impl NativeHost {
    /// Records from now on: `{"result"}` or `{"error"}`. Lines come as `recorded` deliveries.
    #[napi(catch_unwind)]
    pub fn record(&self, options: String) -> String {
        self.outcome(|host| {
            let options = read::<RecordingOptions>(&options, "record()")?;
            host.desktop(|desktop, now| desktop.record(options, now))?.map(|()| json!({}))
        })
    }

    /// Ends the recording; a `recordingEnded` delivery follows its last line.
    #[napi(catch_unwind)]
    pub fn stop_recording(&self) -> String {
        self.outcome(|host| host.desktop(|desktop, _| desktop.stop_recording()).map(|()| json!({})))
    }
}

#[napi]
impl NativeDesk {
    /// As `NativeHost.record`.
    #[napi(catch_unwind)]
    pub fn record(&self, options: String) -> String {
        self.outcome(|desktop, now| {
            let options = read::<RecordingOptions>(&options, "record()")?;
            desktop.record(options, now).map(|()| json!({}))
        })
    }

    /// As `NativeHost.stopRecording`.
    #[napi(catch_unwind)]
    pub fn stop_recording(&self) -> String {
        self.outcome(|desktop, _| {
            desktop.stop_recording();
            Ok(json!({}))
        })
    }
}

/// Reads a recording line by line.
#[napi]
pub struct NativeRecording {
    reader: RefCell<Reader>,
}

#[napi]
impl NativeRecording {
    /// `file` is only named in errors.
    #[napi(constructor, catch_unwind)]
    pub fn new(file: String) -> Self {
        Self { reader: RefCell::new(Reader::new(&file)) }
    }

    /// Reads the next line: `{"result": line or null}` or `{"error"}`.
    #[napi(catch_unwind)]
    pub fn read(&self, text: String) -> String {
        outcome(self.reader.borrow_mut().read(&text).map(|line| json!(line)))
    }

    /// There are no more lines: `{"result"}` or `{"error"}`.
    #[napi(catch_unwind)]
    pub fn end(&self) -> String {
        outcome(self.reader.borrow().end().map(|()| Value::Null))
    }
}

/// A manifest that is right.
#[napi]
pub struct NativeManifest {}

#[napi]
impl NativeManifest {
    /// Reads a manifest. Throws the JSON of an error with every issue.
    #[napi(constructor, catch_unwind)]
    pub fn new(text: String) -> Result<Self> {
        let checked = read::<Value>(&text, "the manifest").and_then(|value| {
            check_manifest(&value).map_err(|issues| ErrorBody::bad_request("the manifest", issues))
        });
        checked.map(|_| Self {}).map_err(|error| Error::from_reason(error_text(&error)))
    }
}

/// A message that a plugin may send.
#[napi]
pub struct NativeMessage {}

#[napi]
impl NativeMessage {
    /// Checks a message by its name. Throws the JSON of an error with every issue.
    #[napi(constructor, catch_unwind)]
    pub fn new(name: String, payload: String) -> Result<Self> {
        let checked = Method::parse(&name).ok_or_else(|| unknown_method_error(&name)).and_then(|method| {
            let body = Body::parse(&payload, &Limits::TO_HOST)
                .map_err(|error| ErrorBody::new(ErrorCode::BadRequest, error.message))?;
            check_request(method, &body).map_err(|issues| ErrorBody::bad_request(&name, issues))
        });
        checked.map(|_| Self {}).map_err(|error| Error::from_reason(error_text(&error)))
    }
}

fn outcome(read: std::result::Result<Value, RecordingError>) -> String {
    match read {
        Ok(result) => json!({ "result": result }).to_string(),
        Err(error) => {
            json!({ "error": ErrorBody::new(ErrorCode::BadRequest, error.to_string()) }).to_string()
        }
    }
}
