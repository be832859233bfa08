//! Stage 5: what a subscription may still use. Takes from its rate and its quota, or from neither.

pub mod quota;
pub mod rate;

use crate::reject::{Reject, RejectKind};
use crate::snapshot::subscription::Subscription;
use http::HeaderValue;

/// What is left of one limit, as the `RateLimit` field tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    pub calls: u64,
    /// Whole seconds until all of it is there again; on a refusal, until the next call is let through.
    pub reset_s: u64,
}

/// What a call found at its limits, for the headers of its answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limited {
    pub rate: Option<Left>,
    pub quota: Option<Left>,
}

/// Takes one call from every limit of the subscription. A refused call has taken nothing.
pub fn take(
    subscription: &Subscription,
    monotonic_us: u64,
    unix_ms: u64,
    limited: &mut Limited,
) -> Result<(), Reject> {
    let now_ns = monotonic_us.saturating_mul(1_000);
    if let Some(rate) = &subscription.rate {
        match rate.take(now_ns) {
            Ok(left) => limited.rate = Some(left),
            Err(left) => {
                limited.rate = Some(left);
                limited.quota = subscription.quota.as_ref().map(|quota| quota.peek(unix_ms));
                return Err(exceeded(RejectKind::RateLimited, &rate.describe(), left));
            }
        }
    }
    if let Some(quota) = &subscription.quota {
        match quota.take(unix_ms) {
            Ok(left) => limited.quota = Some(left),
            Err(left) => {
                limited.quota = Some(left);
                if let Some(rate) = &subscription.rate {
                    limited.rate = Some(rate.give_back(now_ns));
                }
                return Err(exceeded(RejectKind::QuotaExceeded, &quota.describe(), left));
            }
        }
    }
    Ok(())
}

/// Puts back what a call took that never left for its upstream.
pub fn give_back(subscription: &Subscription, monotonic_us: u64, unix_ms: u64, limited: &mut Limited) {
    if let Some(rate) = &subscription.rate {
        limited.rate = Some(rate.give_back(monotonic_us.saturating_mul(1_000)));
    }
    if let Some(quota) = &subscription.quota {
        limited.quota = Some(quota.give_back(unix_ms));
    }
}

fn exceeded(kind: RejectKind, limit: &str, left: Left) -> Reject {
    Reject::new(kind, format!("the plan allows {limit}; try again in {} s", left.reset_s))
        .retry_after(left.reset_s)
}

impl Limited {
    /// `RateLimit` (draft-ietf-httpapi-ratelimit-headers): `"rate";r=9;t=1, "quota";r=41;t=5230`.
    #[must_use]
    pub fn header(&self) -> Option<HeaderValue> {
        let mut text = String::with_capacity(48);
        for (name, left) in [("rate", self.rate), ("quota", self.quota)] {
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
