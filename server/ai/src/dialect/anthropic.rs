//! Anthropic Messages (`POST /v1/messages`, `/v1/messages/count_tokens`), as its SDK 2.14 has it.

mod answer;
mod failure;
mod read_content;
mod read_request;
mod reader;
mod reasoning;
mod usage;
mod write_content;
mod write_request;
mod writer;

pub use answer::{read_answer, write_answer};
pub use failure::{read_failure, status, write_failure};
pub use read_request::{read_count_request, read_request};
pub use reader::Reader;
pub use usage::write_count;
pub use write_request::write_request;
pub use writer::Writer;
