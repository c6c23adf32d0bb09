use serde::Deserialize;
use serde_json::Value;

use super::options::read;
use crate::desktop::{DesktopOptions, Grant};
use crate::host::HostOptions;
use crate::schema::{AgentSnapshot, check_manifest, check_snapshot, check_user};
use crate::wire::{ErrorBody, ErrorCode, Issue, Source};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct HostJson {
    allowed_origins: Vec<String>,
    allowed_hosts: Vec<String>,
    retry_after_ms: Option<u64>,
    user: Option<Value>,
    plugins: Vec<Value>,
    source: Option<Source>,
}

/// Reads the options of a host and names every place that is wrong.
pub(super) fn host_options(json: &str) -> Result<HostOptions, ErrorBody> {
    let host = read::<HostJson>(json, "options")?;
    let mut issues = Vec::new();
    if let Some(Err(found)) = host.user.as_ref().map(check_user) {
        issues.extend(below("user", found));
    }
    for (index, manifest) in host.plugins.iter().enumerate() {
        if let Err(found) = check_manifest(manifest) {
            issues.extend(below(&format!("plugins[{index}]"), found));
        }
    }
    if !issues.is_empty() {
        return Err(ErrorBody::bad_request("options", issues));
    }
    let mut desktop = read::<DesktopOptions>(json, "options")?;
    if let Some(source) = host.source {
        desktop.host.source = source;
    }
    Ok(HostOptions {
        desktop,
        allowed_origins: host.allowed_origins,
        allowed_hosts: host.allowed_hosts,
        retry_after_ms: host.retry_after_ms,
        ..HostOptions::default()
    })
}

/// Reads an agent's state.
pub(super) fn checked_snapshot(json: &str) -> Result<AgentSnapshot, ErrorBody> {
    let value: Value = read(json, "applySnapshot()")?;
    check_snapshot(&value).map_err(|issues| ErrorBody::bad_request("applySnapshot()", issues))
}

/// Reads what `authenticate` gave.
pub(super) fn grant(json: &str) -> Result<Option<Grant>, String> {
    #[derive(Deserialize)]
    struct Answer {
        result: Option<Grant>,
        error: Option<String>,
    }
    match serde_json::from_str::<Answer>(json) {
        Ok(Answer { error: Some(error), .. }) => Err(error),
        Ok(Answer { result, .. }) => Ok(result),
        Err(error) => Err(format!("authenticate() gave no grant: {error}")),
    }
}

/// What a handler threw; one that is none of ours is not told.
pub(super) fn handler_error(json: &str) -> ErrorBody {
    serde_json::from_str(json)
        .unwrap_or_else(|_| ErrorBody::new(ErrorCode::Internal, "the host failed to run this").unknown())
}

fn below(place: &str, issues: Vec<Issue>) -> impl Iterator<Item = Issue> {
    issues.into_iter().map(move |mut issue| {
        issue.path = match issue.path.as_str() {
            "" => place.to_owned(),
            path => format!("{place}.{path}"),
        };
        issue
    })
}
