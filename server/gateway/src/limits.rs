//! Stage 5: how much may still be used, of the subscription's plan and of what the version allows all its callers.
//! A call takes from every limit or, refused, from none.

mod headers;
pub mod keyed;
pub mod ledger;
pub mod quota;
pub mod rate;
pub mod rules;
pub mod scoped;
pub mod spend;

pub use headers::write;

use crate::ctx::Ctx;
use crate::reject::Reject;
use rules::{Found, Moment};
use scoped::Caller;

/// What is left of one limit, as the `RateLimit` field tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    pub calls: u64,
    /// Whole seconds until all of it is there again; on a refusal, until the next call is let through.
    pub reset_s: u64,
}

/// What a call found at its limits, for the headers of its answer and for giving back.
#[derive(Debug, Default)]
pub struct Limited {
    plan: Found,
    /// Of the version's limits, in their order. Empty when it has none.
    scoped: Vec<Found>,
    /// Of the plan's tokens and money, by the names that the policy has. Empty until a model is called.
    pub spend: Vec<(&'static str, Left)>,
    /// Whether something was taken that is to be given back if the call is never made.
    taken: bool,
}

/// Stands for the applications of all trials, of which there are none.
const TRIALS: u32 = u32::MAX;

/// Takes one call from every limit. A refused call has taken nothing. In a trial there is no plan.
pub fn take(ctx: &mut Ctx) -> Result<(), Reject> {
    let Some(version) = &ctx.version else { return Ok(()) };
    let subscription = ctx.subscription.as_deref();
    let at = Moment { now_ns: ctx.started_us.saturating_mul(1_000), unix_ms: ctx.at_ms };
    let caller = caller(ctx);
    let limited = &mut ctx.limited;
    let plan = subscription.map_or(Ok(()), |subscription| subscription.take(at, &mut limited.plan));
    if let (false, Some(caller)) = (version.limits.is_empty(), caller) {
        if plan.is_err() {
            scoped::peek(&version.limits, 0, &caller, at, &mut limited.scoped);
        } else if let Err(reject) = scoped::take(&version.limits, &caller, at, &mut limited.scoped) {
            if let Some(subscription) = subscription {
                subscription.give_back(at, &mut limited.plan);
            }
            return Err(reject);
        }
    }
    plan.map_err(|exceeded| exceeded.reject("the plan allows"))?;
    limited.taken = true;
    Ok(())
}

/// Puts back, once, what a call took that never left for its upstream.
pub fn give_back(ctx: &mut Ctx, monotonic_us: u64) {
    if !std::mem::take(&mut ctx.limited.taken) {
        return;
    }
    let at = Moment { now_ns: monotonic_us.saturating_mul(1_000), unix_ms: ctx.at_ms };
    let Some(version) = &ctx.version else { return };
    let caller = caller(ctx);
    let limited = &mut ctx.limited;
    if let Some(subscription) = &ctx.subscription {
        subscription.give_back(at, &mut limited.plan);
    }
    if let (false, Some(caller)) = (version.limits.is_empty(), caller) {
        scoped::give_back(version.limits.iter(), &caller, at, &mut limited.scoped);
    }
}

fn caller(ctx: &Ctx) -> Option<Caller> {
    let application = match &ctx.credential {
        Some(credential) => credential.application_number,
        None => ctx.trial.as_ref().map(|_| TRIALS)?,
    };
    Some(Caller { route: ctx.route?, application, address: ctx.client })
}
