//! Refusals, and the one place where they become `application/problem+json` (RFC 9457).

use crate::request_id::RequestId;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use control::Control;
use domain::check::Invalid;
use domain::problem::{FieldError, Problem, ProblemKind};
use http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const NO_TOKEN: &str = r#"Bearer realm="gatehouse""#;
const BAD_TOKEN: &str = r#"Bearer realm="gatehouse", error="invalid_token""#;
const NEEDS_ALL: &str = r#"Bearer realm="gatehouse", error="insufficient_scope", scope="all""#;

/// Why a request is not done. Becomes a body in [`tell`], which knows the request's id.
#[derive(Clone, Debug)]
pub struct Refusal {
    problem: Problem,
    /// `WWW-Authenticate` (RFC 6750 section 3).
    challenge: Option<&'static str>,
}

impl Refusal {
    /// A token was presented, and nobody is known by it.
    #[must_use]
    pub fn bad_token() -> Self {
        let detail = "the token is unknown, expired, or of an account that may not sign in";
        Self { problem: Problem::new(ProblemKind::Unauthenticated, detail), challenge: Some(BAD_TOKEN) }
    }

    /// The token only reads, and this is a change.
    #[must_use]
    pub fn only_reads() -> Self {
        let detail = "the token has the scope `read`; this needs one with the scope `all`";
        let problem = Problem::new(ProblemKind::InsufficientScope, detail);
        Self { problem, challenge: Some(NEEDS_ALL) }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let challenge = (problem.kind == ProblemKind::Unauthenticated).then_some(NO_TOKEN);
        Self { problem, challenge }
    }
}

impl From<control::Error> for Refusal {
    fn from(error: control::Error) -> Self {
        error.problem().into()
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Problem::from(invalid).into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.problem.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A problem as it is sent (RFC 9457 section 3.1).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct Body {
    /// An address with a page that explains the kind of problem.
    pub r#type: String,
    pub title: &'static str,
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// This occurrence: `urn:uuid:` and the request's id.
    pub instance: String,
    pub request_id: String,
    /// The fields that were not as expected.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub errors: Vec<FieldError>,
}

impl Body {
    /// What is told of a problem, in the answer to the request with this id.
    #[must_use]
    pub fn new(problem: Problem, portal_url: &str, request_id: &str) -> Self {
        let (status, name, title) = problem.kind.describe();
        Self {
            r#type: format!("{portal_url}/problems/{name}"),
            title,
            status,
            detail: problem.detail,
            instance: format!("urn:uuid:{request_id}"),
            request_id: request_id.to_owned(),
            errors: problem.fields,
        }
    }
}

/// Gives every answer its request id, and every refusal its body.
pub async fn tell(State(control): State<Control>, mut request: Request, next: Next) -> Response {
    let known = request.extensions().get::<RequestId>().copied();
    let id = known.unwrap_or_else(|| RequestId::new(control.now()));
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    if let Some(refusal) = refusal_of(&mut response) {
        write(&mut response, refusal, control.portal_url(), id);
    }
    let headers = response.headers_mut();
    put(headers, X_REQUEST_ID, &id.to_string());
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The refusal that a response carries, also where it was axum's own and has no words.
fn refusal_of(response: &mut Response) -> Option<Refusal> {
    if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
        return Some(refusal);
    }
    let kind = match response.status() {
        status if status.is_success() || status.is_redirection() => return None,
        StatusCode::METHOD_NOT_ALLOWED => ProblemKind::MethodNotAllowed,
        StatusCode::NOT_FOUND => ProblemKind::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => ProblemKind::TooLarge,
        status if status.is_client_error() => ProblemKind::MalformedInput,
        _ => ProblemKind::Internal,
    };
    let detail = match kind {
        ProblemKind::MethodNotAllowed => "the `Allow` header names the methods of this address",
        _ => "the request could not be answered",
    };
    Some(Problem::new(kind, detail).into())
}

fn write(response: &mut Response, refusal: Refusal, portal_url: &str, id: RequestId) {
    let retry_after_s = refusal.problem.retry_after_s;
    let body = Body::new(refusal.problem, portal_url, &id.to_string());
    // strings and a number always serialise
    *response.body_mut() = serde_json::to_vec(&body).unwrap_or_default().into();
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    put(headers, CONTENT_TYPE, "application/problem+json");
    if let Some(challenge) = refusal.challenge {
        put(headers, WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = retry_after_s {
        put(headers, RETRY_AFTER, &seconds.to_string());
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
