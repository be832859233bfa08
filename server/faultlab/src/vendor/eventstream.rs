//! Frames of `application/vnd.amazon.eventstream`: lengths, headers and payload between two checksums, big-endian.

use bytes::Bytes;
use serde_json::Value;

/// The type of a header's value that is text.
const TEXT: u8 = 7;

/// An event of Converse.
pub(super) fn event(kind: &str, payload: &Value) -> Bytes {
    frame(
        &[(":event-type", kind), (":content-type", "application/json"), (":message-type", "event")],
        payload,
    )
}

/// An exception that ends the stream.
pub(super) fn exception(kind: &str, payload: &Value) -> Bytes {
    let kind = (":exception-type", kind);
    frame(&[kind, (":content-type", "application/json"), (":message-type", "exception")], payload)
}

/// A frame whose last checksum does not fit.
pub(super) fn garbage() -> Bytes {
    let good = event("contentBlockDelta", &Value::Null);
    let mut bytes = good.to_vec();
    if let Some(last) = bytes.last_mut() {
        *last = !*last;
    }
    Bytes::from(bytes)
}

fn frame(headers: &[(&str, &str)], payload: &Value) -> Bytes {
    let mut head = Vec::new();
    for (name, value) in headers {
        // names and values are ours and short
        head.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
        head.extend_from_slice(name.as_bytes());
        head.push(TEXT);
        head.extend_from_slice(&u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes());
        head.extend_from_slice(value.as_bytes());
    }
    let payload = payload.to_string();
    let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    let mut frame = Vec::with_capacity(16 + head.len() + payload.len());
    frame.extend_from_slice(&size(16 + head.len() + payload.len()));
    frame.extend_from_slice(&size(head.len()));
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame.extend_from_slice(&head);
    frame.extend_from_slice(payload.as_bytes());
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    Bytes::from(frame)
}
