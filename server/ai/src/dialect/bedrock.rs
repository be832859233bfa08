//! Amazon Bedrock's Converse and ConverseStream, as the service model `bedrock-runtime/2023-09-30` in botocore 1.44 has
//! them. Only as a vendor's dialect. Whose model is asked shapes the words too: see [`family`].

mod answer;
mod conversation;
mod failure;
mod family;
mod media;
mod stream;
mod thinking;
mod tools;
mod write_request;

use crate::aws::percent_encode;

pub use answer::read_answer;
pub use failure::{read_failure, read_typed_failure};
pub use stream::Reader;
pub use write_request::write_request;

/// The path of a request as it is sent: the model, which may be an ARN with `/` and `:`, is one segment of it.
#[must_use]
pub fn path(model: &str, stream: bool) -> String {
    let operation = if stream { "converse-stream" } else { "converse" };
    format!("/model/{}/{operation}", percent_encode(model, b""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn models_are_one_segment_of_the_path() {
        let cases = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/paths.json"));
        let cases: Vec<Value> = serde_json::from_str(cases).unwrap();
        assert_eq!(cases.len(), 6);
        for case in cases {
            let model = case["model"].as_str().unwrap();
            assert_eq!(path(model, false), case["whole"], "{model}");
            assert_eq!(path(model, true), case["stream"], "{model}");
        }
    }
}
