//! Errors: `{"object": "error", "message", "type", "param", "code"}`, or `{"detail"}` from what checks a request.

use crate::failure::{Failure, FailureKind};
use crate::json::{Item, Object};
use serde_json::Value;

/// Reads an error answer; what is no JSON says nothing but its status.
#[must_use]
pub fn read_failure(status: u16, body: &[u8]) -> Failure {
    let kind = FailureKind::of_status(status);
    let value = serde_json::from_slice(body).unwrap_or_default();
    read_error(value, kind).unwrap_or_else(|| Failure::new(kind, format!("the vendor answered {status}")))
}

/// An error in an answer, or in the midst of a stream.
pub(super) fn read_error(body: Value, kind: FailureKind) -> Option<Failure> {
    let mut body = Item::root(body).object().ok()?;
    // as OpenAI has it, and proxies do
    if let Some(message) = body.peek("error") {
        return Some(Failure::new(kind, message));
    }
    if let Some(error) = body.object("error").ok().flatten() {
        body = error;
    }
    let (message, place) = match body.take("message") {
        Some(Item { value: Value::String(message), .. }) => (message, None),
        Some(item) => read_detail(item.object().ok()?.take("detail")?)?,
        None => read_detail(body.take("detail")?)?,
    };
    let param = body.text("param").ok().flatten().or(place);
    // a number in a text, or as it is
    let code = body.value("code").map(|code| code.as_str().map_or_else(|| code.to_string(), str::to_owned));
    let type_word = body.text("type").ok().flatten();
    let kind = match type_word.as_deref() {
        Some("rate_limited" | "service_tier_capacity_exceeded") => FailureKind::RateLimited,
        _ => kind,
    };
    Some(Failure { kind, message, code: code.or(type_word), param })
}

/// A text, or a list of which the first is told: what is wrong, and where.
fn read_detail(detail: Item) -> Option<(String, Option<String>)> {
    if let Value::String(message) = detail.value {
        return Some((message, None));
    }
    let mut first = detail.list().ok()?.into_iter().next()?.object().ok()?;
    let message = first.text("msg").ok()??;
    Some((message, place(&mut first)))
}

/// `["body", "messages", 0, "role"]` is `messages[0].role`.
fn place(problem: &mut Object) -> Option<String> {
    let mut place = String::new();
    for part in problem.list("loc").ok()? {
        match part.value {
            Value::Number(index) => place.push_str(&format!("[{index}]")),
            Value::String(name) if name != "body" => {
                if !place.is_empty() {
                    place.push('.');
                }
                place.push_str(&name);
            }
            _ => {}
        }
    }
    (!place.is_empty()).then_some(place)
}
