//! One call to a model: which target, with which key, and what is made of the answer.

use super::alias::{Alias, Models, Moment};
use super::answer::{self, Answering, Outcome};
use super::attempts::Attempt;
use super::budget::{self, Budget};
use super::clouds::NoToken;
use super::facts::{Facts, SharedFacts};
use super::keys::{Key, Taken};
use super::listing;
use super::operation::Operation;
use super::passed::Passed;
use super::provider::Provider;
use super::request::{AiRequest, Back, ForTarget, Reached};
use super::told::{self, Refused, Way};
use super::tries::Tries;
use crate::ctx::Ctx;
use crate::finish::Answer;
use crate::h1::response::Head;
use crate::intake::body::RequestBody;
use crate::reject::{Reject, RejectKind};
use crate::upstream::answer::WireBody;
use crate::upstream::{self, Answered, Failure};
use ai::dialect::Reply;
use ai::operations::Unwritten;
use bytes::Bytes;
use http::header::HeaderMap;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// Bytes of a request that is kept until the end of its answer, in case that the vendor does not say how many tokens it
/// was.
const MOST_KEPT: usize = 32 << 10;

/// Answers a call to an ai api.
pub async fn send(
    ctx: &mut Ctx,
    models: &Arc<Models>,
    headers: &HeaderMap,
    body: RequestBody,
) -> Result<Answer, Reject> {
    let no_route = || Reject::new(RejectKind::NoRoute, "nothing is asked of a model at this address");
    let operation = Operation::find(&ctx.method, ctx.path_below(), ctx.uri.query()).ok_or_else(no_route)?;
    match &operation {
        Operation::Models => return Ok(listing::openai(ctx, models)),
        Operation::GeminiModels => return Ok(listing::gemini(ctx, models)),
        Operation::Model(name) => return listing::openai_model(ctx, models, name),
        Operation::GeminiModel(name) => return listing::gemini_model(ctx, models, name),
        _ => {}
    }
    let body = super::body::whole(ctx, body).await?;
    answered(ctx, models, &operation, headers, body).await
}

/// Answers a request whose body is there.
pub(super) async fn answered(
    ctx: &mut Ctx,
    models: &Arc<Models>,
    operation: &Operation,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Answer, Reject> {
    let policies = ctx.version.as_ref().map(|version| version.policies.clone()).unwrap_or_default();
    let screened = policies.screen(ctx, operation, headers, body)?;
    let request_bytes = screened.body.len() as u64;
    let mut request = AiRequest::read(operation, headers, screened.body.clone()).map_err(told::invalid)?;
    let alias = models.aliases.get(request.model.as_str()).ok_or_else(|| {
        let detail = format!("the model {:?} is not offered here", shown(&request.model));
        Reject::new(RejectKind::ModelNotFound, detail)
    })?;
    budget::included(ctx, &request.model)?;
    if let Some(answer) = screened.again(ctx, &request.model) {
        return Ok(answer);
    }
    let facts: SharedFacts = Rc::new(RefCell::new(Facts {
        asked: request.model.as_str().into(),
        request_bytes,
        request: (screened.body.len() <= MOST_KEPT).then(|| (*screened.body).into()),
        at_ms: ctx.at_ms,
        ..Facts::default()
    }));
    ctx.ai = Some(Rc::clone(&facts));
    ctx.upstream_started_us = Some(ctx.worker.clock.monotonic_us());
    let providers = Arc::clone(&ctx.worker.snapshots.get().providers);
    let budget = if request.costs() {
        Some(budget::open(ctx, alias, &providers, (&request, &screened.body), &facts)?)
    } else {
        None
    };
    let tries = Tries::begin(models.retries, ctx.worker.clock.monotonic_us());
    let passed = Passed::of(ctx, request.caller, headers);
    let asking = Asking { models, alias, providers, budget, tries, passed, facts };
    let answer = asking.run(ctx, &mut request).await?;
    screened.answer(&asking.facts, answer)
}

/// A caller's name of something, as far as it is shown.
pub(super) fn shown(name: &str) -> String {
    name.chars().take(80).collect()
}

struct Asking<'a> {
    models: &'a Models,
    alias: &'a Alias,
    providers: Arc<HashMap<Box<str>, Arc<Provider>>>,
    budget: Option<Budget>,
    tries: Tries,
    passed: Passed,
    facts: SharedFacts,
}

/// What there was not.
enum Missed {
    /// Another key may do better.
    Token(NoToken),
    /// Another target may.
    Answer(Reject),
}

impl Asking<'_> {
    async fn run(&self, ctx: &mut Ctx, request: &mut AiRequest) -> Result<Answer, Reject> {
        let mut last = None;
        let moment = self.moment(ctx, request);
        for target in moment.awake(self.alias.order(&moment)) {
            let Some(provider) = self.providers.get(&target.provider) else { continue };
            let Some(face) = provider.face(&target.model) else { continue };
            if !self.goes_on(ctx) {
                break;
            }
            let target = Reached { provider, face, model: &target.model };
            let created = i64::try_from(ctx.at_ms / 1_000).unwrap_or_default();
            let reply = request.reply(ctx.id.simple().to_string(), created);
            let mut written = match request.write(&target, reply.clone()) {
                Ok(written) => written,
                Err(Unwritten::Invalid(failure)) => return Err(told::invalid(failure)),
                Err(Unwritten::Unable(why)) => {
                    last.get_or_insert(Refused::Gateway(Reject::new(RejectKind::NotOffered, why)));
                    continue;
                }
            };
            if self.models.strict && !written.dropped.is_empty() {
                let detail = format!("the model's vendor cannot be told: {}", written.dropped);
                return Err(Reject::new(RejectKind::MalformedInput, detail));
            }
            provider.place(face.dialect, target.model, request.stream, &mut written);
            if let Some(budget) = &self.budget
                && let Err(reject) = budget.enter(&target, request.caller, &mut written, &self.facts)
            {
                last = Some(Refused::Gateway(reject));
                continue;
            }
            self.note(&target, &written);
            if let Back::Counted(counted) = written.back {
                let now_ms = ctx.worker.clock.unix_ms();
                let way = Way { vendor: face.dialect, caller: request.caller, now_ms };
                return Ok(answer::counted(counted, &way, &self.facts));
            }
            match self.target(ctx, request, &target, written, reply).await? {
                Outcome::Answered(answer) => return Ok(answer),
                Outcome::Failed(refused) => last = Some(refused),
            }
        }
        let nobody =
            || Reject::new(RejectKind::UpstreamUnavailable, "no provider of the model can be called");
        let refused = last.ok_or_else(nobody)?;
        self.facts.borrow_mut().failure = refused.failure();
        refused.tell(request.caller, ctx.worker.clock.unix_ms(), &self.facts)
    }

    /// Whether a model may be asked, once more.
    fn goes_on(&self, ctx: &Ctx) -> bool {
        self.tries.allow(self.facts.borrow().tried.len(), ctx.worker.clock.monotonic_us())
    }

    fn moment(&self, ctx: &Ctx, request: &AiRequest) -> Moment<'_> {
        Moment {
            providers: &self.providers,
            stream: request.stream,
            request_bytes: self.facts.borrow().request_bytes,
            at_ms: ctx.at_ms,
            now_us: ctx.worker.clock.monotonic_us(),
        }
    }

    fn note(&self, target: &Reached<'_>, written: &ForTarget) {
        let mut facts = self.facts.borrow_mut();
        facts.provider = Some(Arc::clone(target.provider));
        facts.model = target.model.into();
        facts.dropped.clone_from(&written.dropped);
    }

    /// Sends the request once: the head of the answer, and what its body comes over.
    async fn once(
        &self,
        ctx: &mut Ctx,
        stream: bool,
        target: &Reached<'_>,
        written: &ForTarget,
        key: Option<&Key>,
    ) -> Result<(Head, WireBody), Missed> {
        let mut attempt =
            Attempt::begin(target.provider, target.model, stream, &ctx.worker.clock, &self.facts);
        let passed = written.is_forwarded().then_some(&self.passed);
        let bytes = match super::wire::bytes(ctx, target, written, passed, key).await {
            Ok(bytes) => bytes,
            Err(no_token) => {
                attempt.unsent(no_token.word);
                return Err(Missed::Token(no_token));
            }
        };
        attempt.sent();
        let left = self.tries.left(ctx.worker.clock.monotonic_us());
        match within(left, upstream::ask(ctx, &target.face.cluster, bytes)).await {
            Ok(Answered::Http1 { exchange, head, pool }) => {
                attempt.answered(head.status.as_u16());
                let content = WireBody::new(exchange, &head, &ctx.worker, pool);
                Ok((head, content))
            }
            Ok(Answered::Http2 { .. }) => {
                attempt.failed("http_protocol_error");
                let detail = "the vendor does not speak HTTP/1.1";
                Err(Missed::Answer(Reject::new(RejectKind::UpstreamBroken, detail)))
            }
            Err(failure) => {
                attempt.failed(failure.word());
                Err(Missed::Answer(failure.reject(ctx.worker.options.body_limit)))
            }
        }
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
        let keys = &target.provider.keys;
        let mut tried = Vec::new();
        let mut last = None;
        loop {
            if let Some(refused) = last.take_if(|_| !self.goes_on(ctx)) {
                return Ok(Outcome::Failed(refused));
            }
            let now_ms = ctx.worker.clock.unix_ms();
            let taken = keys.take(&tried, now_ms);
            if taken.is_none() && !keys.keys.is_empty() {
                let resting = || Refused::Gateway(resting(keys.wait_s(now_ms)));
                return Ok(Outcome::Failed(last.unwrap_or_else(resting)));
            }
            let key = taken.as_ref().and_then(|taken| keys.keys.get(taken.index));
            let (head, content) = match self.once(ctx, request.stream, target, &written, key).await {
                Ok(answered) => answered,
                Err(Missed::Token(no_token)) => {
                    tried.extend(taken.as_ref().map(|taken| taken.index));
                    taken.into_iter().for_each(|taken| no_token.rest(taken, now_ms));
                    last = Some(Refused::Gateway(no_token.reject()));
                    continue;
                }
                Err(Missed::Answer(reject)) => return Ok(Outcome::Failed(Refused::Gateway(reject))),
            };
            let status = head.status.as_u16();
            if head.status.is_success() {
                taken.into_iter().for_each(Taken::worked);
                self.facts.borrow_mut().answered = request.costs();
                let now_ms = ctx.worker.clock.unix_ms();
                let answering = Answering { request, target, facts: &self.facts, now_ms };
                return answering.answer(ctx, (head.headers, content), (written.back, reply)).await;
            }
            let now_ms = ctx.worker.clock.unix_ms();
            let refused = told::read(target.face.dialect, status, (&head.headers, content), now_ms).await;
            let index = taken.as_ref().map(|taken| taken.index);
            if !judge(taken, status, refused.retry_after_ms(), now_ms) {
                let goes_on =
                    matches!(status, 408 | 409 | 425) || status >= 500 || (300..400).contains(&status);
                return if goes_on {
                    Ok(Outcome::Failed(refused))
                } else {
                    refused.tell(request.caller, now_ms, &self.facts).map(Outcome::Answered)
                };
            }
            let Some(index) = index else { return Ok(Outcome::Failed(refused)) };
            tried.push(index);
            last = Some(refused);
        }
    }
}

/// The answer, if it begins in time.
async fn within(
    left: Option<Duration>,
    answer: impl Future<Output = Result<Answered, Failure>>,
) -> Result<Answered, Failure> {
    match left {
        Some(left) => tokio::time::timeout(left, answer).await.unwrap_or(Err(Failure::FirstByteTimeout)),
        None => answer.await,
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
