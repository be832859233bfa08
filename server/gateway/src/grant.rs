//! Whether what let a call in still does: asked again and again for calls that have no end of their own.

use crate::ctx::Ctx;
use crate::reject::RejectKind;
use crate::snapshot::version::Standing;
use domain::subscriptions::SubscriptionState;

/// What the call would be refused with if it began now; `None` while it would be let in.
#[must_use]
pub fn withdrawn(ctx: &Ctx) -> Option<RejectKind> {
    let snapshot = ctx.worker.snapshots.get();
    let now_ms = ctx.worker.clock.unix_ms();
    let past = |at: Option<u64>| at.is_some_and(|at| at <= now_ms);
    let (Some(version), Some(credential)) = (&ctx.version, &ctx.credential) else { return None };
    match snapshot.version(version).map(|now| &now.standing) {
        Some(Standing::Served) => {}
        Some(Standing::Blocked { .. }) => return Some(RejectKind::ApiBlocked),
        Some(Standing::Retired { .. }) => return Some(RejectKind::ApiRetired),
        None => return Some(RejectKind::NoRoute),
    }
    match snapshot.credential(&credential.hash) {
        None => return Some(RejectKind::CredentialInvalid),
        Some(now) if past(now.expires_ms) => return Some(RejectKind::CredentialExpired),
        Some(_) => {}
    }
    match snapshot.subscription(credential, version) {
        Some(now) if now.state == SubscriptionState::Active && !past(now.expires_ms) => None,
        Some(now) if now.state == SubscriptionState::Paused => Some(RejectKind::SubscriptionPaused),
        Some(_) => Some(RejectKind::SubscriptionExpired),
        None => Some(RejectKind::NoSubscription),
    }
}
