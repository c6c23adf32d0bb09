//! What the call engine keeps: its heap is flat however many contacts have come and gone.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use smartagent_plugin_sdk::calls::{Engine, EngineOptions};
use smartagent_plugin_sdk::simulator::{Action, HangUp, NewContact, OnContact, Simulator, SimulatorOptions};

/// The system's allocator, counted.
struct Counted;

static LIVE: AtomicUsize = AtomicUsize::new(0);

#[expect(
    unsafe_code,
    reason = "an allocator can only be counted from inside; every call goes to the system's own"
)]
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counted = Counted;

/// Lets that many contacts come, be answered, end and be cleared.
fn calls(engine: &mut Engine, simulator: &mut Simulator, count: usize) {
    let life = [
        Action::Incoming(NewContact::default()),
        Action::Answer(OnContact::default()),
        Action::HangUp(HangUp::default()),
        Action::Clear(OnContact::default()),
    ];
    for _ in 0..count {
        for action in &life {
            let effect = simulator.act(action).unwrap();
            effect.commands.into_iter().for_each(|command| engine.note(command));
            effect.snapshots.iter().for_each(|snapshot| drop(engine.apply(snapshot)));
            drop(simulator.advance(1_000));
        }
    }
}

#[test]
fn the_engine_keeps_no_more_after_ten_thousand_contacts_than_after_six_thousand() {
    let mut engine = Engine::new(EngineOptions::default());
    let mut simulator = Simulator::new(SimulatorOptions::default());
    // More than the engine remembers of ended contacts.
    calls(&mut engine, &mut simulator, 6_000);
    let before = LIVE.load(Ordering::Relaxed);
    calls(&mut engine, &mut simulator, 4_000);
    let grown = LIVE.load(Ordering::Relaxed).saturating_sub(before);
    assert!(grown < 64 * 1_024, "4,000 contacts left {grown} bytes");
}
