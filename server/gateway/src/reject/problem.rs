//! A refusal as bytes: problem+json (RFC 9457) with the headers that go with its status.

use super::{Reject, RejectKind};
use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use http::{HeaderName, StatusCode};
use serde::Serialize;
use uuid::Uuid;

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
const PROXY_STATUS: HeaderName = HeaderName::from_static("proxy-status");

#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
    request_id: &'a str,
}

/// Status, headers and body of a refusal. `problems` is the address below which the portal explains each of them.
#[must_use]
pub fn response(reject: &Reject, problems: &str, id: Uuid) -> (StatusCode, HeaderMap, Bytes) {
    let rule = reject.kind.rule();
    let mut headers = HeaderMap::with_capacity(12);
    headers.insert(CONTENT_TYPE, PROBLEM_JSON);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(challenge) = challenge(reject.kind) {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if let Some(seconds) = reject.retry_after_s {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(error) = reject.proxy_error.or(rule.proxy_error)
        && let Ok(value) = HeaderValue::try_from(format!("gatehouse; error={error}"))
    {
        headers.insert(PROXY_STATUS, value);
    }
    if reject.kind == RejectKind::MethodNotAllowed {
        // RFC 9110 section 15.5.6: a 405 has it, even when nothing is allowed
        headers.insert(ALLOW, HeaderValue::from_static(""));
    }
    if let Some((name, value)) = reject.header.as_deref() {
        headers.insert(name.clone(), value.clone());
    }
    if reject.closes {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let status = StatusCode::from_u16(rule.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, headers, body(reject, problems, id))
}

fn challenge(kind: RejectKind) -> Option<&'static str> {
    match kind {
        RejectKind::CredentialRequired => Some(r#"Bearer realm="gatehouse""#),
        RejectKind::CredentialInvalid | RejectKind::CredentialExpired => {
            Some(r#"Bearer realm="gatehouse", error="invalid_token""#)
        }
        _ => None,
    }
}

fn body(reject: &Reject, problems: &str, id: Uuid) -> Bytes {
    let rule = reject.kind.rule();
    let id = id.hyphenated().to_string();
    let problem = Problem {
        r#type: &format!("{problems}/{}", rule.name),
        title: rule.title,
        status: rule.status,
        detail: &reject.detail,
        instance: &format!("urn:uuid:{id}"),
        request_id: &id,
    };
    // strings and a number always serialise
    Bytes::from(serde_json::to_vec(&problem).unwrap_or_default())
}

/// The refusal as one HTTP/1.1 message, for a request that was never read in full: the connection closes after it.
#[must_use]
pub fn raw_response(reject: &Reject, problems: &str, id: Uuid) -> Vec<u8> {
    let (status, mut headers, body) = response(reject, problems, id);
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    let reason = status.canonical_reason().unwrap_or_default();
    let mut bytes = format!(
        "HTTP/1.1 {} {reason}\r\nx-request-id: {}\r\ncontent-length: {}\r\n",
        status.as_u16(),
        id.hyphenated(),
        body.len()
    )
    .into_bytes();
    for (name, value) in &headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(&body);
    bytes
}
