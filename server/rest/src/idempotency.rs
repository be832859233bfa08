//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) on `POST`: a request that is sent again, because nobody
//! knows what became of it, is done once and answered twice.
//!
//! A change with a key goes on to its end when its caller leaves: what was answered must be there for the next attempt.

use crate::extract::collect;
use crate::operation::Parameter;
use crate::problem::Refusal;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use control::idempotency::{Answer, Begun, Change, Taken, begin, finish, release};
use control::{Actor, Control};
use domain::check::Invalid;
use domain::problem::{Problem, ProblemKind};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use http::{HeaderMap, StatusCode, Uri};
use serde_json::json;
use std::future::Future;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that a request was done before, and that this is what was answered then.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const LONGEST: usize = 255;

/// An operation that is done once for each key.
#[derive(Clone, Copy, Debug)]
pub struct Once {
    pub operation: &'static str,
    /// The largest body that the operation takes, in bytes.
    pub largest: usize,
}

/// The key of a request. Quotes, which the draft asks for, may be there or not.
pub fn key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut values = headers.get_all(KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let text = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    if values.next().is_some() || text.is_empty() || text.len() > LONGEST {
        let expected = format!("expected one key of 1 to {LONGEST} visible characters, such as a UUID");
        return Err(Invalid::one("Idempotency-Key", expected).into());
    }
    Ok(Some(text.to_owned()))
}

impl Once {
    /// Does what the request asks for, unless it was done with this key before.
    pub async fn run<Done>(
        self,
        control: Control,
        actor: Actor,
        key: String,
        request: Request,
        change: impl FnOnce(Request) -> Done + Send + 'static,
    ) -> Result<Response, Refusal>
    where
        Done: Future<Output = Response> + Send + 'static,
    {
        let (parts, body) = request.into_parts();
        let body = collect(&parts.headers, body, self.largest).await?;
        let sent = hash(&parts.uri, &body);
        let request = Request::from_parts(parts, Body::from(body));
        to_its_end(async move {
            let once = Change { operation: self.operation, key: &key, sent: &sent };
            match begin(&control, &actor, once).await? {
                Begun::Now(taken) => Ok(keep(&control, taken, change(request).await).await),
                Begun::Before(answer) => Ok(replay(answer)),
            }
        })
        .await
    }
}

/// Of all that makes one request another than the next: where it goes to, and its body.
fn hash(uri: &Uri, body: &[u8]) -> String {
    let target = uri.path_and_query().map(|target| target.as_str()).unwrap_or_default();
    let mut sent = blake3::Hasher::new();
    sent.update(target.as_bytes()).update(b"\n").update(body);
    sent.finalize().to_hex().to_string()
}

#[expect(clippy::disallowed_methods, reason = "ends with its change, and reports to whoever still waits")]
async fn to_its_end(
    change: impl Future<Output = Result<Response, Refusal>> + Send + 'static,
) -> Result<Response, Refusal> {
    tokio::spawn(change).await.unwrap_or_else(|error| {
        tracing::error!(%error, "a change did not come to its end");
        Err(Problem::new(ProblemKind::Internal, "it has been logged; please try again later").into())
    })
}

/// Keeps what was answered, if something was done. After a failure of ours nobody knows: the key stays taken.
async fn keep(control: &Control, taken: Taken, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    // of our own making, and whole already
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let kept = if parts.status.is_success() {
        let location = parts.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let answer = Answer {
            status: parts.status.as_u16(),
            location: location.map(str::to_owned),
            body: String::from_utf8_lossy(&body).into_owned(),
        };
        finish(control, taken, &answer).await
    } else if parts.status.is_client_error() {
        release(control, taken).await
    } else {
        Ok(())
    };
    if let Err(error) = kept {
        tracing::error!(%error, "what was answered could not be kept for the next attempt");
    }
    Response::from_parts(parts, Body::from(body))
}

fn replay(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let has_body = !answer.body.is_empty();
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(CONTENT_TYPE);
    if has_body {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    let location = answer.location.and_then(|location| HeaderValue::from_str(&location).ok());
    headers.extend(location.map(|location| (LOCATION, location)));
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// As it stands in the description of an operation.
pub fn parameter() -> Parameter {
    Parameter {
        name: "Idempotency-Key".to_owned(),
        description: "Of your choice. The same request with the same key, within a day, is done once: it is answered \
            what it was answered first, with `Idempotency-Replayed: true`; 409 while that is under way. The key with \
            another request is refused with 422."
            .to_owned(),
        schema: json!({ "type": "string", "minLength": 1, "maxLength": LONGEST }),
    }
}
