//! Cohere chat, version 2 (`POST /v2/chat`), as its SDK 7.3 has it.

mod answer;
mod failure;
mod stream;
#[cfg(test)]
mod tests;
mod usage;
mod write_request;

pub use answer::read_answer;
pub use failure::read_failure;
pub use stream::Reader;
pub use write_request::write_request;
