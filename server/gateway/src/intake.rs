//! Stage 0: from a listener to requests that can be trusted to mean one thing.
//!
//! `accept` takes connections under the caps of `seats`; `connection` finds out what is spoken, and `http1` (over its
//! `line`) or `http2` serves it, timed by `phase`; `request` checks the head of each request, `path` its target,
//! `upgrade` what it offers to go on with, `client` who is behind it.

pub mod accept;
pub mod body;
pub mod client;
mod connection;
mod http1;
mod http2;
mod line;
pub mod pace;
pub mod path;
pub mod phase;
pub mod request;
pub mod seats;
pub mod upgrade;
