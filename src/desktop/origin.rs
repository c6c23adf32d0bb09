//! Which pages may dial and under which names the host answers: pure checks of `Origin` and `Host`.

// Addresses are only parsed here: nothing of this layer opens a socket.
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::schema::Manifest;

/// Why an upgrade is refused with HTTP 403. The texts name the header and the rule, never the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginError {
    /// `Host` is missing, doubled or not a host name with an optional port.
    HostMalformed,
    /// `Host` names a host that is not allowed.
    HostNotAllowed,
    /// `Origin` is not a serialised origin, or there is more than one.
    OriginMalformed,
    /// `Origin` is `null`: a sandboxed or opaque page.
    OriginNull,
    /// `Origin` is not listed.
    OriginNotAllowed,
}

impl std::fmt::Display for OriginError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::HostMalformed => "the Host header is missing or malformed",
            Self::HostNotAllowed => "this Host name is not allowed: list it in `allowedHosts`",
            Self::OriginMalformed => "the Origin header is malformed",
            Self::OriginNull => "an opaque origin (null) is not allowed",
            Self::OriginNotAllowed => "this Origin is not allowed: list it in `allowedOrigins`",
        })
    }
}

impl std::error::Error for OriginError {}

/// Who may dial this host. Built once from the options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DialPolicy {
    origins: Vec<Origin>,
    hosts: Vec<String>,
}

impl DialPolicy {
    /// A policy of exact `origins` and of host names beyond the loopback ones.
    ///
    /// # Errors
    /// The index of the first entry of `origins` that is not a serialised http(s) origin.
    pub fn new<'a>(
        origins: impl IntoIterator<Item = &'a str>,
        hosts: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, usize> {
        let mut policy = Self::default();
        for (index, text) in origins.into_iter().enumerate() {
            policy.origins.push(Origin::parse(text).ok_or(index)?);
        }
        policy.hosts = LOOPBACK_HOSTS.iter().map(|host| (*host).to_owned()).collect();
        policy.hosts.extend(hosts.into_iter().map(str::to_ascii_lowercase));
        Ok(policy)
    }

    /// Judges the headers of an upgrade; each slice holds every header of that name.
    ///
    /// No `Origin` means that no browser dials: `hello.auth` decides then.
    ///
    /// # Errors
    /// The rule that is broken; answer HTTP 403.
    pub fn check(&self, hosts: &[&str], origins: &[&str]) -> Result<(), OriginError> {
        let [host] = hosts else { return Err(OriginError::HostMalformed) };
        let name = host_name(host).ok_or(OriginError::HostMalformed)?;
        if !self.hosts.contains(&name) {
            return Err(OriginError::HostNotAllowed);
        }
        match origins {
            [] => Ok(()),
            ["null"] => Err(OriginError::OriginNull),
            [origin] => {
                let origin = Origin::parse(origin).ok_or(OriginError::OriginMalformed)?;
                if self.origins.contains(&origin) { Ok(()) } else { Err(OriginError::OriginNotAllowed) }
            }
            _ => Err(OriginError::OriginMalformed),
        }
    }
}

/// A serialised http(s) origin: scheme, host in lower case, port with the scheme's default filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: &'static str,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads `https://host[:port]`: no path, no user, no trailing slash, no space.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (scheme, default_port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => ("http", 80),
            "https" => ("https", 443),
            _ => return None,
        };
        let (host, port) = split_port(rest)?;
        Some(Self { scheme, host: normal_host(host)?, port: port.unwrap_or(default_port) })
    }

    /// Whether two serialised origins are the same one.
    pub fn same(one: &str, other: &str) -> bool {
        matches!((Self::parse(one), Self::parse(other)), (Some(one), Some(other)) if one == other)
    }
}

/// Whether a plugin of that manifest may come from `origin`: the one of its page, or one of those it lists.
pub(super) fn is_of(manifest: &Manifest, origin: &str) -> bool {
    let Some(origin) = Origin::parse(origin) else { return false };
    let page = manifest.url.split_once("://").map(|(scheme, rest)| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        format!("{scheme}://{authority}")
    });
    let origins = manifest.origins.iter().map(String::as_str).chain(page.as_deref());
    origins.filter_map(Origin::parse).any(|listed| listed == origin)
}

/// The host of a `Host` header without its port, in lower case; IPv6 addresses keep their brackets.
fn host_name(header: &str) -> Option<String> {
    let (host, _) = split_port(header)?;
    normal_host(host)
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let end = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, rest) = authority.split_at_checked(end)?;
    match rest.strip_prefix(':') {
        None if rest.is_empty() => Some((host, None)),
        // `parse` would take a sign, which no port has.
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().ok().map(|port| (host, Some(port)))
        }
        _ => None,
    }
}

fn normal_host(host: &str) -> Option<String> {
    if let Some(inner) = host.strip_prefix('[') {
        let address: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    let plausible = !host.is_empty()
        && host.len() <= 253
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
    let host = host.to_ascii_lowercase();
    // A browser writes an IPv4 address in four decimal parts; other spellings (0x7f.1) are not host names.
    let numeric = host.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_digit()));
    (plausible && (!numeric || host.parse::<Ipv4Addr>().is_ok())).then_some(host)
}

const LOOPBACK_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
