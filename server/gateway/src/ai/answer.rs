//! What a vendor answers, on its way to the caller: whole, or piece by piece.

use super::beside::{self, BesideBack};
use super::facts::SharedFacts;
use super::relay::{AiBody, Forwarded, Relay};
use super::request::{AiRequest, Back, Reached};
use super::told::{self, Refused, Way};
use crate::ctx::Ctx;
use crate::finish::{Answer, Content};
use crate::reject::Reject;
use crate::upstream::answer::{UpstreamBody, WireBody};
use ai::dialect::Reply;
use ai::failure::{Failure, FailureKind};
use ai::operations::Reader;
use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use std::rc::Rc;

/// Says that a count is not the vendor's.
const ESTIMATED: HeaderName = HeaderName::from_static("x-gatehouse-estimated");

/// What one target made of the call.
pub enum Outcome {
    Answered(Answer),
    /// The next one may do better.
    Failed(Refused),
}

/// A target that answers.
pub struct Answering<'a> {
    pub request: &'a AiRequest,
    pub target: &'a Reached<'a>,
    pub facts: &'a SharedFacts,
    /// When the answer began, in Unix milliseconds.
    pub now_ms: u64,
}

impl Answering<'_> {
    /// Sends the answer on as the caller wants it.
    pub async fn answer(
        self,
        ctx: &Ctx,
        (headers, body): (HeaderMap, WireBody),
        (back, reply): (Back, Reply),
    ) -> Result<Outcome, Reject> {
        let Back::Beside(BesideBack::Forwarded { task, pieces }) = back else {
            if self.request.stream && !matches!(back, Back::Beside(_)) {
                return Ok(self.stream(ctx, &headers, body, back, reply));
            }
            return self.whole(&headers, body, &back).await;
        };
        if beside::is_events(&headers) {
            let reader = Box::new(Reader::new(task, pieces));
            let relay = Forwarded::of(self.request.caller, reader, reply);
            return Ok(self.relayed(ctx, &headers, body, None, Relay::Forwarded(Box::new(relay))));
        }
        if beside::is_text(&headers) {
            return self.whole(&headers, body, &back).await;
        }
        // sound goes on as it comes: it does not say what it cost
        let usage = ai::operations::forwarded_usage(task, self.target.face.dialect, &[], pieces);
        self.facts.borrow_mut().usage = usage;
        Ok(self.answered(&headers, None, body.into_content()))
    }

    /// A stream of a model's words.
    fn stream(&self, ctx: &Ctx, headers: &HeaderMap, body: WireBody, back: Back, reply: Reply) -> Outcome {
        let caller = self.request.caller;
        match back {
            Back::Translated(back) => {
                let relay = Relay::Translated(Box::new(back.stream()));
                self.relayed(ctx, headers, body, Some(caller.stream_type()), relay)
            }
            _ => {
                let events = beside::is_events(headers);
                let relay = Forwarded::new(caller, self.target.face.dialect, reply, events);
                self.relayed(ctx, headers, body, None, Relay::Forwarded(Box::new(relay)))
            }
        }
    }

    fn relayed(
        &self,
        ctx: &Ctx,
        headers: &HeaderMap,
        body: WireBody,
        stream_type: Option<&'static str>,
        relay: Relay,
    ) -> Outcome {
        let alarm = (ctx.worker.alarms.alarm(), ctx.worker.options.model_silence_ms);
        let clock = ctx.worker.clock.clone();
        let (body, facts) = (UpstreamBody::Http1(body), Rc::clone(self.facts));
        let body = AiBody::new(body, relay, facts, alarm, clock, ctx.started_us);
        let content = Content::Stream(Box::new(UpstreamBody::Ai(Box::new(body))), None);
        self.answered(headers, stream_type, content)
    }

    /// An answer that is read before any of it goes on.
    async fn whole(&self, headers: &HeaderMap, body: WireBody, back: &Back) -> Result<Outcome, Reject> {
        let bytes = match super::body::all(UpstreamBody::Http1(body)).await {
            Ok(bytes) => bytes,
            // nothing was sent to the caller, so another target may do
            Err(kind) => {
                self.facts.borrow_mut().spoiled("broke_off");
                let reject = Reject::new(kind, "the vendor's answer broke off");
                return Ok(Outcome::Failed(Refused::Gateway(reject)));
            }
        };
        let told = self.told(headers, &bytes, back);
        self.facts.borrow_mut().delivered = told.is_ok();
        Ok(match told {
            Ok(None) => self.answered(headers, None, Content::Whole(bytes)),
            Ok(Some(body)) => self.answered(headers, Some("application/json"), Content::Whole(body.into())),
            Err(failure) => {
                self.facts.borrow_mut().spoiled("garbled");
                Outcome::Failed(Refused::of(self.target.face.dialect, failure))
            }
        })
    }

    /// What the caller is told where that is not what the vendor said; what was used is noted.
    fn told(&self, headers: &HeaderMap, bytes: &Bytes, back: &Back) -> Result<Option<Vec<u8>>, Failure> {
        let (finish, said, usage, body) = match back {
            Back::Beside(back) => return back.answer(self.target, headers, bytes, self.facts),
            Back::Translated(back) => {
                let told = back.answer(bytes)?;
                (told.finish, told.said, told.usage, Some(told.body))
            }
            Back::Forwarded | Back::Counted(_) => {
                let dialect = self.target.face.dialect;
                match ai::translate::read_forwarded(self.request.caller, dialect, bytes) {
                    Ok(read) => (read.finish, read.said(), read.usage, None),
                    // what is no sense to us may be sense to the caller
                    Err(failure) if failure.kind == FailureKind::Garbled => return Ok(None),
                    Err(failure) => return Err(failure),
                }
            }
        };
        let mut facts = self.facts.borrow_mut();
        (facts.said, facts.finish, facts.usage) = (said, Some(finish), usage);
        Ok(body)
    }

    fn answered(&self, headers: &HeaderMap, content_type: Option<&'static str>, content: Content) -> Outcome {
        let (vendor, caller) = (self.target.face.dialect, self.request.caller);
        let way = Way { vendor, caller, now_ms: self.now_ms };
        Outcome::Answered(told::answer(headers, content_type, content, &way, self.facts))
    }
}

/// A count that the gateway made by itself, as its answer says.
#[must_use]
pub fn counted(counted: Vec<u8>, way: &Way, facts: &SharedFacts) -> Answer {
    let content = Content::Whole(counted.into());
    let mut answer = told::answer(&HeaderMap::new(), Some("application/json"), content, way, facts);
    answer.headers.insert(ESTIMATED, HeaderValue::from_static("true"));
    answer
}
