//! The HTTP/1.1 that the data plane speaks to upstreams: reading answers strictly, without copying bodies.
//!
//! Parsing only: no sockets, no timers. What is ambiguous is an error, never a guess (RFC 9112 section 6.3).

pub mod body;
mod chunked;
pub mod response;

/// The answer breaks the rules of HTTP/1.1; what it broke, for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed answer: {0}")]
pub struct Malformed(pub &'static str);
