//! What a host's port answers before the upgrade.
#![cfg(feature = "ws")]
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod loopback;

use loopback::desk::{Desk, answer, options, upgrade_request};
use loopback::within;
use smartagent_plugin_sdk::host::{Asset, Host};
use smartagent_plugin_sdk::wire::ErrorCode;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Handle;

/// The status of an upgrade with these headers; 101 when it was accepted.
async fn status(desk: &Desk, host: &str, origin: Option<&str>) -> u16 {
    let mut stream = desk.tcp().await;
    stream.write_all(&upgrade_request(host, origin)).await.unwrap();
    let mut first = [0; 12];
    within("a status line", stream.read_exact(&mut first)).await.unwrap();
    std::str::from_utf8(&first[9..]).unwrap().parse().unwrap()
}

#[tokio::test]
async fn only_listed_origins_upgrade() {
    let mut chosen = options();
    chosen.allowed_origins = vec!["https://desktop.example".into(), "http://localhost:5173".into()];
    let desk = Desk::with(chosen, 0).await;
    for origin in [
        None,
        Some("https://desktop.example"),
        Some("https://desktop.example:443"),
        Some("http://localhost:5173"),
    ] {
        assert_eq!(status(&desk, "localhost", origin).await, 101, "{origin:?}");
    }
    for origin in [
        "null",
        "",
        "*",
        "https://",
        "desktop.example",
        "//desktop.example",
        "http://desktop.example",
        "https://desktop.example:8443",
        "https://desktop.example.",
        "https://desktop.example.evil.test",
        "https://evil-desktop.example",
        "https://evil.test",
        "https://desktop.example/",
        "https://desktop.example/x",
        "https://desktop.example?x",
        "https://desktop.example#x",
        "https://user@desktop.example",
        "https://desktop.example@evil.test",
        "https://desktop.example:443@evil.test",
        "wss://desktop.example",
        "ftp://desktop.example",
        "file://",
        "chrome-extension://abcdef",
        "http://localhost",
        "http://localhost:5174",
        "https://localhost:5173",
        "http://127.0.0.1:5173",
        "http://[::1]:5173",
        "http://localhost.:5173",
        "http://localhost:05173x",
        "http://localhost:+5173",
        "https://xn--desktop-.example",
        "https://desktop%2eexample",
        "https://desktop.example, https://evil.test",
        "https://desktop.example https://evil.test",
        "https://2130706433",
        "http://0x7f.1:5173",
        "javascript:alert(1)",
        "data:text/html,x",
        "about:blank",
    ] {
        assert_eq!(status(&desk, "localhost", Some(origin)).await, 403, "{origin:?}");
    }
}

#[tokio::test]
async fn a_host_name_that_is_not_ours_is_refused() {
    let desk = Desk::start().await;
    for host in ["localhost", "LOCALHOST:7420", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:7420"] {
        assert_eq!(status(&desk, host, None).await, 101, "{host}");
    }
    for host in [
        "evil.test",
        "localhost.evil.test",
        "evil.localhost",
        "127.0.0.1.evil.test",
        "localhost.",
        "",
        "0.0.0.0",
    ] {
        assert_eq!(status(&desk, host, None).await, 403, "{host}");
    }
    let twice = upgrade_request("localhost\r\nHost: evil.test", None);
    assert_eq!(desk.http(&twice).await.0, 403);
    let (code, _) = desk.http(b"GET /healthz HTTP/1.1\r\nHost: evil.test\r\n\r\n").await;
    assert_eq!(code, 403, "plain requests are checked too");
}

#[tokio::test]
async fn plain_requests_are_answered_in_one_sentence() {
    let desk = Desk::start().await;
    let page = Asset {
        content_type: "text/html".into(),
        headers: vec![("Content-Security-Policy".into(), "frame-ancestors 'none'".into())],
        body: Arc::from(&b"<p>hello"[..]),
    };
    desk.host.serve("/", page);
    for (request, expected, part) in [
        ("GET /healthz", 200, "{\"ok\":true}"),
        ("GET /", 200, "frame-ancestors 'none'\r\n\r\n<p>hello"),
        ("GET /?x=1", 200, "<p>hello"),
        ("GET /link", 426, "Upgrade: websocket"),
        ("GET /other", 404, "nothing at this path"),
        ("POST /healthz", 400, "only GET"),
    ] {
        let (code, text) =
            desk.http(format!("{request} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).await;
        assert_eq!(code, expected, "{request}");
        assert!(text.contains(part), "{request}: {text}");
    }
    let (code, text) = desk.http(b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert_eq!(code, 200);
    assert!(text.contains("Content-Length: 8") && !text.contains("hello"));
}

#[tokio::test]
async fn an_upgrade_at_another_path_or_of_another_subprotocol_is_refused() {
    let desk = Desk::start().await;
    let good = String::from_utf8(upgrade_request("localhost", None)).unwrap();
    for (from, to, expected) in [
        ("GET /link", "GET /other", 404),
        ("link.v1", "link.v2", 426),
        ("Sec-WebSocket-Protocol: smartagent.link.v1\r\n", "", 426),
        ("Version: 13", "Version: 12", 426),
        ("Connection: Upgrade", "Connection: close", 400),
        ("dGhlIHNhbXBsZSBub25jZQ==", "short", 400),
        ("GET", "POST", 400),
    ] {
        assert_eq!(desk.http(good.replacen(from, to, 1).as_bytes()).await.0, expected, "{to}");
    }
}

#[tokio::test]
async fn compression_is_never_negotiated() {
    let desk = Desk::start().await;
    let offer = String::from_utf8(upgrade_request("localhost", None)).unwrap().replacen(
        "\r\n\r\n",
        "\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n",
        1,
    );
    let mut stream = desk.tcp().await;
    stream.write_all(offer.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    within("the head", async {
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
    })
    .await;
    let head = String::from_utf8(head).unwrap();
    assert!(head.starts_with("HTTP/1.1 101") && !head.to_lowercase().contains("extensions"), "{head}");
}

#[tokio::test]
async fn heads_that_are_not_sound_are_refused_and_bounded() {
    let desk = Desk::start().await;
    let large = format!("GET /link HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(100_000));
    let many = format!("GET /link HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "a: b\r\n".repeat(1_000));
    let with = |line: &str| {
        let good = String::from_utf8(upgrade_request("localhost", None)).unwrap();
        good.replacen("\r\n\r\n", &format!("\r\n{line}\r\n\r\n"), 1).into_bytes()
    };
    for (request, expected) in [
        (large.into_bytes(), 431),
        (many.into_bytes(), 431),
        (b"GET /link\r\n\r\n".to_vec(), 400),
        (b"GET /link HTTP/0.9\r\n\r\n".to_vec(), 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), 400),
        (with("Content-Length: 40"), 400),
        (with("Transfer-Encoding: chunked"), 400),
        (with("Sec-WebSocket-Protocol: smart\0agent"), 400),
        (with("Origin: https://a\rb"), 400),
        (with("Origin: https://\u{e9}.example"), 400),
        (b"GET /li\0nk HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(), 400),
        (b"GET /li\rnk HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(), 400),
    ] {
        let start = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
        assert_eq!(desk.http(&request).await.0, expected, "{start:?}");
    }
}

#[tokio::test]
async fn a_head_that_drips_is_cut_off_after_five_seconds() {
    let desk = Desk::start().await;
    let mut stream = desk.tcp().await;
    let started = tokio::time::Instant::now();
    stream.write_all(b"GET /link HTTP/1.1\r\nHost: loc").await.unwrap();
    let (code, _) = answer(&mut stream).await;
    assert_eq!(code, 408);
    assert!(started.elapsed().as_secs_f64() < 7.0);
}

#[tokio::test]
async fn silent_connections_of_one_address_are_capped_with_429() {
    let mut chosen = options();
    chosen.desktop.limits.links_per_address = 3;
    let desk = Desk::with(chosen, 0).await;
    let mut silent = Vec::new();
    for _ in 0..3 {
        let mut stream = desk.tcp().await;
        stream.write_all(b"G").await.unwrap();
        silent.push(stream);
    }
    // Accepting is in order, so the fourth is judged after the three.
    let (code, text) = desk.http(&upgrade_request("localhost", None)).await;
    assert_eq!(code, 429);
    assert!(text.contains("Retry-After: 1"));
    drop(silent);
    within("a free place", async { while status_once(&desk).await != 101 {} }).await;
}

async fn status_once(desk: &Desk) -> u16 {
    let mut stream = desk.tcp().await;
    let _ = stream.write_all(&upgrade_request("localhost", None)).await;
    let mut first = [0; 12];
    match stream.read_exact(&mut first).await {
        Ok(_) => std::str::from_utf8(&first[9..]).unwrap().parse().unwrap(),
        Err(_) => 0,
    }
}

#[tokio::test]
async fn a_port_in_use_is_a_typed_error_that_names_it() {
    let desk = Desk::start().await;
    let port = desk.address.port();
    let other = Host::new(options(), Handle::current(), Arc::new(|| {})).unwrap();
    let error = other.listen("127.0.0.1", port).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Unavailable);
    assert!(
        error.message.contains(&port.to_string()) && error.message.contains("in use"),
        "{}",
        error.message
    );
    assert_eq!(other.listen("not an address", 0).await.unwrap_err().code, ErrorCode::BadRequest);
}

#[tokio::test]
async fn beyond_loopback_names_and_manifests_are_required() {
    let host = Host::new(options(), Handle::current(), Arc::new(|| {})).unwrap();
    let error = host.listen("0.0.0.0", 0).await.unwrap_err();
    assert!(error.message.contains("allowedHosts") && error.message.contains("plugins"));
}
