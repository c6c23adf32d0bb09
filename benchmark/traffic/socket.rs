//! Just enough WebSocket for both roles: text frames over a blocking or non-blocking stream.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// Answers one upgrade. The subprotocol that was asked for is the one that is spoken.
pub fn accept(stream: &TcpStream) -> io::Result<BufReader<TcpStream>> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::with_capacity(64 * 1024, stream.try_clone()?);
    let (mut key, mut protocol) = (String::new(), String::new());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            if line.trim_end().is_empty() {
                break;
            }
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "sec-websocket-key" => key = value.into(),
            "sec-websocket-protocol" => protocol = format!("Sec-WebSocket-Protocol: {value}\r\n"),
            _ => {}
        }
    }
    let accept = derive_accept_key(key.as_bytes());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {accept}\r\n{protocol}\r\n"
    );
    (&*stream).write_all(answer.as_bytes())?;
    Ok(reader)
}

/// One message's payload, unmasked; `None` at the end or at a close frame.
pub fn read_message(reader: &mut impl Read, payload: &mut Vec<u8>) -> io::Result<Option<()>> {
    loop {
        let mut head = [0; 2];
        if let Err(error) = reader.read_exact(&mut head) {
            return if error.kind() == io::ErrorKind::UnexpectedEof { Ok(None) } else { Err(error) };
        }
        let length = match head[1] & 0x7f {
            126 => u64::from(u16::from_be_bytes(read(reader)?)),
            127 => u64::from_be_bytes(read(reader)?),
            short => u64::from(short),
        };
        let mask: [u8; 4] = if head[1] & 0x80 != 0 { read(reader)? } else { [0; 4] };
        payload.resize(length as usize, 0);
        reader.read_exact(payload)?;
        payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
        match head[0] & 0x0f {
            8 => return Ok(None),
            9 | 10 => {}
            _ => return Ok(Some(())),
        }
    }
}

fn read<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Appends a text frame as a server sends it.
pub fn frame(out: &mut Vec<u8>, text: &[u8]) {
    head(out, text.len(), 0);
    out.extend_from_slice(text);
}

/// Appends a text frame as a client sends it; the mask is all zeros, which leaves the text as it is.
pub fn masked_frame(out: &mut Vec<u8>, text: &[u8]) {
    head(out, text.len(), 0x80);
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(text);
}

fn head(out: &mut Vec<u8>, length: usize, mask: u8) {
    out.push(0x81);
    match length {
        0..=125 => out.push(mask | length as u8),
        126..=65_535 => {
            out.push(mask | 126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            out.push(mask | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}
