//! The audit trail: what the owner of the host should know, in words that hold neither tokens nor customer data.

use std::sync::Arc;

use super::sessions::SessionKey;
use super::{AuditKind, Desktop, HostNotice, Peer};

impl Desktop {
    /// Notes something about a peer that has no session.
    pub(super) fn audit_peer(&mut self, kind: AuditKind, message: impl Into<String>, peer: &Peer) {
        self.notify(HostNotice::Audit {
            kind,
            message: message.into(),
            agent: None,
            plugin: None,
            session: None,
            address: peer.address.clone(),
            origin: peer.origin.clone(),
        });
    }

    /// Notes something about a peer whose agent and plugin are known.
    pub(super) fn audit_plugin(
        &mut self,
        kind: AuditKind,
        message: impl Into<String>,
        (agent, plugin): (&Arc<str>, &Arc<str>),
        peer: &Peer,
    ) {
        self.notify(HostNotice::Audit {
            kind,
            message: message.into(),
            agent: Some(agent.clone()),
            plugin: Some(plugin.clone()),
            session: None,
            address: peer.address.clone(),
            origin: peer.origin.clone(),
        });
    }

    /// Notes something about a session.
    pub(super) fn audit_session(&mut self, kind: AuditKind, message: impl Into<String>, key: SessionKey) {
        let Some(entry) = self.sessions.get(key) else { return };
        let notice = HostNotice::Audit {
            kind,
            message: message.into(),
            agent: Some(entry.agent.clone()),
            plugin: Some(entry.plugin.clone()),
            session: Some(entry.id.clone()),
            address: entry.address.clone(),
            origin: entry.origin.clone(),
        };
        self.notify(notice);
    }
}
