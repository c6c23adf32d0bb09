//! Counts the raw bytes of an unfinished WebSocket message, which the library's own caps do not see.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Follows frame headers as bytes pass by and knows whether a data message is under way, and how many bytes it took.
///
/// Empty continuation frames, one-byte fragments and headers that never end all count; control frames between two
/// messages do not.
#[derive(Clone, Debug)]
pub struct FrameMeter {
    budget: u64,
    spent: u64,
    place: Place,
    fragmented: bool,
    control: bool,
    last: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The HTTP head before the first frame; how many bytes of `\r\n\r\n` have been seen.
    Head(u8),
    /// Between two frames.
    Start,
    /// The byte that holds the length.
    Length,
    /// An extended length: bytes left, value so far, bytes of the mask that follow.
    Extended { left: u8, value: u64, mask: u8 },
    /// Mask and payload bytes left.
    Rest(u64),
}

impl FrameMeter {
    /// A meter that allows `budget` bytes from the end of one data message to the end of the next.
    pub fn new(budget: u64) -> Self {
        Self { budget, spent: 0, place: Place::Start, fragmented: false, control: false, last: false }
    }

    /// A meter whose stream begins with an HTTP head, as a client reads it.
    pub fn after_head(budget: u64) -> Self {
        Self { place: Place::Head(0), ..Self::new(budget) }
    }

    /// Takes note of bytes that were read.
    ///
    /// # Errors
    /// When more bytes than the budget passed without completing a message.
    pub fn observe(&mut self, bytes: &[u8]) -> Result<(), MessageTooLong> {
        let mut rest = bytes;
        while let Some((&byte, tail)) = rest.split_first() {
            if let Place::Rest(left) = self.place {
                let taken = (rest.len() as u64).min(left);
                rest = rest.get(taken as usize..).unwrap_or_default();
                self.spend(taken)?;
                self.place = Place::Rest(left - taken);
                self.finish_frame();
                continue;
            }
            rest = tail;
            if !matches!(self.place, Place::Head(_)) {
                self.spend(1)?;
            }
            self.step(byte);
        }
        Ok(())
    }

    /// Whether part of a data message has arrived and its end has not.
    pub fn in_message(&self) -> bool {
        self.fragmented || (!self.control && !matches!(self.place, Place::Start | Place::Head(_)))
    }

    fn spend(&mut self, bytes: u64) -> Result<(), MessageTooLong> {
        self.spent += bytes;
        if self.spent > self.budget { Err(MessageTooLong) } else { Ok(()) }
    }

    fn step(&mut self, byte: u8) {
        self.place = match self.place {
            Place::Head(seen) => match (seen, byte) {
                (3, b'\n') => Place::Start,
                (0 | 2, b'\r') => Place::Head(seen + 1),
                (1, b'\n') => Place::Head(2),
                (_, b'\r') => Place::Head(1),
                _ => Place::Head(0),
            },
            Place::Start => {
                self.control = byte & 0x08 != 0;
                self.last = byte & 0x80 != 0;
                Place::Length
            }
            Place::Length => {
                let mask = if byte & 0x80 != 0 { 4 } else { 0 };
                match byte & 0x7f {
                    126 => Place::Extended { left: 2, value: 0, mask },
                    127 => Place::Extended { left: 8, value: 0, mask },
                    length => Place::Rest(u64::from(length) + u64::from(mask)),
                }
            }
            Place::Extended { left, value, mask } => {
                let value = (value << 8) | u64::from(byte);
                match left {
                    1 => Place::Rest(value.saturating_add(u64::from(mask))),
                    _ => Place::Extended { left: left - 1, value, mask },
                }
            }
            Place::Rest(left) => Place::Rest(left),
        };
        self.finish_frame();
    }

    fn finish_frame(&mut self) {
        if self.place != Place::Rest(0) {
            return;
        }
        self.place = Place::Start;
        if !self.control {
            self.fragmented = !self.last;
        }
        self.control = false;
        if !self.fragmented {
            self.spent = 0;
        }
    }
}

/// More bytes than the budget without a complete message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageTooLong;

impl std::fmt::Display for MessageTooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too many bytes without a complete message")
    }
}

impl std::error::Error for MessageTooLong {}

/// A stream that shows everything it reads to a [`FrameMeter`], and fails when the meter does.
#[derive(Debug)]
pub struct Metered<S> {
    stream: S,
    meter: FrameMeter,
}

impl<S> Metered<S> {
    /// Puts the meter in front of the stream.
    pub fn new(stream: S, meter: FrameMeter) -> Self {
        Self { stream, meter }
    }

    /// The stream itself, past the meter.
    pub(super) fn stream_mut(&mut self) -> &mut S {
        &mut self.stream
    }

    /// What has been seen so far.
    pub fn meter(&self) -> &FrameMeter {
        &self.meter
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        std::task::ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let read = buffer.filled().get(before..).unwrap_or_default();
        Poll::Ready(self.meter.observe(read).map_err(io::Error::other))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complete_message_gives_the_budget_back() {
        let mut meter = FrameMeter::new(10);
        for _ in 0..100 {
            meter.observe(&[0x81, 0x02, b'{', b'}']).unwrap();
            assert!(!meter.in_message());
        }
    }

    #[test]
    fn empty_continuations_use_the_budget_up() {
        let mut meter = FrameMeter::new(100);
        meter.observe(&[0x01, 0x01, b'{']).unwrap();
        let flood = [0x00, 0x00].repeat(60);
        assert_eq!(meter.observe(&flood), Err(MessageTooLong));
    }

    #[test]
    fn a_ping_between_messages_is_not_part_of_one() {
        let mut meter = FrameMeter::new(10);
        for _ in 0..100 {
            meter.observe(&[0x89, 0x01, b'x']).unwrap();
        }
        meter.observe(&[0x89]).unwrap();
        assert!(!meter.in_message());
    }

    #[test]
    fn a_ping_inside_a_message_does_not_end_it() {
        let mut meter = FrameMeter::new(100);
        meter.observe(&[0x01, 0x81, 1, 2, 3, 4, b'{', 0x89, 0x00]).unwrap();
        assert!(meter.in_message());
        meter.observe(&[0x80, 0x00]).unwrap();
        assert!(!meter.in_message());
    }

    #[test]
    fn extended_lengths_are_followed_over_single_bytes() {
        let mut meter = FrameMeter::new(1_000);
        let mut frame = vec![0x81, 0xfe, 0x01, 0x00, 9, 9, 9, 9];
        frame.extend([b'a'; 256]);
        for byte in &frame {
            meter.observe(std::slice::from_ref(byte)).unwrap();
        }
        assert!(!meter.in_message());
        meter.observe(&[0x81, 127, 0, 0, 0, 0, 0, 0, 0, 2, b'a']).unwrap();
        assert!(meter.in_message());
    }

    #[test]
    fn an_http_head_is_skipped() {
        let mut meter = FrameMeter::after_head(8);
        meter.observe(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x02{}").unwrap();
        assert!(!meter.in_message());
        assert_eq!(meter.place, Place::Start);
    }
}
