//! What the gateway must know of a body that it forwards as it is, and what it writes into it. Everything else stays
//! byte by byte as the caller sent it.

mod form;
mod gemini;

pub use form::Form;
pub use gemini::Named;

use ai::failure::{Failure, FailureKind};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Range;

/// The few fields that matter. One that stands twice is refused: two readers might take different ones.
#[derive(Debug, Deserialize)]
struct Fields<'a> {
    #[serde(borrow, default)]
    model: Option<&'a RawValue>,
    #[serde(default)]
    stream: Option<bool>,
    #[serde(borrow, default)]
    stream_options: Option<&'a RawValue>,
}

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
        let start = start(body)?;
        let fields: Fields<'_> =
            serde_json::from_slice(body).map_err(|error| invalid(format!("expected JSON: {error}")))?;
        let model = fields.model.ok_or_else(|| invalid("model: expected a value, got none"))?;
        let name: Cow<'_, str> =
            serde_json::from_str(model.get()).map_err(|_| invalid("model: expected a string"))?;
        let options = fields.stream_options.filter(|options| options.get() != "null");
        let usage = options
            .map(|options| serde_json::from_str::<StreamOptions>(options.get()))
            .transpose()
            .map_err(|error| invalid(format!("stream_options: {error}")))?
            .and_then(|options| options.include_usage);

        Ok(Self {
            model: name.into_owned(),
            stream: fields.stream.unwrap_or_default(),
            usage: usage.unwrap_or_default(),
            model_at: place(body, model),
            options_at: options.map(|options| place(body, options)),
            start,
        })
    }

    /// The body with another model, and with usage asked for where `usage` says so and the caller did not.
    #[must_use]
    pub fn rewritten(&self, body: &[u8], model: &str, usage: bool) -> Vec<u8> {
        let model = serde_json::Value::from(model).to_string();
        let asks = usage && self.stream && !self.usage;
        let mut edits: Vec<(Range<usize>, Cow<'_, str>)> = vec![(self.model_at.clone(), model.into())];
        if asks {
            edits.push(match &self.options_at {
                Some(options) => (options.clone(), r#"{"include_usage":true}"#.into()),
                None => (self.start..self.start, r#""stream_options":{"include_usage":true},"#.into()),
            });
        }
        spliced(body, edits)
    }
}

/// Just after the brace that opens the object. Lists are no requests, however they might be read.
fn start(body: &[u8]) -> Result<usize, Failure> {
    let start = body.iter().position(|byte| !byte.is_ascii_whitespace());
    let start = start.filter(|start| body.get(*start) == Some(&b'{'));
    start.map(|start| start + 1).ok_or_else(|| invalid("expected JSON: an object"))
}

fn invalid(message: impl Into<String>) -> Failure {
    Failure::new(FailureKind::InvalidRequest, message)
}

/// A body with other text in some places.
fn spliced(body: &[u8], mut edits: Vec<(Range<usize>, Cow<'_, str>)>) -> Vec<u8> {
    edits.sort_by_key(|(range, _)| range.start);
    let more: usize = edits.iter().map(|(_, text)| text.len()).sum();
    let mut written = Vec::with_capacity(body.len() + more);
    let mut from = 0;
    for (range, text) in edits {
        written.extend_from_slice(body.get(from..range.start).unwrap_or_default());
        written.extend_from_slice(text.as_bytes());
        from = range.end;
    }
    written.extend_from_slice(body.get(from..).unwrap_or_default());
    written
}

/// Where a value that was read from a body stands in it.
fn place(body: &[u8], value: &RawValue) -> Range<usize> {
    let text = value.get();
    let start = (text.as_ptr() as usize).saturating_sub(body.as_ptr() as usize);
    start..start + text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_model_is_changed() {
        let body = br#" { "a" : "model", "model" :"al\u0069as" ,"b":{"model":1}}"#;
        let peek = Peek::of(body).unwrap();
        assert_eq!((peek.model.as_str(), peek.stream, peek.usage), ("alias", false, false));
        let written = peek.rewritten(body, "v\"1", true);
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
            assert_eq!(String::from_utf8(peek.rewritten(body.as_bytes(), "b", true)).unwrap(), expected);
        }
        let body = br#"{"model":"a","stream":true}"#;
        assert_eq!(
            Peek::of(body).unwrap().rewritten(body, "a", false),
            body,
            "not where the dialect always says it"
        );
    }

    #[test]
    fn what_is_not_clear_is_refused() {
        for (body, said) in [
            ("", "expected JSON"),
            ("[]", "expected JSON"),
            (r#"{"model":"a","model":"b"}"#, "duplicate field"),
            (r#"{"model":7}"#, "model: expected a string"),
            (r#"{"messages":[]}"#, "model: expected a value"),
            (r#"{"model":"a","stream":"yes"}"#, "expected JSON"),
            (r#"{"model":"a"} x"#, "trailing"),
            (r#"{"model":"a","stream_options":7}"#, "stream_options"),
        ] {
            let failure = Peek::of(body.as_bytes()).unwrap_err();
            assert!(failure.message.contains(said), "{body}: {}", failure.message);
            assert_eq!(failure.kind, FailureKind::InvalidRequest);
        }
    }
}
