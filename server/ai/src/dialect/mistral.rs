//! Mistral chat completions (`POST /v1/chat/completions`), as its SDK 3.7 has it: like OpenAI's, but for content that
//! is a list of chunks with thoughts in it, and fields that are not known are refused.

mod answer;
mod failure;
mod stream;
#[cfg(test)]
mod tests;
mod write_request;

pub use answer::read_answer;
pub use failure::read_failure;
pub use stream::Reader;
pub use write_request::write_request;
