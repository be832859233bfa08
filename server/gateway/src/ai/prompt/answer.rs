//! What a model said, as a caller of a prompt api gets it.

use super::Prompt;
use super::stream::PromptBody;
use crate::ctx::Ctx;
use crate::finish::{Answer, Content};
use crate::reject::{Reject, RejectKind};
use crate::upstream::answer::UpstreamBody;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use http::{HeaderName, StatusCode};
use serde_json::{Value, json};
use std::rc::Rc;
use std::sync::Arc;

/// A whole answer.
pub struct Said {
    pub text: String,
    /// The model says that it will not.
    pub refusal: Option<String>,
    /// `stop`, `length` or `content_filter`.
    finish: String,
    headers: HeaderMap,
}

/// Reads a whole answer; a vendor's refusal becomes one of ours.
pub async fn read(answer: Answer) -> Result<Said, Reject> {
    let Answer { status, headers, content } = answer;
    let bytes = whole(content).await?;
    if status != StatusCode::OK {
        return Err(refused(status, &headers, &bytes));
    }
    let garbled = || Reject::new(RejectKind::UpstreamBroken, "the vendor's answer makes no sense");
    let body: Value = serde_json::from_slice(&bytes).map_err(|_| garbled())?;
    let choice = body.pointer("/choices/0").ok_or_else(garbled)?;
    let text = |at: &str| choice.pointer(at).and_then(Value::as_str).map(str::to_owned);
    Ok(Said {
        text: text("/message/content").unwrap_or_default(),
        refusal: text("/message/refusal").filter(|refusal| !refusal.is_empty()),
        finish: text("/finish_reason").unwrap_or_default(),
        headers,
    })
}

async fn whole(content: Content) -> Result<Bytes, Reject> {
    match content {
        Content::Whole(bytes) => Ok(bytes),
        Content::Stream(body, _) => super::super::body::all(*body)
            .await
            .map_err(|kind| Reject::new(kind, "the vendor's answer broke off")),
        Content::Nothing | Content::Tunnel(_) => Ok(Bytes::new()),
    }
}

impl Said {
    /// The answer for the caller. Without text, a refusal stands in its place.
    pub fn told(self, ctx: &Ctx, output: Value) -> Answer {
        let refused = output.as_str().is_some_and(str::is_empty);
        let output = match &self.refusal {
            Some(refusal) if refused => refusal.as_str().into(),
            _ => output,
        };
        let mut body = facts(ctx);
        if let Value::Object(members) = &mut body {
            members.insert("output".to_owned(), output);
            members.insert("finish".to_owned(), self.finish.into());
            if let Some(refusal) = self.refusal {
                members.insert("refusal".to_owned(), refusal.into());
            }
        }
        let content = Content::Whole(Bytes::from(body.to_string()));
        Answer { status: StatusCode::OK, headers: headers(&self.headers, "application/json"), content }
    }
}

/// `{model, usage}` as far as they are known.
pub(super) fn facts(ctx: &Ctx) -> Value {
    match &ctx.ai {
        Some(facts) => said_of(&facts.borrow()),
        None => json!({}),
    }
}

pub(super) fn said_of(facts: &super::super::facts::Facts) -> Value {
    let reckoned = facts.reckoned();
    let record = facts.record(&reckoned);
    let usage = json!({
        "input_tokens": record.input_tokens,
        "output_tokens": record.output_tokens,
        "cached_tokens": record.cache_read_tokens,
        "reasoning_tokens": record.reasoning_tokens,
        "estimated": record.estimated,
    });
    json!({ "model": facts.model, "usage": usage })
}

/// Those of the gateway's own, and what the body is.
fn headers(answered: &HeaderMap, content_type: &'static str) -> HeaderMap {
    let own = |name: &HeaderName| name.as_str().starts_with("x-gatehouse-");
    let mut headers: HeaderMap = answered
        .iter()
        .filter(|(name, _)| own(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers
}

/// The answer as events.
pub async fn streamed(answer: Answer, ctx: &Ctx, prompt: &Arc<Prompt>) -> Result<Answer, Reject> {
    let Answer { status, headers: answered, content } = answer;
    let upstream = match (status, content) {
        (StatusCode::OK, Content::Stream(upstream, _)) => upstream,
        (_, content) => {
            let bytes = whole(content).await?;
            return Err(refused(status, &answered, &bytes));
        }
    };
    let Some(facts) = &ctx.ai else {
        return Err(Reject::new(RejectKind::UpstreamBroken, "the vendor's answer makes no sense"));
    };
    let body = PromptBody::new(upstream, Rc::clone(facts), Arc::clone(prompt), &ctx.worker.problems);
    let content = Content::Stream(Box::new(UpstreamBody::Prompt(Box::new(body))), None);
    Ok(Answer { status, headers: headers(&answered, "text/event-stream"), content })
}

/// Why the vendor gave no answer: what the values may have caused is told as the caller's, all else is not.
fn refused(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Reject {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let said = body.pointer("/error/message").and_then(Value::as_str).unwrap_or("it does not say why");
    let said: String = said.chars().take(500).collect();
    match status.as_u16() {
        400 | 413 | 422 => {
            Reject::new(RejectKind::InvalidInput, format!("the model's vendor refuses the prompt: {said}"))
        }
        408 | 504 => Reject::new(RejectKind::UpstreamTimeout, "the model's vendor took too long"),
        429 | 503 | 529 => {
            let asked = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let seconds = asked.and_then(|text| text.parse().ok()).unwrap_or(1);
            let detail = "the model's vendor takes no more calls at the moment";
            Reject::new(RejectKind::UpstreamUnavailable, detail).retry_after(seconds)
        }
        _ => Reject::new(RejectKind::UpstreamBroken, format!("the model's vendor gives no answer: {said}")),
    }
}
