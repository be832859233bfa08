//! Entity tags (RFC 9110 section 8.8.3) and the conditions that name them (section 13.1).

use crate::problem::Refusal;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::problem::{Problem, ProblemKind};
use http::header::{AUTHORIZATION, ETAG, IF_MATCH};
use http::{HeaderMap, HeaderValue, Method};
use std::net::SocketAddr;
use tower::ServiceExt;

/// A strong entity tag: a hash of the JSON that is answered.
pub struct ETag(String);

impl ETag {
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let hash = blake3::hash(body).to_hex();
        Self(format!("\"{}\"", hash.get(..32).unwrap_or(&hash)))
    }

    #[must_use]
    pub fn header(&self) -> HeaderValue {
        // a quoted hash always is a header value
        HeaderValue::from_str(&self.0).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
    }
}

/// Whether a condition (`*`, or a list of tags) names the tag. A weak tag counts only where `weak` allows it.
#[must_use]
pub fn names(condition: &HeaderMap, header: &http::HeaderName, tag: &HeaderValue, weak: bool) -> bool {
    let tag = tag.to_str().unwrap_or_default();
    condition
        .get_all(header)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|named| {
            let named = named.trim();
            named == "*" || named == tag || (weak && named.strip_prefix("W/") == Some(tag))
        })
}

/// `If-Match` on a change: the object is read as `GET` would answer it, and the change goes on only if that is what
/// the caller has seen. Between reading and changing somebody else may still be faster.
pub async fn precondition(State(api): State<Router>, request: Request, next: Next) -> Response {
    let changes = matches!(*request.method(), Method::PATCH | Method::DELETE);
    if !changes || !request.headers().contains_key(IF_MATCH) {
        return next.run(request).await;
    }
    let current = match api.oneshot(read_instead(&request)).await {
        Ok(current) => current,
        Err(never) => match never {},
    };
    let tag = match current.headers().get(ETAG) {
        Some(tag) => tag,
        None if current.status().is_client_error()
            && current.status() != http::StatusCode::METHOD_NOT_ALLOWED =>
        {
            return current;
        }
        None => return refuse("this address has no entity tag to compare"),
    };
    if names(request.headers(), &IF_MATCH, tag, false) {
        return next.run(request).await;
    }
    refuse("read it again, and send its `ETag` in `If-Match`")
}

fn read_instead(request: &Request) -> Request {
    let mut read = Request::new(Body::empty());
    *read.uri_mut() = request.uri().path().parse().unwrap_or_default();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_name_tags() {
        let tag = ETag::of(b"{}").header();
        let with = |text: &str| HeaderMap::from_iter([(IF_MATCH, HeaderValue::from_str(text).unwrap())]);
        let own = tag.to_str().unwrap();
        for (condition, weak, expected) in [
            ("*".to_owned(), false, true),
            (own.to_owned(), false, true),
            (format!("\"other\", {own}"), false, true),
            (format!("W/{own}"), false, false),
            (format!("W/{own}"), true, true),
            ("\"other\"".to_owned(), true, false),
            (own.trim_matches('"').to_owned(), false, false),
        ] {
            assert_eq!(names(&with(&condition), &IF_MATCH, &tag, weak), expected, "{condition}");
        }
        assert_ne!(ETag::of(b"{}").header(), ETag::of(b"[]").header());
    }
}
