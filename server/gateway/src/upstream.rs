//! Stage 8: sends a call to the version's upstream and brings back its answer.
//!
//! What never left is sent again on a fresh connection; what an upstream may have seen only when its method is
//! idempotent. An answer that has begun is never asked for twice.

pub mod answer;
mod exchange;
mod failure;
mod forward;
mod outgoing;
mod patience;
pub mod pool;
pub mod resolve;
pub mod target;
pub mod upload;
mod wire;

pub use failure::Failure;

use crate::authenticate::Used;
use crate::ctx::Ctx;
use crate::finish::Answer;
use crate::intake::body::RequestBody;
use crate::reject::{Reject, RejectKind};
use crate::snapshot::version::Version;
use answer::UpstreamBody;
use exchange::Exchange;
use http::{Method, request};
use outgoing::Outgoing;
use patience::Patience;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use upload::{Upload, UploadFault};
use wire::Wire;

pub async fn send(
    ctx: &mut Ctx,
    request: &request::Parts,
    used: Used,
    body: RequestBody,
) -> Result<Answer, Reject> {
    let no_version = || Reject::new(RejectKind::NoRoute, "no api, version or route has this address");
    let version = Arc::clone(ctx.version.as_ref().ok_or_else(no_version)?);
    let upload = if body.is_empty() {
        None
    } else {
        let received = Rc::new(Cell::new(0));
        ctx.received = Some(Rc::clone(&received));
        Some(Upload::new(body, received, ctx.worker.options.body_limit))
    };
    let length = upload.as_ref().map(Upload::length);
    let head = forward::head(ctx, request, &version.target, used, length)?;
    let outgoing = Outgoing::new(head, upload, length == Some(None));
    let patience = Patience::begin(&ctx.worker, version.target.timeouts);
    match exchange(ctx, &version, outgoing, patience).await {
        Ok(answer) => Ok(answer),
        Err(failure) => {
            ctx.client_left = failure == Failure::Upload(UploadFault::Gone);
            Err(failure.reject(ctx.worker.options.body_limit))
        }
    }
}

async fn exchange(
    ctx: &mut Ctx,
    version: &Version,
    mut outgoing: Outgoing,
    mut patience: Patience,
) -> Result<Answer, Failure> {
    let worker = Rc::clone(&ctx.worker);
    let target = &version.target;
    let idempotent = is_idempotent(&ctx.method);
    let mut pooled = worker.pool.take(target.pool).filter(|wire| idempotent || wire.is_alive_now());
    ctx.upstream_started_us = Some(worker.clock.monotonic_us());
    loop {
        let wire = match pooled.take() {
            Some(wire) => wire,
            None => Wire::connect(&worker, target).await?,
        };
        ctx.attempts = ctx.attempts.saturating_add(1);
        let reused = wire.reused;
        let mut exchange = Exchange::new(wire, outgoing, patience, ctx.method == Method::HEAD);
        match exchange.head().await {
            Ok(head) => {
                let body = UpstreamBody::new(exchange, head.framing, head.keep_alive, &worker, target.pool);
                return Ok(Answer {
                    status: head.status,
                    headers: head.headers,
                    content: body.into_content(),
                });
            }
            Err(Failure::Closed) if reused => {
                (outgoing, patience) = exchange.into_unsent();
                if !outgoing.rewind(idempotent) {
                    return Err(Failure::Closed);
                }
            }
            Err(failure) => return Err(failure),
        }
    }
}

/// RFC 9110 section 9.2.2.
fn is_idempotent(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::PUT | Method::DELETE | Method::OPTIONS)
}
