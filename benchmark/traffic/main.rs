//! What the benchmarks measure against: a desktop that floods its plugin with events and answers its requests, a
//! crowd of plugins that keep a host busy, and the call engine at full speed. One role per process.
//!
//! `traffic source|swarm|engine key=value…` prints lines of JSON; `benchmark/` starts it.

#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures time; the core it drives still gets it as an argument"
)]

mod crowd;
mod engine;
mod frames;
mod settings;
mod socket;
mod source;

use settings::Settings;

fn main() -> std::io::Result<()> {
    let mut words = std::env::args().skip(1);
    let role = words.next().unwrap_or_default();
    let settings = Settings::read(words);
    match role.as_str() {
        "source" => source::serve(&settings),
        "swarm" => crowd::join(&settings),
        "engine" => {
            engine::run(&settings);
            Ok(())
        }
        _ => Err(std::io::Error::other("traffic source|swarm|engine key=value…")),
    }
}
