//! Session ids and resume tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use subtle::ConstantTimeEq;

/// Random numbers of a session that asks for some once in a while: a generator's state is ten times its seed.
#[derive(Clone)]
pub(super) struct Chance(pub(super) [u8; 32]);

impl Chance {
    /// A generator for one use, seeded with what no other one was.
    pub(super) fn rng(&mut self) -> ChaCha20Rng {
        let mut rng = ChaCha20Rng::from_seed(self.0);
        rng.fill_bytes(&mut self.0);
        rng
    }
}

/// A session id: 96 random bits, not a secret.
pub(super) fn session_id(rng: &mut ChaCha20Rng) -> String {
    let mut bytes = [0; 12];
    rng.fill_bytes(&mut bytes);
    format!("s_{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// 256 random bits that prove that a plugin owns a session. Never printed.
#[derive(Clone)]
pub(super) struct ResumeToken(String);

impl ResumeToken {
    pub(super) fn random(rng: &mut ChaCha20Rng) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self(format!("r_{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Compares in constant time.
    pub(super) fn matches(&self, presented: &str) -> bool {
        self.0.as_bytes().ct_eq(presented.as_bytes()).into()
    }

    /// The text for `welcome`.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_generators_of_a_session_give_the_same_numbers() {
        let mut chance = Chance([7; 32]);
        let ids: Vec<_> = (0..3).map(|_| session_id(&mut chance.rng())).collect();
        assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
    }

    #[test]
    fn a_token_has_256_bits_and_matches_only_itself() {
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        let (one, two) = (ResumeToken::random(&mut rng), ResumeToken::random(&mut rng));
        assert_eq!(one.reveal().len(), 2 + 43);
        assert!(one.matches(one.reveal()));
        assert!(!one.matches(two.reveal()));
        assert!(!one.matches(""));
        assert!(!one.matches(&one.reveal()[..44]));
    }
}
