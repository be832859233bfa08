//! The body of a form: read whole, up to its limit, and taken apart again when the form is to be shown again.

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use bytes::Bytes;
use domain::problem::{Problem, ProblemKind};
use futures_util::StreamExt;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use std::time::Duration;

/// How much of a body that is too large is still taken off the wire, so that a browser gets to read the answer.
const DRAINED: usize = 64 * 1024 * 1024;
const DRAINED_FOR: Duration = Duration::from_secs(10);

/// The whole body, at most `limit` bytes of it.
pub async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Problem> {
    let mut stream = body.into_data_stream();
    let told =
        headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let mut whole = Vec::new();
    let mut fits = told.is_none_or(|length: usize| length <= limit);
    while fits && let Some(chunk) = stream.next().await {
        let chunk = chunk
            .map_err(|_| Problem::new(ProblemKind::MalformedInput, "the form broke off while it was sent"))?;
        fits = whole.len() + chunk.len() <= limit;
        if fits {
            whole.extend_from_slice(&chunk);
        }
    }
    if fits {
        return Ok(whole.into());
    }
    let drain = async {
        let mut rest = DRAINED;
        while let Some(Ok(chunk)) = stream.next().await {
            match rest.checked_sub(chunk.len()) {
                Some(left) => rest = left,
                None => return,
            }
        }
    };
    // whether it came to its end or not, the answer is the same
    tokio::time::timeout(DRAINED_FOR, drain).await.unwrap_or_default();
    let limit = limit / 1024;
    Err(Problem::new(ProblemKind::TooLarge, format!("expected at most {limit} KiB; go back and send less")))
}

/// Whether a form is sent in parts, with a boundary to tell them apart (RFC 7578).
pub fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.to_ascii_lowercase().starts_with("multipart/form-data") && kind.contains("boundary=")
}

/// The text fields of a form, in its order; files are left out.
pub async fn fields(parts: &Parts, sent: Bytes) -> Vec<(String, String)> {
    if is_multipart(&parts.headers) {
        return multipart(parts, sent).await;
    }
    app::link::pairs(&String::from_utf8_lossy(&sent))
}

async fn multipart(parts: &Parts, sent: Bytes) -> Vec<(String, String)> {
    let request = Request::from_parts(parts.clone(), Body::from(sent));
    let mut fields = Vec::new();
    let Ok(mut form) = Multipart::from_request(request, &()).await else { return fields };
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.name().unwrap_or_default().to_owned();
        if field.file_name().is_some() {
            continue;
        }
        if let Ok(text) = field.text().await {
            fields.push((name, text));
        }
    }
    fields
}
