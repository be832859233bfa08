//! `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers): what limits a call, and what is left.

use super::Left;
use crate::ctx::Ctx;
use http::header::{HeaderMap, HeaderName, HeaderValue};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Writes what the call found at its limits, if it came to them and there are any.
pub fn write(ctx: &Ctx, headers: &mut HeaderMap) {
    let (Some(subscription), Some(version)) = (&ctx.subscription, &ctx.version) else { return };
    let limited = &ctx.limited;
    let mut left = String::with_capacity(48);
    push(&mut left, "rate", "", limited.plan.rate);
    push(&mut left, "quota", "", limited.plan.quota);
    for (name, of) in &limited.spend {
        push(&mut left, name, "", Some(*of));
    }
    let scoped = || version.limits.iter().zip(&limited.scoped);
    for (limit, found) in scoped() {
        limit.told(found, |name, kind, of| push(&mut left, name, kind, Some(of)));
    }
    if left.is_empty() {
        return;
    }
    let policy = if limited.scoped.is_empty() {
        subscription.policy().and_then(|policy| HeaderValue::from_str(policy).ok())
    } else {
        let applied = scoped().filter(|(_, found)| found.rate.is_some() || found.quota.is_some());
        let policies: Vec<&str> =
            subscription.policy().into_iter().chain(applied.map(|(limit, _)| &*limit.policy)).collect();
        HeaderValue::try_from(policies.join(", ")).ok()
    };
    headers.extend(HeaderValue::try_from(left).ok().map(|left| (RATE_LIMIT, left)));
    headers.extend(policy.map(|policy| (RATE_LIMIT_POLICY, policy)));
}

/// `"rate";r=9;t=1`, after a comma where something stands before it.
fn push(text: &mut String, name: &str, kind: &str, left: Option<Left>) {
    let Some(left) = left else { return };
    let mut digits = itoa::Buffer::new();
    text.push_str(if text.is_empty() { "\"" } else { ", \"" });
    text.push_str(name);
    text.push_str(kind);
    text.push_str("\";r=");
    text.push_str(digits.format(left.calls));
    text.push_str(";t=");
    text.push_str(digits.format(left.reset_s));
}
