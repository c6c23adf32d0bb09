//! The events of whole calls, compared line by line with what was looked at and kept.
//!
//! `UPDATE_GOLDEN=1 cargo test --no-default-features --test calls_golden` writes the files anew.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod calls_trace;

use std::fs;
use std::path::{Path, PathBuf};

use smartagent_plugin_sdk::simulator::scenario::{BUNDLED, Scenario};

use calls_trace::{ndjson, play};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn compare(name: &str, text: &str, full: bool) {
    let scenario = Scenario::parse(name, text).unwrap_or_else(|error| panic!("{error}"));
    let start = scenario.start;
    let played = play(scenario, f64::INFINITY);
    assert_eq!(played.failure, None, "{name} must play to its end");
    let trace = ndjson(&played.events, start, full);
    let file = folder().join(format!("{name}.ndjson"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, &trace).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    for (at, (kept, found)) in kept.lines().zip(trace.lines()).enumerate() {
        assert_eq!(found, kept, "{name}, event {}", at + 1);
    }
    assert_eq!(trace.lines().count(), kept.lines().count(), "{name}: number of events");
}

#[test]
fn the_bundled_scenarios_give_the_events_that_were_kept() {
    for (name, text) in BUNDLED {
        compare(name, text, false);
    }
}

#[test]
fn each_kind_of_call_gives_the_events_that_were_kept() {
    let mut names: Vec<PathBuf> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|ext| ext == "yaml"));
    names.sort();
    assert!(names.len() >= 15, "only {} golden scenarios", names.len());
    for path in names {
        let name = path.file_stem().unwrap().to_str().unwrap();
        compare(name, &fs::read_to_string(&path).unwrap(), name.ends_with("-full"));
    }
}
