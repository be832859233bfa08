//! Refusals of ai apis, in the words of the caller's dialect.

use super::operation::Operation;
use crate::ctx::Ctx;
use crate::reject::{Reject, RejectKind};
use ai::failure::{Failure, FailureKind};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{HeaderName, StatusCode};

const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

/// The refusal as the caller's SDK understands it; `None` where the call is none to a model.
#[must_use]
pub fn told(
    ctx: &Ctx,
    reject: &Reject,
    status: StatusCode,
    headers: &mut HeaderMap,
) -> Option<(StatusCode, Bytes)> {
    ctx.version.as_ref()?.models.as_ref()?;
    let caller = Operation::find(&ctx.method, ctx.path_below(), ctx.uri.query())?.dialect();
    let rule = reject.kind.rule();
    let failure = Failure {
        kind: kind(reject.kind, status.as_u16()),
        message: format!("{}: {}", rule.title, reject.detail),
        code: Some(rule.name.to_owned()),
        param: None,
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if matches!(reject.kind, RejectKind::QuotaExceeded | RejectKind::BudgetExceeded) {
        // SDKs try a 429 again and again, which is of no use before the period ends
        headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
    }
    // 529 is what Anthropic's clients know for an overloaded server
    let status = match (caller.status(&failure), status.as_u16()) {
        (529, 503) => StatusCode::from_u16(529).unwrap_or(status),
        _ => status,
    };
    Some((status, Bytes::from(caller.write_failure(&failure).to_string())))
}

fn kind(kind: RejectKind, status: u16) -> FailureKind {
    match kind {
        RejectKind::BudgetExceeded => FailureKind::RateLimited,
        RejectKind::BodyTooLarge => FailureKind::TooLarge,
        RejectKind::UpstreamBroken => FailureKind::Garbled,
        _ => FailureKind::of_status(status),
    }
}
