//! Stage 8: sends a call to a node of the version's upstream and brings back its answer.
//!
//! What never left is sent again, on a fresh connection or to another node; what an upstream may have seen only when
//! its method is idempotent, or the version says that twice is as good as once. An answer that is being relayed is
//! never asked for twice.

pub mod answer;
mod attempt;
pub mod balance;
pub mod breaker;
mod budget;
pub mod checks;
pub mod cluster;
pub mod exchange;
mod failure;
mod forward;
pub mod node;
mod outgoing;
pub mod patience;
pub mod pool;
pub mod resolve;
pub mod status;
pub mod target;
pub mod upload;
mod wire;

pub use failure::Failure;

use crate::authenticate::Used;
use crate::ctx::Ctx;
use crate::finish::{Answer, Content};
use crate::intake::body::RequestBody;
use crate::reject::{Reject, RejectKind};
use crate::tunnel::Far;
use answer::UpstreamBody;
use attempt::{Attempts, Pending};
use balance::Nodes;
use http::{HeaderValue, Method, StatusCode, header, request};
use outgoing::Outgoing;
use patience::Patience;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use target::Target;
use upload::{Upload, UploadFault};

pub async fn send(
    ctx: &mut Ctx,
    request: &request::Parts,
    used: Used,
    body: RequestBody,
) -> Result<Answer, Reject> {
    let no_version = || Reject::new(RejectKind::NoRoute, "no api, version or route has this address");
    let version = Arc::clone(ctx.version.as_ref().ok_or_else(no_version)?);
    let cluster = &version.cluster;
    let started_us = ctx.worker.clock.monotonic_us();
    let key = cluster.key(ctx, &request.headers);
    let body_limit = ctx.worker.options.body_limit;
    let unavailable = || Failure::Unavailable(cluster.wait_s(started_us)).reject(body_limit);
    let picked = cluster.pick(Nodes::default(), key, started_us).ok_or_else(unavailable)?;
    let upload = if body.is_empty() {
        None
    } else {
        let received = Rc::new(Cell::new(0));
        ctx.received = Some(Rc::clone(&received));
        Some(Upload::new(body, received, body_limit))
    };
    let call = Call { request, used, length: upload.as_ref().map(Upload::length) };
    let node = cluster.nodes.get(picked.node).ok_or_else(unavailable)?;
    let head = call.head(ctx, &node.target)?;
    let outgoing = Outgoing::new(head, upload, call.length == Some(None));
    let patience = Patience::begin(&ctx.worker, node.target.timeouts);
    ctx.upstream_started_us = Some(started_us);
    let worker = Rc::clone(&ctx.worker);
    let attempts = Attempts::new(&call, cluster, Rc::clone(&worker), key);
    match attempts.run(ctx, picked, Pending { outgoing, patience }).await {
        Ok((exchange, mut head, _)) if head.status == StatusCode::SWITCHING_PROTOCOLS => {
            head.headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            let content = Content::Tunnel(Box::new(Far::new(exchange)));
            Ok(Answer { status: head.status, headers: head.headers, content })
        }
        Ok((exchange, head, pool)) => {
            let body = UpstreamBody::new(exchange, head.framing, head.keep_alive, &worker, pool);
            Ok(Answer { status: head.status, headers: head.headers, content: body.into_content() })
        }
        Err(failure) => {
            ctx.client_left = failure == Failure::Upload(UploadFault::Gone);
            Err(failure.reject(body_limit))
        }
    }
}

/// What is to be sent, whichever node gets it.
pub struct Call<'a> {
    request: &'a request::Parts,
    used: Used,
    /// None without a body, else its length where that is announced.
    length: Option<Option<u64>>,
}

impl Call<'_> {
    /// The head as that node is told it.
    fn head(&self, ctx: &Ctx, target: &Target) -> Result<Vec<u8>, Reject> {
        forward::head(ctx, self.request, target, self.used, self.length)
    }
}

/// RFC 9110 section 9.2.2.
fn is_idempotent(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::PUT | Method::DELETE | Method::OPTIONS)
}
