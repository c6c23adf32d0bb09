//! From `hello` to `welcome`: who it is, what it may do, and which session it gets.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::links::Stage;
use super::permissions::{Caps, Permissions};
use super::sessions::{Entry, Identity, SessionKey};
use super::{
    Attached, AuditKind, Carrier, DEFAULT_AGENT, Desktop, DesktopOutput, Grant, Peer, SessionChange, Timer,
};
use crate::session::{Fresh, HostSession, LinkId, Liveness, Now, Refusal, ResumeRefused, WelcomeFacts};
use crate::wire::{Auth, CloseCode, ErrorCode, Hello, PluginGrant, Resume};

/// A `hello` whose sender is known and allowed.
struct Visitor {
    who: Identity,
    permissions: Permissions,
    origin: Option<String>,
    expires_at: Option<u64>,
    liveness: Liveness,
}

impl Desktop {
    /// Finds out whom the token belongs to: the host itself, the shared secret, or the application knows.
    pub(super) fn authenticate(&mut self, conn: LinkId, hello: Box<Hello>, now: Now) {
        let Some(link) = self.links.get_mut(&conn) else { return };
        let peer = link.peer.as_deref();
        if let Some(Attached { agent, plugin, scopes }) = peer.and_then(|peer| peer.attached.clone()) {
            let grant = Grant { agent, plugin, scopes, ..Grant::default() };
            return self.admit(conn, &hello, grant, now);
        }
        let token = hello.auth.as_ref().filter(|auth| auth.scheme == "bearer").map(|auth| auth.token.clone());
        if let Some(secret) = &self.options.token {
            // The secret is the desktop's own, so whoever has it also speaks for the desktop's page.
            let grant = Grant { may_embed: true, ..Grant::default() };
            return match hello.auth.as_ref().is_some_and(|auth| is_secret(auth, secret)) {
                true => self.admit(conn, &hello, grant, now),
                false => self.refuse_token(conn),
            };
        }
        let ask = DesktopOutput::Authenticate {
            conn,
            token,
            plugin: hello.plugin.clone(),
            origin: peer.and_then(|peer| peer.origin.clone()),
            address: peer.and_then(|peer| peer.address.clone()),
        };
        link.stage = Stage::Authenticating(hello);
        let timeout_ms = self.options.limits.authenticate_timeout_ms;
        self.timers.set(Timer::Link(conn), Some(now.mono_ms.saturating_add(timeout_ms)));
        self.outputs.push_back(ask);
    }

    pub(super) fn handle_authenticated(
        &mut self,
        conn: LinkId,
        result: Result<Option<Grant>, String>,
        now: Now,
    ) {
        let Some(link) = self.links.get_mut(&conn) else { return };
        let Stage::Authenticating(hello) = &link.stage else { return };
        match result {
            Ok(Some(grant)) => {
                let hello = hello.clone();
                self.admit(conn, &hello, grant, now);
            }
            Ok(None) => self.refuse_token(conn),
            Err(_) => {
                let message = "authentication is not available";
                self.refuse(conn, Refusal::new(CloseCode::INTERNAL, ErrorCode::Unavailable, message));
            }
        }
    }

    fn refuse_token(&mut self, conn: LinkId) {
        if let Some(peer) = self.links.get(&conn).and_then(|link| link.peer.clone()) {
            self.audit_peer(AuditKind::AuthFailed, "a token was refused", &peer);
        }
        let message =
            "the token was refused: set `token` (SMARTAGENT_TOKEN in Node) to one this host accepts";
        self.refuse(conn, Refusal::new(CloseCode::AUTH_FAILED, ErrorCode::Auth, message));
    }

    fn admit(&mut self, conn: LinkId, hello: &Hello, grant: Grant, now: Now) {
        let Some(peer) = self.links.get(&conn).and_then(|link| link.peer.clone()) else { return };
        let visitor = match self.identify(hello, grant, &peer, now) {
            Ok(visitor) => visitor,
            Err(refusal) => {
                if refusal.close_code == CloseCode::FORBIDDEN {
                    self.audit_peer(AuditKind::Forbidden, refusal.message.clone(), &peer);
                }
                return self.refuse(conn, refusal);
            }
        };
        let resumable = hello.resume.as_ref().map(|resume| self.find_resumable(resume, &visitor, &peer, now));
        match (resumable, &hello.resume) {
            (Some(Ok(key)), Some(resume)) => self.resume(conn, key, resume, visitor, &peer, now),
            (Some(Err(reason)), _) => self.open(conn, visitor, &peer, reason, now),
            _ => self.open(conn, visitor, &peer, "new", now),
        }
    }

    fn identify(&self, hello: &Hello, grant: Grant, peer: &Peer, now: Now) -> Result<Visitor, Refusal> {
        if grant.expires_at.is_some_and(|at| at <= now.wall_ms) {
            return Err(Refusal::new(CloseCode::TOKEN_EXPIRED, ErrorCode::Auth, "the token has expired"));
        }
        if hello.embed.is_some() && !grant.may_embed {
            return Err(forbidden("this token has no right to embed plugins"));
        }
        let origin = hello.embed.as_ref().map(|embed| embed.origin.clone()).or_else(|| peer.origin.clone());
        let vouched = grant.plugin.as_deref().or(hello.embed.as_ref().and(hello.plugin.id.as_deref()));
        let plugin = self.plugin_id(vouched, hello.plugin.id.as_deref(), origin.as_deref())?;
        let manifest = self.options.plugins.iter().find(|manifest| manifest.id == plugin);
        let caps = Caps { manifest, policy: self.options.scopes.as_deref(), token: grant.scopes.as_deref() };
        let plugin_type = manifest.map(|manifest| manifest.plugin_type.as_str().to_owned());
        Ok(Visitor {
            permissions: Permissions::new(caps, hello.want.as_ref()),
            who: Identity {
                agent: self.agent_name(grant.agent.as_deref().unwrap_or(DEFAULT_AGENT)),
                plugin: Arc::from(plugin),
                plugin_type: plugin_type.or_else(|| hello.plugin.plugin_type.clone()),
                version: hello.plugin.version.clone(),
                instance: Arc::from(hello.plugin.instance.as_str()),
            },
            origin,
            expires_at: grant.expires_at,
            // Behind a page that relays there is a port, whatever carries it on from there.
            liveness: match peer.carrier {
                Carrier::WebSocket if hello.embed.is_none() => Liveness::Drop,
                Carrier::WebSocket | Carrier::Port | Carrier::Memory => Liveness::Report,
            },
        })
    }

    /// The plugin's id: vouched for by host, token or embedding page; else by its manifest's origin; else its own word.
    fn plugin_id(
        &self,
        vouched: Option<&str>,
        claimed: Option<&str>,
        origin: Option<&str>,
    ) -> Result<String, Refusal> {
        let manifests = &self.options.plugins;
        if manifests.is_empty() {
            return Ok(vouched.or(claimed).unwrap_or("anonymous").to_owned());
        }
        let here = |manifest: &&crate::schema::Manifest| {
            origin.is_none_or(|origin| super::origin::is_of(manifest, origin))
        };
        if let Some(id) = vouched {
            let declared = manifests.iter().find(|manifest| manifest.id == id);
            let declared =
                declared.ok_or_else(|| forbidden("the plugin is in none of this host's manifests"))?;
            return match here(&declared) {
                true => Ok(id.to_owned()),
                false => Err(forbidden("the plugin's manifest does not list this origin")),
            };
        }
        let at_origin: Vec<_> = manifests.iter().filter(|manifest| here(manifest)).collect();
        let named = at_origin.iter().find(|manifest| Some(manifest.id.as_str()) == claimed);
        match (named, at_origin.as_slice()) {
            (Some(manifest), _) => Ok(manifest.id.clone()),
            // The origin speaks for itself, whatever the page calls itself.
            (None, [only]) if origin.is_some() => Ok(only.id.clone()),
            _ => Err(forbidden("no manifest of this host has this plugin id and origin")),
        }
    }

    /// The session that a `resume` may go on with, or `welcome.reason` why there is none.
    fn find_resumable(
        &mut self,
        resume: &Resume,
        visitor: &Visitor,
        peer: &Peer,
        now: Now,
    ) -> Result<SessionKey, &'static str> {
        let Some(key) = self.sessions.find(&resume.session) else {
            let (agent, plugin) = (&visitor.who.agent, &visitor.who.plugin);
            let gone = self.tombstones.reason(&resume.session, agent, plugin, now.mono_ms);
            return Err(gone.unwrap_or("unknown_session"));
        };
        let Some(entry) = self.sessions.get(key) else { return Err("unknown_session") };
        let same = entry.plugin == visitor.who.plugin && entry.agent == visitor.who.agent;
        let token = entry.session.check_resume(resume, now);
        if !same || token == Err(ResumeRefused::UnknownSession) {
            let place = (&visitor.who.agent, &visitor.who.plugin);
            let message = "a resume named a session, token or position that is not the caller's";
            self.audit_plugin(AuditKind::ForeignResume, message, place, peer);
            return Err("unknown_session");
        }
        let same_grants = entry.permissions.granted == visitor.permissions.granted;
        let refused = match token {
            Ok(()) if same_grants => return Ok(key),
            Ok(()) => "identity_changed",
            Err(refused) => refused.as_str(),
        };
        // Its owner is back and cannot go on with it.
        self.end_session(key, CloseCode::REPLACED, refused, now);
        Err(refused)
    }

    fn resume(
        &mut self,
        conn: LinkId,
        key: SessionKey,
        resume: &Resume,
        visitor: Visitor,
        peer: &Peer,
        now: Now,
    ) {
        let Some(entry) = self.sessions.get_mut(key) else { return };
        let facts = facts(entry, &self.options.host, None, visitor.liveness);
        if entry.session.attach(conn, facts, Some(resume), now).is_err() {
            // `check_resume` has just allowed it; were it refused all the same, a fresh session is the answer.
            return self.open(conn, visitor, peer, "unknown_session", now);
        }
        entry.version = visitor.who.version;
        self.welcome(conn, key, peer, visitor.origin, visitor.expires_at, now);
        self.notify_session(key, SessionChange::Resumed, "resumed");
        self.pump(key, now);
    }

    fn open(&mut self, conn: LinkId, visitor: Visitor, peer: &Peer, reason: &'static str, now: Now) {
        let Visitor { who, permissions, origin, expires_at, liveness } = visitor;
        let same_instance =
            |key: &SessionKey| self.sessions.get(*key).is_some_and(|entry| entry.instance == who.instance);
        let older: Vec<SessionKey> =
            self.sessions.of_plugin(&who.agent, &who.plugin).filter(same_instance).collect();
        for key in older {
            self.end_session(key, CloseCode::REPLACED, "replaced", now);
        }
        if !self.make_room(&who, now) {
            self.audit_plugin(
                AuditKind::Limit,
                "no room for another session",
                (&who.agent, &who.plugin),
                peer,
            );
            let message = "the host has no room for another session of this plugin and agent";
            return self.refuse(conn, Refusal::new(CloseCode::HOST_FULL, ErrorCode::Unavailable, message));
        }
        let seed = self.seed();
        let session = HostSession::new(Arc::clone(&self.session_options), seed, now);
        let entry = Entry::new(session, who, permissions, now.wall_ms);
        let (agent, plugin, plugin_type) =
            (entry.agent.clone(), entry.plugin.clone(), entry.plugin_type.clone());
        let key = self.sessions.insert(entry);
        self.join_agent(key, &agent, &plugin, plugin_type.as_deref(), now);
        let snapshot = self.snapshot_for(key);
        let Some(entry) = self.sessions.get_mut(key) else { return };
        let facts =
            facts(entry, &self.options.host, Some(Fresh { reason: reason.into(), snapshot }), liveness);
        // A new session accepts any link; `attach` can refuse only a resume.
        let _ = entry.session.attach(conn, facts, None, now);
        self.welcome(conn, key, peer, origin, expires_at, now);
        self.notify_session(key, SessionChange::Opened, reason);
        self.pump(key, now);
    }

    /// Makes a link the session's, now that its `welcome` is on the way.
    fn welcome(
        &mut self,
        conn: LinkId,
        key: SessionKey,
        peer: &Peer,
        origin: Option<String>,
        expires_at: Option<u64>,
        now: Now,
    ) {
        self.leave_lobby(conn);
        if let Some(link) = self.links.get_mut(&conn) {
            (link.stage, link.peer) = (Stage::Live(key), None);
        }
        self.sessions.set_detached(key, None);
        if let Some(entry) = self.sessions.get_mut(key) {
            entry.moved_to(conn, peer, origin);
        }
        let expires = expires_at.map(|at| now.mono_ms.saturating_add(at.saturating_sub(now.wall_ms)));
        self.timers.set(Timer::Token(key), expires);
    }

    /// Whether one more session fits, after the oldest ones without a link have gone.
    fn make_room(&mut self, who: &Identity, now: Now) -> bool {
        let limits = &self.options.limits;
        let (of_plugin, in_all) = (limits.sessions_per_plugin, limits.sessions);
        while self.sessions.of_plugin(&who.agent, &who.plugin).count() >= of_plugin {
            let Some(key) = self.sessions.oldest_detached_of(&who.agent, &who.plugin) else { return false };
            self.end_session(key, CloseCode::HOST_FULL, "host_full", now);
        }
        while self.sessions.len() >= in_all {
            let Some(key) = self.sessions.oldest_detached() else { return false };
            self.end_session(key, CloseCode::HOST_FULL, "host_full", now);
        }
        true
    }
}

fn facts(
    entry: &Entry,
    host: &crate::wire::HostInfo,
    fresh: Option<Fresh>,
    liveness: Liveness,
) -> WelcomeFacts {
    WelcomeFacts {
        plugin: PluginGrant { id: entry.plugin.to_string(), plugin_type: entry.plugin_type.clone() },
        granted: entry.permissions.granted.iter().map(|scope| scope.as_str().to_owned()).collect(),
        denied: entry.permissions.denied.clone(),
        events: Some(entry.permissions.sent_events()),
        host: host.clone(),
        fresh,
        liveness,
    }
}

fn forbidden(message: &str) -> Refusal {
    Refusal::new(CloseCode::FORBIDDEN, ErrorCode::Origin, message)
}

/// Compared as hashes in constant time, so that neither length nor prefix shows.
fn is_secret(auth: &Auth, secret: &str) -> bool {
    let hash = |text: &str| -> [u8; 32] { Sha256::digest(text.as_bytes()).into() };
    auth.scheme == "bearer" && bool::from(hash(&auth.token).ct_eq(&hash(secret)))
}
