use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::desktop::DesktopOptions;

/// What a [`super::Host`] is made with.
#[derive(Clone)]
pub struct HostOptions {
    /// The desktop's side.
    pub desktop: DesktopOptions,
    /// Exact origins of pages that may dial; none by default.
    pub allowed_origins: Vec<String>,
    /// Names in the `Host` header beyond the loopback ones.
    pub allowed_hosts: Vec<String>,
    /// Path of the link.
    pub path: String,
    /// How long plugins are asked to stay away by [`super::Host::close`].
    pub retry_after_ms: Option<u64>,
}

impl Default for HostOptions {
    fn default() -> Self {
        Self {
            desktop: DesktopOptions::default(),
            allowed_origins: Vec::new(),
            allowed_hosts: Vec::new(),
            path: "/link".into(),
            retry_after_ms: None,
        }
    }
}

/// A random shared secret of 192 bits, safe in a URL's fragment and on a command line.
///
/// # Errors
/// When the operating system has no random numbers.
pub fn new_token() -> Result<String, getrandom::Error> {
    Ok(URL_SAFE_NO_PAD.encode(crate::driver::random::<24>()?))
}
