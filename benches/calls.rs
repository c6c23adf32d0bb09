//! How many snapshots a second the call engine takes: 50 contacts with 10 connections each.
//!
//! `cargo bench --no-default-features --bench calls`
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::json;
use smartagent_plugin_sdk::calls::{Engine, EngineOptions};
use smartagent_plugin_sdk::schema::{AgentSnapshot, ConnectionStateType};
use smartagent_plugin_sdk::simulator::{Action, Simulator, SimulatorOptions};

/// 50 connected contacts with 10 connections each.
#[expect(clippy::unwrap_used, reason = "a benchmark may panic")]
fn busy_agent() -> AgentSnapshot {
    let mut simulator = Simulator::new(SimulatorOptions::default());
    let mut act = |action| {
        let action: Action = serde_json::from_value(action).unwrap();
        simulator.act(&action).unwrap()
    };
    for n in 0..50 {
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

fn snapshots(criterion: &mut Criterion) {
    let start = busy_agent();
    let mut group = criterion.benchmark_group("50 contacts x 10 connections");
    group.throughput(Throughput::Elements(1));

    group.bench_function("unchanged", |bencher| {
        let mut engine = Engine::new(EngineOptions::default());
        engine.apply(&start);
        bencher.iter(|| engine.apply(&start));
    });

    group.bench_function("one party held or resumed", |bencher| {
        let mut engine = Engine::new(EngineOptions::default());
        let mut snapshot = start.clone();
        engine.apply(&snapshot);
        let mut at = 0;
        bencher.iter(|| {
            at += 1;
            toggle_hold(&mut snapshot, at);
            engine.apply(&snapshot)
        });
    });

    group.bench_function("one party held or resumed, events as JSON", |bencher| {
        let mut engine = Engine::new(EngineOptions::default());
        let mut snapshot = start.clone();
        engine.apply(&snapshot);
        let mut at = 0;
        bencher.iter(|| {
            at += 1;
            toggle_hold(&mut snapshot, at);
            engine.apply(&snapshot).iter().map(|event| event.payload_json().len()).sum::<usize>()
        });
    });

    group.bench_function("every time in every contact changed", |bencher| {
        let mut engine = Engine::new(EngineOptions::default());
        let mut snapshot = start.clone();
        engine.apply(&snapshot);
        bencher.iter(|| {
            snapshot.timestamp += 1;
            for contact in &mut snapshot.contacts {
                contact.connections.iter_mut().for_each(|c| c.state.timestamp += 1);
            }
            engine.apply(&snapshot)
        });
    });
    group.finish();
}

fn toggle_hold(snapshot: &mut AgentSnapshot, at: usize) {
    snapshot.timestamp += 1;
    let now = snapshot.timestamp;
    let contact = &mut snapshot.contacts[at % 50];
    let state = &mut contact.connections[1 + at % 9].state;
    state.timestamp = now;
    state.state_type = match state.state_type {
        ConnectionStateType::Hold => ConnectionStateType::Connected,
        _ => ConnectionStateType::Hold,
    };
}

criterion_group!(benches, snapshots);
criterion_main!(benches);
