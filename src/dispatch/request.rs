use std::sync::Arc;

use crate::schema::{self, Method};
use crate::session::PluginInput;
use crate::wire::{Body, ErrorBody, ErrorCode, Limits};

/// One call.
#[derive(Clone, Debug)]
pub struct Request {
    /// Chosen by the caller, never used twice with one client.
    pub id: u64,
    /// Wire method.
    pub method: String,
    /// Payload as JSON text.
    pub payload: String,
    /// The contact it acts on.
    pub contact_id: Option<String>,
    /// 1–64 characters; repeated on the error.
    pub idempotency_key: Option<String>,
    /// Local deadline.
    pub timeout_ms: u64,
}

impl Request {
    /// The input for the session, with its payload checked.
    ///
    /// # Errors
    /// `E_UNKNOWN_METHOD`, `E_BAD_REQUEST` with every issue, or `E_TOO_LARGE`: nothing is to be sent.
    pub fn into_input(self) -> Result<PluginInput, ErrorBody> {
        let payload = self.checked().map_err(|mut error| {
            error.idempotency_key.clone_from(&self.idempotency_key);
            error
        })?;
        Ok(PluginInput::Request {
            id: self.id,
            method: self.method,
            payload,
            contact_id: self.contact_id,
            idempotency_key: self.idempotency_key,
            timeout_ms: self.timeout_ms,
        })
    }

    fn checked(&self) -> Result<Arc<str>, ErrorBody> {
        let method = Method::parse(&self.method).ok_or_else(|| schema::unknown_method_error(&self.method))?;
        let limits = Limits::TO_HOST;
        if self.payload.len() > limits.max_frame_bytes {
            let message = format!("the payload of {method} is larger than {} bytes", limits.max_frame_bytes);
            return Err(ErrorBody::new(ErrorCode::TooLarge, message));
        }
        let body = Body::parse(&self.payload, &limits)
            .map_err(|error| ErrorBody::new(ErrorCode::BadRequest, format!("{method}: {}", error.message)))?;
        schema::check_request(method, &body)
            .map(|payload| Arc::clone(payload.json()))
            .map_err(|issues| ErrorBody::bad_request(method.as_str(), issues))
    }
}
