//! Contacts that begin.
use crate::schema::{
    CallDirection, Connection, ConnectionState, ConnectionStateType, ConnectionType, Contact, ContactState,
    ContactStateType, ContactType, Endpoint, InitiationMethod, Queue, closest,
};

use super::action::{ActionKind, NewContact};
use super::agent;
use super::centre::Simulator;
use super::error::SimulatorError;
use super::phase::Call;

impl Simulator {
    /// Adds a contact: `kind` is `Incoming`, `Outgoing` or `Callback`.
    pub(super) fn begin(&mut self, kind: ActionKind, new: &NewContact) -> Result<String, SimulatorError> {
        let queue = self.queue(new.queue.as_deref())?;
        if new.alias.as_ref().is_some_and(|alias| self.calls.iter().any(|c| c.alias.as_ref() == Some(alias)))
        {
            return Err(SimulatorError::BadParameters {
                message: "another contact has this `as` name".into(),
            });
        }
        let (contact_type, direction, state, method) = match kind {
            ActionKind::Outgoing => (
                ContactType::Voice,
                CallDirection::Outbound,
                ContactStateType::Connecting,
                InitiationMethod::Outbound,
            ),
            ActionKind::Callback => (
                ContactType::QueueCallback,
                CallDirection::Outbound,
                ContactStateType::Incoming,
                InitiationMethod::Callback,
            ),
            _ => (
                ContactType::Voice,
                CallDirection::Inbound,
                ContactStateType::Connecting,
                InitiationMethod::Inbound,
            ),
        };
        let method = new.initiation_method.unwrap_or(match new.transferred_from {
            Some(_) => InitiationMethod::Transfer,
            None => method,
        });
        let contact_id = self.ids.next();
        let number = new.phone_number.clone().unwrap_or_else(|| DEFAULT_NUMBER.into());
        let customer = agent::phone(&number, new.name.as_deref());
        let offered = kind != ActionKind::Outgoing;
        let contact = Contact {
            contact_id: contact_id.clone(),
            initial_contact_id: new.transferred_from.clone(),
            contact_type,
            subtype: Some("connect:Telephony".into()),
            state: ContactState { state_type: state, timestamp: self.now, extra: Default::default() },
            direction,
            initiation_method: Some(method),
            queue: Some(queue),
            queue_timestamp: offered.then_some(self.now),
            attributes: new.attributes.clone(),
            connections: self.first_legs(&contact_id, direction, &customer),
            customer_endpoint: Some(customer),
            phone_number: Some(number),
            is_multi_party_conference_enabled: new.multi_party,
            is_auto_accept_enabled: new.auto_accept,
            is_softphone_call: true,
            related_contact_id: None,
            contact_association_id: None,
            segment_attributes: None,
            name: None,
            description: None,
            references: None,
            extra: Default::default(),
        };
        let until = offered.then_some(self.now.saturating_add(self.ring_ms));
        self.calls.push(Call { contact, alias: new.alias.clone(), until, party_aliases: Vec::new() });
        Ok(contact_id)
    }

    /// One connection of a contact.
    pub(super) fn leg(&mut self, contact_id: &str, connection_type: ConnectionType) -> Connection {
        Connection {
            connection_id: self.ids.next(),
            contact_id: contact_id.to_owned(),
            connection_type,
            state: ConnectionState {
                state_type: ConnectionStateType::Connecting,
                timestamp: self.now,
                extra: Default::default(),
            },
            is_initial_connection: false,
            endpoint: None,
            quick_connect_name: None,
            is_mute: Some(false),
            is_forced_mute: Some(false),
            monitor_status: None,
            extra: Default::default(),
        }
    }

    fn first_legs(
        &mut self,
        contact_id: &str,
        direction: CallDirection,
        customer: &Endpoint,
    ) -> Vec<Connection> {
        let agent = self.leg(contact_id, ConnectionType::Agent);
        let towards = match direction {
            CallDirection::Inbound => ConnectionType::Inbound,
            CallDirection::Outbound => ConnectionType::Outbound,
        };
        let mut other = self.leg(contact_id, towards);
        other.is_initial_connection = true;
        other.endpoint = Some(customer.clone());
        if direction == CallDirection::Inbound {
            // The customer is on the line and hears the queue's music while the agent's phone rings.
            other.state.state_type = ConnectionStateType::Connected;
        }
        vec![agent, other]
    }

    fn queue(&self, name: Option<&str>) -> Result<Queue, SimulatorError> {
        let profile = &self.user.routing_profile;
        let Some(name) = name else {
            return Ok(profile.queues.first().unwrap_or(&profile.default_outbound_queue).clone());
        };
        profile.queues.iter().find(|queue| queue.name == name).cloned().ok_or_else(|| {
            SimulatorError::Unknown {
                what: "queue",
                name: name.to_owned(),
                closest: closest(name, profile.queues.iter().map(|queue| queue.name.as_str()))
                    .map(str::to_owned),
            }
        })
    }
}

/// A number of the range that is reserved for fiction.
const DEFAULT_NUMBER: &str = "+442079460000";
