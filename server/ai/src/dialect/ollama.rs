//! Ollama chat (`POST /api/chat`), as its SDK 0.6 has it. A stream is lines of JSON ([`crate::lines`]), each one frame.

mod answer;
mod stream;
#[cfg(test)]
mod tests;
mod write_request;

/// Errors are `{"error"}` with a text, which is one of the forms that OpenAI's are read from.
pub use super::openai_chat::read_failure;
pub use answer::read_answer;
pub use stream::Reader;
pub use write_request::write_request;
