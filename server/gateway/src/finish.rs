//! Stage 9: the head of every answer, and the record of every call.

use crate::ai::refusal;
use crate::body::AnswerBody;
use crate::cors::CorsPolicy;
use crate::ctx::{Ctx, Outcome};
use crate::limits;
use crate::reject::{self, Reject, RejectKind};
use crate::server_timing;
use crate::tunnel::Far;
use crate::upstream::answer::UpstreamBody;
use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue, SET_COOKIE};
use http::{Method, Response, StatusCode};
use std::future::poll_fn;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An answer that is no refusal.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub content: Content,
}

/// The body of an answer.
pub enum Content {
    /// Of our own, and empty.
    Nothing,
    /// All of an upstream's.
    Whole(Bytes),
    /// An upstream's, still to be read, and its length where it is announced.
    Stream(Box<UpstreamBody>, Option<u64>),
    /// The far end of a tunnel.
    Tunnel(Box<Far>),
}

impl Answer {
    #[must_use]
    pub fn preflight(headers: HeaderMap) -> Self {
        Self { status: StatusCode::NO_CONTENT, headers, content: Content::Nothing }
    }
}

/// Sends an answer on. The record is written here when all of the answer is there, else by its body. Where calls must
/// survive a power cut, this waits for it: an empty body has no last byte that could be held back.
pub async fn relay(mut ctx: Box<Ctx>, request: &HeaderMap, answer: Answer) -> Response<AnswerBody> {
    let Answer { status, mut headers, content } = answer;
    ctx.status = status.as_u16();
    if !matches!(content, Content::Nothing) {
        drop_portal_cookies(&ctx, &mut headers);
        if ctx.version.as_ref().is_some_and(|version| version.cors.is_some()) {
            CorsPolicy::overrule(&mut headers);
        }
    }
    let whole = match content {
        Content::Nothing => Bytes::new(),
        Content::Whole(bytes) => bytes,
        Content::Stream(body, length) => {
            decorate(&ctx, &mut headers);
            return respond(status, headers, AnswerBody::of_upstream(ctx, body, length));
        }
        Content::Tunnel(far) => {
            decorate(&ctx, &mut headers);
            return respond(status, headers, AnswerBody::of_tunnel(ctx, far));
        }
    };
    ctx.sent = whole.len() as u64;
    // nothing has been sent yet, so failure can still be told
    if ctx.record_as(Outcome::Ok).is_err() {
        return unrecorded(ctx, request);
    }
    if let Some(ticket) = ctx.worker.ticket()
        && let Err(error) = poll_fn(|cx| ticket.poll_safe(cx)).await
    {
        tracing::error!(id = %ctx.id, %error, "a call could not be made safe from a power cut");
        return unrecorded(ctx, request);
    }
    decorate(&ctx, &mut headers);
    respond(status, headers, AnswerBody::of_bytes(ctx, whole))
}

/// Answers with a refusal; on record is what it is, however it has to be told.
#[must_use]
pub fn refuse(mut ctx: Box<Ctx>, request: &HeaderMap, reject: &Reject) -> Response<AnswerBody> {
    let (status, headers, body) = reject::response(reject, &ctx.worker.problems, ctx.id);
    // a refusal goes out whether or not it can be recorded: it costs nothing, and says what is wrong
    drop(if ctx.client_left {
        ctx.record_as(Outcome::ClientGone)
    } else {
        ctx.status = status.as_u16();
        ctx.record_as(Outcome::Rejected(reject.kind))
    });
    told(ctx, request, reject, (status, headers, body))
}

/// A refusal in the words of the caller's protocol.
fn told(
    ctx: Box<Ctx>,
    request: &HeaderMap,
    reject: &Reject,
    (mut status, mut headers, mut body): (StatusCode, HeaderMap, Bytes),
) -> Response<AnswerBody> {
    if reject::grpc::is_grpc(request) {
        status = reject::grpc::translate(reject, status, &mut headers);
        body = Bytes::new();
    } else if let Some(told) = refusal::told(&ctx, reject, status, &mut headers) {
        (status, body) = told;
    }
    decorate(&ctx, &mut headers);
    if ctx.method == Method::HEAD {
        body = Bytes::new();
    }
    respond(status, headers, AnswerBody::of_bytes(ctx, body))
}

/// Instead of an answer that may not be given. What an earlier record of the call says of it stands.
fn unrecorded(ctx: Box<Ctx>, request: &HeaderMap) -> Response<AnswerBody> {
    let reject = Reject::new(RejectKind::Overloaded, "calls cannot be recorded at the moment").retry_after(1);
    let response = reject::response(&reject, &ctx.worker.problems, ctx.id);
    told(ctx, request, &reject, response)
}

fn respond(status: StatusCode, headers: HeaderMap, body: AnswerBody) -> Response<AnswerBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// What every answer carries, whoever made it.
fn decorate(ctx: &Ctx, headers: &mut HeaderMap) {
    headers.insert(REQUEST_ID, id_value(ctx.id));
    limits::write(ctx, headers);
    server_timing::write(ctx, headers);
    let Some(version) = &ctx.version else { return };
    for (name, value) in &version.notices {
        headers.append(name.clone(), value.clone());
    }
    if let Some(cors) = &version.cors {
        cors.decorate(ctx.cors_origin.as_ref(), headers);
    }
}

fn id_value(id: Uuid) -> HeaderValue {
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    // hex digits and hyphens are a header value
    HeaderValue::from_str(id.hyphenated().encode_lower(&mut text))
        .unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// A backend must not set the portal's cookies for a browser that uses both.
fn drop_portal_cookies(ctx: &Ctx, headers: &mut HeaderMap) {
    let ours = &ctx.worker.options.portal_cookies;
    if ours.is_empty() || !headers.contains_key(SET_COOKIE) {
        return;
    }
    let is_ours = |value: &HeaderValue| {
        let name = value.as_bytes().split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii();
        ours.iter().any(|cookie| cookie.as_bytes() == name)
    };
    if let http::header::Entry::Occupied(entry) = headers.entry(SET_COOKIE) {
        let (name, values) = entry.remove_entry_mult();
        let kept: Vec<HeaderValue> = values.filter(|value| !is_ours(value)).collect();
        for value in kept {
            headers.append(name.clone(), value);
        }
    }
}
