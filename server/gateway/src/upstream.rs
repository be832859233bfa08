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
mod dial;
pub mod exchange;
mod failure;
mod forward;
pub mod http2;
pub mod lease;
pub mod node;
mod outgoing;
pub mod patience;
mod pending;
pub mod pool;
pub mod resolve;
pub mod status;
pub mod target;
pub mod tls;
pub mod upload;
mod wire;

pub use attempt::Answered;
pub use failure::Failure;

use crate::authenticate::Used;
use crate::ctx::Ctx;
use crate::finish::{Answer, Content};
use crate::h1;
use crate::intake::body::RequestBody;
use crate::reject::grpc::is_grpc;
use crate::reject::{Reject, RejectKind};
use crate::tunnel::Far;
use answer::WireBody;
use attempt::Attempts;
use balance::Nodes;
use domain::upstream::Protocol;
use http::{HeaderValue, Method, Request, StatusCode, Version, header, request};
use http2::answer::StreamBody;
use patience::Patience;
use pending::{Outgoing, Pending};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use target::Target;
use upload::{Upload, UploadFault};

pub async fn send(
    ctx: &mut Ctx,
    request: &request::Parts,
    used: Used,
    mut body: RequestBody,
) -> Result<Answer, Reject> {
    let no_version = || Reject::new(RejectKind::NoRoute, "no api, version or route has this address");
    let version = Arc::clone(ctx.version.as_ref().ok_or_else(no_version)?);
    let cluster = &version.cluster;
    let started_us = ctx.worker.clock.monotonic_us();
    let key = cluster.key(ctx, &request.headers);
    let body_limit = ctx.worker.options.body_limit;
    let unavailable = || Failure::Unavailable(cluster.wait_s(started_us)).reject(body_limit);
    let picked = cluster.pick(Nodes::default(), key, started_us).ok_or_else(unavailable)?;
    let node = cluster.nodes.get(picked.node).ok_or_else(unavailable)?;
    if node.target.protocol == Protocol::Http2 && is_grpc(&request.headers) {
        // messages that a client streams come when there are any
        body.rest();
    }
    let upload = if body.is_empty() {
        None
    } else {
        let received = Rc::new(Cell::new(0));
        ctx.received = Some(Rc::clone(&received));
        Some(Upload::new(body, received, body_limit))
    };
    let call = Call { request, used, length: upload.as_ref().map(Upload::length) };
    let outgoing = Outgoing::new(&call, ctx, &node.target, upload)?;
    let patience = Patience::begin(&ctx.worker, node.target.timeouts);
    ctx.upstream_started_us = Some(started_us);
    let attempts = Attempts::new(&call, cluster, Rc::clone(&ctx.worker), key);
    match attempts.run(ctx, picked, Pending { outgoing, patience }).await {
        Ok(answered) => Ok(relayed(ctx, answered, request.version)),
        Err(failure) => {
            ctx.client_left = failure == Failure::Upload(UploadFault::Gone);
            Err(failure.reject(body_limit))
        }
    }
}

/// Sends a request that is there as a whole, its bytes in HTTP/1.1, to a node, once.
pub async fn ask(
    ctx: &mut Ctx,
    cluster: &Arc<cluster::Cluster>,
    bytes: Vec<u8>,
) -> Result<Answered, Failure> {
    let worker = Rc::clone(&ctx.worker);
    let now_us = worker.clock.monotonic_us();
    let unavailable = || Failure::Unavailable(cluster.wait_s(now_us));
    let picked = cluster.pick(Nodes::default(), 0, now_us).ok_or_else(unavailable)?;
    let node = cluster.nodes.get(picked.node).ok_or_else(unavailable)?;
    let outgoing = Outgoing::whole(bytes);
    let patience = Patience::begin(&worker, node.target.timeouts);
    attempt::once(ctx, &worker, node, picked.flight, Pending { outgoing, patience }).await
}

/// The answer as it goes on to the client, who speaks that version of HTTP.
fn relayed(ctx: &Ctx, answered: Answered, version: Version) -> Answer {
    match answered {
        Answered::Http1 { exchange, mut head, .. } if head.status == StatusCode::SWITCHING_PROTOCOLS => {
            head.headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            let content = Content::Tunnel(Box::new(Far::new(exchange)));
            Answer { status: head.status, headers: head.headers, content }
        }
        Answered::Http1 { mut exchange, head, pool } => {
            exchange.outgoing.answered();
            let body = WireBody::new(exchange, &head, &ctx.worker, pool);
            Answer { status: head.status, headers: head.headers, content: body.into_content() }
        }
        Answered::Http2 { mut exchange, head } => {
            exchange.outgoing.answered();
            let (head, body) = head.into_parts();
            let bodiless = ctx.method == Method::HEAD
                || matches!(head.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
            let length = head.headers.get(header::CONTENT_LENGTH).and_then(h1::parse_length);
            // in HTTP/1.1, nothing can follow a body with a length
            let length = length.filter(|_| version != Version::HTTP_2);
            let content = StreamBody::new(*exchange, body).into_content(length, bodiless);
            Answer { status: head.status, headers: head.headers, content }
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

    /// The same for HTTP/2.
    fn http2_head(&self, ctx: &Ctx, target: &Target) -> Result<Request<()>, Reject> {
        forward::http2_head(ctx, self.request, target, self.used, self.length)
    }
}

/// RFC 9110 section 9.2.2.
fn is_idempotent(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::PUT | Method::DELETE | Method::OPTIONS)
}
