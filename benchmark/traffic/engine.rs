//! The call engine alone: snapshots a second on this thread.

use std::time::{Duration, Instant};

use serde_json::json;
use smartagent_plugin_sdk::calls::{Engine, EngineOptions};
use smartagent_plugin_sdk::schema::{AgentSnapshot, ConnectionStateType};
use smartagent_plugin_sdk::simulator::{Action, Simulator, SimulatorOptions};

use crate::settings::Settings;

pub fn run(settings: &Settings) {
    let contacts = settings.get("contacts", 50_usize).max(1);
    let mut snapshot = busy_agent(contacts);
    let mut engine = Engine::new(EngineOptions::default());
    engine.apply(&snapshot);
    let wanted = Duration::from_millis(settings.get("ms", 500));
    let (start, mut rounds, mut events) = (Instant::now(), 0_usize, 0_usize);
    while start.elapsed() < wanted {
        for _ in 0..16 {
            rounds += 1;
            toggle_hold(&mut snapshot, rounds, contacts);
            // The text is what a desktop sends on, so making it belongs to the work.
            events += engine.apply(&snapshot).iter().filter(|event| !event.payload_json().is_empty()).count();
        }
    }
    let rate = rounds as f64 / start.elapsed().as_secs_f64();
    println!("{}", json!({"snapshotsPerSecond": rate, "received": events}));
}

/// Connected contacts with ten connections each.
fn busy_agent(contacts: usize) -> AgentSnapshot {
    let mut simulator = Simulator::new(SimulatorOptions::default());
    let mut act = |action| {
        let action: Action = serde_json::from_value(action).unwrap_or_else(|error| panic!("{error}"));
        if let Err(error) = simulator.act(&action) {
            panic!("{error}");
        }
    };
    for n in 0..contacts {
        act(
            json!({"incoming": {"as": format!("c{n}"), "attributes": {"tier": "2", "lang": "en", "case": "4711"}}}),
        );
        act(json!({"answer": {"contact": format!("c{n}")}}));
    }
    let mut snapshot = simulator.snapshot();
    for contact in &mut snapshot.contacts {
        let leg = contact.connections[1].clone();
        for n in contact.connections.len()..10 {
            let mut third = leg.clone();
            third.connection_id = format!("{}-{n}", leg.connection_id);
            third.is_initial_connection = false;
            contact.connections.push(third);
        }
    }
    snapshot
}

fn toggle_hold(snapshot: &mut AgentSnapshot, round: usize, contacts: usize) {
    snapshot.timestamp += 1;
    let now = snapshot.timestamp;
    let state = &mut snapshot.contacts[round % contacts].connections[1 + round % 9].state;
    state.timestamp = now;
    state.state_type = match state.state_type {
        ConnectionStateType::Hold => ConnectionStateType::Connected,
        _ => ConnectionStateType::Hold,
    };
}
