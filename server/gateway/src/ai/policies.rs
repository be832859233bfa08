//! What a version's policies make of calls to models: who may ask what (guard), what is taken out of it (mask), and
//! whether it was answered before (cache), in this order.

use super::cache::{AnswerCache, Asked, Keep};
use super::facts::{Facts, SharedFacts};
use super::guard::Guard;
use super::operation::Operation;
use crate::ctx::Ctx;
use crate::finish::{Answer, Content};
use crate::reject::{Reject, RejectKind};
use crate::upstream::answer::UpstreamBody;
use ai::mask::{AnswerMask, Masker, Unmasked, Vault};
use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// Those of a version. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    pub guard: Option<Arc<Guard>>,
    pub mask: Option<Arc<Masker>>,
    pub cache: Option<Arc<AnswerCache>>,
}

/// A request that may be put to a model.
pub struct Screened {
    pub body: Bytes,
    answer: Option<AnswerMask>,
    asked: Option<Asked>,
}

impl Policies {
    /// Looks through a request.
    pub fn screen(
        &self,
        ctx: &Ctx,
        operation: &Operation,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Screened, Reject> {
        if let Some(guard) = &self.guard {
            guard.check(&ai::mask::texts(&body).map_err(|error| unreadable(&error))?)?;
        }
        // by what was said, not by what is made of it: the answer holds what placeholders stand for
        let asked = self.cache.as_ref().and_then(|cache| cache.begin(ctx, operation, headers, &body));
        let Some(masker) = &self.mask else { return Ok(Screened { body, answer: None, asked }) };
        let mut vault = Vault::default();
        let body = match masker.direction().has_requests() {
            true => masker.request(&body, &mut vault).map_err(refused)?.map_or(body, Bytes::from),
            false => body,
        };
        Ok(Screened { body, answer: AnswerMask::new(masker, vault), asked })
    }
}

impl Screened {
    /// The answer that was given before to whoever asked the same.
    #[must_use]
    pub fn again(&self, ctx: &mut Ctx, model: &str) -> Option<Answer> {
        let (answer, facts) = self.asked.as_ref()?.again(model)?;
        ctx.ai = Some(Rc::new(RefCell::new(facts)));
        Some(answer)
    }

    /// The model's answer as the caller may have it.
    pub fn answer(self, facts: &SharedFacts, mut answer: Answer) -> Result<Answer, Reject> {
        let Self { answer: mask, asked, .. } = self;
        if answer.status != StatusCode::OK {
            return Ok(answer);
        }
        if let Some(asked) = &asked {
            asked.mark(&mut answer.headers);
        }
        let is_text = is_text(&answer.headers);
        let keep = asked.and_then(|asked| asked.keep(&answer.headers, facts));
        answer.content = match answer.content {
            Content::Whole(bytes) => {
                let masked = match mask.filter(|_| is_text) {
                    Some(mask) => mask.answer(&bytes).map_err(|unmasked| withheld(unmasked, facts))?,
                    None => None,
                };
                let bytes = masked.map_or(bytes, Bytes::from);
                if let Some(mut keep) = keep {
                    keep.push(&bytes);
                    keep.done(false);
                }
                Content::Whole(bytes)
            }
            Content::Stream(body, length) => match *body {
                UpstreamBody::Ai(body) => {
                    Content::Stream(Box::new(UpstreamBody::Ai(Box::new(body.screened(mask, keep)))), None)
                }
                body => Content::Stream(Box::new(body), length),
            },
            content => content,
        };
        Ok(answer)
    }
}

/// Whether an answer is JSON or events, rather than sound or a picture.
fn is_text(headers: &HeaderMap) -> bool {
    let said = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    said.contains("json") || said.starts_with("text/")
}

/// What cannot be looked through is not let through.
fn unreadable(error: &dyn std::fmt::Display) -> Reject {
    let detail =
        format!("the api looks through requests, and this one cannot be read: expected JSON: {error}");
    Reject::new(RejectKind::MalformedInput, detail)
}

fn refused(unmasked: Unmasked) -> Reject {
    match unmasked {
        Unmasked::Refused(refused) => Reject::new(RejectKind::MaskRefused, refused.to_string()),
        Unmasked::Unreadable(error) => unreadable(&error),
    }
}

/// Of an answer, which is paid for but not told.
fn withheld(unmasked: Unmasked, facts: &SharedFacts) -> Reject {
    let facts: &RefCell<Facts> = facts;
    let reject = match &unmasked {
        Unmasked::Refused(refused) => {
            Reject::new(RejectKind::MaskRefused, format!("the model's answer has {refused}"))
        }
        Unmasked::Unreadable(error) => Reject::new(
            RejectKind::UpstreamBroken,
            format!("the vendor's answer cannot be looked through: {error}"),
        ),
    };
    facts.borrow_mut().failure = Some(unmasked.into());
    reject
}

/// What is done to a stream on its way.
#[derive(Default)]
pub struct Screen {
    /// Of a stream that goes on as it comes; in one that is translated, events are masked before they are written.
    pub events: Option<ai::mask::Events>,
    pub keep: Option<Keep>,
}

impl Screen {
    /// Takes what goes out.
    pub fn push(&mut self, out: &[u8]) {
        if let Some(keep) = &mut self.keep {
            keep.push(out);
        }
    }

    /// The answer is complete.
    pub fn done(&mut self) {
        if let Some(keep) = self.keep.take() {
            keep.done(true);
        }
    }
}
