//! What each dialect must be able to do: read a request, write an answer.

use super::asked::Asked;
use super::refusal::{Refusal, Speaker};
use super::reply::Reply;
use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

/// A request for an answer, before it is understood.
pub(super) struct Call {
    pub headers: HeaderMap,
    /// The model, where the path names it.
    pub model: String,
    pub body: Value,
}

pub(super) trait Dialect: Send + Sync {
    fn speaker(&self) -> Speaker;

    /// Understands and checks.
    fn read(&self, call: &Call) -> Result<Asked, Refusal>;

    fn whole(&self, reply: &Reply) -> Value;

    fn stream(&self, reply: &Reply) -> Vec<Bytes>;

    fn stream_type(&self) -> &'static str {
        "text/event-stream"
    }

    /// A piece of a stream that nobody can read.
    fn garbage(&self) -> Bytes {
        Bytes::from_static(b"data: {\"broken\": \n\n")
    }

    /// The piece that says that the stream failed.
    fn broken(&self) -> Bytes;
}
