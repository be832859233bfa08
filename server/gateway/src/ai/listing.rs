//! The models of an api as Google's clients list them.

use super::alias::Models;
use super::budget::offered;
use crate::ctx::Ctx;
use crate::finish::{Answer, Content};
use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::json;

/// What can be asked of a model in that dialect.
const METHODS: [&str; 3] = ["generateContent", "embedContent", "countTokens"];

#[must_use]
pub fn gemini(ctx: &Ctx, models: &Models) -> Answer {
    let list: Vec<_> = offered(ctx, models)
        .map(|name| {
            json!({
                "name": format!("models/{name}"),
                "displayName": name,
                "supportedGenerationMethods": METHODS,
            })
        })
        .collect();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let body = json!({ "models": list }).to_string();
    Answer { status: StatusCode::OK, headers, content: Content::Whole(Bytes::from(body)) }
}
