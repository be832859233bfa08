//! Errors: a message, and a type that stands in a header (`x-amzn-ErrorType`), in `__type`, or is a stream's exception.

#[cfg(test)]
mod tests;

use crate::failure::{Failure, FailureKind};
use serde_json::Value;

/// Names without their `Exception`, in small letters, since streams begin them with one.
const KINDS: &[(&str, FailureKind)] = &[
    ("validation", FailureKind::InvalidRequest),
    ("serialization", FailureKind::InvalidRequest),
    ("accessdenied", FailureKind::Permission),
    ("unrecognizedclient", FailureKind::Authentication),
    ("invalidsignature", FailureKind::Authentication),
    ("incompletesignature", FailureKind::Authentication),
    ("missingauthenticationtoken", FailureKind::Authentication),
    ("invalidclienttokenid", FailureKind::Authentication),
    ("expiredtoken", FailureKind::Authentication),
    ("resourcenotfound", FailureKind::NotFound),
    ("conflict", FailureKind::Conflict),
    ("throttling", FailureKind::RateLimited),
    ("toomanyrequests", FailureKind::RateLimited),
    ("servicequotaexceeded", FailureKind::RateLimited),
    // answered with 429, and over when the model is loaded
    ("modelnotready", FailureKind::RateLimited),
    ("modeltimeout", FailureKind::Timeout),
    ("modelerror", FailureKind::Internal),
    ("modelstreamerror", FailureKind::Internal),
    ("internalserver", FailureKind::Internal),
    ("internalfailure", FailureKind::Internal),
    ("serviceunavailable", FailureKind::Overloaded),
];

/// The status of errors of the model itself.
const MODEL_ERROR: u16 = 424;

/// Reads an error answer whose type is not known from a header.
#[must_use]
pub fn read_failure(status: u16, body: &[u8]) -> Failure {
    read_typed_failure(status, "", body)
}

/// Reads an error answer with its `x-amzn-ErrorType`.
#[must_use]
pub fn read_typed_failure(status: u16, error_type: &str, body: &[u8]) -> Failure {
    let by_status =
        if status == MODEL_ERROR { FailureKind::Internal } else { FailureKind::of_status(status) };
    read_error(error_type, by_status, body, || format!("the vendor answered {status}"))
}

/// Reads an exception in the midst of a stream.
pub(super) fn read_exception(name: &str, data: &[u8]) -> Failure {
    read_error(name, FailureKind::Internal, data, || format!("the vendor's stream ended in {name}"))
}

fn read_error(
    error_type: &str,
    otherwise: FailureKind,
    body: &[u8],
    nothing: impl FnOnce() -> String,
) -> Failure {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |field: &str| body.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    let name = Some(bare(error_type)).filter(|name| !name.is_empty()).or_else(|| text("__type").map(bare));
    let message = ["message", "Message", "originalMessage"].into_iter().find_map(text);
    Failure {
        code: name.map(str::to_owned),
        ..Failure::new(name.and_then(kind).unwrap_or(otherwise), message.map_or_else(nothing, str::to_owned))
    }
}

/// `ValidationException` of `com.amazon.coral#ValidationException:http://internal.amazon.com/`.
fn bare(error_type: &str) -> &str {
    let name = error_type.split(':').next().unwrap_or_default();
    name.rsplit('#').next().unwrap_or_default().trim()
}

fn kind(name: &str) -> Option<FailureKind> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix("exception").unwrap_or(&name);
    KINDS.iter().find(|(word, _)| *word == name).map(|(_, kind)| *kind)
}
