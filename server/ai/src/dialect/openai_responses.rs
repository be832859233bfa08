//! OpenAI responses (`POST /v1/responses`), as its OpenAPI document 2.3.0 and SDK 3.57 have it.
//!
//! Every request has to hold the whole conversation: nothing is kept between two. So what stands for something kept
//! (`previous_response_id`, `conversation`, `prompt`, items of type `item_reference`) is dropped by name, as are items
//! and tools of OpenAI's own machinery (`input.web_search_call`, `tools.web_search`).
//!
//! What another vendor needs back travels where callers send it back unchanged: signatures of thoughts in a reasoning
//! item's `encrypted_content`, those of calls in the `call_id`.

mod answer;
mod item;
mod read_input;
mod read_request;
mod reader;
#[cfg(test)]
mod tests;
mod usage;
mod writer;

pub use super::openai_chat::{read_failure, write_failure};
pub use answer::{read_answer, write_answer};
pub use read_request::read_request;
pub use reader::Reader;
pub use writer::Writer;
