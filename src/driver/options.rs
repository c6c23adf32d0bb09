use crate::session::PluginOptions;
use crate::transport::dial::DialOptions;

/// What a [`super::Client`] is made with.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The session's side.
    pub session: PluginOptions,
    /// Where and how to dial.
    pub dial: DialOptions,
    /// Where each dial's token comes from.
    pub token: TokenSource,
}

/// Where each dial's token comes from.
#[derive(Clone, Default)]
pub enum TokenSource {
    /// There is none.
    #[default]
    Absent,
    /// Always the same.
    Fixed(String),
    /// Asked for at each dial by `Delivery::TokenWanted`.
    Ask,
}

impl std::fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Fixed(_) => "Fixed",
            Self::Ask => "Ask",
        })
    }
}

/// A random `plugin.instance`: 32 hexadecimal digits.
///
/// # Errors
/// When the operating system has no random numbers.
pub fn new_instance() -> Result<String, getrandom::Error> {
    let bytes: [u8; 16] = random()?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
