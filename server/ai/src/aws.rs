//! What Amazon puts around its dialects: frames of a stream, and signatures of requests.
//!
//! Written here and not taken from Amazon's crates, which bring a run time and a client along with these few functions.

mod authorize;
pub mod event_stream;
pub mod sigv4;

pub use authorize::{Asked, authorize};

use std::fmt::Write;

/// Percent-encodes all but the unreserved letters of RFC 3986 and those in `safe`.
pub(crate) fn percent_encode(text: &str, safe: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if plain || safe.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // writing into a text cannot fail
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
