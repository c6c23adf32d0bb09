//! What a plugin's messages do to the call, and what they are answered.
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::schema::{
    AgentSnapshot, Customer, EndConferenceCallAnswer, EndConferenceCallPayload, Endpoint, Method,
    QuickConnectPayload, TransferCallAnswer, TransferCallPayload, TransferEndpoint, UpdateContactAnswer,
    UpdateContactPayload, UpdateCustomerAnswer, UpdateCustomerPayload, UpdateQuickConnectsAnswer,
};
use crate::wire::{ErrorBody, ErrorCode};

use super::act::kind_for;
use super::action::ActionKind;
use super::agent;
use super::centre::Simulator;
use super::error::SimulatorError;
use super::moves::Move;
use super::rules;

/// What a message did.
#[derive(Clone, Debug, PartialEq)]
pub struct Handled {
    /// The message's answer.
    pub result: Value,
    /// The agent's state step by step. The host itself notes the command, as the plugin's.
    pub snapshots: Vec<AgentSnapshot>,
}

impl Simulator {
    /// Does what a plugin's message asks for. `None` for the methods that concern no call: the host answers those.
    ///
    /// # Errors
    /// As the message's own rules say (`E_NOT_FOUND`, `E_CONFLICT`, `E_NO_CONTACT`); nothing is changed then.
    pub fn handle(
        &mut self,
        method: Method,
        contact_id: Option<&str>,
        payload: &Value,
    ) -> Option<Result<Handled, ErrorBody>> {
        let outcome = match method {
            Method::UpdateContact => self.update_contact(contact_id, payload),
            Method::UpdateCustomer => self.update_customer(contact_id, payload),
            Method::UpdateQuickConnects => {
                let quick_connects = self.quick_connects.clone();
                return Some(
                    answer(&UpdateQuickConnectsAnswer { quick_connects, extra: Default::default() })
                        .map(|result| Handled { result, snapshots: Vec::new() }),
                );
            }
            Method::TransferCall => self.transfer_call(contact_id, payload),
            Method::QuickConnect => self.quick_connect_message(contact_id, payload),
            Method::EndConferenceCall => self.end_conference_call(contact_id, payload),
            _ => return None,
        };
        Some(outcome.map(|result| Handled { result, snapshots: self.frames() }))
    }

    fn update_contact(&mut self, contact_id: Option<&str>, payload: &Value) -> Result<Value, ErrorBody> {
        let UpdateContactPayload(set) = read(payload)?;
        let at = self.addressed(contact_id)?;
        self.write_attributes(at, &set)?;
        let contact = &self.at(at)?.contact;
        answer(&UpdateContactAnswer {
            contact_id: contact.contact_id.clone(),
            initial_contact_id: contact.initial_contact_id.clone(),
            attributes: contact.attributes.clone(),
            extra: Default::default(),
        })
    }

    fn update_customer(&mut self, contact_id: Option<&str>, payload: &Value) -> Result<Value, ErrorBody> {
        let update: UpdateCustomerPayload = read(payload)?;
        let at = self.addressed(contact_id)?;
        let contact = &mut self.at_mut(at)?.contact;
        let contact_id = contact.contact_id.clone();
        if let (Some(name), Some(endpoint)) = (&update.name, &mut contact.customer_endpoint) {
            endpoint.name = Some(name.clone());
        }
        let known = self.customers.iter().position(|(id, _)| *id == contact_id);
        let mut customer = known.map_or_else(nobody, |place| self.customers.swap_remove(place).1);
        customer.email = update.email.or(customer.email);
        customer.phone_number = update.phone_number.or(customer.phone_number);
        customer.name = update.name.or(customer.name);
        customer.id = update.id.or(customer.id);
        self.customers.push((contact_id, customer.clone()));
        answer(&UpdateCustomerAnswer { customer, extra: Default::default() })
    }

    fn transfer_call(&mut self, contact_id: Option<&str>, payload: &Value) -> Result<Value, ErrorBody> {
        let message: TransferCallPayload = read(payload)?;
        let name = present(message.name);
        let number = present(message.number);
        let endpoint = match message.endpoint {
            Some(endpoint) => endpoint_of(endpoint, number, name),
            None => agent::phone(&number.unwrap_or_default(), name.as_deref()),
        };
        self.hand_over(contact_id, endpoint, None)
    }

    fn quick_connect_message(
        &mut self,
        contact_id: Option<&str>,
        payload: &Value,
    ) -> Result<Value, ErrorBody> {
        let message: QuickConnectPayload = read(payload)?;
        let endpoint = self.quick_connect(&message.name)?.clone();
        self.hand_over(contact_id, endpoint, Some(message.name))
    }

    fn hand_over(
        &mut self,
        contact_id: Option<&str>,
        endpoint: Endpoint,
        named: Option<String>,
    ) -> Result<Value, ErrorBody> {
        let at = self.addressed(contact_id)?;
        rules::check(ActionKind::Transfer, self.at(at)?)?;
        let kind = kind_for(&endpoint);
        let connection_id = self.transfer_to(at, kind, endpoint.clone(), named, None)?;
        answer(&TransferCallAnswer {
            contact_id: self.at(at)?.contact.contact_id.clone(),
            connection_id: Some(connection_id),
            kind,
            endpoint,
            extra: Default::default(),
        })
    }

    fn end_conference_call(&mut self, contact_id: Option<&str>, payload: &Value) -> Result<Value, ErrorBody> {
        let message: EndConferenceCallPayload = read(payload)?;
        let at = self.addressed(contact_id)?;
        let call = self.at(at)?;
        rules::check(ActionKind::EndConnection, call)?;
        let name = message.connection_id.or(message.connection_name).unwrap_or_default();
        let party = call.by_name(&name)?;
        let connection_id = self.move_party(at, Some(&party), Move::End)?;
        let contact_id = self.at(at)?.contact.contact_id.clone();
        answer(&EndConferenceCallAnswer { contact_id, connection_id, extra: Default::default() })
    }

    /// Place of the contact a message is for: the named one, else the focused one, else the only one.
    fn addressed(&self, contact_id: Option<&str>) -> Result<usize, SimulatorError> {
        let Some(id) = contact_id.or(self.focused.as_deref()) else {
            return Err(SimulatorError::NoContact { name: None, known: Vec::new() });
        };
        self.find(id)
            .ok_or_else(|| SimulatorError::NoContact { name: Some(id.to_owned()), known: Vec::new() })
    }
}

/// `None` and `""` both count as absent.
fn present(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn endpoint_of(to: TransferEndpoint, number: Option<String>, name: Option<String>) -> Endpoint {
    let arn = present(to.endpoint_arn).or(present(to.endpoint_id));
    Endpoint {
        endpoint_arn: arn.clone(),
        endpoint_id: arn,
        endpoint_type: Some(to.endpoint_type),
        name: present(to.name).or(name),
        phone_number: present(to.phone_number).or(number),
        agent_login: present(to.agent_login),
        queue: present(to.queue),
        extra: Default::default(),
    }
}

fn nobody() -> Customer {
    Customer { email: None, phone_number: None, name: None, id: None, extra: Default::default() }
}

fn read<T: DeserializeOwned>(payload: &Value) -> Result<T, ErrorBody> {
    T::deserialize(payload).map_err(|error| ErrorBody::new(ErrorCode::BadRequest, error.to_string()))
}

fn answer(answer: &impl Serialize) -> Result<Value, ErrorBody> {
    serde_json::to_value(answer).map_err(|error| ErrorBody::new(ErrorCode::Internal, error.to_string()))
}
