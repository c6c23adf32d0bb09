//! Opens a WebSocket to a host: addresses in turn, TLS, upgrade, and what a refusal means.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, BufReader};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use tokio_tungstenite::tungstenite::{Error as WsError, error::UrlError};

use super::{Carrier, CarrierLimits, FrameMeter, Metered, SharedCarrier, tls};
use crate::wire::{CloseCode, ErrorCode, SUBPROTOCOL};

/// How to reach a host.
#[derive(Clone, Debug)]
pub struct DialOptions {
    /// `ws://` or `wss://` URL of the host's link.
    pub url: String,
    /// PEM text: certificates to trust beside the platform's.
    pub ca: Option<String>,
    /// Allows `ws://` beyond loopback.
    pub allow_insecure: bool,
    /// How long name, connection, TLS and upgrade may take together, in milliseconds.
    pub timeout_ms: u64,
}

impl Default for DialOptions {
    fn default() -> Self {
        Self { url: "ws://127.0.0.1:7420/link".into(), ca: None, allow_insecure: false, timeout_ms: 10_000 }
    }
}

/// Why a dial failed. Whether to try again follows from `close_code`, else from the code's own `retryable`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialFailure {
    /// `E_TLS`, `E_NO_HOST`, `E_AUTH`, `E_ORIGIN`, `E_VERSION`, `E_RATE_LIMITED`, `E_UNAVAILABLE`, `E_PROTOCOL` or
    /// `E_BAD_REQUEST` (the URL).
    pub code: ErrorCode,
    /// What, and what to set.
    pub message: String,
    /// The close code that the refusal stands for.
    pub close_code: Option<CloseCode>,
    /// The host asks for this much patience.
    pub retry_after_ms: Option<u64>,
}

impl DialFailure {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), close_code: None, retry_after_ms: None }
    }
}

/// A plain or TLS stream.
pub trait Duplex: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Duplex for T {}

/// A carrier that was dialled.
pub type Dialled = SharedCarrier<Box<dyn Duplex>>;

/// Dials once. Dropping the future leaves nothing behind.
///
/// # Errors
/// See [`DialFailure`].
pub async fn dial(options: &DialOptions) -> Result<Dialled, DialFailure> {
    let target = Target::parse(&options.url, options.allow_insecure)?;
    match timeout(Duration::from_millis(options.timeout_ms), connect(&target, options)).await {
        Ok(result) => result,
        Err(_) => Err(DialFailure::new(
            ErrorCode::NoHost,
            format!("nobody answered at {} within {} ms", target.authority, options.timeout_ms),
        )),
    }
}

async fn connect(target: &Target, options: &DialOptions) -> Result<Dialled, DialFailure> {
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host((target.host.as_str(), target.port))
        .await
        .map_err(|error| no_host(target, &error.to_string()))?
        .collect();
    let stream = connect_first(&interleave(addresses)).await.map_err(|reason| no_host(target, &reason))?;
    // Frames are small and answers are awaited: waiting to fill a segment only adds latency.
    let _ = stream.set_nodelay(true);
    // TLS reads ahead by itself.
    let stream: Box<dyn Duplex> = if target.secure {
        Box::new(secure(target, options, stream).await?)
    } else {
        Box::new(BufReader::with_capacity(READ_AHEAD, stream))
    };
    upgrade(target, stream).await
}

fn no_host(target: &Target, reason: &str) -> DialFailure {
    DialFailure::new(ErrorCode::NoHost, format!("no host at {}: {reason}", target.authority))
}

/// Where a URL leads.
#[derive(Debug, PartialEq, Eq)]
struct Target {
    uri: Uri,
    authority: String,
    host: String,
    port: u16,
    secure: bool,
}

impl Target {
    fn parse(url: &str, allow_insecure: bool) -> Result<Self, DialFailure> {
        let bad = |message: &str| DialFailure::new(ErrorCode::BadRequest, format!("url: {message}"));
        let uri: Uri = url.parse().map_err(|_| bad("is not a URL"))?;
        let secure = match uri.scheme_str() {
            Some("wss") => true,
            Some("ws") => false,
            _ => return Err(bad("must begin with ws:// or wss://")),
        };
        let authority = uri.authority().ok_or_else(|| bad("has no host"))?;
        if authority.as_str().contains('@') {
            return Err(bad("must not hold a user or password: use `token`"));
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() {
            return Err(bad("has no host"));
        }
        if !secure && !allow_insecure && !is_loopback(&host) {
            return Err(DialFailure::new(
                ErrorCode::Tls,
                format!(
                    "ws:// to {host} would be readable on the network: use wss://, or set `allowInsecure: true`"
                ),
            ));
        }
        let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let authority = format!("{}:{port}", authority.host());
        Ok(Self { authority, host, port, secure, uri })
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Address families in turn, the resolver's first choice first (RFC 8305, section 4).
fn interleave(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut first, mut second): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == first_is_v6);
    first.reverse();
    second.reverse();
    let mut all = Vec::with_capacity(first.len() + second.len());
    while !first.is_empty() || !second.is_empty() {
        all.extend(first.pop());
        all.extend(second.pop());
    }
    all
}

/// Starts an attempt every 250 ms, or at once when all others failed; the first connection wins.
async fn connect_first(addresses: &[SocketAddr]) -> Result<TcpStream, String> {
    let mut waiting = addresses.iter();
    let mut attempts = FuturesUnordered::new();
    let mut last = "the name has no address".to_owned();
    loop {
        if attempts.is_empty() || waiting.len() > 0 {
            match waiting.next() {
                Some(address) => attempts.push(TcpStream::connect(*address)),
                None if attempts.is_empty() => return Err(last),
                None => {}
            }
        }
        let more = waiting.len() > 0;
        tokio::select! {
            Some(result) = attempts.next() => match result {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error.to_string(),
            },
            () = sleep(STAGGER), if more => {}
        }
    }
}

/// The WebSocket library reads as many bytes as its buffer happens to have left: a few messages, then one.
const READ_AHEAD: usize = 32 * 1024;

const STAGGER: Duration = Duration::from_millis(250);

async fn secure(
    target: &Target,
    options: &DialOptions,
    stream: TcpStream,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, DialFailure> {
    let config = tls::client_config(options.ca.as_deref())
        .map_err(|message| DialFailure::new(ErrorCode::Tls, message))?;
    let name = ServerName::try_from(target.host.clone()).map_err(|_| {
        DialFailure::new(ErrorCode::Tls, "the URL's host is not a name a certificate can hold")
    })?;
    TlsConnector::from(config).connect(name, stream).await.map_err(|error| {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(cause) => DialFailure::new(
                ErrorCode::Tls,
                format!(
                    "TLS with {} failed: {cause}; to trust a private authority set `ca`",
                    target.authority
                ),
            ),
            None => no_host(target, &error.to_string()),
        }
    })
}

async fn upgrade(target: &Target, stream: Box<dyn Duplex>) -> Result<Dialled, DialFailure> {
    let limits = CarrierLimits::PLUGIN;
    let mut request = target
        .uri
        .clone()
        .into_client_request()
        .map_err(|error| DialFailure::new(ErrorCode::BadRequest, format!("url: {error}")))?;
    request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(SUBPROTOCOL));
    let metered = Metered::new(stream, FrameMeter::after_head(limits.meter_budget()));
    match client_async_with_config(request, metered, Some(limits.config())).await {
        Ok((socket, response)) if response.headers().contains_key("Sec-WebSocket-Extensions") => {
            drop(socket);
            Err(DialFailure::new(ErrorCode::Protocol, "the host answered with an extension nobody offered"))
        }
        Ok((socket, _)) => Ok(SharedCarrier::new(Carrier::new(socket, limits))),
        Err(WsError::Http(response)) => Err(refusal(response.status(), response.headers())),
        Err(WsError::Url(error @ UrlError::NoHostName)) => {
            Err(DialFailure::new(ErrorCode::BadRequest, format!("url: {error}")))
        }
        Err(WsError::Io(error)) => Err(DialFailure::new(
            ErrorCode::Unavailable,
            format!("{} ended the connection before the upgrade: {error}", target.authority),
        )),
        Err(WsError::Protocol(tokio_tungstenite::tungstenite::error::ProtocolError::HandshakeIncomplete)) => {
            Err(DialFailure::new(
                ErrorCode::Unavailable,
                format!("{} ended the connection before the upgrade", target.authority),
            ))
        }
        Err(error) => Err(DialFailure::new(
            ErrorCode::Protocol,
            format!("{} is not a SmartAgent host: {error}", target.authority),
        )),
    }
}

/// What an HTTP answer instead of the upgrade means: 401 as 4501, 403 and 404 as 4503, 426 as 4506; 408, 429 and 5xx
/// come again.
fn refusal(status: StatusCode, headers: &HeaderMap) -> DialFailure {
    let retry_after_ms = headers
        .get("Retry-After")
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.trim().parse::<u64>().ok())
        .map(|seconds| seconds.saturating_mul(1_000));
    let (code, close_code, what) = match status.as_u16() {
        401 => (ErrorCode::Auth, Some(CloseCode::AUTH_FAILED), "set `token`"),
        403 => (ErrorCode::Origin, Some(CloseCode::FORBIDDEN), "the host does not allow this name or origin"),
        404 => (ErrorCode::Origin, Some(CloseCode::FORBIDDEN), "there is no link at this path: check `url`"),
        426 => (ErrorCode::Version, Some(CloseCode::VERSION_UNSUPPORTED), "the host speaks another version"),
        429 => (ErrorCode::RateLimited, Some(CloseCode::RATE_LIMITED), "too many connections"),
        408 | 500..=599 => {
            (ErrorCode::Unavailable, Some(CloseCode::INTERNAL), "the host cannot serve this now")
        }
        300..=399 => (ErrorCode::Protocol, None, "redirects are not followed: set `url` to the host itself"),
        _ => (ErrorCode::Protocol, None, "this is not a SmartAgent host, or a proxy is in the way"),
    };
    DialFailure {
        code,
        message: format!("the upgrade was refused with HTTP {}: {what}", status.as_u16()),
        close_code,
        retry_after_ms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_beyond_loopback_is_refused_unless_allowed() {
        for url in ["ws://desktop.example/link", "ws://192.168.1.4:7420/link", "ws://[2001:db8::1]/"] {
            let error = Target::parse(url, false).unwrap_err();
            assert_eq!(error.code, ErrorCode::Tls, "{url}");
            assert!(error.message.contains("allowInsecure"));
            assert!(Target::parse(url, true).is_ok(), "{url}");
        }
        for url in
            ["ws://127.0.0.1:7420/link", "ws://LOCALHOST/", "ws://[::1]:80/", "wss://desktop.example/link"]
        {
            assert!(Target::parse(url, false).is_ok(), "{url}");
        }
    }

    #[test]
    fn a_url_that_is_no_link_is_named() {
        for url in ["http://127.0.0.1/", "ws://", "", "ws://user:secret@127.0.0.1/", "/link"] {
            assert_eq!(Target::parse(url, false).unwrap_err().code, ErrorCode::BadRequest, "{url}");
        }
    }

    #[test]
    fn http_refusals_map_to_close_codes() {
        let map = |status: u16| refusal(StatusCode::from_u16(status).unwrap(), &HeaderMap::new());
        assert_eq!(map(401).close_code, Some(CloseCode::AUTH_FAILED));
        assert_eq!(map(403).close_code, Some(CloseCode::FORBIDDEN));
        assert_eq!(map(404).close_code, Some(CloseCode::FORBIDDEN));
        assert_eq!(map(426).close_code, Some(CloseCode::VERSION_UNSUPPORTED));
        for status in [408, 429, 500, 502, 503] {
            assert!(map(status).close_code.unwrap().reconnects(), "{status}");
        }
        for status in [301, 400, 418] {
            assert!(!map(status).code.retryable(), "{status}");
        }
    }

    #[test]
    fn retry_after_is_read_in_seconds() {
        let mut headers = HeaderMap::new();
        headers.insert("Retry-After", HeaderValue::from_static("7"));
        assert_eq!(refusal(StatusCode::SERVICE_UNAVAILABLE, &headers).retry_after_ms, Some(7_000));
    }

    #[test]
    fn address_families_take_turns() {
        let parse = |text: &str| text.parse::<SocketAddr>().unwrap();
        let (a, b, c) = (parse("[::1]:1"), parse("[::2]:1"), parse("127.0.0.1:1"));
        assert_eq!(interleave(vec![a, b, c]), vec![a, c, b]);
    }
}
