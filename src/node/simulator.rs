use std::cell::RefCell;

use napi::{Error, Result};
use napi_derive::napi;
use serde::Serialize;
use serde_json::{Value, json};

use super::deliveries::error_text;
use super::options::read;
use super::times::{number, whole};
use crate::schema::Method;
use crate::simulator::{Action, Effect, Handled, Simulator, SimulatorOptions};
use crate::wire::{ErrorBody, ErrorCode};

/// A contact centre in memory with one agent. Times are epoch milliseconds; answers are JSON text.
#[napi]
pub struct NativeSimulator {
    simulator: RefCell<Simulator>,
}

#[napi]
impl NativeSimulator {
    /// Throws the JSON of an error where the options are wrong.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: String) -> Result<Self> {
        let options = read::<SimulatorOptions>(&options, "options")
            .map_err(|error| Error::from_reason(error_text(&error)))?;
        Ok(Self { simulator: RefCell::new(Simulator::new(options)) })
    }

    /// Does one action: `{"result": {contactId, connectionId, commands, snapshots}}` or `{"error"}`.
    #[napi(catch_unwind)]
    pub fn act(&self, action: String) -> String {
        let outcome = read::<Action>(&action, "action").and_then(|action| {
            let effect = self.simulator.borrow_mut().act(&action);
            effect.map_err(|error| ErrorBody::new(ErrorCode::Conflict, error.to_string()))
        });
        outcome_text(outcome.map(effect_json))
    }

    /// Does what a plugin's message asks of the call: `{"result": {result, snapshots}}` or `{"error"}`; null for the
    /// methods that concern no call.
    #[napi(catch_unwind)]
    pub fn handle(&self, method: String, contact_id: Option<String>, payload: String) -> Option<String> {
        let payload = serde_json::from_str(&payload).unwrap_or_default();
        let handled =
            self.simulator.borrow_mut().handle(Method::parse(&method)?, contact_id.as_deref(), &payload)?;
        Some(outcome_text(handled.map(handled_json)))
    }

    /// Lets time pass and gives a JSON array of the snapshots that follow.
    #[napi(catch_unwind)]
    pub fn advance_to(&self, time: f64) -> String {
        json!(self.simulator.borrow_mut().advance_to(whole(time))).to_string()
    }

    /// When something happens by itself next.
    #[napi(catch_unwind)]
    pub fn next_timer(&self) -> Option<f64> {
        self.simulator.borrow().next_timer().map(number)
    }

    /// The agent's state now, as JSON.
    #[napi(catch_unwind)]
    pub fn snapshot(&self) -> String {
        json!(self.simulator.borrow().snapshot()).to_string()
    }

    /// Whom the agent can call by name, as a JSON array.
    #[napi(catch_unwind)]
    pub fn quick_connects(&self) -> String {
        json!(self.simulator.borrow().quick_connects()).to_string()
    }

    /// Names of the actions that are possible now, as a JSON array.
    #[napi(catch_unwind)]
    pub fn allowed(&self) -> String {
        let kinds = self.simulator.borrow().allowed();
        json!(kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>()).to_string()
    }
}

pub(super) fn effect_json(effect: Effect) -> Value {
    json!({
        "contactId": effect.contact_id, "connectionId": effect.connection_id,
        "commands": effect.commands, "snapshots": effect.snapshots,
    })
}

pub(super) fn handled_json(handled: Handled) -> Value {
    json!({ "result": handled.result, "snapshots": handled.snapshots })
}

pub(super) fn outcome_text<T: Serialize>(outcome: std::result::Result<T, ErrorBody>) -> String {
    match outcome {
        Ok(result) => json!({ "result": result }).to_string(),
        Err(error) => json!({ "error": error }).to_string(),
    }
}
