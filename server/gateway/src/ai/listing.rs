//! The models of an api that the caller's plan includes, as clients of OpenAI, Anthropic and Google list them, and ask
//! for one.

use super::alias::Models;
use super::ask::shown;
use super::budget::offered;
use crate::ctx::Ctx;
use crate::finish::{Answer, Content};
use crate::reject::{Reject, RejectKind};
use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::{Value, json};

/// What can be asked of a model in Google's dialect.
const METHODS: [&str; 3] = ["generateContent", "embedContent", "countTokens"];

/// As OpenAI lists them, with what Anthropic's clients look for.
#[must_use]
pub fn openai(ctx: &Ctx, models: &Models) -> Answer {
    let list: Vec<_> = offered(ctx, models).map(|name| openai_entry(ctx, name)).collect();
    answer(&json!({ "object": "list", "data": list, "has_more": false }))
}

/// One of them.
pub fn openai_model(ctx: &Ctx, models: &Models, name: &str) -> Result<Answer, Reject> {
    listed(ctx, models, name).map(|()| answer(&openai_entry(ctx, name)))
}

/// As Google lists them.
#[must_use]
pub fn gemini(ctx: &Ctx, models: &Models) -> Answer {
    let list: Vec<_> = offered(ctx, models).map(gemini_entry).collect();
    answer(&json!({ "models": list }))
}

/// One of them.
pub fn gemini_model(ctx: &Ctx, models: &Models, name: &str) -> Result<Answer, Reject> {
    listed(ctx, models, name).map(|()| answer(&gemini_entry(name)))
}

/// Refuses a model that no list has. Whether there is one that the plan does not include is not told.
fn listed(ctx: &Ctx, models: &Models, name: &str) -> Result<(), Reject> {
    if offered(ctx, models).any(|offered| offered == name) {
        return Ok(());
    }
    let detail = format!("the model {:?} is not offered here", shown(name));
    Err(Reject::new(RejectKind::ModelNotFound, detail))
}

fn openai_entry(ctx: &Ctx, name: &str) -> Value {
    json!({
        "id": name,
        "object": "model",
        "created": ctx.at_ms / 1_000,
        "owned_by": "gatehouse",
        "type": "model",
        "display_name": name,
    })
}

fn gemini_entry(name: &str) -> Value {
    json!({
        "name": format!("models/{name}"),
        "displayName": name,
        "supportedGenerationMethods": METHODS,
    })
}

fn answer(body: &Value) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Answer { status: StatusCode::OK, headers, content: Content::Whole(Bytes::from(body.to_string())) }
}
