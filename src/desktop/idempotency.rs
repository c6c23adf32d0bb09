//! At most one execution per idempotency key (P4): what runs, what it answered, who waits for it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::wire::ErrorBody;

/// What a key stands for: agent, plugin, method and the caller's key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub agent: Arc<str>,
    pub plugin: Arc<str>,
    pub method: &'static str,
    pub key: Arc<str>,
}

/// An answer as it is kept and sent: result JSON or error.
pub(super) type Answer = Result<Arc<str>, ErrorBody>;

/// What to do with a request that carries a key.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// Nobody ran it: run it, then [`Cache::finish`].
    Run,
    /// The run of this ticket is under way: wait for its answer.
    Wait(u64),
    /// It was run: this is the answer.
    Repeat(Answer),
    /// The key belongs to another payload.
    Conflict,
    /// Every entry is still running.
    Full,
}

/// Bounded by count and age; an entry that is still running is never evicted by count.
pub(super) struct Cache {
    entries: HashMap<Key, Entry>,
    /// Keys by age of their first request, with the entry's number; entries that were forgotten stay until they come up.
    by_age: VecDeque<(u64, u64, Key)>,
    next: u64,
    capacity: usize,
    keep_ms: u64,
}

struct Entry {
    number: u64,
    hash: [u8; 32],
    since_ms: u64,
    state: State,
}

enum State {
    Running(u64),
    Done(Answer),
}

impl Cache {
    pub fn new(capacity: usize, keep_ms: u64) -> Self {
        Self { entries: HashMap::new(), by_age: VecDeque::new(), next: 0, capacity, keep_ms }
    }

    /// Looks `key` up and, for [`Verdict::Run`], enters it as running under `ticket`.
    pub fn begin(&mut self, key: &Key, hash: [u8; 32], ticket: u64, mono_ms: u64) -> Verdict {
        self.expire(mono_ms);
        if let Some(entry) = self.entries.get(key) {
            return match &entry.state {
                _ if entry.hash != hash => Verdict::Conflict,
                State::Running(ticket) => Verdict::Wait(*ticket),
                State::Done(answer) => Verdict::Repeat(answer.clone()),
            };
        }
        if self.entries.len() >= self.capacity && !self.evict_oldest_done() {
            return Verdict::Full;
        }
        self.next += 1;
        self.by_age.push_back((mono_ms, self.next, key.clone()));
        let entry = Entry { number: self.next, hash, since_ms: mono_ms, state: State::Running(ticket) };
        self.entries.insert(key.clone(), entry);
        Verdict::Run
    }

    /// Keeps the answer of the run `ticket`; one that says that nothing was executed frees the key instead.
    pub fn finish(&mut self, key: &Key, ticket: u64, answer: &Answer) {
        let Some(entry) = self.entries.get_mut(key) else { return };
        if !matches!(entry.state, State::Running(running) if running == ticket) {
            return;
        }
        match answer {
            Err(error) if error.executed == crate::wire::Executed::No => {
                self.entries.remove(key);
            }
            _ => entry.state = State::Done(answer.clone()),
        }
    }

    fn expire(&mut self, mono_ms: u64) {
        while let Some((since, number, key)) = self.by_age.front() {
            if mono_ms.saturating_sub(*since) < self.keep_ms {
                break;
            }
            if self.entries.get(key).is_some_and(|entry| entry.number == *number && entry.since_ms == *since)
            {
                self.entries.remove(key);
            }
            self.by_age.pop_front();
        }
    }

    fn evict_oldest_done(&mut self) -> bool {
        let entries = &self.entries;
        // Freed keys leave their age behind, so those go first.
        self.by_age.retain(|(_, number, key)| entries.get(key).is_some_and(|entry| entry.number == *number));
        let done = |(_, _, key): &(u64, u64, Key)| {
            entries.get(key).is_some_and(|entry| matches!(entry.state, State::Done(_)))
        };
        let Some(at) = self.by_age.iter().position(done) else { return false };
        if let Some((_, _, key)) = self.by_age.remove(at) {
            self.entries.remove(&key);
        }
        true
    }
}

/// The hash that tells one payload from another; the contact is part of what was asked.
pub(super) fn payload_hash(payload: &serde_json::Value, contact_id: Option<&str>) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hash_value(payload, &mut hasher);
    if let Some(contact_id) = contact_id {
        hasher.update([b'@']);
        hasher.update(contact_id.as_bytes());
    }
    hasher.finalize().into()
}

/// Members in the order of their names, so that the order they were written in makes no difference.
/// Recursion is bounded by the depth that `wire` lets through.
fn hash_value(value: &serde_json::Value, hasher: &mut Sha256) {
    match value {
        serde_json::Value::Object(members) => {
            let mut names: Vec<_> = members.iter().collect();
            names.sort_unstable_by_key(|(name, _)| *name);
            hasher.update([b'{']);
            hasher.update((names.len() as u64).to_le_bytes());
            for (name, member) in names {
                hash_text(name, hasher);
                hash_value(member, hasher);
            }
        }
        serde_json::Value::Array(elements) => {
            hasher.update([b'[']);
            hasher.update((elements.len() as u64).to_le_bytes());
            elements.iter().for_each(|element| hash_value(element, hasher));
        }
        serde_json::Value::String(text) => {
            hasher.update([b'"']);
            hash_text(text, hasher);
        }
        scalar => {
            hasher.update([b'#']);
            hash_text(&scalar.to_string(), hasher);
        }
    }
}

fn hash_text(text: &str, hasher: &mut Sha256) {
    hasher.update((text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}
