//! A desktop and its plugins in memory, with one clock that only moves when it is told to: the test kit's engine.
//!
//! The same `Desktop` and the same `PluginSession`s as in production stand on both ends of links that are queues in
//! this process. Nothing here waits: [`MemoryDesk::handle_all`] carries every message there is until both sides are
//! silent, and [`MemoryDesk::advance`] moves the clock from one deadline to the next.
#![forbid(unsafe_code)]

mod desk;
mod peer;

pub use desk::{MemoryDesk, PeerId};
