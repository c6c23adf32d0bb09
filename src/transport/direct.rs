//! Writing to a socket from whichever thread has something to say: waking the connection's task for every frame costs
//! more than the frame.
//!
//! The carrier and the queue share the write side under the queue's lock. The carrier comes first: while it has bytes
//! of its own under way (`busy`) nobody else writes, and what a direct write leaves over (`rest`) goes out before
//! anything that the carrier writes. So frames are never mixed, and their order is that of the queue.

use std::hint::black_box;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::Outgoing;

/// Bytes of one direct write at most; what is larger waits for the carrier's task.
pub(crate) const MAX_DIRECT_BYTES: usize = 64 * 1024;

/// The write side of a socket as its queue sees it.
#[derive(Debug)]
pub(super) struct Direct {
    socket: OwnedWriteHalf,
    /// The carrier has taken messages and not written all of them, or stands inside a frame.
    pub(super) busy: bool,
    /// Somebody is about to write frames that come before whatever is queued.
    pub(super) reserved: bool,
    /// What is left of a direct write.
    rest: Vec<u8>,
}

/// How far a direct write came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// All of it.
    All,
    /// A part; the carrier writes the rest.
    Part,
    /// Not a byte: the socket is full, or gone, which its carrier finds out by itself.
    Nothing,
}

impl Direct {
    pub(super) fn is_free(&self) -> bool {
        !self.busy && !self.reserved && self.rest.is_empty()
    }

    /// Keeps everybody else from writing. The socket's number is looked at, so that it is at hand when it is needed.
    pub(super) fn reserve(&mut self) {
        self.reserved = true;
        black_box(SockRef::from(AsRef::<TcpStream>::as_ref(&self.socket)));
    }

    /// Leaves these frames, of which nothing was written, to the carrier. Only where it is free.
    pub(super) fn leave(&mut self, frames: &[u8]) {
        self.rest = frames.to_vec();
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Written {
        // Past the runtime, whose own notes about the socket would have to be fetched from memory. It learns from the
        // carrier's task that the socket is full.
        let socket = SockRef::from(AsRef::<TcpStream>::as_ref(&self.socket));
        let written = socket.send_with_flags(bytes, NO_SIGNAL).unwrap_or(0);
        match bytes.get(written..) {
            Some([]) | None => Written::All,
            Some(_) if written == 0 => Written::Nothing,
            Some(rest) => {
                self.rest = rest.to_vec();
                Written::Part
            }
        }
    }
}

/// As the standard library writes: a peer that is gone is an error, no signal.
const NO_SIGNAL: i32 = if cfg!(any(target_os = "linux", target_os = "android")) { 0x4000 } else { 0 };

/// The texts of frames that [`push_frame`] wrote.
pub(crate) fn frame_texts(mut frames: &[u8]) -> Vec<String> {
    let mut texts = Vec::new();
    while let [_, length, rest @ ..] = frames {
        let bytes = match length {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let Some((extended, rest)) = rest.split_at_checked(bytes) else { break };
        let extended = extended.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte));
        let length = if bytes == 0 { usize::from(*length) } else { extended };
        let Some((text, rest)) = rest.split_at_checked(length) else { break };
        texts.push(String::from_utf8_lossy(text).into_owned());
        frames = rest;
    }
    texts
}

/// Appends a text frame of a server: final, without a mask.
pub(crate) fn push_frame(out: &mut Vec<u8>, text: &str) {
    out.push(0x81);
    // The guards make the conversions exact.
    match text.len() {
        length @ 0..=125 => out.push(length as u8),
        length @ 126..=65_535 => {
            out.push(126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            out.push(127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(text.as_bytes());
}

/// A server's TCP stream whose queue may write past the carrier.
#[derive(Debug)]
pub struct DirectStream {
    read: OwnedReadHalf,
    /// Has the write side, until that is shut down.
    outgoing: Outgoing,
}

impl DirectStream {
    /// Takes the stream over.
    pub fn new(stream: TcpStream) -> Self {
        let (read, socket) = stream.into_split();
        let direct = Direct { socket, busy: false, reserved: false, rest: Vec::new() };
        Self { read, outgoing: Outgoing::with_direct(direct) }
    }

    /// The queue that writes to this stream; its carrier has to use it.
    pub fn outgoing(&self) -> Outgoing {
        self.outgoing.clone()
    }

    /// Writes what a direct write left over.
    fn poll_rest(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            {
                let mut queue = self.outgoing.lock();
                let Some(direct) = queue.direct.as_mut().filter(|direct| !direct.rest.is_empty()) else {
                    return Poll::Ready(Ok(()));
                };
                match direct.socket.try_write(&direct.rest) {
                    Ok(written) if written < direct.rest.len() => {
                        direct.rest.drain(..written);
                    }
                    Ok(_) => direct.rest = Vec::new(),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(error) => return Poll::Ready(Err(error)),
                }
            }
            ready!(self.poll_writable(cx))?;
        }
    }

    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        AsRef::<TcpStream>::as_ref(&self.read).poll_write_ready(cx)
    }
}

impl AsyncRead for DirectStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(cx, buffer)
    }
}

impl AsyncWrite for DirectStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.poll_rest(cx))?;
            {
                let mut queue = self.outgoing.lock();
                let Some(direct) = &mut queue.direct else {
                    return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
                };
                // Another thread may have written a part since.
                if direct.rest.is_empty() {
                    match direct.socket.try_write(bytes) {
                        Ok(written) => {
                            direct.busy |= written < bytes.len();
                            return Poll::Ready(Ok(written));
                        }
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => direct.busy = true,
                        Err(error) => return Poll::Ready(Err(error)),
                    }
                }
            }
            ready!(self.poll_writable(cx))?;
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_rest(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Dropping the write side shuts it down.
        self.outgoing.lock().direct = None;
        Poll::Ready(Ok(()))
    }
}

impl Drop for DirectStream {
    fn drop(&mut self) {
        // A queue that outlives its carrier must not keep the socket open.
        self.outgoing.lock().direct = None;
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::wire::CloseCode;

    async fn pair() -> (DirectStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let dialled = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (accepted, _) = listener.accept().await.unwrap();
        accepted.writable().await.unwrap();
        (DirectStream::new(accepted), dialled)
    }

    #[tokio::test]
    async fn what_is_held_leaves_in_one_write_when_it_is_flushed() {
        let (stream, mut peer) = pair().await;
        let outgoing = stream.outgoing();
        outgoing.hold("one".into());
        outgoing.hold("two".into());
        outgoing.flush(&mut Vec::new());
        let mut bytes = [0; 64];
        let read = peer.read(&mut bytes).await.unwrap();
        assert_eq!(&bytes[..read], b"\x81\x03one\x81\x03two");
    }

    #[tokio::test]
    async fn while_the_carrier_is_inside_a_message_nobody_else_writes() {
        let (mut stream, mut peer) = pair().await;
        let outgoing = stream.outgoing();
        outgoing.hold("first".into());
        let first = outgoing.pop().unwrap();
        outgoing.hold("second".into());
        outgoing.flush(&mut Vec::new());
        stream.write_all(first.as_bytes()).await.unwrap();
        outgoing.flushed();
        outgoing.flush(&mut Vec::new());
        let mut bytes = [0; 13];
        peer.read_exact(&mut bytes).await.unwrap();
        assert_eq!(&bytes, b"first\x81\x06second");
    }

    #[tokio::test]
    async fn a_peer_that_does_not_read_gets_every_byte_in_order_once_it_does() {
        let (mut stream, mut peer) = pair().await;
        let outgoing = stream.outgoing();
        let message = "x".repeat(60_000);
        // Flushed until the socket is full and for some time after.
        for _ in 0..400 {
            outgoing.hold(message.clone());
            if outgoing.lock().bytes_queued() < Outgoing::MAX_BYTES / 2 {
                outgoing.flush(&mut Vec::new());
            }
            if outgoing.lock().bytes_queued() >= Outgoing::MAX_BYTES / 2 {
                break;
            }
        }
        let queued = outgoing.lock().bytes_queued();
        assert!(queued > 0, "the socket took everything");
        let reader = tokio::spawn(async move {
            let mut all = Vec::new();
            peer.read_to_end(&mut all).await.unwrap();
            all
        });
        // What the carrier's task does.
        while let Some(text) = outgoing.pop() {
            let mut frame = Vec::new();
            push_frame(&mut frame, &text);
            stream.write_all(&frame).await.unwrap();
        }
        stream.flush().await.unwrap();
        poll_fn(|cx| Pin::new(&mut stream).poll_shutdown(cx)).await.unwrap();
        let all = reader.await.unwrap();
        let mut frame = Vec::new();
        push_frame(&mut frame, &message);
        assert_eq!(all.len() % frame.len(), 0);
        assert!(all.chunks(frame.len()).all(|chunk| chunk == frame), "frames are mixed");
    }

    #[tokio::test]
    async fn what_is_queued_after_a_reservation_leaves_after_its_frames() {
        let (stream, mut peer) = pair().await;
        let outgoing = stream.outgoing();
        assert!(outgoing.reserve());
        assert!(!outgoing.reserve());
        outgoing.hold("second".into());
        outgoing.close(CloseCode::NORMAL, "done");
        outgoing.flush(&mut Vec::new());
        assert_eq!((outgoing.pop(), outgoing.end()), (None, None), "the carrier has to wait");
        outgoing.write_reserved(b"\x81\x05first", &mut Vec::new());
        let mut bytes = [0; 64];
        let mut read = 0;
        while read < 15 {
            read += peer.read(&mut bytes[read..]).await.unwrap();
        }
        assert_eq!(&bytes[..read], b"\x81\x05first\x81\x06second");
        assert!(outgoing.end().is_some());
    }

    #[tokio::test]
    async fn what_was_reserved_and_cannot_be_written_keeps_its_place() {
        let (mut stream, mut peer) = pair().await;
        let outgoing = stream.outgoing();
        assert!(outgoing.reserve());
        outgoing.hold("third".into());
        // The carrier begins a frame of its own, as the answer to a ping is.
        outgoing.lock().direct.as_mut().unwrap().busy = true;
        let mut frames = Vec::new();
        push_frame(&mut frames, "first");
        push_frame(&mut frames, &"2".repeat(300));
        outgoing.write_reserved(&frames, &mut Vec::new());
        stream.write_all(b"own").await.unwrap();
        let queued: Vec<String> = std::iter::from_fn(|| outgoing.pop()).collect();
        assert_eq!(queued, ["first".to_owned(), "2".repeat(300), "third".to_owned()]);
        outgoing.flushed();
        let mut bytes = [0; 64];
        let read = peer.read(&mut bytes).await.unwrap();
        assert_eq!(&bytes[..read], b"own");
    }

    #[tokio::test]
    async fn what_was_reserved_for_a_full_socket_is_written_once_the_peer_reads() {
        let (mut stream, mut peer) = pair().await;
        let outgoing = stream.outgoing();
        let mut frame = Vec::new();
        push_frame(&mut frame, &"x".repeat(60_000));
        let mut sent = 0;
        while outgoing.reserve() {
            outgoing.write_reserved(&frame, &mut Vec::new());
            sent += 1;
            assert!(sent < 1_000, "the socket took everything");
        }
        let reader = tokio::spawn(async move {
            let mut all = Vec::new();
            peer.read_to_end(&mut all).await.unwrap();
            all
        });
        stream.flush().await.unwrap();
        poll_fn(|cx| Pin::new(&mut stream).poll_shutdown(cx)).await.unwrap();
        let all = reader.await.unwrap();
        assert_eq!(all.len(), sent * frame.len());
        assert!(all.chunks(frame.len()).all(|chunk| chunk == frame), "frames are mixed");
    }

    #[tokio::test]
    async fn a_queue_that_outlives_its_stream_keeps_no_socket_open() {
        let (stream, mut peer) = pair().await;
        let outgoing = stream.outgoing();
        drop(stream);
        outgoing.hold("late".into());
        outgoing.flush(&mut Vec::new());
        assert_eq!(peer.read(&mut [0; 8]).await.unwrap(), 0);
    }

    #[test]
    fn lengths_are_written_as_rfc_6455_says() {
        for (length, head) in [
            (125, vec![0x81, 125]),
            (126, vec![0x81, 126, 0, 126]),
            (65_536, vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let mut out = Vec::new();
            push_frame(&mut out, &"x".repeat(length));
            assert_eq!(&out[..head.len()], head);
            assert_eq!(out.len(), head.len() + length);
        }
    }
}
