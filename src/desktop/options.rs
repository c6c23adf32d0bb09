//! What a desktop is made of, and its figures.

use serde::Deserialize;

use crate::schema::{Endpoint, Manifest, Scope, User};
use crate::session::HostSessionOptions;
use crate::wire::{Heartbeat, HostInfo, LinkLimits, Source};

/// Options of a [`super::Desktop`]; JSON in camelCase where it comes from outside Rust.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DesktopOptions {
    /// The company that `get_company_id` answers.
    pub company_id: Option<String>,
    /// The user of an agent for whom no state was handed over yet.
    pub user: Option<User>,
    /// What `quick_connect` finds and `update_quick_connects` answers.
    pub quick_connects: Vec<Endpoint>,
    /// The plugins this desktop knows. Empty means: whoever authenticates gets every scope.
    pub plugins: Vec<Manifest>,
    /// The scopes this host grants at most; absent means all.
    pub scopes: Option<Vec<Scope>>,
    /// Contact types that make call events; absent means `voice` and `queue_callback`.
    pub channels: Option<Vec<String>>,
    /// The shared secret. Absent means: [`super::DesktopOutput::Authenticate`] asks for every `hello`.
    pub token: Option<String>,
    /// What `welcome.host` says.
    pub host: HostInfo,
    /// Whether every event sent and every answer given is noted ([`super::HostNotice`]): for development, as it copies them all.
    pub trace: bool,
    /// Caps and times.
    pub limits: DesktopLimits,
}

impl Default for DesktopOptions {
    fn default() -> Self {
        Self {
            company_id: None,
            user: None,
            quick_connects: Vec::new(),
            plugins: Vec::new(),
            scopes: None,
            channels: None,
            token: None,
            host: HostInfo {
                name: "smartagent-host".into(),
                version: env!("CARGO_PKG_VERSION").into(),
                source: Source::Host,
            },
            trace: false,
            limits: DesktopLimits::default(),
        }
    }
}

/// Caps and times of a desktop; each has the protocol's default.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DesktopLimits {
    /// Requests per second and session; 0 switches the limit off.
    pub rate_per_second: f64,
    /// Requests that may come at once.
    pub burst: u64,
    /// How long a session is kept without a link.
    pub resume_window_ms: u64,
    /// Silence before a ping, and after it.
    pub heartbeat: Heartbeat,
    /// How long `authenticate` may take.
    pub authenticate_timeout_ms: u64,
    /// Links before `welcome` from one address.
    pub links_per_address: usize,
    /// Links before `welcome` in all.
    pub links_before_hello: usize,
    /// Sessions of one plugin and agent.
    pub sessions_per_plugin: usize,
    /// Sessions in all.
    pub sessions: usize,
    /// Answers kept for repeated idempotency keys.
    pub idempotency_entries: usize,
    /// How long such an answer is kept.
    pub idempotency_ms: u64,
}

impl DesktopLimits {
    /// What concerns one session.
    pub(super) fn of_session(&self) -> HostSessionOptions {
        let defaults = HostSessionOptions::default();
        HostSessionOptions {
            limits: LinkLimits {
                rate_per_second: self.rate_per_second,
                burst: self.burst,
                ..defaults.limits
            },
            heartbeat: self.heartbeat,
            resume_window_ms: self.resume_window_ms,
            ..defaults
        }
    }
}

impl Default for DesktopLimits {
    fn default() -> Self {
        Self {
            rate_per_second: 20.0,
            burst: 100,
            resume_window_ms: 120_000,
            heartbeat: Heartbeat { interval_ms: 15_000, timeout_ms: 10_000 },
            authenticate_timeout_ms: 10_000,
            links_per_address: 64,
            links_before_hello: 1_024,
            sessions_per_plugin: 20,
            sessions: 100_000,
            idempotency_entries: 10_000,
            idempotency_ms: 600_000,
        }
    }
}

/// The agent of a host that serves only one.
pub const DEFAULT_AGENT: &str = "default";
