//! Where clouds serve models of others, and how they want to be asked.

use crate::ai::provider::Provider;
use crate::ai::request::ForTarget;
use ai::dialect::VendorDialect;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The version of Anthropic's dialect on Vertex, in the place of the field of a head.
const ANTHROPIC_ON_VERTEX: &str = "\"vertex-2023-10-16\"";
/// What may stand in a segment of a path, and in a value of a query, as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// A version of Azure's API under which deployments have addresses of their own: a date, such as `2024-10-21`.
#[must_use]
pub fn is_dated(version: &str) -> bool {
    version.starts_with(|first: char| first.is_ascii_digit())
}

impl Provider {
    /// Gives a request the path and the body that the vendor wants, where that is another than whoever made the dialect
    /// has. `stream`: the answer is to come in pieces.
    pub(in crate::ai) fn place(
        &self,
        dialect: VendorDialect,
        model: &str,
        stream: bool,
        request: &mut ForTarget,
    ) {
        if dialect == VendorDialect::Anthropic && self.anthropic_version_in_body {
            let counts = request.path.ends_with("/count_tokens");
            let verb = if stream { "streamRawPredict" } else { "rawPredict" };
            let named = if counts { "count-tokens".to_owned() } else { encoded(model) };
            request.path = format!("/models/{named}:{verb}");
            // what is no object is for the vendor to refuse
            if let Some(body) = on_vertex(&request.body, counts) {
                request.body = body;
            }
        }
        if let (VendorDialect::OpenAiChat, Some(version)) = (dialect, &self.api_version) {
            request.path = versioned(&request.path, model, version);
        }
    }
}

/// A path of Azure's, where the version is said: with a date the deployment stands in the path, but for what names it in
/// the body.
fn versioned(path: &str, model: &str, version: &str) -> String {
    let query = encoded(version);
    if is_dated(version) && !path.starts_with("/responses") {
        format!("/deployments/{}{path}?api-version={query}", encoded(model))
    } else {
        format!("{path}?api-version={query}")
    }
}

/// A body of Anthropic's with its version, and without the model unless that is `named`; its values stay byte by byte as
/// they were.
fn on_vertex(body: &[u8], named: bool) -> Option<Vec<u8>> {
    let mut members: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_slice(body).ok()?;
    if !named {
        members.remove("model");
    }
    members.insert("anthropic_version".into(), serde_json::from_str(ANTHROPIC_ON_VERTEX).ok()?);
    serde_json::to_vec(&members).ok()
}

/// The base of an address beside that of the vendor's usual dialect, where operators have given that another host or
/// prefix: `usual` and `other` are the paths of both as the vendor has them.
#[must_use]
pub fn beside(base: &str, usual: &str, other: &str) -> Option<String> {
    let base = base.trim_end_matches('/').strip_suffix(usual.trim_end_matches('/'))?;
    Some(format!("{base}{other}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_beside_another_keeps_what_stands_before_it() {
        for (base, usual, other, expected) in [
            ("http://proxy/x/openai/v1", "/openai/v1", "/anthropic/v1", Some("http://proxy/x/anthropic/v1")),
            ("http://proxy/openai/v1/", "/openai/v1", "/anthropic/v1", Some("http://proxy/anthropic/v1")),
            ("http://proxy/own", "/openai/v1", "/anthropic/v1", None),
        ] {
            assert_eq!(beside(base, usual, other).as_deref(), expected, "{base}");
        }
    }

    #[test]
    fn a_body_on_vertex_says_the_version_and_not_the_model() {
        let body = br#"{"model":"claude-x","max_tokens":5,"temperature":1.50,"messages":[ ]}"#;
        let shaped = |named| String::from_utf8(on_vertex(body, named).unwrap()).unwrap();
        assert_eq!(
            shaped(false),
            r#"{"anthropic_version":"vertex-2023-10-16","max_tokens":5,"messages":[ ],"temperature":1.50}"#
        );
        assert!(shaped(true).contains(r#""model":"claude-x""#));
        assert_eq!(on_vertex(b"[]", false), None);
    }

    #[test]
    fn a_deployment_stands_in_the_path_where_the_version_is_a_date() {
        for (path, version, expected) in [
            (
                "/chat/completions",
                "2024-10-21",
                "/deployments/my%2Fgpt/chat/completions?api-version=2024-10-21",
            ),
            ("/embeddings", "2024-10-21", "/deployments/my%2Fgpt/embeddings?api-version=2024-10-21"),
            ("/responses", "2025-04-01-preview", "/responses?api-version=2025-04-01-preview"),
            ("/chat/completions", "preview", "/chat/completions?api-version=preview"),
            ("/chat/completions", "a&b c", "/chat/completions?api-version=a%26b%20c"),
        ] {
            assert_eq!(versioned(path, "my/gpt", version), expected);
        }
    }

    #[test]
    fn versions_of_azure_are_dates_or_words() {
        assert!(is_dated("2024-10-21") && is_dated("2025-04-01-preview"));
        assert!(!is_dated("preview") && !is_dated(""));
    }
}
