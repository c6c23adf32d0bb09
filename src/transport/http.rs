//! The HTTP a host's port speaks before the upgrade: one bounded request head, one short answer.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// Bytes of a request head at most.
pub const MAX_HEAD_BYTES: usize = 8 * 1024;
/// How long a request head may take.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_HEADERS: usize = 64;

/// A request head, syntactically sound: header values are visible ASCII and there is no body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The method, as sent.
    pub method: String,
    /// The request target without its query.
    pub path: String,
    headers: Vec<(String, String)>,
}

impl Head {
    /// The value of a header that may come once.
    ///
    /// # Errors
    /// A 400 when it comes twice: the two readers of such a head would not agree on it.
    pub fn once(&self, name: &str) -> Result<Option<&str>, Reply> {
        let mut found = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some((_, value)), None) => Ok(Some(value)),
            (Some(_), Some(_)) => Err(Reply::bad_request("a header that may come once comes twice")),
        }
    }

    /// Every line of a header, as sent.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// All comma-separated elements of a header, over all its lines.
    pub fn list<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|element| !element.is_empty())
    }

    /// Whether the request asks to become a WebSocket.
    pub fn wants_upgrade(&self) -> bool {
        self.list("upgrade").any(|protocol| protocol.eq_ignore_ascii_case("websocket"))
    }

    /// Parses a head that ends with an empty line; `None` while it is incomplete. Tells how long it is.
    ///
    /// # Errors
    /// A 400 or 431.
    pub fn parse(bytes: &[u8]) -> Result<Option<(usize, Self)>, Reply> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let length = match request.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => return Err(Reply::head_too_large()),
            Err(_) => return Err(Reply::bad_request("the request is not HTTP/1.1")),
        };
        let (Some(method), Some(target), Some(1)) = (request.method, request.path, request.version) else {
            return Err(Reply::bad_request("the request is not HTTP/1.1"));
        };
        if !target.starts_with('/') {
            return Err(Reply::bad_request("the request target is not a path"));
        }
        let mut pairs = Vec::with_capacity(request.headers.len());
        for header in request.headers.iter() {
            let value = std::str::from_utf8(header.value).ok().filter(|value| is_visible(value));
            let Some(value) = value else {
                return Err(Reply::bad_request("a header holds bytes that are not visible ASCII"));
            };
            pairs.push((header.name.to_owned(), value.trim().to_owned()));
        }
        let path = target.split(['?', '#']).next().unwrap_or(target).to_owned();
        let head = Self { method: method.to_owned(), path, headers: pairs };
        if head.once("content-length")?.is_some_and(|length| length != "0")
            || head.once("transfer-encoding")?.is_some()
        {
            return Err(Reply::bad_request("a request to this port has no body"));
        }
        Ok(Some((length, head)))
    }
}

fn is_visible(value: &str) -> bool {
    value.bytes().all(|byte| byte == b'\t' || (0x20..0x7f).contains(&byte))
}

/// Reads one head; also gives back what came after it.
///
/// # Errors
/// The reply to send, or `None` when the peer went away and there is nobody to reply to.
pub async fn read_head<S: AsyncRead + Unpin>(stream: &mut S) -> Result<(Head, Vec<u8>), Option<Reply>> {
    timeout(HEAD_TIMEOUT, read_head_unhurried(stream))
        .await
        .unwrap_or_else(|_| Err(Some(Reply::new(408, "the request head did not arrive in time"))))
}

async fn read_head_unhurried<S: AsyncRead + Unpin>(stream: &mut S) -> Result<(Head, Vec<u8>), Option<Reply>> {
    let mut bytes = Vec::with_capacity(1024);
    loop {
        let read = stream.read_buf(&mut bytes).await.map_err(|_| None)?;
        if read == 0 {
            return Err(None);
        }
        let end = bytes.len().min(MAX_HEAD_BYTES);
        // `end` is at most the length. A head is parsed only once its empty line is there: a peer that sends single
        // bytes costs one short scan each.
        let seen = bytes.get(..end).unwrap_or_default();
        let from = end.saturating_sub(read + 3);
        if ends_in(seen.get(from..).unwrap_or_default()) {
            if let Some((length, head)) = Head::parse(seen)? {
                return Ok((head, bytes.split_off(length)));
            }
        } else if !could_be_http(seen) {
            return Err(Some(Reply::bad_request("the request is not HTTP/1.1")));
        }
        if bytes.len() >= MAX_HEAD_BYTES {
            return Err(Some(Reply::head_too_large()));
        }
    }
}

fn ends_in(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair == b"\n\n") || bytes.windows(4).any(|four| four == b"\r\n\r\n")
}

fn could_be_http(bytes: &[u8]) -> bool {
    bytes.first().is_none_or(u8::is_ascii_uppercase)
}

/// One HTTP answer after which the connection ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Header lines beyond `Content-Type`, `Content-Length` and `Connection`.
    pub headers: Vec<(String, String)>,
    /// `Content-Type`.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// A one-sentence plain text reply.
    pub fn new(status: u16, sentence: &str) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content_type: "text/plain; charset=utf-8".into(),
            body: format!("{sentence}\n").into_bytes(),
        }
    }

    /// A reply with a body of the given type.
    pub fn with_body(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        Self { status, headers: Vec::new(), content_type: content_type.into(), body }
    }

    /// The same reply with one more header line.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// 400.
    pub fn bad_request(sentence: &str) -> Self {
        Self::new(400, sentence)
    }

    fn head_too_large() -> Self {
        Self::new(431, "the request head is larger than 8 KiB or has more than 64 headers")
    }

    fn reason(&self) -> &'static str {
        match self.status {
            200 => "OK",
            400 => "Bad Request",
            403 => "Forbidden",
            404 => "Not Found",
            408 => "Request Timeout",
            426 => "Upgrade Required",
            429 => "Too Many Requests",
            431 => "Request Header Fields Too Large",
            503 => "Service Unavailable",
            _ => "Other",
        }
    }

    /// Sends the reply and ends the connection, within a second and one more for each 256 KiB. `head_only` leaves the
    /// body out.
    pub async fn send<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: &mut S, head_only: bool) {
        let seconds = 1 + u64::try_from(self.body.len() / 262_144).unwrap_or(u64::MAX);
        let _ = timeout(Duration::from_secs(seconds), self.send_unhurried(stream, head_only)).await;
    }

    async fn send_unhurried<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        head_only: bool,
    ) -> std::io::Result<()> {
        let mut bytes = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\
             X-Content-Type-Options: nosniff\r\n",
            self.status,
            self.reason(),
            self.content_type,
            self.body.len()
        )
        .into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        if !head_only {
            bytes.extend_from_slice(&self.body);
        }
        stream.write_all(&bytes).await?;
        stream.shutdown().await?;
        // Closing with unread bytes resets the connection, and the peer may lose the reply: read some of them away.
        let mut sink = [0; 1024];
        for _ in 0..64 {
            if stream.read(&mut sink).await? == 0 {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Option<Head>, u16> {
        Head::parse(text.as_bytes()).map(|found| found.map(|(_, head)| head)).map_err(|reply| reply.status)
    }

    #[test]
    fn a_head_is_read_without_its_query() {
        let head =
            parse("GET /link?token=x HTTP/1.1\r\nHost: a\r\nupgrade: WebSocket\r\n\r\n").unwrap().unwrap();
        assert_eq!(head.path, "/link");
        assert!(head.wants_upgrade());
        assert_eq!(head.once("HOST").unwrap(), Some("a"));
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        for text in [
            "GET / HTTP/0.9\r\n\r\n",
            "GET / HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.1\r\nOrigin: a\0b\r\n\r\n",
            "GET / HTTP/1.1\r\nOrigin: a\rb\r\n\r\n",
            "GET / HTTP/1.1\r\nOrigin: caf\u{e9}\r\n\r\n",
            "GET /\0 HTTP/1.1\r\n\r\n",
            "GET http://other/ HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 4\r\n\r\n",
            "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 4\r\n\r\n",
        ] {
            assert_eq!(parse(text), Err(400), "{text:?}");
        }
        let twice = parse("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").unwrap().unwrap();
        assert_eq!(twice.once("host").unwrap_err().status, 400);
    }

    #[test]
    fn a_thousand_headers_are_too_many() {
        let text = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(1_000));
        assert_eq!(parse(&text), Err(431));
    }
}
