//! Translation between the dialects of AI vendors: pure functions from bytes to bytes.
//!
//! [`chat`] is the form in the middle, [`dialect`] what is said on the wire. A request is read in the caller's dialect
//! and written in the vendor's; the answer, whole or as a stream of [`chat::Event`]s, goes the other way. Where both
//! speak the same dialect nothing is translated: bytes are forwarded.
//!
//! Beside it stands what is known of vendors and their models as data ([`catalogue`]), and what an answer cost
//! ([`price`]).
//!
//! What a version's policy keeps from vendors or callers is taken out of texts in [`mask`].
//!
//! Never here: network, clock, async.

pub mod aws;
pub mod catalogue;
pub mod chat;
pub mod dialect;
pub mod dropped;
pub mod failure;
pub mod google;
pub mod json;
pub mod lines;
pub mod mask;
pub mod operations;
pub mod price;
pub mod sse;
pub mod translate;
pub mod usage;
