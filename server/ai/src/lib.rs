//! Translation between the dialects of AI vendors: pure functions from bytes to bytes.
//!
//! Never here: network, clock, async.

pub mod sse;
