//! What must hold for every sequence of legal actions and for every sequence of snapshots, legal or not.
//!
//! The share in every run is a few hundred sequences; `SEQUENCES=100000 cargo test --release --no-default-features
//! --test calls_properties` runs as many as are asked for. `SEED` chooses others.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod calls_guarantees;

use std::collections::HashSet;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};
use smartagent_plugin_sdk::calls::{Command, CommandKind, Derived, Engine, EngineOptions};
use smartagent_plugin_sdk::schema::{
    AgentSnapshot, CallDirection, ConnectionStateType, ConnectionType, Contact, ContactStateType,
    ContactType, EventName, InitiatedBy, Method,
};
use smartagent_plugin_sdk::simulator::{Action, ActionKind, Simulator, SimulatorOptions};

use calls_guarantees::{Guarantees, listed};

fn runner(default_cases: u32) -> TestRunner {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let cases = number("SEQUENCES").and_then(|n| u32::try_from(n).ok()).unwrap_or(default_cases);
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&number("SEED").unwrap_or(1).to_le_bytes());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

/// One thing done to the simulated desktop. Whatever is not possible at that moment is left out.
#[derive(Clone, Debug)]
enum Doing {
    Act {
        kind: usize,
        contact: usize,
        variant: u8,
    },
    Message {
        method: usize,
        variant: u8,
    },
    Wait(u64),
    /// The same snapshot comes again, with other times.
    Repeat,
}

fn doings() -> impl Strategy<Value = Vec<Doing>> {
    let doing = prop_oneof![
        12 => (0..ActionKind::ALL.len(), 0..3usize, any::<u8>())
            .prop_map(|(kind, contact, variant)| Doing::Act { kind, contact, variant }),
        2 => (0..4usize, any::<u8>()).prop_map(|(method, variant)| Doing::Message { method, variant }),
        3 => select(vec![0, 1, 500, 5_000, 31_000]).prop_map(Doing::Wait),
        1 => Just(Doing::Repeat),
    ];
    prop::collection::vec(doing, 1..60)
}

fn action(kind: ActionKind, contact: Option<&str>, variant: u8) -> Action {
    let mut params = match kind {
        ActionKind::Incoming => {
            json!({"autoAccept": variant.is_multiple_of(7), "multiParty": variant.is_multiple_of(5)})
        }
        ActionKind::Add | ActionKind::Transfer => match variant % 4 {
            0 => json!({"quickConnect": "Alex"}),
            1 => json!({"quickConnect": "Sales queue"}),
            2 => json!({"phoneNumber": "+442079460199"}),
            _ => json!({"agent": "jo"}),
        },
        ActionKind::Hold | ActionKind::Resume => match variant % 3 {
            0 => json!({"party": "agent"}),
            1 => json!({"party": "customer"}),
            _ => json!({}),
        },
        ActionKind::Reject => json!({"state": if variant.is_multiple_of(2) { "rejected" } else { "error" }}),
        ActionKind::HangUp => json!({"by": if variant.is_multiple_of(2) { "agent" } else { "customer" }}),
        ActionKind::Attributes => json!({"set": {"a": variant.to_string(), "b": ""}}),
        ActionKind::Status => {
            json!({"name": if variant.is_multiple_of(9) { "Offline" } else { "Available" }})
        }
        ActionKind::NextStatus if !variant.is_multiple_of(3) => {
            json!({"name": if variant % 3 == 1 { "Break" } else { "Lunch" }})
        }
        _ => json!({}),
    };
    let of_agent = [
        ActionKind::Incoming,
        ActionKind::Outgoing,
        ActionKind::Callback,
        ActionKind::Status,
        ActionKind::NextStatus,
    ];
    if let Some(contact) = contact.filter(|_| !of_agent.contains(&kind)) {
        params["contact"] = json!(contact);
    }
    serde_json::from_value(json!({kind.as_str(): params})).unwrap()
}

/// Actions that end a contact, or a party's part in it.
const ENDS: [ActionKind; 8] = [
    ActionKind::Remove,
    ActionKind::Fail,
    ActionKind::Miss,
    ActionKind::Abandon,
    ActionKind::Reject,
    ActionKind::HangUp,
    ActionKind::CompleteTransfer,
    ActionKind::EndConnection,
];

/// Actions that are possible only after several others.
const RARE: [ActionKind; 5] = [
    ActionKind::Answer,
    ActionKind::Add,
    ActionKind::PartyAnswers,
    ActionKind::Toggle,
    ActionKind::Conference,
];

/// Actions that add a contact.
const BEGINNINGS: [ActionKind; 3] = [ActionKind::Incoming, ActionKind::Outgoing, ActionKind::Callback];

/// A simulator and an engine, and everything that was told.
struct Desk {
    simulator: Simulator,
    engine: Engine,
    guarantees: Guarantees,
    contact_ids: HashSet<String>,
}

impl Desk {
    fn new(after_call_work_ms: Option<u64>) -> Self {
        let simulator =
            Simulator::new(SimulatorOptions { after_call_work_ms, ..SimulatorOptions::default() });
        Self {
            simulator,
            engine: Engine::new(EngineOptions::default()),
            guarantees: Guarantees::default(),
            contact_ids: HashSet::new(),
        }
    }

    fn apply(&mut self, snapshots: &[AgentSnapshot]) -> Vec<Derived> {
        let mut all = Vec::new();
        for snapshot in snapshots {
            self.contact_ids.extend(listed(snapshot));
            let events = self.engine.apply(snapshot);
            self.guarantees.check(&events);
            all.extend(events);
        }
        all
    }

    fn act(&mut self, action: &Action) -> bool {
        let before = self.simulator.snapshot();
        match self.simulator.act(action) {
            Ok(effect) => {
                effect.commands.into_iter().for_each(|command| self.engine.note(command));
                self.apply(&effect.snapshots);
                true
            }
            Err(error) => {
                assert_eq!(self.simulator.snapshot(), before, "{error} changed something");
                false
            }
        }
    }

    fn message(&mut self, method: usize, variant: u8) {
        let (method, payload) = match method {
            0 => (Method::TransferCall, json!({"number": "+442079460188"})),
            1 => (
                Method::QuickConnect,
                json!({"name": if variant.is_multiple_of(2) { "Alex" } else { "Sales queue" }}),
            ),
            2 => (Method::EndConferenceCall, json!({"connectionName": "Alex"})),
            _ => (Method::UpdateContact, json!({"c": variant.to_string()})),
        };
        let focused = self.engine.state().focused_contact_id.map(str::to_owned);
        if let (Some(kind), Some(id)) = (CommandKind::of_request(method), &focused) {
            self.engine.note(Command::new(kind, id, InitiatedBy::Plugin, self.simulator.now()));
        }
        if let Some(Ok(handled)) = self.simulator.handle(method, None, &payload) {
            self.apply(&handled.snapshots);
        }
    }

    fn take(&mut self, doing: &Doing) {
        match doing {
            Doing::Act { kind, contact, variant } => {
                let ids: Vec<String> = listed(&self.simulator.snapshot()).collect();
                let contact = (*contact > 0).then(|| ids.get(contact - 1)).flatten();
                let mut allowed = self.simulator.allowed();
                if variant % 3 > 0 {
                    // Long calls reach more states than many short ones.
                    allowed.retain(|kind| !ENDS.contains(kind));
                }
                if ids.len() >= 2 && variant % 16 > 0 {
                    allowed.retain(|kind| !BEGINNINGS.contains(kind));
                }
                if variant % 5 > 2 && allowed.iter().any(|kind| RARE.contains(kind)) {
                    allowed.retain(|kind| RARE.contains(kind));
                }
                // Most are picked from what is possible; the rest shows that what is not changes nothing.
                let kind =
                    if variant % 8 > 0 { allowed[kind % allowed.len()] } else { ActionKind::ALL[*kind] };
                self.act(&action(kind, contact.map(String::as_str), variant / 8));
            }
            Doing::Message { method, variant } => self.message(*method, *variant),
            Doing::Wait(ms) => {
                let snapshots = self.simulator.advance(*ms);
                self.apply(&snapshots);
            }
            Doing::Repeat => {
                let mut again = self.simulator.snapshot();
                for contact in &mut again.contacts {
                    contact.state.timestamp += 1;
                    contact.connections.iter_mut().for_each(|c| c.state.timestamp += 3);
                }
                let events = self.apply(&[again]);
                assert!(
                    events.is_empty(),
                    "an unchanged snapshot told {:?}",
                    events.first().map(Derived::name)
                );
            }
        }
    }

    /// Ends every contact.
    fn finish(mut self) -> Guarantees {
        while let Some(id) = listed(&self.simulator.snapshot()).next() {
            let remove: Action = serde_json::from_value(json!({"remove": {"contact": id}})).unwrap();
            assert!(self.act(&remove));
        }
        self.guarantees.check_all_over(&self.contact_ids);
        self.guarantees
    }
}

#[test]
fn every_sequence_of_legal_actions_keeps_every_guarantee() {
    let seen = std::cell::RefCell::new(HashSet::new());
    runner(200)
        .run(&(doings(), any::<bool>()), |(doings, timed)| {
            let mut desk = Desk::new(timed.then_some(3_000));
            for doing in &doings {
                desk.take(doing);
            }
            seen.borrow_mut().extend(desk.finish().seen);
            Ok(())
        })
        .unwrap();
    assert_eq!(seen.borrow().len(), EventName::ALL.len(), "reached only {:?}", seen.borrow());
}

#[test]
fn the_same_actions_give_the_same_bytes() {
    let trace = |doings: &[Doing]| {
        let mut desk = Desk::new(None);
        let mut bytes = String::new();
        for doing in doings {
            desk.take(doing);
            bytes.push_str(&serde_json::to_string(&desk.simulator.snapshot()).unwrap());
        }
        bytes
    };
    runner(25)
        .run(&doings(), |doings| {
            prop_assert_eq!(trace(&doings), trace(&doings));
            Ok(())
        })
        .unwrap();
}

/// Numbers that make one snapshot which no contact centre would send.
#[derive(Clone, Debug)]
struct Illegal {
    timestamp: u64,
    agent_state: usize,
    contacts: Vec<IllegalContact>,
}

#[derive(Clone, Debug)]
struct IllegalContact {
    id: u8,
    contact_type: usize,
    state: usize,
    outbound: bool,
    timestamp: u64,
    connections: Vec<(u8, usize, usize, bool, u64)>,
}

fn any_time() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => 1_790_000_000_000..1_790_000_100_000u64,
        1 => Just(0),
        1 => 0..(1u64 << 53),
    ]
}

fn illegal() -> impl Strategy<Value = Vec<Illegal>> {
    let connection = (0..4u8, 0..4usize, 0..8usize, any::<bool>(), any_time());
    let contact =
        (0..4u8, 0..5usize, 0..10usize, any::<bool>(), any_time(), prop::collection::vec(connection, 0..5))
            .prop_map(|(id, contact_type, state, outbound, timestamp, connections)| IllegalContact {
                id,
                contact_type: if contact_type > 2 { 0 } else { contact_type },
                state,
                outbound,
                timestamp,
                connections,
            });
    let snapshot = (any_time(), 0..7usize, prop::collection::vec(contact, 0..5))
        .prop_map(|(timestamp, agent_state, contacts)| Illegal { timestamp, agent_state, contacts });
    prop::collection::vec(snapshot, 1..20)
}

impl Illegal {
    fn snapshot(&self, like: &AgentSnapshot) -> AgentSnapshot {
        let mut snapshot = like.clone();
        snapshot.timestamp = self.timestamp;
        snapshot.user.state.state_type = [
            smartagent_plugin_sdk::schema::AgentStateType::Routable,
            smartagent_plugin_sdk::schema::AgentStateType::AfterCallWork,
        ][self.agent_state % 2];
        snapshot.contacts = self.contacts.iter().map(|contact| contact.contact(&like.contacts[0])).collect();
        snapshot
    }
}

impl IllegalContact {
    fn contact(&self, like: &Contact) -> Contact {
        let mut contact = like.clone();
        contact.contact_id = format!("c{}", self.id);
        contact.contact_type = ContactType::ALL[self.contact_type];
        contact.state.state_type = ContactStateType::ALL[self.state];
        contact.state.timestamp = self.timestamp;
        contact.direction = if self.outbound { CallDirection::Outbound } else { CallDirection::Inbound };
        let leg = &like.connections[0];
        contact.connections = self
            .connections
            .iter()
            .map(|(id, connection_type, state, initial, timestamp)| {
                let mut connection = leg.clone();
                connection.connection_id = format!("p{id}");
                connection.connection_type = ConnectionType::ALL[*connection_type];
                connection.state.state_type = ConnectionStateType::ALL[*state];
                connection.state.timestamp = *timestamp;
                connection.is_initial_connection = *initial;
                connection
            })
            .collect();
        contact
    }
}

fn covered(snapshot: &AgentSnapshot) -> HashSet<String> {
    let options = EngineOptions::default();
    snapshot
        .contacts
        .iter()
        .filter(|c| options.covers(c.contact_type))
        .map(|c| c.contact_id.clone())
        .collect()
}

#[test]
fn random_illegal_snapshots_never_panic_and_never_break_exactly_one_ending() {
    let mut simulator = Simulator::new(SimulatorOptions::default());
    let incoming: Action = serde_json::from_value(json!({"incoming": {}})).unwrap();
    simulator.act(&incoming).unwrap();
    let like = simulator.snapshot();
    runner(500)
        .run(&(illegal(), 0..12usize), |(snapshots, noted)| {
            let mut engine = Engine::new(EngineOptions::default());
            let mut endings: Vec<String> = Vec::new();
            let mut ids = HashSet::new();
            let kinds = [CommandKind::Reject, CommandKind::Transfer, CommandKind::HangUp];
            engine.note(Command::new(kinds[noted % 3], "c1", InitiatedBy::Plugin, like.timestamp));
            let mut apply = |snapshot: &AgentSnapshot| {
                for event in engine.apply(snapshot) {
                    let is_ending = matches!(
                        event.name(),
                        EventName::CallEnded | EventName::MissedCall | EventName::RejectCall
                    );
                    if is_ending {
                        endings.push(event.contact_id().unwrap().to_owned());
                    }
                    durations_have_sense(&event.payload_value());
                }
                for name in EventName::ALL {
                    engine.live(*name).iter().for_each(|live| assert_eq!(live.name(), *name));
                }
            };
            for illegal in &snapshots {
                let snapshot = illegal.snapshot(&like);
                // The first of two contacts with one id counts, so its channel decides.
                ids.extend(covered(&snapshot));
                apply(&snapshot);
            }
            let mut empty = like.clone();
            empty.contacts.clear();
            apply(&empty);
            endings.sort();
            let mut expected: Vec<String> = ids.into_iter().collect();
            expected.sort();
            prop_assert_eq!(endings, expected);
            Ok(())
        })
        .unwrap();
}

fn durations_have_sense(payload: &Value) {
    for (name, value) in payload.as_object().into_iter().flatten() {
        if name.ends_with("Ms") && !value.is_null() {
            assert!(value.as_u64().is_some_and(|ms| ms < 1 << 53), "{name} is {value}");
        }
    }
}
