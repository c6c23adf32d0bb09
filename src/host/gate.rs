//! Judges one HTTP head: upgrade, file, health, or a refusal in one sentence.

use super::shared::Shared;
use crate::transport::accept::{check_upgrade, upgrade_required};
use crate::transport::http::{Head, Reply};
use crate::wire::SUBPROTOCOL;

/// What a head leads to.
pub(super) enum Verdict {
    /// Become a link.
    Upgrade {
        /// The peer's `Sec-WebSocket-Key`.
        key: String,
        /// The page's origin, where there is one.
        origin: Option<String>,
    },
    /// Answer and end; the body is left out for `HEAD`.
    Reply(Reply, bool),
}

/// Checks method, `Host`, `Origin`, path and subprotocol, in this order, before anything is upgraded.
pub(super) fn judge(shared: &Shared, head: &Head, address: &str) -> Verdict {
    let head_only = head.method == "HEAD";
    match upgrade_or_reply(shared, head, address) {
        Ok(verdict) => verdict,
        Err(reply) => Verdict::Reply(reply, head_only),
    }
}

fn upgrade_or_reply(shared: &Shared, head: &Head, address: &str) -> Result<Verdict, Reply> {
    if head.method != "GET" && head.method != "HEAD" {
        return Err(Reply::bad_request("only GET is answered here"));
    }
    let hosts = head.all("host");
    if !head.wants_upgrade() {
        // A page's own navigation has no say about its origin; the name it was reached by has to be ours.
        shared.policy.check(&hosts, &[]).map_err(|error| Reply::new(403, &error.to_string()))?;
        return Err(serve(shared, head));
    }
    let origins = head.all("origin");
    shared.policy.check(&hosts, &origins).map_err(|error| Reply::new(403, &error.to_string()))?;
    if head.path != shared.path {
        return Err(Reply::new(404, "there is no link at this path"));
    }
    let key = check_upgrade(head, SUBPROTOCOL)?.to_owned();
    if !shared.admits(address) {
        return Err(too_many());
    }
    Ok(Verdict::Upgrade { key, origin: origins.first().map(|origin| (*origin).to_owned()) })
}

fn serve(shared: &Shared, head: &Head) -> Reply {
    match head.path.as_str() {
        "/healthz" => Reply::with_body(200, "application/json", br#"{"ok":true}"#.to_vec()),
        path if path == shared.path => {
            upgrade_required("this is the path of the link: connect with a WebSocket")
        }
        path => shared.asset(path).unwrap_or_else(|| Reply::new(404, "there is nothing at this path")),
    }
}

/// The reply to a connection beyond the caps.
pub(super) fn too_many() -> Reply {
    Reply::new(429, "too many connections wait for their hello").header("Retry-After", "1")
}
