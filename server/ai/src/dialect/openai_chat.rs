//! OpenAI chat completions (`POST /v1/chat/completions`), as its OpenAPI document 2.3.0 and SDK 3.54 have it, and what
//! most other vendors speak.

mod answer;
mod failure;
pub(super) mod read_request;
mod stream;
pub(super) mod usage;
pub(super) mod write_request;

pub use answer::{read_answer, write_answer};
pub use failure::{read_failure, write_failure};
pub use read_request::read_request;
pub use stream::{Reader, Writer};
pub use write_request::write_request;
