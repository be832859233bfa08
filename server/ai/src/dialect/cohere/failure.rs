//! Errors: `{"message"}`, sometimes with an `id`.

use crate::failure::{Failure, FailureKind};
use serde_json::Value;

/// Reads an error answer; what is no JSON says nothing but its status.
#[must_use]
pub fn read_failure(status: u16, body: &[u8]) -> Failure {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let kind = kind(status);
    match message(&value) {
        Some(message) => Failure::new(kind, message),
        None => Failure::new(kind, format!("the vendor answered {status}")),
    }
}

/// Of an error answer, or of an error in the midst of a stream.
pub(super) fn message(body: &Value) -> Option<&str> {
    body.get("message")?.as_str().filter(|message| !message.is_empty())
}

fn kind(status: u16) -> FailureKind {
    match status {
        // a token on the list of those that are denied, in what was asked or answered
        498 => FailureKind::Filtered,
        // the vendor holds that we closed the connection
        499 => FailureKind::Timeout,
        _ => FailureKind::of_status(status),
    }
}
