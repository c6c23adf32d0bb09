//! The head of a frame as this crate itself writes it, read without looking at the body.

use super::MAX_SAFE_INTEGER;

/// What stands before the body of an `event` or `response` whose members come in the order in which
/// [`super::encode_reliable`] writes them, without space. Whatever looks otherwise is for [`super::decode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head<'a> {
    /// Position in the session.
    pub seq: u64,
    /// What the peer has taken.
    pub ack: Option<u64>,
    /// Whose body follows.
    pub kind: HeadKind<'a>,
    /// The rest of the frame: the body and a closing brace.
    pub rest: &'a str,
}

/// Whose body follows a [`Head`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadKind<'a> {
    /// The payload of an event.
    Event {
        /// Its name, unchecked.
        name: &'a str,
        /// Epoch milliseconds.
        timestamp: u64,
    },
    /// The result of a request.
    Response {
        /// Of this id, unchecked.
        id: &'a str,
    },
}

impl<'a> Head<'a> {
    /// Reads it; `None` where it is not certainly one.
    pub fn read(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix("{\"type\":\"")?;
        let (is_event, rest) = match rest.strip_prefix("event\",\"seq\":") {
            Some(rest) => (true, rest),
            None => (false, rest.strip_prefix("response\",\"seq\":")?),
        };
        let (seq, rest) = integer(rest)?;
        let (ack, rest) = match rest.strip_prefix(",\"ack\":") {
            Some(rest) => integer(rest).map(|(ack, rest)| (Some(ack), rest))?,
            None => (None, rest),
        };
        if !is_event {
            let (id, rest) = word(rest.strip_prefix(",\"id\":\"")?)?;
            let rest = rest.strip_prefix(",\"result\":")?;
            return (seq > 0).then_some(Self { seq, ack, kind: HeadKind::Response { id }, rest });
        }
        let (name, rest) = word(rest.strip_prefix(",\"event\":\"")?)?;
        let (timestamp, rest) = integer(rest.strip_prefix(",\"timestamp\":")?)?;
        let rest = rest.strip_prefix(",\"payload\":")?;
        (seq > 0).then_some(Self { seq, ack, kind: HeadKind::Event { name, timestamp }, rest })
    }
}

/// The position of a bare acknowledgement as [`super::encode_ack`] writes it; `None` where it is not certainly one.
pub fn bare_ack(bytes: &[u8]) -> Option<u64> {
    let number = bytes.strip_prefix(br#"{"type":"ack","ack":"#)?.strip_suffix(b"}")?;
    let (ack, rest) = integer(std::str::from_utf8(number).ok()?)?;
    rest.is_empty().then_some(ack)
}

/// The digits at the start of `text`, as JSON writes an integer.
fn integer(text: &str) -> Option<(u64, &str)> {
    let (mut number, mut length) = (0_u64, 0);
    for digit in text.bytes().take_while(u8::is_ascii_digit).take(MAX_DIGITS) {
        number = number * 10 + u64::from(digit - b'0');
        length += 1;
    }
    let (digits, rest) = text.split_at_checked(length)?;
    let canonical = !digits.is_empty() && (digits.len() == 1 || !digits.starts_with('0'));
    (canonical && number <= MAX_SAFE_INTEGER).then_some((number, rest))
}

/// A name or id up to its closing quote: nothing in it that would have to be decoded.
fn word(text: &str) -> Option<(&str, &str)> {
    let length = text.bytes().take(MAX_WORD).position(|byte| byte == b'"')?;
    let (word, rest) = text.split_at_checked(length)?;
    let plain =
        word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b'-'));
    Some((word, rest.get(1..)?)).filter(|_| plain && !word.is_empty())
}

/// One more than 2^53 − 1 has, which no u64 overflows at.
const MAX_DIGITS: usize = 17;
const MAX_WORD: usize = 65;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{
        Frame, Limits, Reliable, decode, encode_ack, encode_reliable, event_tail, response_tail,
    };

    #[test]
    fn the_head_of_an_encoded_frame_says_what_decoding_it_says() {
        let event = event_tail("on_hold", 1_790_000_000_000, "{}");
        let response = response_tail("q18", Ok("{}"));
        for (kind, tail) in [(Reliable::Event, event), (Reliable::Response, response)] {
            for (seq, ack) in [(1, None), (42, Some(0)), (MAX_SAFE_INTEGER, Some(MAX_SAFE_INTEGER))] {
                let text = encode_reliable(kind, seq, ack, None, &tail);
                let head = Head::read(&text).unwrap();
                assert_eq!((head.seq, head.ack, head.rest), (seq, ack, "{}}"));
                match (head.kind, decode(text.as_bytes(), &Limits::TO_PLUGIN).unwrap()) {
                    (HeadKind::Event { name, timestamp }, Frame::Event(event)) => {
                        assert_eq!((name, timestamp), (event.event.as_str(), event.timestamp));
                    }
                    (HeadKind::Response { id }, Frame::Response(response)) => assert_eq!(id, response.id),
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    #[test]
    fn a_bare_acknowledgement_says_what_decoding_it_says() {
        for ack in [0, 1, 32, MAX_SAFE_INTEGER] {
            let text = encode_ack(ack);
            assert_eq!(bare_ack(text.as_bytes()), Some(ack));
            assert!(
                matches!(decode(text.as_bytes(), &Limits::TO_HOST), Ok(Frame::Ack(frame)) if frame.ack == ack)
            );
        }
        let otherwise = ["", "-1", "01", "1.0", "1e1", " 1", "1 ", "9007199254740992", "1,\"n\":2", "\"1\""];
        for number in otherwise {
            assert_eq!(bare_ack(format!(r#"{{"type":"ack","ack":{number}}}"#).as_bytes()), None, "{number}");
        }
        assert_eq!(bare_ack(br#"{"type":"ack","ack":1"#), None);
        assert_eq!(bare_ack(br#"{"ack":1,"type":"ack"}"#), None);
    }

    #[test]
    fn whatever_is_written_otherwise_is_left_to_the_decoder() {
        let sound = r#"{"type":"event","seq":7,"ack":3,"event":"on_hold","timestamp":5,"payload":{}}"#;
        assert!(Head::read(sound).is_some());
        for (from, to) in [
            ("7", "0"),
            ("7", "07"),
            ("7", "-7"),
            ("7", "7.0"),
            ("7", "7e1"),
            ("7", "9007199254740992"),
            ("7", "99999999999999999999"),
            ("7", ""),
            ("3", "null"),
            ("on_hold", ""),
            ("on_hold", "on\\u005fhold"),
            ("on_hold", &"a".repeat(65)),
            ("\"event\",", "\"events\","),
            ("\"event\",", "\"event\", "),
            ("{\"type\"", " {\"type\""),
            ("\"ack\":3", "\"ack\":3,\"ack\":3"),
            ("payload", "result"),
        ] {
            let text = sound.replacen(from, to, 1);
            assert_eq!(Head::read(&text), None, "{text}");
        }
    }
}
