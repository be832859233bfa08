//! Where a body in Gemini's dialect names the model that stands in the address as well.

use super::{Edit, Failure, invalid, members, place};
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
        members(body, |_| {})?;
        let read = serde_json::from_slice::<Fields<'_>>(body);
        let fields = read.map_err(|error| invalid(format!("expected JSON: {error}")))?;
        let requests = fields.requests.iter().chain(&fields.wrapped).filter_map(|request| request.model);
        Ok(Self(fields.model.into_iter().chain(requests).map(|model| place(body, model)).collect()))
    }

    /// What makes another model of it.
    #[must_use]
    pub fn edits(&self, model: &str) -> Vec<Edit> {
        let model = serde_json::Value::from(format!("models/{model}")).to_string();
        self.0.iter().map(|range| Edit::new(range.clone(), model.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::splice::Spliced;
    use super::*;

    fn rewritten(body: &'static str) -> String {
        let edits = Named::of(body.as_bytes()).unwrap().edits("b");
        String::from_utf8(Spliced::new(body.into(), edits).whole().into_owned()).unwrap()
    }

    #[test]
    fn the_model_is_changed_wherever_it_stands() {
        let body = r#"{ "requests":[{"model":"models/a","content":{"model":1}}, {"content":{}}] }"#;
        let expected = r#"{ "requests":[{"model":"models/b","content":{"model":1}}, {"content":{}}] }"#;
        assert_eq!(rewritten(body), expected);
        for body in [r#"{"model":"x"}"#, r#"{"generateContentRequest":{"model": "x"},"contents":[]}"#] {
            assert_eq!(rewritten(body), body.replace("\"x\"", "\"models/b\""));
        }
        assert!(Named::of(b"{\"model\":1,\"model\":2}").is_err() && Named::of(b"[]").is_err());
    }
}
