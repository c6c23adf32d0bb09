//! Any frame as text, by the encoder of its type.

use smartagent_plugin_sdk::wire::{
    Frame, Outcome, Reliable, cancel_tail, encode_ack, encode_error, encode_goodbye, encode_hello,
    encode_ping, encode_pong, encode_reliable, encode_welcome, event_tail, request_tail, response_tail,
};

pub fn encode(frame: &Frame) -> String {
    match frame {
        Frame::Hello(frame) => encode_hello(frame),
        Frame::Welcome(frame) => encode_welcome(frame),
        Frame::Event(f) => {
            let tail = event_tail(&f.event, f.timestamp, f.payload.json());
            encode_reliable(Reliable::Event, f.seq, f.ack, None, &tail)
        }
        Frame::Request(f) => {
            let (contact, key) = (f.contact_id.as_deref(), f.idempotency_key.as_deref());
            let tail = request_tail(&f.id, &f.method, contact, key, f.payload.json());
            encode_reliable(Reliable::Request, f.seq, f.ack, Some(f.deadline_ms), &tail)
        }
        Frame::Response(f) => {
            let tail = match &f.outcome {
                Outcome::Result(body) => response_tail(&f.id, Ok(body.json())),
                Outcome::Error(error) => response_tail(&f.id, Err(error)),
            };
            encode_reliable(Reliable::Response, f.seq, f.ack, None, &tail)
        }
        Frame::Cancel(f) => encode_reliable(Reliable::Cancel, f.seq, f.ack, None, &cancel_tail(&f.id)),
        Frame::Ack(f) => encode_ack(f.ack),
        Frame::Ping(f) => encode_ping(f.n, f.ack),
        Frame::Pong(f) => encode_pong(f.n, f.ack),
        Frame::Error(f) => encode_error(f),
        Frame::Goodbye(f) => encode_goodbye(f),
    }
}
