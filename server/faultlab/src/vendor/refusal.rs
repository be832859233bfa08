//! Why a call is refused, and how each vendor says so.

use super::body::{self, Body};
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

/// Whose errors, keys and request ids a path speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speaker {
    OpenAi,
    Anthropic,
    Gemini,
    Bedrock,
    Cohere,
    Ollama,
}

/// A call that is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub status: u16,
    pub message: String,
}

impl Refusal {
    /// The request is at fault: 400.
    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// In the shape of the vendor, with its request id.
    pub fn response(&self, speaker: Speaker, id: &str) -> Response<Body> {
        let mut response = body::json(&self.body(speaker, id));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let headers = response.headers_mut();
        if self.status == 429 {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if speaker == Speaker::Bedrock {
            headers.insert("x-amzn-errortype", HeaderValue::from_static(exception(self.status)));
        }
        response
    }

    /// The error as JSON.
    pub fn body(&self, speaker: Speaker, id: &str) -> Value {
        let (status, message) = (self.status, &self.message);
        match speaker {
            Speaker::OpenAi => {
                let (kind, code) = openai(status);
                json!({ "error": { "message": message, "type": kind, "param": null, "code": code } })
            }
            Speaker::Anthropic => json!({
                "type": "error",
                "error": { "type": anthropic(status), "message": message },
                "request_id": id,
            }),
            Speaker::Gemini => gemini(status, message),
            Speaker::Bedrock => json!({ "message": message }),
            Speaker::Cohere => json!({ "id": id, "message": message }),
            Speaker::Ollama => json!({ "error": message }),
        }
    }
}

fn openai(status: u16) -> (&'static str, Option<&'static str>) {
    match status {
        401 => ("invalid_request_error", Some("invalid_api_key")),
        402 => ("insufficient_quota", Some("insufficient_quota")),
        403 => ("invalid_request_error", Some("unsupported_country_region_territory")),
        404 => ("invalid_request_error", Some("model_not_found")),
        429 => ("requests", Some("rate_limit_exceeded")),
        500.. => ("server_error", None),
        _ => ("invalid_request_error", None),
    }
}

fn anthropic(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        409 => "conflict_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    }
}

fn gemini(status: u16, message: &str) -> Value {
    let name = match status {
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        500.. => "INTERNAL",
        402 => "FAILED_PRECONDITION",
        _ => "INVALID_ARGUMENT",
    };
    let mut error = json!({ "code": status, "message": message, "status": name });
    if let (429, Some(error)) = (status, error.as_object_mut()) {
        let retry = json!({ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1s" });
        error.insert("details".to_owned(), json!([retry]));
    }
    json!({ "error": error })
}

/// The exception of Bedrock that has this status.
pub(super) fn exception(status: u16) -> &'static str {
    match status {
        401 => "UnrecognizedClientException",
        402 => "ServiceQuotaExceededException",
        403 => "AccessDeniedException",
        404 => "ResourceNotFoundException",
        408 => "ModelTimeoutException",
        424 => "ModelErrorException",
        429 => "ThrottlingException",
        503 => "ServiceUnavailableException",
        500.. => "InternalServerException",
        _ => "ValidationException",
    }
}
