//! Errors: `{"type": "error", "error": {"type", "message"}}`.

use crate::failure::{Failure, FailureKind};
use crate::json::{Fields, Item};
use serde_json::{Value, json};

/// Reads an error answer; what is no JSON says nothing but its status.
#[must_use]
pub fn read_failure(status: u16, body: &[u8]) -> Failure {
    let kind = FailureKind::of_status(status);
    let value = serde_json::from_slice(body).unwrap_or_default();
    read_error(value, kind).unwrap_or_else(|| Failure::new(kind, format!("the vendor answered {status}")))
}

/// An error answer, or an `error` in the midst of a stream. `kind` is what is known without its type.
pub(super) fn read_error(body: Value, kind: FailureKind) -> Option<Failure> {
    let mut body = Item::root(body).object().ok()?;
    let error = body.take("error")?;
    if let Value::String(message) = error.value {
        return Some(Failure::new(kind, message));
    }
    let mut error = error.object().ok()?;
    let word = error.text("type").ok().flatten().unwrap_or_default();
    let message = error.text("message").ok().flatten().unwrap_or_else(|| word.clone());
    if message.is_empty() {
        return None;
    }
    let mut details = error.object("details").ok().flatten();
    let code = details.as_mut().and_then(|details| details.text("error_code").ok().flatten());
    Some(Failure { kind: read_kind(&word, kind), message, code, param: None })
}

fn read_kind(word: &str, kind: FailureKind) -> FailureKind {
    match word {
        // a status may say more
        "invalid_request_error" if kind == FailureKind::Internal => FailureKind::InvalidRequest,
        "authentication_error" => FailureKind::Authentication,
        "billing_error" => FailureKind::Billing,
        "permission_error" => FailureKind::Permission,
        "not_found_error" => FailureKind::NotFound,
        "conflict_error" => FailureKind::Conflict,
        "request_too_large" => FailureKind::TooLarge,
        "rate_limit_error" => FailureKind::RateLimited,
        "timeout_error" => FailureKind::Timeout,
        "overloaded_error" => FailureKind::Overloaded,
        _ => kind,
    }
}

/// Writes an error. Anthropic has no codes; where there is one, it stands beside the message.
#[must_use]
pub fn write_failure(failure: &Failure) -> Value {
    let error = Fields::new()
        .with("type", type_word(failure.kind))
        .with("message", failure.message.as_str())
        .some("code", failure.code.as_deref());
    json!({ "type": "error", "error": Value::from(error) })
}

/// The status that goes with it. Anthropic has one of its own for too much load.
#[must_use]
pub fn status(kind: FailureKind) -> u16 {
    match kind {
        FailureKind::Overloaded => 529,
        other => other.status(),
    }
}

fn type_word(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::InvalidRequest | FailureKind::Filtered => "invalid_request_error",
        FailureKind::Authentication => "authentication_error",
        FailureKind::Billing => "billing_error",
        FailureKind::Permission => "permission_error",
        FailureKind::NotFound => "not_found_error",
        FailureKind::Conflict => "conflict_error",
        FailureKind::TooLarge => "request_too_large",
        FailureKind::RateLimited => "rate_limit_error",
        FailureKind::Timeout => "timeout_error",
        FailureKind::Internal | FailureKind::Garbled => "api_error",
        FailureKind::Overloaded => "overloaded_error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_a_word_and_a_status() {
        let kinds = [
            (FailureKind::InvalidRequest, "invalid_request_error", 400),
            (FailureKind::Filtered, "invalid_request_error", 400),
            (FailureKind::Authentication, "authentication_error", 401),
            (FailureKind::Billing, "billing_error", 402),
            (FailureKind::Permission, "permission_error", 403),
            (FailureKind::NotFound, "not_found_error", 404),
            (FailureKind::Conflict, "conflict_error", 409),
            (FailureKind::TooLarge, "request_too_large", 413),
            (FailureKind::RateLimited, "rate_limit_error", 429),
            (FailureKind::Timeout, "timeout_error", 504),
            (FailureKind::Internal, "api_error", 500),
            (FailureKind::Garbled, "api_error", 502),
            (FailureKind::Overloaded, "overloaded_error", 529),
        ];
        for (kind, word, number) in kinds {
            let written = write_failure(&Failure::new(kind, "why"));
            assert_eq!(written, json!({ "type": "error", "error": { "type": word, "message": "why" } }));
            assert_eq!(status(kind), number, "{word}");
            let read = read_failure(number, written.to_string().as_bytes());
            let expected = match kind {
                FailureKind::Filtered => FailureKind::InvalidRequest,
                FailureKind::Garbled => FailureKind::Internal,
                other => other,
            };
            assert_eq!(read, Failure::new(expected, "why"));
        }
    }

    #[test]
    fn whatever_comes_is_a_failure() {
        let bodies = [
            (429, "<html>", Failure::new(FailureKind::RateLimited, "the vendor answered 429")),
            (500, "{}", Failure::new(FailureKind::Internal, "the vendor answered 500")),
            (503, r#"{"error":"busy"}"#, Failure::new(FailureKind::Overloaded, "busy")),
            (500, r#"{"error":{"type":"overloaded_error"}}"#, {
                Failure::new(FailureKind::Overloaded, "overloaded_error")
            }),
            (413, r#"{"error":{"type":"invalid_request_error","message":"big"}}"#, {
                Failure::new(FailureKind::TooLarge, "big")
            }),
            (404, r#"{"error":{"type":"new_error","message":"gone"}}"#, {
                Failure::new(FailureKind::NotFound, "gone")
            }),
        ];
        for (status, body, expected) in bodies {
            assert_eq!(read_failure(status, body.as_bytes()), expected, "{body}");
        }
        let body = json!({ "type": "error", "request_id": "req_1", "error": {
            "type": "rate_limit_error",
            "message": "slow down",
            "details": { "error_code": "ramp_limit_exceeded" },
        } });
        let read = read_failure(429, body.to_string().as_bytes());
        assert_eq!(read.code.as_deref(), Some("ramp_limit_exceeded"));
        let error = json!({ "error": { "type": "invalid_request_error", "message": "x" } });
        let read = read_error(error, FailureKind::Internal).unwrap();
        assert_eq!(read.kind, FailureKind::InvalidRequest, "in a stream there is no status");
    }
}
