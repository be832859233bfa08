//! Refusals of the layers. A layer answers with a [`Problem`] in the response's extensions; the guard turns that into
//! a page for people, or problem+json for programs.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use domain::problem::{Problem, ProblemKind};
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// The answer of a layer that does not let a request through.
pub fn response(problem: Problem) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status(&problem);
    response.extensions_mut().insert(problem);
    response
}

pub async fn method_not_allowed() -> Response {
    response(Problem::new(
        ProblemKind::MethodNotAllowed,
        "open the page that the form stands on, and send it from there",
    ))
}

pub fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Whether a person waits for the answer.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// RFC 9457, as the management API tells it.
pub fn json(problem: &Problem, portal_url: &str, request_id: &str) -> Response {
    let body = rest::ProblemBody::new(problem.clone(), portal_url, request_id);
    // strings and a number always serialise
    let text = serde_json::to_vec(&body).unwrap_or_default();
    let mut response = (status(problem), text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// Says after how long another attempt makes sense.
pub fn add_retry_after(problem: &Problem, headers: &mut HeaderMap) {
    if let Some(seconds) = problem.retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}
