//! Google Gemini (`POST /v1beta/models/{model}:generateContent` and `:streamGenerateContent`), as its SDK google-genai
//! 3.6 has it; Vertex AI speaks the same. The model and whether it is a stream stand in the path: whoever reads that
//! sets them.

mod answer;
mod failure;
mod finish;
mod media;
mod part;
mod read_content;
mod read_request;
mod read_schema;
mod schema;
mod signature;
mod spelling;
mod stream;
mod usage;
mod write_content;
mod write_request;
mod writer;

pub use answer::{read_answer, write_answer};
pub(crate) use failure::write_retry_ms;
pub use failure::{read_failure, read_retry_ms, write_failure};
pub use read_request::read_request;
pub(crate) use spelling::camel;
pub use stream::Reader;
pub use write_request::write_request;
pub use writer::Writer;
