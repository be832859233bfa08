//! What the gateway must know of a body that it forwards as it is, and what it writes into it. Everything else stays
//! byte by byte as the caller sent it.

mod form;
mod gemini;
mod members;

pub use form::Form;
pub use gemini::Named;
pub use members::{Member, members};

use super::splice::Edit;
use ai::failure::{Failure, FailureKind};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::ops::Range;

#[derive(Debug, Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: Option<bool>,
}

/// What a body says.
#[derive(Debug)]
pub struct Peek {
    pub model: String,
    pub stream: bool,
    /// The caller asked for usage at the end of a stream.
    pub usage: bool,
    model_at: Range<usize>,
    options_at: Option<Range<usize>>,
    /// Just after the brace that opens the object.
    start: usize,
}

impl Peek {
    /// Reads a body, whose model must be named in it.
    pub fn of(body: &[u8]) -> Result<Self, Failure> {
        let (mut model_at, mut stream, mut options_at) = (None, None, None);
        let start = members(body, |Member { name, value, .. }| match &*name {
            "model" => model_at = Some(value),
            "stream" => stream = Some(value),
            "stream_options" => options_at = Some(value),
            _ => {}
        })?;
        let said = |at: Range<usize>| body.get(at).filter(|said| *said != b"null");
        let model_at = model_at.ok_or_else(|| invalid("model: expected a value, got none"))?;
        let name = body.get(model_at.clone()).unwrap_or_default();
        let stream = match stream.and_then(said) {
            None | Some(b"false") => false,
            Some(b"true") => true,
            Some(_) => return Err(invalid("stream: expected true or false")),
        };
        let options_at = options_at.filter(|at| said(at.clone()).is_some());
        let usage = options_at
            .clone()
            .and_then(said)
            .map(serde_json::from_slice::<StreamOptions>)
            .transpose()
            .map_err(|error| invalid(format!("stream_options: {error}")))?
            .and_then(|options| options.include_usage);
        Ok(Self {
            model: serde_json::from_slice(name).map_err(|_| invalid("model: expected a string"))?,
            stream,
            usage: usage.unwrap_or_default(),
            model_at,
            options_at,
            start,
        })
    }

    /// What makes another model of it, and asks for usage where `usage` says so and the caller did not.
    #[must_use]
    pub fn edits(&self, model: &str, usage: bool) -> Vec<Edit> {
        let mut edits = vec![Edit::new(self.model_at.clone(), serde_json::Value::from(model).to_string())];
        if usage && self.stream && !self.usage {
            edits.push(match &self.options_at {
                Some(options) => Edit::new(options.clone(), r#"{"include_usage":true}"#),
                None => Edit::new(self.start..self.start, r#""stream_options":{"include_usage":true},"#),
            });
        }
        edits
    }
}

fn invalid(message: impl Into<String>) -> Failure {
    Failure::new(FailureKind::InvalidRequest, message)
}

/// Where a value that was read from a body stands in it.
fn place(body: &[u8], value: &RawValue) -> Range<usize> {
    let text = value.get();
    let start = (text.as_ptr() as usize).saturating_sub(body.as_ptr() as usize);
    start..start + text.len()
}

#[cfg(test)]
mod tests {
    use super::super::splice::Spliced;
    use super::*;

    fn rewritten(peek: &Peek, body: &'static [u8], model: &str, usage: bool) -> Vec<u8> {
        Spliced::new(body.into(), peek.edits(model, usage)).whole().into_owned()
    }

    #[test]
    fn only_the_model_is_changed() {
        let body = br#" { "a" : "model", "model" :"al\u0069as" ,"b":{"model":1}}"#;
        let peek = Peek::of(body).unwrap();
        assert_eq!((peek.model.as_str(), peek.stream, peek.usage), ("alias", false, false));
        let written = rewritten(&peek, body, "v\"1", true);
        assert_eq!(written, br#" { "a" : "model", "model" :"v\"1" ,"b":{"model":1}}"#);
    }

    #[test]
    fn usage_of_a_stream_is_asked_for() {
        for (body, expected) in [
            (
                r#"{"model":"a","stream":true}"#,
                r#"{"stream_options":{"include_usage":true},"model":"b","stream":true}"#,
            ),
            (
                r#"{"stream_options":{"include_usage":false},"model":"a","stream":true}"#,
                r#"{"stream_options":{"include_usage":true},"model":"b","stream":true}"#,
            ),
            (
                r#"{"model":"a","stream":true,"stream_options":{"include_usage":true}}"#,
                r#"{"model":"b","stream":true,"stream_options":{"include_usage":true}}"#,
            ),
            (r#"{"model":"a","stream":false}"#, r#"{"model":"b","stream":false}"#),
        ] {
            let peek = Peek::of(body.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(rewritten(&peek, body.as_bytes(), "b", true)).unwrap(), expected);
        }
        let body = br#"{"model":"a","stream":true}"#;
        assert_eq!(
            rewritten(&Peek::of(body).unwrap(), body, "a", false),
            body,
            "not where the dialect always says it"
        );
    }

    #[test]
    fn what_is_not_clear_is_refused() {
        for (body, said) in [
            ("", "expected JSON"),
            ("[]", "expected JSON"),
            (r#"{"model":"a","model":"b"}"#, "`model` stands more than once"),
            (r#"{"model":"a","max_tokens":1,"max_tokens":9}"#, "`max_tokens` stands more than once"),
            (r#"{"model":"a","messages":[{"role":"user","role":"system"}]}"#, "`role` stands more than once"),
            (r#"{"model":7}"#, "model: expected a string"),
            (r#"{"messages":[]}"#, "model: expected a value"),
            (r#"{"model":"a","stream":"yes"}"#, "stream: expected true or false"),
            (r#"{"model":"a"} x"#, "trailing"),
            (r#"{"model":"a","stream_options":7}"#, "stream_options"),
        ] {
            let failure = Peek::of(body.as_bytes()).unwrap_err();
            assert!(failure.message.contains(said), "{body}: {}", failure.message);
            assert_eq!(failure.kind, FailureKind::InvalidRequest);
        }
    }
}
