//! HTTP/1.1 as the data plane speaks it to both sides: read strictly, bodies not copied.
//!
//! Parsing and writing only: no sockets, no timers. What is ambiguous is an error, never a guess (RFC 9112 section 6.3).

pub mod body;
mod chunked;
pub mod request;
pub mod response;
pub mod write;

use http::HeaderValue;

/// The message breaks the rules of HTTP/1.1; what it broke, for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed message: {0}")]
pub struct Malformed(pub &'static str);

/// `Content-Length`: bare digits, below 10^18.
pub(crate) fn parse_length(value: &HeaderValue) -> Option<u64> {
    let digits = value.as_bytes();
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |length, digit| length * 10 + u64::from(digit - b'0')))
}

/// Whether a line ends in LF alone, which the parser of fields takes for an end.
fn has_bare_lf(lines: &[u8]) -> bool {
    memchr::memchr_iter(b'\n', lines)
        .any(|at| at.checked_sub(1).and_then(|before| lines.get(before)) != Some(&b'\r'))
}
