//! Sockets without manners: clients that send exactly these bytes, and upstreams that answer with exactly those.
//! Never a parser of more HTTP than a test needs to see.

mod client;
pub mod frames;
pub mod hpack;
mod upstream;

pub use client::{Answer, RawClient};
pub use upstream::{Peer, RawUpstream};
