//! Reads the `error` of a response.

use serde_json::Value;

use super::decode::known_code;
use super::fields::Fields;
use super::walk::MAX_LISTED;
use super::{DecodeError, ErrorBody, Executed, Issue, Rule};

/// Reads `response.error`. What a newer peer may add to a list of words (a code, a rule, a kind of execution) reads
/// as the closest thing this version knows.
pub(super) fn error_body(mut fields: Fields) -> Result<ErrorBody, DecodeError> {
    let code = fields.text("code")?;
    let message = fields.text("message")?;
    let (code, message) = known_code(&code, message);
    let body = ErrorBody {
        code,
        message,
        retryable: fields.bool("retryable")?,
        executed: match fields.text("executed")?.as_str() {
            "no" => Executed::No,
            _ => Executed::Unknown,
        },
        retry_after_ms: fields.optional_integer("retryAfterMs")?,
        path: fields.optional_text("path")?,
        issues: issues(&mut fields)?,
        idempotency_key: None,
    };
    fields.finish()?;
    Ok(body)
}

fn issues(fields: &mut Fields) -> Result<Option<Vec<Issue>>, DecodeError> {
    let listed = fields.optional_list("issues", "an array of objects", Some)?;
    let Some(listed) = listed else { return Ok(None) };
    let mut issues = Vec::with_capacity(listed.len().min(MAX_LISTED));
    for value in listed {
        issues.push(issue(fields, value)?);
    }
    Ok(Some(issues))
}

fn issue(error: &Fields, value: Value) -> Result<Issue, DecodeError> {
    let mut fields = error.nested("issues", value)?;
    let issue = Issue {
        path: fields.text("path")?,
        rule: serde_json::from_value(Value::String(fields.text("rule")?)).unwrap_or(Rule::Other),
        message: fields.text("message")?,
        hint: fields.optional_text("hint")?,
    };
    fields.finish()?;
    Ok(issue)
}
