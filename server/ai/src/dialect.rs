//! What is said on the wire, a module for each dialect. All of them offer what they can of the same functions:
//!
//! | function | direction | turns |
//! |---|---|---|
//! | `read_request` | in | a caller's body into a [`ChatRequest`](crate::chat::ChatRequest), and what it knows no word for |
//! | `write_answer` | in | an [`Answer`](crate::chat::Answer) into a body for the caller |
//! | `Writer` | in | [`Event`](crate::chat::Event)s into bytes of a stream for the caller |
//! | `write_failure` | in | a [`Failure`](crate::failure::Failure) into a body for the caller |
//! | `write_request` | out | a `ChatRequest` into a body for the vendor, and what that has no word for |
//! | `read_answer` | out | the vendor's body into an `Answer` |
//! | `Reader` | out | frames of the vendor's stream into `Event`s |
//! | `read_failure` | out | the vendor's error answer into a `Failure` |

pub mod anthropic;
pub mod bedrock;
mod caller;
pub mod cohere;
pub mod gemini;
pub mod ids;
pub mod mistral;
pub mod names;
pub mod ollama;
pub mod openai_chat;
pub mod openai_responses;
mod vendor;

pub use caller::{CallerDialect, WriteStream};
pub use vendor::{Framing, ReadStream, VendorDialect};

/// Who is asked, as far as it shapes the words.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The vendor's name of the model.
    pub model: &'a str,
    /// Tokens that an answer of it may have, from the catalogue.
    pub max_output: Option<u64>,
    /// OpenAI's own models want `max_completion_tokens`; most who speak like OpenAI only know `max_tokens`.
    pub max_completion_tokens: bool,
}

/// What an answer is told apart by, made by the gateway: nothing here knows a clock.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Unique, of letters and digits.
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// The model as the caller said it, for answers of vendors who do not name theirs.
    pub model: String,
    /// Whether usage is wanted at the end of a stream.
    pub stream_usage: bool,
}

/// One frame of a vendor's stream.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The name of the event; empty when it has none.
    pub event: &'a str,
    pub data: &'a [u8],
}

impl Reply {
    /// The model to name in an answer.
    fn model<'a>(&'a self, vendors: &'a str) -> &'a str {
        if vendors.is_empty() { &self.model } else { vendors }
    }
}
