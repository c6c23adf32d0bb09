//! What a session may see and do: `granted = manifest ∩ host policy ∩ token ∩ want`.

use std::collections::HashSet;

use crate::schema::{EventName, Manifest, Scope, is_custom_event};
use crate::wire::{ErrorBody, ErrorCode, Want};

/// What the SDK itself tells a listener, without a desktop.
const LOCAL_EVENTS: [&str; 6] = ["ready", "interrupted", "resync", "drain", "error", "closed"];

/// The scopes and events of one session; fixed while it lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Permissions {
    /// In the order of the reference.
    pub granted: Vec<Scope>,
    /// Wanted but not granted, as the plugin wrote them.
    pub denied: Vec<String>,
    wanted_events: Option<HashSet<String>>,
    declared_events: Option<HashSet<String>>,
    /// `granted` as bits.
    scopes: u32,
}

/// The three parties that limit what a plugin wants; `None` means no limit.
#[derive(Clone, Copy, Default)]
pub(super) struct Caps<'a> {
    pub manifest: Option<&'a Manifest>,
    pub policy: Option<&'a [Scope]>,
    pub token: Option<&'a [Scope]>,
}

/// What decides for nearly every session whether an event goes to it, small enough to look through thousands of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Audience {
    /// The scopes that are granted, as bits.
    scopes: u32,
    /// Whether events are listed, so that [`Permissions::passes`] has to be asked.
    lists: bool,
}

impl Audience {
    /// Whether an event passes; `None` where only the session itself can tell.
    pub fn passes(self, known: Option<EventName>) -> Option<bool> {
        let scoped = known.is_none_or(|name| self.scopes & bit(name.scope()) != 0);
        if scoped && self.lists { None } else { Some(scoped) }
    }
}

fn bit(scope: Scope) -> u32 {
    1 << (scope as u32)
}

impl Permissions {
    /// The short form.
    pub fn audience(&self) -> Audience {
        Audience {
            scopes: self.scopes,
            lists: self.wanted_events.is_some() || self.declared_events.is_some(),
        }
    }

    pub fn new(caps: Caps<'_>, want: Option<&Want>) -> Self {
        let wanted = want.and_then(|want| want.scopes.as_deref());
        let allowed = |scope: Scope| {
            caps.manifest
                .is_none_or(|manifest| manifest.scopes.iter().any(|declared| declared.scope == scope))
                && caps.policy.is_none_or(|policy| policy.contains(&scope))
                && caps.token.is_none_or(|token| token.contains(&scope))
        };
        let wants =
            |scope: Scope| wanted.is_none_or(|wanted| wanted.iter().any(|name| name == scope.as_str()));
        let granted: Vec<Scope> =
            Scope::ALL.iter().copied().filter(|scope| wants(*scope) && allowed(*scope)).collect();
        let is_granted = |name: &str| granted.iter().any(|scope| scope.as_str() == name);
        let denied = match wanted {
            Some(wanted) => {
                let mut seen = HashSet::new();
                wanted
                    .iter()
                    .filter(|name| !is_granted(name) && seen.insert(name.as_str()))
                    .cloned()
                    .collect()
            }
            None => Scope::ALL
                .iter()
                .map(|scope| scope.as_str())
                .filter(|name| !is_granted(name))
                .map(String::from)
                .collect(),
        };
        Self {
            scopes: granted.iter().fold(0, |bits, scope| bits | bit(*scope)),
            denied,
            wanted_events: want.and_then(|want| want.events.as_deref()).and_then(named),
            declared_events: caps
                .manifest
                .filter(|manifest| !manifest.events.is_empty())
                .and_then(|manifest| named(&manifest.events)),
            granted,
        }
    }

    pub fn has(&self, scope: Scope) -> bool {
        self.scopes & bit(scope) != 0
    }

    /// The names that a plugin may listen to without asking: the SDK's own, the events of the 17 that go to the session, then
    /// the desktop's own by name, or `*` where any of them does.
    pub fn sent_events(&self) -> Vec<String> {
        let known = EventName::ALL.iter().map(|name| name.as_str());
        let known = known.filter(|name| self.passes(EventName::parse(name), name));
        let mut names: Vec<String> = LOCAL_EVENTS.into_iter().chain(known).map(String::from).collect();
        match self.wanted_events.as_ref().or(self.declared_events.as_ref()) {
            None => names.push("*".into()),
            Some(listed) => {
                let own = listed.iter().filter(|name| is_custom_event(name) && self.passes(None, name));
                let mut own: Vec<String> = own.cloned().collect();
                own.sort_unstable();
                names.append(&mut own);
            }
        }
        names
    }

    /// Whether an event of that name goes to the session; `known` is the name where it is one of the 17.
    pub fn passes(&self, known: Option<EventName>, event: &str) -> bool {
        let scoped = known.is_none_or(|name| self.has(name.scope()));
        let listed =
            |names: &Option<HashSet<String>>| names.as_ref().is_none_or(|names| names.contains(event));
        scoped && listed(&self.wanted_events) && listed(&self.declared_events)
    }

    /// Refuses an event that does not go to the session, and says why; `known` is the name where it is one of the 17.
    pub fn check_event(&self, known: Option<EventName>, event: &str) -> Result<(), ErrorBody> {
        let lacks =
            |names: &Option<HashSet<String>>| names.as_ref().is_some_and(|names| !names.contains(event));
        let reason = match known.map(EventName::scope) {
            Some(scope) if !self.has(scope) => format!("scope {} is not granted", scope.as_str()),
            _ if lacks(&self.wanted_events) => "it is not among `want.events`".to_owned(),
            _ if lacks(&self.declared_events) => {
                "it is not among the `events` of the plugin's manifest".to_owned()
            }
            _ => return Ok(()),
        };
        Err(ErrorBody::new(ErrorCode::Forbidden, format!("{event} will not come: {reason}")))
    }

    /// Refuses a method whose scope is not granted.
    pub fn check(&self, scope: Option<Scope>) -> Result<(), ErrorBody> {
        match scope {
            Some(scope) if !self.has(scope) => {
                Err(ErrorBody::new(ErrorCode::Forbidden, format!("scope {} is not granted", scope.as_str())))
            }
            _ => Ok(()),
        }
    }
}

/// The names of a list, or `None` where it has a `*`.
fn named(events: &[String]) -> Option<HashSet<String>> {
    (!events.iter().any(|event| event == "*")).then(|| events.iter().cloned().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schema::{ManifestScope, PluginType};

    fn manifest(scopes: &[Scope], events: &[&str]) -> Manifest {
        Manifest {
            schema: None,
            manifest: 1,
            id: "acme.crm".into(),
            name: "CRM".into(),
            version: "1.0.0".into(),
            plugin_type: PluginType::Call,
            url: "https://crm.example".into(),
            origins: Vec::new(),
            scopes: scopes
                .iter()
                .map(|scope| ManifestScope { scope: *scope, reason: "test".into() })
                .collect(),
            events: events.iter().map(|event| (*event).to_owned()).collect(),
            visible_by_default: None,
        }
    }

    fn want(scopes: Option<&[&str]>, events: Option<&[&str]>) -> Want {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Want { scopes: scopes.map(owned), events: events.map(owned) }
    }

    fn passes(permissions: &Permissions, event: &str) -> bool {
        permissions.passes(EventName::parse(event), event)
    }

    #[test]
    fn without_manifest_policy_or_wish_every_scope_is_granted() {
        let all = Permissions::new(Caps::default(), None);
        assert_eq!(all.granted, Scope::ALL);
        assert_eq!(all.denied, Vec::<String>::new());
        assert!(
            passes(&all, "incoming_call") && passes(&all, "next_status") && passes(&all, "acme.order_opened")
        );
    }

    #[test]
    fn a_wish_for_what_does_not_exist_is_denied_by_its_own_name_once() {
        let wish = want(Some(&["contact:read", "contact:fly", "contact:fly"]), None);
        let permissions = Permissions::new(Caps::default(), Some(&wish));
        assert_eq!(permissions.granted, [Scope::ContactRead]);
        assert_eq!(permissions.denied, ["contact:fly"]);
    }

    #[test]
    fn events_need_their_scope_the_wish_and_the_declaration() {
        let manifest = manifest(&[Scope::CallObserve], &["incoming_call", "call_ended", "next_status"]);
        let wish = want(None, Some(&["incoming_call", "next_status", "acme.order"]));
        let permissions =
            Permissions::new(Caps { manifest: Some(&manifest), ..Caps::default() }, Some(&wish));
        assert!(passes(&permissions, "incoming_call"));
        assert!(!passes(&permissions, "call_ended"), "not wanted");
        assert!(!passes(&permissions, "next_status"), "agent:read is not granted");
        assert!(!passes(&permissions, "acme.order"), "not declared");
    }

    #[test]
    fn what_is_sent_is_listed_by_name() {
        let sent = |caps, want| {
            let mut names = Permissions::new(caps, want).sent_events();
            assert_eq!(names.drain(..LOCAL_EVENTS.len()).collect::<Vec<_>>(), LOCAL_EVENTS);
            names
        };
        let all = sent(Caps::default(), None);
        assert_eq!((all.len(), all.last().map(String::as_str)), (EventName::ALL.len() + 1, Some("*")));
        let manifest = manifest(&[Scope::CallObserve], &["call_ended", "acme.b", "next_status", "acme.a"]);
        let caps = Caps { manifest: Some(&manifest), ..Caps::default() };
        assert_eq!(sent(caps, None), ["call_ended", "acme.a", "acme.b"]);
        let wish = want(None, Some(&["on_hold", "acme.b"]));
        assert_eq!(sent(caps, Some(&wish)), ["acme.b"]);
    }

    #[test]
    fn an_event_that_does_not_come_is_refused_with_its_reason() {
        let manifest = manifest(&[Scope::CallObserve], &["incoming_call", "call_ended", "next_status"]);
        let wish = want(None, Some(&["incoming_call", "next_status", "acme.order"]));
        let permissions =
            Permissions::new(Caps { manifest: Some(&manifest), ..Caps::default() }, Some(&wish));
        let refusal = |event: &str| permissions.check_event(EventName::parse(event), event);
        assert_eq!(refusal("incoming_call"), Ok(()));
        for (event, reason) in
            [("next_status", "scope agent:read"), ("call_ended", "`want.events`"), ("acme.order", "manifest")]
        {
            let error = refusal(event).unwrap_err();
            assert_eq!(error.code, ErrorCode::Forbidden);
            assert!(error.message.starts_with(event) && error.message.contains(reason), "{}", error.message);
        }
    }

    #[test]
    fn a_refusal_names_the_scope() {
        let none = Permissions::new(Caps { policy: Some(&[]), ..Caps::default() }, None);
        let error = none.check(Some(Scope::CallTransfer)).unwrap_err();
        assert_eq!(error.code, ErrorCode::Forbidden);
        assert_eq!(error.message, "scope call:transfer is not granted");
        assert_eq!(none.check(None), Ok(()));
    }

    fn subset() -> impl Strategy<Value = Vec<Scope>> {
        proptest::sample::subsequence(Scope::ALL.to_vec(), 0..=Scope::ALL.len())
    }

    proptest! {
        #[test]
        fn granted_is_exactly_what_all_four_parties_agree_on(
            declared in proptest::option::of(subset()),
            policy in proptest::option::of(subset()),
            token in proptest::option::of(subset()),
            wanted in proptest::option::of(subset()),
        ) {
            let manifest = declared.as_deref().map(|scopes| manifest(scopes, &[]));
            let names = wanted.as_ref().map(|scopes| scopes.iter().map(|scope| scope.as_str().to_owned()).collect());
            let caps = Caps { manifest: manifest.as_ref(), policy: policy.as_deref(), token: token.as_deref() };
            let permissions = Permissions::new(caps, Some(&Want { scopes: names, events: None }));
            let agrees = |party: &Option<Vec<Scope>>, scope| party.as_ref().is_none_or(|party| party.contains(&scope));
            for scope in Scope::ALL.iter().copied() {
                let all = agrees(&declared, scope) && agrees(&policy, scope) && agrees(&token, scope) && agrees(&wanted, scope);
                prop_assert_eq!(permissions.has(scope), all);
                let denied = permissions.denied.iter().any(|name| name == scope.as_str());
                prop_assert_eq!(denied, !all && agrees(&wanted, scope));
            }
        }
    }
}
