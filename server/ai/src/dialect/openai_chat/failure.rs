//! Errors: `{"error": {"message", "type", "param", "code"}}`.

use crate::failure::{Failure, FailureKind};
use crate::json::Item;
use serde_json::{Value, json};

/// Reads an error answer; what is no JSON says nothing but its status.
#[must_use]
pub fn read_failure(status: u16, body: &[u8]) -> Failure {
    let kind = FailureKind::of_status(status);
    let value = serde_json::from_slice(body).unwrap_or_default();
    read_error(value, kind).unwrap_or_else(|| Failure::new(kind, format!("the vendor answered {status}")))
}

/// An `error` in an answer, or in the midst of a stream. Codes that say more than the status change its kind.
pub(super) fn read_error(body: Value, kind: FailureKind) -> Option<Failure> {
    let mut body = Item::root(body).object().ok()?;
    let error = body.take("error")?;
    if let Value::String(message) = error.value {
        return Some(Failure::new(kind, message));
    }
    let mut error = error.object().ok()?;
    let message = error.text("message").ok()??;
    // a number at some vendors
    let code = error.value("code").map(|code| code.as_str().map_or_else(|| code.to_string(), str::to_owned));
    let type_word = error.text("type").ok().flatten();
    let kind = match (code.as_deref(), type_word.as_deref()) {
        (Some("content_filter" | "content_policy_violation"), _) => FailureKind::Filtered,
        (Some("insufficient_quota" | "billing_hard_limit_reached"), _) => FailureKind::Billing,
        (Some("rate_limit_exceeded"), _) => FailureKind::RateLimited,
        (Some("invalid_api_key"), _) | (_, Some("authentication_error")) => FailureKind::Authentication,
        _ => kind,
    };
    Some(Failure { kind, message, code, param: error.text("param").ok().flatten() })
}

/// Writes an error. A refusal of the gateway's has its short name as `code`.
#[must_use]
pub fn write_failure(failure: &Failure) -> Value {
    json!({ "error": {
        "message": failure.message,
        "type": type_word(failure.kind),
        "param": failure.param,
        "code": failure.code,
    } })
}

fn type_word(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::InvalidRequest
        | FailureKind::Filtered
        | FailureKind::TooLarge
        | FailureKind::Conflict => "invalid_request_error",
        FailureKind::NotFound => "not_found_error",
        FailureKind::Authentication => "authentication_error",
        FailureKind::Permission => "permission_error",
        FailureKind::Billing => "insufficient_quota",
        FailureKind::RateLimited => "rate_limit_error",
        FailureKind::Timeout => "timeout_error",
        FailureKind::Internal | FailureKind::Overloaded | FailureKind::Garbled => "server_error",
    }
}
