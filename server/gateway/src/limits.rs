//! Stage 5: what a subscription may still use. Takes from its rate and its quota, or from neither.

pub mod quota;
pub mod rate;
pub mod rules;

use crate::ctx::Ctx;
use crate::reject::Reject;
use http::HeaderValue;
use rules::{Found, Moment};

/// What is left of one limit, as the `RateLimit` field tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    pub calls: u64,
    /// Whole seconds until all of it is there again; on a refusal, until the next call is let through.
    pub reset_s: u64,
}

/// What a call found at its limits, for the headers of its answer.
#[derive(Debug, Default)]
pub struct Limited {
    plan: Found,
    /// Whether something was taken that is to be given back if the call is never made.
    taken: bool,
}

/// Takes one call from every limit. A refused call has taken nothing.
pub fn take(ctx: &mut Ctx) -> Result<(), Reject> {
    let Some(subscription) = &ctx.subscription else { return Ok(()) };
    let at = Moment { now_ns: ctx.started_us.saturating_mul(1_000), unix_ms: ctx.at_ms };
    subscription.take(at, &mut ctx.limited.plan).map_err(|exceeded| exceeded.reject("the plan allows"))?;
    ctx.limited.taken = true;
    Ok(())
}

/// Puts back, once, what a call took that never left for its upstream.
pub fn give_back(ctx: &mut Ctx, monotonic_us: u64) {
    if !std::mem::take(&mut ctx.limited.taken) {
        return;
    }
    let at = Moment { now_ns: monotonic_us.saturating_mul(1_000), unix_ms: ctx.at_ms };
    if let Some(subscription) = &ctx.subscription {
        subscription.give_back(at, &mut ctx.limited.plan);
    }
}

impl Limited {
    /// `RateLimit` (draft-ietf-httpapi-ratelimit-headers): `"rate";r=9;t=1, "quota";r=41;t=5230`.
    #[must_use]
    pub fn header(&self) -> Option<HeaderValue> {
        let mut text = String::with_capacity(48);
        for (name, left) in [("rate", self.plan.rate), ("quota", self.plan.quota)] {
            let Some(left) = left else { continue };
            text.push_str(if text.is_empty() { "\"" } else { ", \"" });
            text.push_str(name);
            text.push_str("\";r=");
            push_number(&mut text, left.calls);
            text.push_str(";t=");
            push_number(&mut text, left.reset_s);
        }
        if text.is_empty() { None } else { HeaderValue::try_from(text).ok() }
    }
}

/// Decimal digits, without the formatting machinery: this is written into every answer.
fn push_number(text: &mut String, number: u64) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    text.extend(u32::try_from(number % 10).ok().and_then(|digit| char::from_digit(digit, 10)));
}
