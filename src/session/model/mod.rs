//! A model check of the shipped sessions: every interleaving of sending, delivering, losing and dialling again, within
//! bounds, is walked, and each state must keep the promises P1–P3 of the protocol.
//!
//! `SMARTAGENT_MODEL=full` (use `--release`) walks two messages each way over three connections.

mod world;

use std::collections::{HashSet, VecDeque};

use world::{Action, Bounds, Broken, World};

struct Walk {
    states: usize,
    complete: bool,
    violation: Option<(String, Vec<Action>)>,
}

/// Walks breadth first, so that the violation that is found is a shortest one.
fn walk(broken: Broken, bounds: Bounds, max_states: usize) -> Walk {
    let start = World::new(broken);
    let mut seen = HashSet::from([start.fingerprint()]);
    let mut queue = VecDeque::from([(start, Vec::new())]);
    while let Some((world, path)) = queue.pop_front() {
        let actions = world.actions(bounds);
        if actions.is_empty()
            && let Err(what) = world.check_end()
        {
            return Walk { states: seen.len(), complete: false, violation: Some((what, path)) };
        }
        for action in actions {
            let mut next = world.clone();
            let path: Vec<Action> = path.iter().copied().chain([action]).collect();
            if let Err(what) = next.act(action) {
                return Walk { states: seen.len(), complete: false, violation: Some((what, path)) };
            }
            if seen.insert(next.fingerprint()) {
                if seen.len() >= max_states {
                    return Walk { states: seen.len(), complete: false, violation: None };
                }
                queue.push_back((next, path));
            }
        }
    }
    Walk { states: seen.len(), complete: true, violation: None }
}

#[test]
fn no_interleaving_within_bounds_loses_repeats_or_reorders_anything() {
    let full = option_env!("SMARTAGENT_MODEL") == Some("full");
    let sizes: &[(u64, usize, usize)] = if full {
        &[(1, 3, usize::MAX), (2, 2, usize::MAX), (2, 3, 1_500_000)]
    } else {
        &[(1, 2, usize::MAX), (2, 3, 8_000)]
    };
    for (messages, dials, max_states) in sizes {
        let walk = walk(Broken::Nothing, Bounds { messages: *messages, dials: *dials }, *max_states);
        println!("{messages} each way, {dials} links: {} states, complete: {}", walk.states, walk.complete);
        assert!(walk.violation.is_none(), "{:?}", walk.violation);
        assert!(walk.states > 1_000);
    }
}

#[test]
fn the_walk_finds_what_each_rule_is_for() {
    for broken in [Broken::KeepUntilAcked, Broken::Fence, Broken::PreviousToken, Broken::ResumeFromZero] {
        let dials = if matches!(broken, Broken::PreviousToken | Broken::Fence) { 3 } else { 2 };
        let walk = walk(broken, Bounds { messages: 1, dials }, 60_000);
        let (what, path) =
            walk.violation.unwrap_or_else(|| panic!("{broken:?}: nothing in {} states", walk.states));
        println!("{broken:?}: {what} after {} steps, {} states: {path:?}", path.len(), walk.states);
        assert!(path.len() <= 14, "{path:?}");
    }
}
