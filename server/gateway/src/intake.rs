//! Stage 0: from a listener to requests that can be trusted to mean one thing.
//!
//! `accept` takes connections under the caps of `seats`; `connection` serves one, timed by `phase`, through the
//! stream of `io`; `request` checks the head of each request, `path` its target, `client` who is behind it.

pub mod accept;
pub mod client;
mod connection;
mod io;
mod path;
pub mod phase;
pub mod request;
pub mod seats;
