//! What a host does with WebSocket frames that break the carrier's rules.
#![cfg(feature = "ws")]
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod loopback;

use loopback::desk::{Desk, TOKEN, hello};
use loopback::{RawLink, within};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

/// A masked client frame with this first byte; the mask is zero, so the payload stands as it is.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        length @ 0..=125 => bytes.push(0x80 | u8::try_from(length).unwrap()),
        length @ 126..=65_535 => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            bytes.push(0x80 | 127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// A link that was upgraded, as the bare socket under it.
async fn raw(desk: &Desk) -> TcpStream {
    desk.dial().await.socket.into_inner()
}

/// Reads server frames up to the close frame and gives its code; 1006 when the socket just ends.
async fn close_code(stream: &mut TcpStream) -> u16 {
    within("the close", async {
        loop {
            let (Ok(first), Ok(short)) = (stream.read_u8().await, stream.read_u8().await) else {
                return 1006;
            };
            let length = match short {
                126 => usize::from(stream.read_u16().await.unwrap()),
                127 => usize::try_from(stream.read_u64().await.unwrap()).unwrap(),
                length => usize::from(length),
            };
            let mut payload = vec![0; length];
            stream.read_exact(&mut payload).await.unwrap();
            if first == 0x88 {
                return payload.get(..2).map_or(1005, |code| u16::from_be_bytes([code[0], code[1]]));
            }
        }
    })
    .await
}

async fn sent(bytes: &[u8]) -> u16 {
    let desk = Desk::start().await;
    let mut stream = raw(&desk).await;
    // The host may close before it has read everything.
    let _ = stream.write_all(bytes).await;
    close_code(&mut stream).await
}

#[tokio::test]
async fn binary_frames_close_with_4500() {
    assert_eq!(sent(&frame(0x82, b"{}")).await, 4500);
}

#[tokio::test]
async fn text_that_is_not_utf8_closes_with_1007_or_4500() {
    for bad in [&b"\xff"[..], b"\xc0\x80", b"\xed\xa0\x80"] {
        let mut payload = b"{\"a\":\"".to_vec();
        payload.extend(bad);
        payload.extend(b"\"}");
        assert!(matches!(sent(&frame(0x81, &payload)).await, 1007 | 4500), "{bad:x?}");
        for cut in 0..payload.len() {
            let mut split = frame(0x01, &payload[..cut]);
            split.extend(frame(0x80, &payload[cut..]));
            assert!(matches!(sent(&split).await, 1007 | 4500), "{bad:x?} cut at {cut}");
        }
    }
}

#[tokio::test]
async fn frames_that_break_the_websocket_rules_close_with_1002() {
    let mut unmasked = frame(0x81, b"{}");
    unmasked[1] &= 0x7f;
    for (bytes, what) in [
        (frame(0xc1, b"{}"), "RSV1"),
        (frame(0x91, b"{}"), "RSV3"),
        (unmasked, "an unmasked frame"),
        (frame(0x83, b"{}"), "a reserved data opcode"),
        (frame(0x8b, b"{}"), "a reserved control opcode"),
        (frame(0x89, &[b'x'; 126]), "a control frame of 126 bytes"),
        (frame(0x09, b"x"), "a fragmented control frame"),
        (frame(0x80, b"{}"), "a continuation of nothing"),
        ([frame(0x01, b"{"), frame(0x81, b"}")].concat(), "a second message inside a message"),
    ] {
        assert_eq!(sent(&bytes).await, 1002, "{what}");
    }
}

#[tokio::test]
async fn close_frames_that_make_no_sense_are_answered_with_1002_or_1007() {
    for (payload, expected) in [
        (&999_u16.to_be_bytes()[..], 1002),
        (&1005_u16.to_be_bytes()[..], 1002),
        (&5000_u16.to_be_bytes()[..], 1002),
        (&[3][..], 1002),
        (&[0x03, 0xe8, 0xff][..], 1007),
        (&[0x03, 0xe8].into_iter().chain([b'x'; 124]).collect::<Vec<u8>>()[..], 1002),
    ] {
        assert_eq!(sent(&frame(0x88, payload)).await, expected, "{payload:x?}");
    }
}

#[tokio::test]
async fn a_message_above_the_cap_closes_with_4510() {
    assert_eq!(sent(&frame(0x81, &vec![b' '; 131_073])).await, 4510);
    let mut header = vec![0x81, 0xff];
    header.extend(u64::MAX.to_be_bytes());
    header.extend([0; 4]);
    assert!(matches!(sent(&header).await, 4510 | 1002), "announced, never sent");
    let fragments: Vec<u8> = std::iter::once(frame(0x01, &vec![b' '; 70_000]))
        .chain([frame(0x80, &vec![b' '; 70_000])])
        .flatten()
        .collect();
    assert_eq!(sent(&fragments).await, 4510);
}

#[tokio::test]
async fn a_hello_above_8_kib_closes_with_4510() {
    let mut large = hello("i");
    large["padding"] = json!("x".repeat(9_000));
    assert_eq!(sent(&frame(0x81, large.to_string().as_bytes())).await, 4510);
}

#[tokio::test]
async fn empty_continuations_run_into_the_byte_budget() {
    let mut flood = frame(0x01, b"{");
    let empty = frame(0x00, b"");
    // 2 × 128 KiB + 64 KiB in frames of six bytes.
    for _ in 0..60_000 {
        flood.extend(&empty);
    }
    assert_eq!(sent(&flood).await, 4500);
}

#[tokio::test]
async fn a_flood_of_pings_inside_a_message_closes_with_4500() {
    let mut flood = frame(0x01, b"{");
    for _ in 0..200 {
        flood.extend(frame(0x89, b"x"));
    }
    assert_eq!(sent(&flood).await, 4500);
}

#[tokio::test]
async fn a_message_that_is_never_finished_is_closed_after_ten_seconds() {
    let desk = Desk::start().await;
    let mut link = desk.dial().await;
    link.send(&hello("i")).await;
    let _ = link.frame("welcome").await;
    let mut stream = link.socket.into_inner();
    let started = tokio::time::Instant::now();
    stream.write_all(&frame(0x01, b"{")).await.unwrap();
    let code =
        tokio::time::timeout(std::time::Duration::from_secs(13), close_code_unhurried(&mut stream)).await;
    assert_eq!(code.unwrap(), 4500);
    assert!(started.elapsed().as_secs_f64() > 9.0);
}

async fn close_code_unhurried(stream: &mut TcpStream) -> u16 {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    let at = bytes.iter().rposition(|byte| *byte == 0x88).unwrap();
    u16::from_be_bytes([bytes[at + 2], bytes[at + 3]])
}

#[tokio::test]
async fn keep_alive_pings_of_the_carrier_are_answered_and_harmless() {
    let desk = Desk::start().await;
    let (mut link, _) = desk.greet("i").await;
    for n in 0..30_u8 {
        link.send_message(Message::Ping(vec![n].into())).await;
        assert_eq!(link.message().await.unwrap().unwrap(), Message::Pong(vec![n].into()));
    }
    link.send(&json!({"type": "ping", "n": 7})).await;
    assert_eq!(link.frame("pong").await["n"], 7);
}

#[tokio::test]
async fn messages_in_single_byte_fragments_are_put_together() {
    let desk = Desk::start().await;
    let mut stream = raw(&desk).await;
    let text = hello("i").to_string();
    let bytes = text.as_bytes();
    let mut fragments = frame(0x01, &bytes[..1]);
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        let last = if at + 1 == bytes.len() { 0x80 } else { 0x00 };
        fragments.extend(frame(last, std::slice::from_ref(byte)));
    }
    stream.write_all(&fragments).await.unwrap();
    let mut start = vec![0; 40];
    within("a welcome", stream.read_exact(&mut start)).await.unwrap();
    assert!(String::from_utf8_lossy(&start).contains("\"type\":\"welcome\""), "{start:?}");
}

#[tokio::test]
async fn a_hello_in_the_same_segment_as_the_upgrade_is_read() {
    let desk = Desk::start().await;
    let mut stream = desk.tcp().await;
    let mut bytes = loopback::desk::upgrade_request("localhost", None);
    bytes.extend(frame(0x81, hello("i").to_string().as_bytes()));
    stream.write_all(&bytes).await.unwrap();
    within("a welcome", async {
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains("\"type\":\"welcome\"") {
            seen.push(stream.read_u8().await.unwrap());
        }
    })
    .await;
}

#[tokio::test]
async fn a_frame_that_is_not_a_hello_closes_with_4500_and_a_wrong_token_with_4501() {
    let desk = Desk::start().await;
    let mut link = desk.dial().await;
    link.send(&json!({"type": "ack", "ack": 1})).await;
    assert_eq!(link.frame("error").await["fatal"], true);
    assert_eq!(link.closed().await, 4500);
    let mut wrong = hello("i");
    wrong["auth"]["token"] = json!(format!("{TOKEN}x"));
    let mut link = desk.dial().await;
    link.send(&wrong).await;
    assert_eq!(link.closed().await, 4501);
    let mut future = hello("i");
    future["versions"] = json!([2]);
    let mut link = desk.dial().await;
    link.send(&future).await;
    assert_eq!(link.closed().await, 4506);
}

#[tokio::test]
async fn two_connections_of_one_session_leave_the_newest_alive() {
    let desk = Desk::start().await;
    let (mut old, welcome) = desk.greet("i").await;
    let mut again = hello("i");
    again["resume"] =
        json!({"session": welcome["session"], "resumeToken": welcome["resumeToken"], "received": 0});
    let mut new: RawLink<TcpStream> = desk.dial().await;
    new.send(&again).await;
    assert_eq!(new.frame("welcome").await["resumed"], true);
    assert_eq!(old.closed().await, 4509);
    new.send(&json!({"type": "ping", "n": 1})).await;
    assert_eq!(new.frame("pong").await["n"], 1);
}
