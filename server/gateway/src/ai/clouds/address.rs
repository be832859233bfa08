//! Where clouds serve models of others, and how they want to be asked.

use crate::ai::peek::members;
use crate::ai::provider::Provider;
use crate::ai::request::ForTarget;
use crate::ai::splice::{Edit, Spliced};
use ai::dialect::VendorDialect;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::ops::Range;

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
            on_vertex(&mut request.body, counts);
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

/// Makes a body of Anthropic's one with its version, and without the model unless that is `named`; its values stay byte by
/// byte as they were. What is no object is for the vendor to refuse.
fn on_vertex(body: &mut Spliced, named: bool) {
    let base = body.base().clone();
    let (mut model, mut version) = (None, None);
    let told = members(&base, |member| match &*member.name {
        "model" => model = Some(member.at),
        "anthropic_version" => version = Some(member.at),
        _ => {}
    });
    let Ok(start) = told else { return };
    let says = format!("\"anthropic_version\":{ANTHROPIC_ON_VERTEX}");
    match (model.filter(|_| !named), version) {
        (None, Some(version)) => body.edit(Edit::new(version, says)),
        (None, None) => body.edit(Edit::new(start..start, format!("{says},"))),
        (Some(model), None) => body.edit(Edit::new(model, says)),
        (Some(model), Some(version)) => {
            body.edit(Edit::new(version, says));
            body.edit(Edit::new(with_comma(&base, model), ""));
        }
    }
}

/// The place of a member together with what parts it from another one.
fn with_comma(body: &[u8], member: Range<usize>) -> Range<usize> {
    let blank = |byte: &u8| byte.is_ascii_whitespace();
    let after = body.get(member.end..).unwrap_or_default();
    let gap = after.iter().take_while(|byte| blank(byte)).count();
    if after.get(gap) == Some(&b',') {
        return member.start..member.end + gap + 1;
    }
    let before = body.get(..member.start).unwrap_or_default();
    let gap = before.iter().rev().take_while(|byte| blank(byte)).count();
    let start = member.start - gap;
    if body.get(..start).is_some_and(|before| before.ends_with(b",")) {
        start - 1..member.end
    } else {
        member
    }
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
        let shaped = |body: &'static str, named| {
            // as a model of the vendor's, which is written in the place of the caller's
            let at = body.find("\"alias\"").map(|at| Edit::new(at..at + 7, "\"claude\""));
            let mut spliced = Spliced::new(body.into(), at.into_iter().collect());
            on_vertex(&mut spliced, named);
            String::from_utf8(spliced.whole().into_owned()).unwrap()
        };
        for (body, without, named) in [
            (
                r#"{"a":[ ], "model":"alias","b":1.50}"#,
                r#"{"a":[ ], VERSION,"b":1.50}"#,
                r#"{VERSION,"a":[ ], "model":"claude","b":1.50}"#,
            ),
            (
                r#"{"model":"alias" , "anthropic_version":"x"}"#,
                r#"{ VERSION}"#,
                r#"{"model":"claude" , VERSION}"#,
            ),
            (
                r#"{ "anthropic_version":"x" , "model":"alias" }"#,
                r#"{ VERSION  }"#,
                r#"{ VERSION , "model":"claude" }"#,
            ),
            ("[]", "[]", "[]"),
        ] {
            let version = r#""anthropic_version":"vertex-2023-10-16""#;
            assert_eq!(shaped(body, false), without.replace("VERSION", version));
            assert_eq!(shaped(body, true), named.replace("VERSION", version));
        }
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
