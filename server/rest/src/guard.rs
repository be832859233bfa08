//! What stands before every endpoint: who calls, whether the query has only parameters that are known, and whether a
//! change finds what its caller has seen; and what is added behind it: the `Link` of a list, and 304 where the caller
//! has the object already.

use crate::answer::Next as NextCursor;
use crate::etag;
use crate::extract::Viewer;
use crate::idempotency::{self, Once};
use crate::precondition::{Object, Objects};
use crate::problem::Refusal;
use axum::extract::{ConnectInfo, OriginalUri, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use control::Control;
use domain::check::Check;
use domain::problem::{Problem, ProblemKind};
use domain::tokens::TokenScope;
use http::header::{AUTHORIZATION, ETAG, IF_MATCH, IF_NONE_MATCH, LINK};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use url::form_urlencoded;

/// What the guard of one endpoint knows.
pub struct Guard {
    pub control: Control,
    /// Whether callers without a token pass.
    pub open: bool,
    /// The query parameters that the endpoint takes.
    pub known: BTreeSet<String>,
    /// What `If-Match` is held against; nothing where nothing is changed.
    pub object: Option<(Object, Objects)>,
    /// Whether a request may say by a key that it is to be done once.
    pub once: Option<Once>,
}

pub async fn guard(State(guard): State<Arc<Guard>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    let viewer = match admit(&guard, (request.method(), request.uri()), request.headers(), peer).await {
        Ok(viewer) => viewer,
        Err(refusal) => return refusal.into_response(),
    };
    request.extensions_mut().insert(viewer.clone());
    let asked = Asked::of(&request);
    let mut response = run(guard, viewer, request, next).await.unwrap_or_else(IntoResponse::into_response);
    if let Some(NextCursor(cursor)) = response.extensions_mut().remove() {
        response.headers_mut().extend(asked.link(&cursor).map(|link| (LINK, link)));
    }
    if asked.has(&response) {
        let tag = response.headers().get(ETAG).cloned();
        response = StatusCode::NOT_MODIFIED.into_response();
        response.headers_mut().extend(tag.map(|tag| (ETAG, tag)));
    }
    response
}

/// Runs the endpoint, once for each key that the caller names.
async fn run(guard: Arc<Guard>, viewer: Viewer, request: Request, next: Next) -> Result<Response, Refusal> {
    let key = if guard.once.is_some() { idempotency::key(request.headers())? } else { None };
    match (guard.once, key, viewer.0) {
        (Some(once), Some(key), Some(actor)) => {
            let control = guard.control.clone();
            let change = |request| async move { change(&guard, request, next).await };
            once.run(control, actor, key, request, change).await
        }
        _ => Ok(change(&guard, request, next).await),
    }
}

/// Runs the endpoint, if the caller has seen what it says it has.
async fn change(guard: &Guard, request: Request, next: Next) -> Response {
    match &guard.object {
        Some((object, objects)) if request.headers().contains_key(IF_MATCH) => {
            objects.compare(*object, request, next).await
        }
        _ => next.run(request).await,
    }
}

async fn admit(
    guard: &Guard,
    (method, uri): (&Method, &Uri),
    headers: &HeaderMap,
    peer: Option<SocketAddr>,
) -> Result<Viewer, Refusal> {
    let viewer = viewer(guard, method, headers, peer).await?;
    check_query(uri.query().unwrap_or_default(), &guard.known)?;
    Ok(viewer)
}

/// Who presents the request's token. A token that is not good is refused even where none is needed.
async fn viewer(
    guard: &Guard,
    method: &Method,
    headers: &HeaderMap,
    peer: Option<SocketAddr>,
) -> Result<Viewer, Refusal> {
    let Some(token) = bearer(headers)? else {
        return if guard.open { Ok(Viewer(None)) } else { Err(control::Error::unauthenticated().into()) };
    };
    let address = peer.map(|peer| peer.ip().to_canonical().to_string()).unwrap_or_default();
    let presented = control::tokens::authenticate(&guard.control, token, &address).await?;
    let presented = presented.ok_or_else(Refusal::bad_token)?;
    if !presented.scope.covers(scope_for(method)) {
        return Err(Refusal::only_reads());
    }
    Ok(Viewer(Some(presented.actor)))
}

/// What a token must be good for.
pub fn scope_for(method: &Method) -> TokenScope {
    if matches!(*method, Method::GET | Method::HEAD) { TokenScope::Read } else { TokenScope::All }
}

/// The credential of `Authorization: Bearer …` (RFC 6750 section 2.1).
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        let detail = "expected one Authorization header, got several";
        return Err(Problem::new(ProblemKind::MalformedInput, detail).into());
    }
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("bearer") {
        let detail = "expected `Authorization: Bearer` and a personal access token";
        return Err(Problem::new(ProblemKind::Unauthenticated, detail).into());
    }
    Ok(Some(token.trim()))
}

/// A parameter that is mistyped would be a filter that does not filter: each must be known, and stand once.
fn check_query(query: &str, known: &BTreeSet<String>) -> Result<(), Refusal> {
    let mut check = Check::new();
    let mut seen = BTreeSet::new();
    for (name, _) in form_urlencoded::parse(query.as_bytes()) {
        let shown: String = name.chars().take(80).collect();
        if !known.contains(name.as_ref()) {
            let names: Vec<&str> = known.iter().map(String::as_str).collect();
            let known = if names.is_empty() { "no parameters".to_owned() } else { names.join(", ") };
            check.error(&shown, format!("is not a parameter of this address; expected {known}"));
        } else if !seen.insert(name) {
            check.error(&shown, "stands more than once");
        }
    }
    Ok(check.finish()?)
}

/// What of a request is needed when its answer is there.
struct Asked {
    uri: Uri,
    reads: bool,
    conditions: HeaderMap,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let uri =
            request.extensions().get::<OriginalUri>().map_or_else(|| request.uri(), |OriginalUri(uri)| uri);
        let conditions = request.headers().get_all(IF_NONE_MATCH).iter();
        Self {
            uri: uri.clone(),
            reads: matches!(*request.method(), Method::GET | Method::HEAD),
            conditions: conditions.map(|value| (IF_NONE_MATCH, value.clone())).collect(),
        }
    }

    /// The same address with another cursor, as a link (RFC 8288).
    fn link(&self, cursor: &str) -> Option<HeaderValue> {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes()) {
            if name != "cursor" {
                query.append_pair(&name, &value);
            }
        }
        let query = query.append_pair("cursor", cursor).finish();
        HeaderValue::from_str(&format!("<{}?{query}>; rel=\"next\"", self.uri.path())).ok()
    }

    /// Whether the caller holds what is answered.
    fn has(&self, response: &Response) -> bool {
        let tag = response.headers().get(ETAG);
        self.reads
            && response.status() == StatusCode::OK
            && tag.is_some_and(|tag| etag::names(&self.conditions, &IF_NONE_MATCH, tag, true))
    }
}
