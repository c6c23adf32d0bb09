//! Judges one HTTP head of the page's port.

use super::shared::Shared;
use super::{CONSOLE_PATH, CONSOLE_SUBPROTOCOL};
use crate::transport::accept::{check_upgrade, upgrade_required};
use crate::transport::http::{Head, Reply};

/// Checks method, `Host` and `Origin`, in this order, before anything is upgraded. Gives the peer's key.
///
/// # Errors
/// The reply to send instead: a file, or a refusal in one sentence.
pub(super) fn judge(shared: &Shared, head: &Head) -> Result<String, Reply> {
    if head.method != "GET" && head.method != "HEAD" {
        return Err(Reply::bad_request("only GET is answered here"));
    }
    // A browser names its page's origin wherever another page asks; where it does not, the name we were reached by has to
    // be ours.
    let origins = head.all("origin");
    shared.policy.check(&head.all("host"), &origins).map_err(|error| Reply::new(403, &error.to_string()))?;
    if !head.wants_upgrade() {
        return Err(serve(shared, &head.path));
    }
    if origins.is_empty() {
        return Err(Reply::new(403, "only the desktop's page may open the console link"));
    }
    if head.path != CONSOLE_PATH {
        return Err(Reply::new(404, "there is no link at this path"));
    }
    let key = check_upgrade(head, CONSOLE_SUBPROTOCOL)?.to_owned();
    if !shared.admits() {
        return Err(Reply::new(429, "too many pages are connected").header("Retry-After", "1"));
    }
    Ok(key)
}

fn serve(shared: &Shared, path: &str) -> Reply {
    if path == CONSOLE_PATH {
        return upgrade_required("this is the path of the console link: connect with a WebSocket");
    }
    shared.asset(path).unwrap_or_else(|| Reply::new(404, "there is nothing at this path"))
}
