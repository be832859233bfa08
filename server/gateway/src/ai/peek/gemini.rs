//! Where a body in Gemini's dialect names the model that stands in the address as well.

use super::{Failure, invalid, place, spliced, start};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::ops::Range;

#[derive(Debug, Deserialize)]
struct Fields<'a> {
    #[serde(borrow, default)]
    model: Option<&'a RawValue>,
    #[serde(borrow, default)]
    requests: Vec<Request<'a>>,
    #[serde(borrow, default, rename = "generateContentRequest", alias = "generate_content_request")]
    wrapped: Option<Request<'a>>,
}

#[derive(Debug, Deserialize)]
struct Request<'a> {
    #[serde(borrow, default)]
    model: Option<&'a RawValue>,
}

/// The places.
#[derive(Debug)]
pub struct Named(Vec<Range<usize>>);

impl Named {
    pub fn of(body: &[u8]) -> Result<Self, Failure> {
        start(body)?;
        let read = serde_json::from_slice::<Fields<'_>>(body);
        let fields = read.map_err(|error| invalid(format!("expected JSON: {error}")))?;
        let requests = fields.requests.iter().chain(&fields.wrapped).filter_map(|request| request.model);
        Ok(Self(fields.model.into_iter().chain(requests).map(|model| place(body, model)).collect()))
    }

    /// The body with another model.
    #[must_use]
    pub fn rewritten(&self, body: &[u8], model: &str) -> Vec<u8> {
        let model = serde_json::Value::from(format!("models/{model}")).to_string();
        spliced(body, self.0.iter().map(|range| (range.clone(), model.as_str().into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_changed_wherever_it_stands() {
        let body = r#"{ "requests":[{"model":"models/a","content":{"model":1}}, {"content":{}}] }"#;
        let written = Named::of(body.as_bytes()).unwrap().rewritten(body.as_bytes(), "b");
        let expected = r#"{ "requests":[{"model":"models/b","content":{"model":1}}, {"content":{}}] }"#;
        assert_eq!(String::from_utf8(written).unwrap(), expected);
        for body in [r#"{"model":"x"}"#, r#"{"generateContentRequest":{"model": "x"},"contents":[]}"#] {
            let written = Named::of(body.as_bytes()).unwrap().rewritten(body.as_bytes(), "b");
            assert_eq!(String::from_utf8(written).unwrap(), body.replace("\"x\"", "\"models/b\""));
        }
        assert!(Named::of(b"{\"model\":1,\"model\":2}").is_err() && Named::of(b"[]").is_err());
    }
}
