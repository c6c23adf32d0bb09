//! Which certificates a client accepts.
#![cfg(feature = "ws")]
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod loopback;

use std::sync::Arc;

use loopback::{Plugin, RawLink, options, welcome, within};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use smartagent_plugin_sdk::session::State;
use smartagent_plugin_sdk::wire::{ErrorBody, ErrorCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn acceptor(authority: &Authority, name: &str, until_year: i32) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(until_year, 1, 1);
    let certificate = params.signed_by(&key, authority).unwrap();
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// Dials a TLS host at this name with this acceptor; the host welcomes whoever gets that far.
async fn dial(acceptor: TlsAcceptor, host: &str, ca: Option<String>) -> Result<(), ErrorBody> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(stream) = acceptor.accept(stream).await else { return };
        let Ok(socket) = tokio_tungstenite::accept_hdr_async(stream, subprotocol).await else { return };
        let mut link = RawLink { socket };
        assert_eq!(link.json().await["type"], "hello");
        link.send(&welcome("s_1")).await;
        link.closed().await;
    });
    let mut chosen = options(&format!("wss://{host}:{port}/link"));
    chosen.dial.ca = ca;
    let mut plugin = Plugin::new(chosen);
    let outcome = plugin.init().await;
    if outcome.is_ok() {
        plugin.close().await;
    } else {
        assert_eq!(plugin.client.state(), State::Idle);
    }
    within("the host's end", serve).await.unwrap();
    outcome
}

#[expect(
    clippy::unnecessary_wraps,
    clippy::result_large_err,
    reason = "the library's callback has this signature"
)]
fn subprotocol(
    _: &Request,
    mut response: Response,
) -> Result<Response, tokio_tungstenite::tungstenite::handshake::server::ErrorResponse> {
    response.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("smartagent.link.v1"));
    Ok(response)
}

#[tokio::test]
async fn a_private_authority_is_accepted_when_ca_names_it() {
    let authority = authority();
    let acceptor = acceptor(&authority, "localhost", 2100);
    dial(acceptor, "localhost", Some(authority.pem())).await.unwrap();
}

#[tokio::test]
async fn an_address_is_checked_like_a_name() {
    let authority = authority();
    let acceptor = acceptor(&authority, "127.0.0.1", 2100);
    dial(acceptor, "127.0.0.1", Some(authority.pem())).await.unwrap();
}

#[tokio::test]
async fn certificates_that_prove_nothing_are_refused_with_e_tls() {
    let (ours, other) = (authority(), authority());
    for (what, acceptor, ca) in [
        ("an unknown authority", acceptor(&ours, "localhost", 2100), None),
        ("another authority", acceptor(&ours, "localhost", 2100), Some(other.pem())),
        ("another name", acceptor(&ours, "desktop.example", 2100), Some(ours.pem())),
        ("expired", acceptor(&ours, "localhost", 2021), Some(ours.pem())),
    ] {
        let error = dial(acceptor, "localhost", ca).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::Tls, "{what}: {}", error.message);
        assert!(error.message.contains("`ca`"), "says what to set: {}", error.message);
        assert!(!error.retryable);
    }
}

#[tokio::test]
async fn a_port_that_does_not_speak_tls_is_e_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("wss://{}/link", listener.local_addr().unwrap());
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    };
    let mut plugin = Plugin::new(options(&url));
    let (outcome, ()) = tokio::join!(plugin.init(), serve);
    assert_eq!(outcome.unwrap_err().code, ErrorCode::Tls);
}

#[tokio::test]
async fn plain_text_beyond_loopback_needs_a_word_and_names_it() {
    let mut plugin = Plugin::new(options("ws://192.0.2.1:9/link"));
    let error = plugin.init().await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Tls);
    assert!(error.message.contains("allowInsecure"));
}
