//! One call from its head to its answer.

use crate::ai;
use crate::authenticate::{self, Used};
use crate::body::AnswerBody;
use crate::ctx::Ctx;
use crate::finish::{self, Answer};
use crate::intake::body::RequestBody;
use crate::intake::client::Peer;
use crate::intake::phase::Busy;
use crate::intake::request;
use crate::limits;
use crate::masked;
use crate::matching::{self, Matched};
use crate::reject::{Reject, RejectKind};
use crate::subscription;
use crate::upstream::{self, upload::too_large};
use crate::worker::Worker;
use http::{Response, request::Parts};
use std::rc::Rc;

/// Answers one call. `busy` keeps its connection marked as in use until the answer has been sent.
///
/// | stage | file | reads | leaves in `Ctx` |
/// |---|---|---|---|
/// | 0 intake | `intake/request.rs` | the head | client, normalised path; 400, 405, 414, 417, 431, 501; 503 when there are too many calls |
/// | 1 match | `matching.rs` | host, path, method, snapshot | version, route; 404, 405, 410, 503; 413 by what the version takes |
/// | 2 cors | `cors.rs` | `Origin`, the version's policy | origin that may read; answers preflights, 403 |
/// | 3 authenticate | `authenticate.rs` | key headers, snapshot | credential; 401 |
/// | 4 subscription | `subscription.rs` | snapshot | subscription; 403, 503 when calls cannot be recorded |
/// | 5 limits | `limits.rs` | the cells of the subscription and of the version's limits | what is left; 429 |
/// | 6 validate, transform | `masked.rs`, `ai/policies.rs` | JSON bodies, the version's policies | 400 |
/// | 7 cache | `ai/cache.rs` | answers of the version's models | |
/// | 8 upstream or model | `upstream.rs`, `ai.rs` | the version's nodes, or its models and the body | attempts, times, usage; 400, 403, 404, 429, 502, 503, 504 |
/// | 9 finish | `finish.rs` | all of it | the record, written before the last byte goes out |
///
/// Stages 0 to 5 do no I/O and take no lock, but where a version limits each address or application: then one of
/// 64, for a few steps. Stage 9 always runs: a `Ctx` that is dropped is recorded.
pub async fn answer(
    worker: Rc<Worker>,
    busy: Busy,
    peer: Peer,
    request: Parts,
    body: RequestBody,
) -> Response<AnswerBody> {
    begun(Ctx::begin(worker, busy, peer, &request), &request, body).await
}

/// Answers a call that has begun. In a trial, the version and the route are in `Ctx` by now: stages 1 to 4 are left out.
pub async fn begun(mut ctx: Box<Ctx>, request: &Parts, body: RequestBody) -> Response<AnswerBody> {
    match stages(&mut ctx, request, body).await {
        Ok(answer) => finish::relay(ctx, &request.headers, answer).await,
        Err(reject) => finish::refuse(ctx, &request.headers, &reject),
    }
}

async fn stages(ctx: &mut Ctx, request: &Parts, body: RequestBody) -> Result<Answer, Reject> {
    let worker = Rc::clone(&ctx.worker);
    if worker.is_overloaded() {
        let detail = "there are too many calls at the same time";
        return Err(Reject::new(RejectKind::Overloaded, detail).retry_after(1));
    }
    let head = request::check(ctx, request, body.length())?;
    let used = if ctx.trial.is_some() {
        check_length(ctx, &body)?;
        Used::ApiKey
    } else {
        let snapshot = worker.snapshots.get();
        if let Matched::Preflight(headers) = matching::find(ctx, &snapshot, request, &head)? {
            return Ok(Answer::preflight(headers));
        }
        check_length(ctx, &body)?;
        let used = authenticate::find(ctx, &snapshot, &request.headers)?;
        subscription::find(ctx, &snapshot)?;
        used
    };
    if !worker.has_room() {
        return Err(
            Reject::new(RejectKind::Overloaded, "calls cannot be recorded at the moment").retry_after(1)
        );
    }
    limits::take(ctx)?;
    match ctx.version.as_ref().and_then(|version| version.models.clone()) {
        Some(models) => match ctx.version.as_ref().and_then(|version| version.prompt.clone()) {
            Some(prompt) => ai::prompt::send(ctx, &prompt, &models, &request.headers, body).await,
            None => ai::send(ctx, &models, &request.headers, body).await,
        },
        None => match ctx.version.as_ref().and_then(|version| version.policies.mask.clone()) {
            Some(masker) => masked::send(ctx, &masker, request, used, body).await,
            None => upstream::send(ctx, request, used, body).await,
        },
    }
}

/// What is announced to be larger than the version takes is not waited for.
fn check_length(ctx: &Ctx, body: &RequestBody) -> Result<(), Reject> {
    let limit = ctx.body_limit();
    if body.length().is_some_and(|length| length > limit) { Err(too_large(limit)) } else { Ok(()) }
}
