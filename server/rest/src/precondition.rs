//! `If-Match` (RFC 9110 section 13.1.1): a change goes on only if its object is what the caller has seen.
//!
//! The object is read as `GET` would answer it. Changes with a condition wait for each other, so that of two with the
//! same tag one is refused; between reading and changing, a change without a condition, or one through another node,
//! may still be faster.

use crate::endpoint::Endpoint;
use crate::etag;
use crate::problem::Refusal;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::problem::{Problem, ProblemKind};
use http::Method;
use http::header::{AUTHORIZATION, ETAG, IF_MATCH};
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard};
use tower::ServiceExt;

/// What the tag of a change is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// Nothing that can be read by itself: no tag is right.
    Nothing,
    /// What stands at the address of the change.
    Here,
    /// What an action is done to: that of `/teams/{team}/leave` is at `/teams/{team}`.
    Above,
}

impl Object {
    /// Of an endpoint, where these addresses can be read.
    #[must_use]
    pub fn of(endpoint: &Endpoint, creates: bool, readable: &BTreeSet<&'static str>) -> Self {
        let is_action = endpoint.method == Method::POST && !creates;
        if is_action && readable.contains(above(endpoint.path)) {
            Self::Above
        } else if endpoint.method != Method::POST && readable.contains(endpoint.path) {
            Self::Here
        } else {
            Self::Nothing
        }
    }

    fn path(self, path: &str) -> Option<&str> {
        match self {
            Self::Nothing => None,
            Self::Here => Some(path),
            Self::Above => Some(above(path)),
        }
    }
}

fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(above, _)| above)
}

/// What the conditions of all changes share.
#[derive(Clone)]
pub struct Objects {
    /// The endpoints that read.
    reads: Router,
    /// Addresses that can be read, with their `{x}`.
    pub readable: Arc<BTreeSet<&'static str>>,
    turns: Arc<Turns>,
}

impl Objects {
    #[must_use]
    pub fn new(reads: Router, readable: BTreeSet<&'static str>) -> Self {
        Self { reads, readable: Arc::new(readable), turns: Arc::default() }
    }

    /// Goes on with a change if the request's `If-Match` names its object's tag.
    pub async fn compare(&self, object: Object, request: Request, next: Next) -> Response {
        let Some(path) = object.path(request.uri().path()).map(str::to_owned) else {
            return refuse("this address has no entity tag to compare");
        };
        let _turn = self.turns.at(&path).await;
        let current = match self.reads.clone().oneshot(read_instead(&request, &path)).await {
            Ok(current) => current,
            Err(never) => match never {},
        };
        match current.headers().get(ETAG) {
            Some(tag) if etag::names(request.headers(), &IF_MATCH, tag, false) => next.run(request).await,
            Some(_) => refuse("read it again, and send its `ETag` in `If-Match`"),
            None if current.status().is_success() => refuse("this address has no entity tag to compare"),
            None => current,
        }
    }
}

/// Who changes an object under a condition waits for the others who do. Objects share turns; nobody waits for two.
#[derive(Default)]
struct Turns([Mutex<()>; 32]);

impl Turns {
    async fn at(&self, path: &str) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        path.hash(&mut hasher);
        let place = usize::try_from(hasher.finish() % self.0.len() as u64).unwrap_or_default();
        match self.0.get(place) {
            Some(turn) => Some(turn.lock().await),
            None => None,
        }
    }
}

fn read_instead(request: &Request, path: &str) -> Request {
    let mut read = Request::new(Body::empty());
    *read.uri_mut() = path.parse().unwrap_or_default();
    // not all extensions: the path's parameters are found anew
    if let Some(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        read.extensions_mut().insert(*peer);
    }
    if let Some(token) = request.headers().get(AUTHORIZATION) {
        read.headers_mut().insert(AUTHORIZATION, token.clone());
    }
    read
}

fn refuse(detail: &str) -> Response {
    Refusal::from(Problem::new(ProblemKind::PreconditionFailed, detail)).into_response()
}
