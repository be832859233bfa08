//! Stage 4: whether the application may call this api now.

use crate::ctx::Ctx;
use crate::reject::{Reject, RejectKind};
use crate::snapshot::Snapshot;
use domain::subscriptions::SubscriptionState;

pub fn find(ctx: &mut Ctx, snapshot: &Snapshot) -> Result<(), Reject> {
    let (Some(credential), Some(version)) = (&ctx.credential, &ctx.version) else { return Err(none()) };
    let subscription = snapshot.subscription(credential, version).ok_or_else(none)?;
    ctx.subscription = Some(subscription.clone());
    let expired = subscription.expires_ms.is_some_and(|at| at <= ctx.at_ms);
    let (kind, detail) = match subscription.state {
        SubscriptionState::Active if !expired => return Ok(()),
        SubscriptionState::Active | SubscriptionState::Expired => {
            (RejectKind::SubscriptionExpired, "the subscription has reached its end date")
        }
        SubscriptionState::Pending => {
            (RejectKind::SubscriptionPending, "the api's owner has not decided about the subscription yet")
        }
        SubscriptionState::Rejected => {
            (RejectKind::SubscriptionRejected, "the api's owner has rejected the subscription")
        }
        SubscriptionState::Paused => (RejectKind::SubscriptionPaused, "the subscription is paused"),
        SubscriptionState::Cancelled => return Err(none()),
    };
    Err(Reject::new(kind, detail))
}

fn none() -> Reject {
    Reject::new(RejectKind::NoSubscription, "subscribe the application to this api first")
}
