//! Which contact and which party is meant, and whom a name stands for.
use crate::schema::{Connection, Contact, Endpoint, EndpointType, closest};

use super::action::ActionKind;
use super::agent;
use super::centre::Simulator;
use super::error::SimulatorError;
use super::phase::{Call, is_active, is_agent, is_other};
use super::rules;

/// Whom to call in, as an action names it.
pub(super) struct Callee<'a> {
    pub(super) quick_connect: Option<&'a str>,
    pub(super) phone_number: Option<&'a str>,
    pub(super) agent: Option<&'a str>,
    pub(super) queue: Option<&'a str>,
}

impl Simulator {
    /// Place of the contact an action is for: the named one, else the focused one if it can be done there, else the
    /// only one where it can.
    pub(super) fn place(&self, kind: ActionKind, name: Option<&str>) -> Result<usize, SimulatorError> {
        if let Some(name) = name {
            return self.named(name);
        }
        let able = |at: &usize| self.calls.get(*at).is_some_and(|call| rules::permits(kind, call));
        let focused = self.focused.as_ref().and_then(|id| self.find(id));
        if let Some(focused) = focused.filter(able) {
            return Ok(focused);
        }
        let candidates: Vec<usize> = (0..self.calls.len()).filter(able).collect();
        match (candidates.as_slice(), focused) {
            ([only], _) => Ok(*only),
            ([], Some(focused)) => Ok(focused),
            ([], None) => Err(SimulatorError::NoContact { name: None, known: self.contact_names() }),
            (several, _) => Err(SimulatorError::SeveralContacts { ids: self.ids_of(several) }),
        }
    }

    /// Place of the contact with that `as` name or id.
    pub(super) fn named(&self, name: &str) -> Result<usize, SimulatorError> {
        let found = self
            .calls
            .iter()
            .position(|call| call.alias.as_deref() == Some(name))
            .or_else(|| self.find(name));
        found.ok_or_else(|| SimulatorError::NoContact {
            name: Some(name.to_owned()),
            known: self.contact_names(),
        })
    }

    pub(super) fn find(&self, contact_id: &str) -> Option<usize> {
        self.calls.iter().position(|call| call.contact.contact_id == contact_id)
    }

    /// The endpoint that exactly one of the names stands for, and the quick connect's name where it is one.
    pub(super) fn endpoint(&self, callee: &Callee<'_>) -> Result<(Endpoint, Option<String>), SimulatorError> {
        match (callee.quick_connect, callee.phone_number, callee.agent, callee.queue) {
            (Some(name), None, None, None) => Ok((self.quick_connect(name)?.clone(), Some(name.to_owned()))),
            (None, Some(number), None, None) => Ok((agent::phone(number, None), None)),
            (None, None, Some(login), None) => {
                let endpoint = agent::endpoint(login, EndpointType::Agent);
                Ok((Endpoint { agent_login: Some(login.to_owned()), ..endpoint }, None))
            }
            (None, None, None, Some(queue)) => {
                let endpoint = agent::endpoint(queue, EndpointType::Queue);
                Ok((Endpoint { queue: Some(queue.to_owned()), ..endpoint }, None))
            }
            _ => Err(SimulatorError::BadParameters {
                message: "give exactly one of quickConnect, phoneNumber, agent and queue".into(),
            }),
        }
    }

    pub(super) fn quick_connect(&self, name: &str) -> Result<&Endpoint, SimulatorError> {
        let names = || self.quick_connects.iter().filter_map(|endpoint| endpoint.name.as_deref());
        let found = self.quick_connects.iter().find(|endpoint| endpoint.name.as_deref() == Some(name));
        found.ok_or_else(|| SimulatorError::Unknown {
            what: "quick connect",
            name: name.to_owned(),
            closest: closest(name, names()).map(str::to_owned),
        })
    }

    fn contact_names(&self) -> Vec<String> {
        self.calls.iter().map(|c| c.alias.clone().unwrap_or_else(|| c.contact.contact_id.clone())).collect()
    }

    fn ids_of(&self, places: &[usize]) -> Vec<String> {
        places
            .iter()
            .filter_map(|at| self.calls.get(*at))
            .map(|call| call.contact.contact_id.clone())
            .collect()
    }
}

impl Call {
    /// Id of the party an action is for: the named one, else the only one of those that `able` picks.
    pub(super) fn party(
        &self,
        name: Option<&str>,
        able: impl Fn(&Connection) -> bool,
    ) -> Result<String, SimulatorError> {
        let Some(name) = name else {
            let candidates: Vec<&Connection> = self.others().filter(|c| able(c)).collect();
            return match candidates.as_slice() {
                [only] => Ok(only.connection_id.clone()),
                [] => Err(SimulatorError::NoParty { name: None, known: self.party_names() }),
                several => Err(several_parties(several)),
            };
        };
        match name {
            "agent" => self.only(is_agent, name),
            "customer" => self.only(|c| is_other(c) && c.is_initial_connection, name),
            _ => self.by_name(name),
        }
    }

    /// Id of the party with that `as` name, connection id, quick connect, endpoint name or number, in this order.
    pub(super) fn by_name(&self, name: &str) -> Result<String, SimulatorError> {
        let aliased = self.party_aliases.iter().find(|(_, alias)| alias == name).map(|(id, _)| id.as_str());
        let ways: [&dyn Fn(&Connection) -> bool; 5] = [
            &|c| Some(c.connection_id.as_str()) == aliased,
            &|c| c.connection_id == name,
            &|c| c.quick_connect_name.as_deref() == Some(name),
            &|c| c.endpoint.as_ref().is_some_and(|e| e.name.as_deref() == Some(name)),
            &|c| c.endpoint.as_ref().is_some_and(|e| e.phone_number.as_deref() == Some(name)),
        ];
        for way in ways {
            let found: Vec<&Connection> = self.others().filter(|c| way(c)).collect();
            match found.as_slice() {
                [] => {}
                [only] => return Ok(only.connection_id.clone()),
                several => return Err(several_parties(several)),
            }
        }
        Err(SimulatorError::NoParty { name: Some(name.to_owned()), known: self.party_names() })
    }

    fn only(&self, which: impl Fn(&Connection) -> bool, name: &str) -> Result<String, SimulatorError> {
        let found = self.contact.connections.iter().find(|c| is_active(c) && which(c));
        let missing = || SimulatorError::NoParty { name: Some(name.to_owned()), known: self.party_names() };
        found.map(|c| c.connection_id.clone()).ok_or_else(missing)
    }

    fn party_names(&self) -> Vec<String> {
        self.others()
            .map(|c| c.quick_connect_name.clone().unwrap_or_else(|| c.connection_id.clone()))
            .collect()
    }
}

/// A connection of a contact by its id.
pub(super) fn connection<'a>(contact: &'a Contact, connection_id: &str) -> Option<&'a Connection> {
    contact.connections.iter().find(|c| c.connection_id == connection_id)
}

fn several_parties(parties: &[&Connection]) -> SimulatorError {
    SimulatorError::SeveralParties { ids: parties.iter().map(|c| c.connection_id.clone()).collect() }
}
