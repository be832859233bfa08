//! HTTP/2 to upstreams: connections of a thread that many calls share, and a call as a stream of one of them.
//!
//! The frames are those of the `h2` library; what is decided here is which connection a call goes over, how fast its
//! bodies are read and sent, when a peer is taken for dead, and what may be sent again.

pub mod answer;
mod connection;
pub mod exchange;
mod keepalive;
pub mod message;
pub mod outgoing;
pub mod pool;

use super::Failure;
use super::tls::TlsFault;
use crate::h1::Malformed;
use h2::{Error, Reason};

/// What an error says of a call that has not been answered.
fn failure_of(error: &Error) -> Failure {
    match error.reason() {
        // RFC 9113 sections 8.7 and 6.8: the peer has done nothing about it
        Some(Reason::REFUSED_STREAM) if error.is_remote() && error.is_reset() => Failure::Unprocessed,
        Some(_) if error.is_remote() && error.is_go_away() => Failure::Unprocessed,
        Some(Reason::PROTOCOL_ERROR | Reason::HTTP_1_1_REQUIRED) => {
            Failure::Malformed(Malformed("an HTTP/2 protocol error"))
        }
        Some(_) if error.is_library() => Failure::Malformed(Malformed("frames that are not HTTP/2")),
        Some(_) => Failure::Reset,
        None => error.get_io().and_then(TlsFault::late).map_or(Failure::Closed, Failure::Tls),
    }
}
