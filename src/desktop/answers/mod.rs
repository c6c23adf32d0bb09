//! The built-in answers: everything that can be answered truthfully without the application.

mod agent;
mod contact;
mod transfer;
mod ui;

use serde::Serialize;
use serde_json::{Map, Value};

use super::Desktop;
use super::requests::{Caller, Request};
use crate::schema::Method;
use crate::session::Now;
use crate::wire::{ErrorBody, ErrorCode};

impl Desktop {
    /// Answers a request whose scope and contact are settled.
    pub(super) fn built_in(
        &mut self,
        request: &Request,
        caller: &Caller,
        now: Now,
    ) -> Result<Value, ErrorBody> {
        match request.method {
            Method::UpdateContact => self.answer_update_contact(request, caller, now),
            Method::GetContacts => self.answer_get_contacts(caller),
            Method::GetContact => self.answer_get_contact(caller),
            Method::UpdateQuickConnects => self.answer_quick_connects(),
            Method::UpdateCustomer
            | Method::TransferCall
            | Method::QuickConnect
            | Method::EndConferenceCall => Err(unavailable(request.method)),
            Method::ShowNotification => self.answer_show_notification(request, caller),
            Method::ShowPopupMessage => self.answer_show_popup_message(request, caller),
            Method::ShowPlugin => self.answer_show_plugin(caller, true),
            Method::HidePlugin => self.answer_show_plugin(caller, false),
            Method::SetTitleTag => self.answer_set_title_tag(request, caller),
            Method::GetUser => self.answer_get_user(caller),
            Method::GetCompanyId => self.answer_get_company_id(),
            Method::Snapshot => Ok(self.answer_snapshot(caller)),
            Method::Live => self.answer_live(request, caller),
        }
    }
}

/// What only the application can do, and how it comes to do it.
fn unavailable(method: Method) -> ErrorBody {
    let name = method.as_str();
    let message =
        format!("this desktop does not answer {name}: its owner can, with host.handle('{name}', …)");
    ErrorBody::new(ErrorCode::Unavailable, message)
}

/// An answer as JSON; the answers' types have string keys only, so none of them fails.
fn json(answer: impl Serialize) -> Result<Value, ErrorBody> {
    serde_json::to_value(answer)
        .map_err(|_| ErrorBody::new(ErrorCode::Internal, "the answer is not JSON").unknown())
}

/// The payload as its type. It was checked, so another type means that checker and type disagree.
fn read<T: serde::de::DeserializeOwned>(request: &Request) -> Result<T, ErrorBody> {
    request
        .payload
        .read()
        .ok_or_else(|| ErrorBody::new(ErrorCode::Internal, "the payload is not of its type"))
}

fn done() -> Value {
    Value::Object(Map::new())
}
