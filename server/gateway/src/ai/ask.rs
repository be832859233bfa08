//! One call to a model: which target, with which key, and what is made of the answer.

use super::alias::{Alias, Models};
use super::facts::{Facts, SharedFacts};
use super::keys::Taken;
use super::operation::Operation;
use super::provider::{self, Provider, put};
use super::relay::{AiBody, Forwarded, Relay};
use super::request::{AiRequest, ForTarget, Reached};
use super::told::{self, Refused};
use crate::ctx::Ctx;
use crate::finish::{Answer, Content};
use crate::intake::body::RequestBody;
use crate::reject::{Reject, RejectKind};
use crate::upstream::answer::{UpstreamBody, WireBody};
use crate::upstream::{self, Answered};
use ai::chat::Finish;
use ai::dialect::Reply;
use ai::translate::WayBack;
use ai::usage::Usage;
use http::header::HeaderMap;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// Answers a call to an ai api.
pub async fn send(ctx: &mut Ctx, models: &Arc<Models>, body: RequestBody) -> Result<Answer, Reject> {
    let no_route = || Reject::new(RejectKind::NoRoute, "nothing is asked of a model at this address");
    let operation = Operation::find(&ctx.method, ctx.path_below(), ctx.uri.query()).ok_or_else(no_route)?;
    if operation == Operation::Models {
        return Ok(told::models(models, ctx.at_ms));
    }
    let body = super::body::whole(ctx, body).await?;
    let request_bytes = body.len() as u64;
    let mut request = AiRequest::read(&operation, body).map_err(told::invalid)?;
    let alias = models.aliases.get(request.model.as_str()).ok_or_else(|| {
        let detail = format!("the model {:?} is not offered here", shown(&request.model));
        Reject::new(RejectKind::ModelNotFound, detail)
    })?;
    let facts: SharedFacts = Rc::new(RefCell::new(Facts {
        asked: request.model.as_str().into(),
        request_bytes,
        ..Facts::default()
    }));
    ctx.ai = Some(Rc::clone(&facts));
    ctx.upstream_started_us = Some(ctx.worker.clock.monotonic_us());
    let providers = Arc::clone(&ctx.worker.snapshots.get().providers);
    let asking = Asking { models, alias, providers, facts };
    asking.run(ctx, &mut request).await
}

/// A caller's name of something, as far as it is shown.
fn shown(name: &str) -> String {
    name.chars().take(80).collect()
}

struct Asking<'a> {
    models: &'a Models,
    alias: &'a Alias,
    providers: Arc<HashMap<Box<str>, Arc<Provider>>>,
    facts: SharedFacts,
}

/// What one target made of the call.
enum Outcome {
    Answered(Answer),
    /// The next one may do better.
    Failed(Refused),
}

impl Asking<'_> {
    async fn run(&self, ctx: &mut Ctx, request: &mut AiRequest) -> Result<Answer, Reject> {
        let mut last = None;
        for target in self.alias.order() {
            let Some(provider) = self.providers.get(&target.provider) else { continue };
            let Some(face) = provider.face(&target.model) else { continue };
            let target = Reached { provider, face, model: &target.model };
            let created = i64::try_from(ctx.at_ms / 1_000).unwrap_or_default();
            let reply = request.reply(ctx.id.simple().to_string(), created);
            let written = request.write(&target, reply.clone()).map_err(told::invalid)?;
            if self.models.strict && !written.dropped.is_empty() {
                let detail = format!("the model's vendor cannot be told: {}", written.dropped);
                return Err(Reject::new(RejectKind::MalformedInput, detail));
            }
            self.note(&target, &written);
            match self.target(ctx, request, &target, written, reply).await? {
                Outcome::Answered(answer) => return Ok(answer),
                Outcome::Failed(refused) => last = Some(refused),
            }
        }
        let nobody =
            || Reject::new(RejectKind::UpstreamUnavailable, "no provider of the model can be called");
        let refused = last.ok_or_else(nobody)?;
        self.facts.borrow_mut().failure = refused.failure();
        refused.tell(request.caller, &self.facts)
    }

    fn note(&self, target: &Reached<'_>, written: &ForTarget) {
        let mut facts = self.facts.borrow_mut();
        facts.provider = Some(Arc::clone(target.provider));
        facts.model = target.model.into();
        facts.dropped.clone_from(&written.dropped);
    }

    fn note_answer(&self, said: u64, finish: Finish, usage: Option<Usage>) {
        let mut facts = self.facts.borrow_mut();
        (facts.said, facts.finish, facts.usage) = (said, Some(finish), usage);
    }

    /// Asks one target, with one key after the other as long as the vendor refuses them.
    async fn target(
        &self,
        ctx: &mut Ctx,
        request: &AiRequest,
        target: &Reached<'_>,
        written: ForTarget,
        reply: Reply,
    ) -> Result<Outcome, Reject> {
        let ForTarget { body, mut back, .. } = written;
        let keys = &target.provider.keys;
        let mut tried = Vec::new();
        let mut last = None;
        loop {
            let now_ms = ctx.worker.clock.unix_ms();
            let taken = keys.take(&tried, now_ms);
            if taken.is_none() && !keys.keys.is_empty() {
                let resting = || Refused::Gateway(resting(keys.wait_s(now_ms)));
                return Ok(Outcome::Failed(last.unwrap_or_else(resting)));
            }
            let bytes = http_bytes(target, request.stream, taken.as_ref(), &body);
            let answered = match upstream::ask(ctx, &target.face.cluster, bytes).await {
                Ok(answered) => answered,
                Err(failure) => {
                    let reject = failure.reject(ctx.worker.options.body_limit);
                    return Ok(Outcome::Failed(Refused::Gateway(reject)));
                }
            };
            let Answered::Http1 { exchange, head, pool } = answered else {
                let reject = Reject::new(RejectKind::UpstreamBroken, "the vendor does not speak HTTP/1.1");
                return Ok(Outcome::Failed(Refused::Gateway(reject)));
            };
            let content = WireBody::new(exchange, &head, &ctx.worker, pool);
            let status = head.status.as_u16();
            if head.status.is_success() {
                taken.into_iter().for_each(Taken::worked);
                self.facts.borrow_mut().answered = true;
                return self
                    .answer(ctx, request, target, (head.headers, content), (back.take(), reply))
                    .await;
            }
            let refused = told::read(target.face.dialect, status, &head.headers, content).await;
            let index = taken.as_ref().map(|taken| taken.index);
            if !judge(taken, status, told::retry_after_ms(&head.headers), now_ms) {
                let goes_on =
                    matches!(status, 408 | 409 | 425) || status >= 500 || (300..400).contains(&status);
                return if goes_on {
                    Ok(Outcome::Failed(refused))
                } else {
                    refused.tell(request.caller, &self.facts).map(Outcome::Answered)
                };
            }
            let Some(index) = index else { return Ok(Outcome::Failed(refused)) };
            tried.push(index);
            last = Some(refused);
        }
    }

    /// The vendor answers: whole, or as a stream.
    async fn answer(
        &self,
        ctx: &Ctx,
        request: &AiRequest,
        target: &Reached<'_>,
        (headers, body): (HeaderMap, WireBody),
        (back, reply): (Option<WayBack>, Reply),
    ) -> Result<Outcome, Reject> {
        let body = UpstreamBody::Http1(body);
        if request.stream {
            let stream_type = back.as_ref().map(|_| request.caller.stream_type());
            let relay = match back {
                Some(back) => Relay::Translated(Box::new(back.stream())),
                None => {
                    Relay::Forwarded(Box::new(Forwarded::new(request.caller, target.face.dialect, reply)))
                }
            };
            let worker = &ctx.worker;
            let (alarm, clock) = (worker.alarms.alarm(), worker.clock.clone());
            let body = AiBody::new(body, relay, Rc::clone(&self.facts), alarm, clock, ctx.started_us);
            let content = Content::Stream(Box::new(UpstreamBody::Ai(Box::new(body))), None);
            return Ok(Outcome::Answered(told::answer(
                &headers,
                stream_type,
                content,
                &self.facts,
                ctx.attempts,
            )));
        }
        let bytes = match super::body::all(body).await {
            Ok(bytes) => bytes,
            // nothing was sent to the caller, so another target may do
            Err(kind) => {
                let reject = Reject::new(kind, "the vendor's answer broke off");
                return Ok(Outcome::Failed(Refused::Gateway(reject)));
            }
        };
        let told = match &back {
            None => {
                if let Ok(read) = ai::translate::read_answer(target.face.dialect, &bytes) {
                    self.note_answer(read.said(), read.finish, read.usage);
                }
                bytes
            }
            Some(back) => match back.answer(&bytes) {
                Ok(told) => {
                    self.note_answer(told.said, told.finish, told.usage);
                    told.body.into()
                }
                Err(failure) => return Ok(Outcome::Failed(Refused::of(failure))),
            },
        };
        let json = back.map(|_| "application/json");
        let content = Content::Whole(told);
        Ok(Outcome::Answered(told::answer(&headers, json, content, &self.facts, ctx.attempts)))
    }
}

fn resting(wait_s: u64) -> Reject {
    let detail = "no key of the model's provider is fit to be used at the moment";
    Reject::new(RejectKind::UpstreamUnavailable, detail).retry_after(wait_s)
}

/// Tells the key how it went; whether another key may do better.
fn judge(taken: Option<Taken>, status: u16, retry_after_ms: Option<u64>, now_ms: u64) -> bool {
    match (taken, status) {
        (Some(taken), 401..=403) => taken.refused(status, now_ms),
        (Some(taken), 429) => taken.limited(retry_after_ms, now_ms),
        (Some(taken), _) => taken.worked(),
        (None, _) => {}
    }
    matches!(status, 401..=403 | 429)
}

/// The request as it goes over the wire.
fn http_bytes(target: &Reached<'_>, stream: bool, taken: Option<&Taken>, body: &[u8]) -> Vec<u8> {
    let provider = &target.provider;
    let mut bytes = Vec::with_capacity(body.len() + 1_024);
    let Some(node) = target.face.cluster.nodes.first() else { return bytes };
    bytes.extend_from_slice(b"POST ");
    bytes.extend_from_slice(node.target.base_path.as_bytes());
    bytes.extend_from_slice(provider::path(target.face.dialect, target.model, stream).as_bytes());
    bytes.extend_from_slice(b" HTTP/1.1\r\n");
    put(&mut bytes, b"host", node.target.authority.as_bytes());
    put(&mut bytes, b"content-type", b"application/json");
    put(&mut bytes, b"content-length", itoa::Buffer::new().format(body.len()).as_bytes());
    put(&mut bytes, b"user-agent", b"gatehouse");
    provider.put_fields(
        target.face.dialect,
        taken.and_then(|taken| provider.keys.keys.get(taken.index)),
        &mut bytes,
    );
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}
