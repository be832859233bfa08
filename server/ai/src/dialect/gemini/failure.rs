//! Errors: `{"error": {"code", "message", "status", "details"}}`, with the status words of `google.rpc.Code`.

use crate::failure::{Failure, FailureKind};
use crate::json::{Fields, Item, Object};
use serde_json::{Value, json};

const ERROR_INFO: &str = "type.googleapis.com/google.rpc.ErrorInfo";
const RETRY_INFO: &str = "type.googleapis.com/google.rpc.RetryInfo";
const BAD_REQUEST: &str = "type.googleapis.com/google.rpc.BadRequest";

/// Reads an error answer; what is no JSON says nothing but its status.
#[must_use]
pub fn read_failure(status: u16, body: &[u8]) -> Failure {
    let kind = FailureKind::of_status(status);
    let value = serde_json::from_slice(body).unwrap_or_default();
    read_error(value, kind).unwrap_or_else(|| Failure::new(kind, format!("the vendor answered {status}")))
}

/// An `error` in an answer, or in the midst of a stream. `kind` is what it is when it does not say.
pub(super) fn read_error(body: Value, kind: FailureKind) -> Option<Failure> {
    // a stream without `alt=sse` is a list, also when all of it is an error
    let body = match body {
        Value::Array(items) => items.into_iter().next()?,
        other => other,
    };
    let mut error = Item::root(body).object().ok()?.object("error").ok()??;
    let message = error.text("message").ok()??;
    let status = error.text("status").ok().flatten();
    let code = error.unsigned("code").ok().flatten().and_then(|code| u16::try_from(code).ok());
    let kind = code.filter(|code| *code >= 400).map_or(kind, FailureKind::of_status);
    let kind = status.as_deref().and_then(of_word).unwrap_or(kind);
    let (mut reason, mut param) = (None, None);
    for detail in error.list("details").unwrap_or_default() {
        let Ok(mut detail) = detail.object() else { continue };
        match detail.peek("@type") {
            Some(ERROR_INFO) => reason = reason.or(detail.text("reason").ok().flatten()),
            Some(BAD_REQUEST) => param = param.or_else(|| field_of(&mut detail)),
            _ => {}
        }
    }
    // said with 400
    let kind = if reason.as_deref() == Some("API_KEY_INVALID") { FailureKind::Authentication } else { kind };
    Some(Failure { kind, message, code: reason.or(status), param })
}

/// In how many milliseconds the request may be sent again, as a `RetryInfo` in an error answer says.
#[must_use]
pub fn read_retry_ms(body: &[u8]) -> Option<u64> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let body = body.get(0).unwrap_or(&body);
    let details = body.pointer("/error/details")?.as_array()?;
    let info = details.iter().find(|detail| detail.get("@type").is_some_and(|kind| kind == RETRY_INFO))?;
    // a `google.protobuf.Duration`: `34.074824224s`
    let seconds = info.get("retryDelay")?.as_str()?.strip_suffix('s')?.parse::<f64>().ok()?;
    // a cast of a float keeps to the range
    (seconds >= 0.0).then_some((seconds * 1_000.0).ceil() as u64)
}

/// Says so in an error that is told.
pub(crate) fn write_retry_ms(error: &mut Value, ms: u64) {
    let Some(error) = error.get_mut("error").and_then(Value::as_object_mut) else { return };
    let delay = format!("{}.{:03}s", ms / 1_000, ms % 1_000);
    let info = json!({ "@type": RETRY_INFO, "retryDelay": delay });
    if let Some(details) = error.entry("details").or_insert_with(|| json!([])).as_array_mut() {
        details.push(info);
    }
}

fn field_of(detail: &mut Object) -> Option<String> {
    let violation = detail.list("fieldViolations").ok()?.into_iter().next()?;
    violation.object().ok()?.text("field").ok()?.filter(|field| !field.is_empty())
}

fn of_word(status: &str) -> Option<FailureKind> {
    Some(match status {
        "INVALID_ARGUMENT" | "FAILED_PRECONDITION" | "OUT_OF_RANGE" => FailureKind::InvalidRequest,
        "UNAUTHENTICATED" => FailureKind::Authentication,
        "PERMISSION_DENIED" => FailureKind::Permission,
        "NOT_FOUND" => FailureKind::NotFound,
        "ABORTED" | "ALREADY_EXISTS" => FailureKind::Conflict,
        "RESOURCE_EXHAUSTED" => FailureKind::RateLimited,
        "DEADLINE_EXCEEDED" => FailureKind::Timeout,
        "UNAVAILABLE" => FailureKind::Overloaded,
        "INTERNAL" | "UNKNOWN" | "DATA_LOSS" => FailureKind::Internal,
        _ => return None,
    })
}

/// Writes an error. Its short name is the reason of an `ErrorInfo`, its field that of a `BadRequest`.
#[must_use]
pub fn write_failure(failure: &Failure) -> Value {
    let mut details = Vec::new();
    if let Some(code) = failure.code.as_ref() {
        details.push(json!({ "@type": ERROR_INFO, "reason": code, "domain": "gatehouse" }));
    }
    if let Some(field) = failure.param.as_ref() {
        let violation = json!({ "field": field, "description": failure.message });
        details.push(json!({ "@type": BAD_REQUEST, "fieldViolations": [violation] }));
    }
    let error = Fields::new()
        .with("code", failure.kind.status())
        .with("message", failure.message.as_str())
        .with("status", word(failure.kind))
        .filled("details", details);
    json!({ "error": Value::from(error) })
}

fn word(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::InvalidRequest | FailureKind::Filtered | FailureKind::TooLarge => "INVALID_ARGUMENT",
        FailureKind::Authentication => "UNAUTHENTICATED",
        FailureKind::Permission => "PERMISSION_DENIED",
        FailureKind::NotFound => "NOT_FOUND",
        FailureKind::Conflict => "ABORTED",
        FailureKind::RateLimited | FailureKind::Billing => "RESOURCE_EXHAUSTED",
        FailureKind::Timeout => "DEADLINE_EXCEEDED",
        FailureKind::Overloaded => "UNAVAILABLE",
        FailureKind::Internal | FailureKind::Garbled => "INTERNAL",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_by_their_words() {
        for (status, word, expected) in [
            (400, "INVALID_ARGUMENT", FailureKind::InvalidRequest),
            (400, "FAILED_PRECONDITION", FailureKind::InvalidRequest),
            (401, "UNAUTHENTICATED", FailureKind::Authentication),
            (403, "PERMISSION_DENIED", FailureKind::Permission),
            (404, "NOT_FOUND", FailureKind::NotFound),
            (409, "ABORTED", FailureKind::Conflict),
            (429, "RESOURCE_EXHAUSTED", FailureKind::RateLimited),
            (500, "INTERNAL", FailureKind::Internal),
            (503, "UNAVAILABLE", FailureKind::Overloaded),
            (504, "DEADLINE_EXCEEDED", FailureKind::Timeout),
            (413, "NEW_WORD", FailureKind::TooLarge),
        ] {
            let body = json!({ "error": { "code": status, "message": "no", "status": word } });
            let failure = read_failure(status, body.to_string().as_bytes());
            let code = Some(word.to_owned());
            assert_eq!(failure, Failure { code, ..Failure::new(expected, "no") });
            let listed = json!([body]).to_string();
            assert_eq!(read_failure(status, listed.as_bytes()), failure, "a stream that is a list");
        }
        for body in ["", "<html>", "{}", r#"{"error":"x"}"#, "[]", r#"{"error":{"code":429}}"#] {
            let expected = Failure::new(FailureKind::Overloaded, "the vendor answered 503");
            assert_eq!(read_failure(503, body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn details_say_the_reason_and_the_field() {
        let body = json!({ "error": {
            "code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT",
            "details": [
                { "@type": ERROR_INFO, "reason": "API_KEY_INVALID", "domain": "googleapis.com" },
                { "@type": BAD_REQUEST, "fieldViolations": [{ "field": "contents", "description": "x" }] },
                7,
            ],
        } });
        let failure = read_failure(400, body.to_string().as_bytes());
        let expected = Failure {
            kind: FailureKind::Authentication,
            message: "API key not valid.".to_owned(),
            code: Some("API_KEY_INVALID".to_owned()),
            param: Some("contents".to_owned()),
        };
        assert_eq!(failure, expected);
    }

    #[test]
    fn when_to_try_again_is_read_and_written() {
        let body = |delay: &str| {
            let info = json!({ "@type": RETRY_INFO, "retryDelay": delay });
            json!({ "error": { "code": 429, "message": "no", "details": [{ "@type": ERROR_INFO }, info] } })
        };
        let read = |body: Value| read_retry_ms(body.to_string().as_bytes());
        for (delay, ms) in
            [("34s", Some(34_000)), ("1.0001s", Some(1_001)), ("0s", Some(0)), ("-1s", None), ("x", None)]
        {
            assert_eq!(read(body(delay)), ms, "{delay}");
            assert_eq!(read(json!([body(delay)])), ms, "{delay}");
        }
        assert_eq!(read(json!({ "error": { "message": "no" } })), None);
        for code in [None, Some("a".to_owned())] {
            let failure = Failure { code, ..Failure::new(FailureKind::RateLimited, "no") };
            let mut told = write_failure(&failure);
            write_retry_ms(&mut told, 1_050);
            assert_eq!(read(told.clone()), Some(1_050), "{told}");
        }
    }

    #[test]
    fn errors_are_written_in_googles_words() {
        use FailureKind as Kind;
        for (kind, code, word) in [
            (Kind::InvalidRequest, 400, "INVALID_ARGUMENT"),
            (Kind::Filtered, 400, "INVALID_ARGUMENT"),
            (Kind::Authentication, 401, "UNAUTHENTICATED"),
            (Kind::Billing, 402, "RESOURCE_EXHAUSTED"),
            (Kind::Permission, 403, "PERMISSION_DENIED"),
            (Kind::NotFound, 404, "NOT_FOUND"),
            (Kind::Conflict, 409, "ABORTED"),
            (Kind::TooLarge, 413, "INVALID_ARGUMENT"),
            (Kind::RateLimited, 429, "RESOURCE_EXHAUSTED"),
            (Kind::Internal, 500, "INTERNAL"),
            (Kind::Garbled, 502, "INTERNAL"),
            (Kind::Overloaded, 503, "UNAVAILABLE"),
            (Kind::Timeout, 504, "DEADLINE_EXCEEDED"),
        ] {
            let expected = json!({ "error": { "code": code, "message": "no", "status": word } });
            assert_eq!(write_failure(&Failure::new(kind, "no")), expected);
        }
        let failure = Failure {
            code: Some("budget-exceeded".to_owned()),
            param: Some("model".to_owned()),
            ..Failure::new(Kind::Billing, "no")
        };
        let details = json!([
            { "@type": ERROR_INFO, "reason": "budget-exceeded", "domain": "gatehouse" },
            { "@type": BAD_REQUEST, "fieldViolations": [{ "field": "model", "description": "no" }] },
        ]);
        assert_eq!(write_failure(&failure)["error"]["details"], details);
    }
}
