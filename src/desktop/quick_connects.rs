//! Finding a quick connect, or a party of a call, by the name a plugin gives.

use crate::schema::{Connection, ConnectionStateType, ConnectionType, Contact, Endpoint, closest};
use crate::wire::{ErrorBody, ErrorCode, Issue, Rule};

/// The quick connect of that name.
///
/// # Errors
/// `E_NOT_FOUND` that names the closest one, `E_CONFLICT` with the positions of several of the same name.
pub fn find_quick_connect<'a>(quick_connects: &'a [Endpoint], name: &str) -> Result<&'a Endpoint, ErrorBody> {
    let mut found =
        quick_connects.iter().enumerate().filter(|(_, endpoint)| endpoint.name.as_deref() == Some(name));
    match (found.next(), found.next()) {
        (Some((_, endpoint)), None) => Ok(endpoint),
        (Some((first, _)), Some((second, _))) => {
            let places = [first, second].into_iter().chain(found.map(|(index, _)| index));
            Err(conflict(
                "several quick connects have this name",
                places.map(|index| format!("quickConnects[{index}]")),
            ))
        }
        (None, _) => {
            let names = quick_connects.iter().filter_map(|endpoint| endpoint.name.as_deref());
            let hint =
                closest(name, names).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            Err(ErrorBody::new(ErrorCode::NotFound, format!("no quick connect has this name{hint}")))
        }
    }
}

/// The third party of `contact` with that connection id.
///
/// # Errors
/// `E_NOT_FOUND`.
pub fn connection_by_id<'a>(contact: &'a Contact, connection_id: &str) -> Result<&'a Connection, ErrorBody> {
    parties(contact).find(|connection| connection.connection_id == connection_id).ok_or_else(no_connection)
}

/// The party of `contact` with that quick-connect name, else endpoint name, else telephone number.
///
/// # Errors
/// `E_NOT_FOUND`; `E_CONFLICT` with the connection ids where several match.
pub fn connection_by_name<'a>(contact: &'a Contact, name: &str) -> Result<&'a Connection, ErrorBody> {
    fn endpoint(connection: &Connection) -> Option<&Endpoint> {
        connection.endpoint.as_ref()
    }
    let names: [fn(&Connection) -> Option<&str>; 3] = [
        |connection| connection.quick_connect_name.as_deref(),
        |connection| endpoint(connection)?.name.as_deref(),
        |connection| endpoint(connection)?.phone_number.as_deref(),
    ];
    for name_of in names {
        let found: Vec<_> = parties(contact).filter(|connection| name_of(connection) == Some(name)).collect();
        match found.as_slice() {
            [] => {}
            [connection] => return Ok(connection),
            several => {
                let ids = several.iter().map(|connection| connection.connection_id.clone());
                return Err(conflict("several connections match this name", ids));
            }
        }
    }
    Err(no_connection())
}

/// `E_CONFLICT` whose issues have the candidates' ids as paths.
pub(super) fn conflict(message: &str, ids: impl Iterator<Item = String>) -> ErrorBody {
    let issue = |id| Issue { path: id, rule: Rule::Ambiguous, message: "a candidate".into(), hint: None };
    let mut error = ErrorBody::new(ErrorCode::Conflict, message);
    error.issues = Some(ids.map(issue).collect());
    error
}

/// Everybody but the agent who is still there.
fn parties(contact: &Contact) -> impl Iterator<Item = &Connection> {
    contact.connections.iter().filter(|connection| {
        connection.connection_type != ConnectionType::Agent
            && !matches!(
                connection.state.state_type,
                ConnectionStateType::Disconnected | ConnectionStateType::Rejected
            )
    })
}

pub(super) fn no_connection() -> ErrorBody {
    ErrorBody::new(ErrorCode::NotFound, "the contact has no such connection")
}
