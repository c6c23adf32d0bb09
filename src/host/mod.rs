//! Listener, clock and handlers around `desktop`.
