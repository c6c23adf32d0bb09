//! Session ids and resume tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::Rng;
use subtle::ConstantTimeEq;

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
    use rand_chacha::rand_core::SeedableRng;

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
