//! The provider's answer to a request.

use super::{advance, open, require};
use crate::actor::Actor;
use crate::audit::By;
use crate::error::Result;
use crate::requests::{self, Verdict};
use crate::services::Control;
use domain::ids::SubscriptionId;
use domain::subscriptions::{Decision, Grant, Side, Subscription, SubscriptionEvent};
use store::Tx;

/// Gives access, for good or until an end.
pub async fn approve(
    control: &Control,
    actor: &Actor,
    id: &SubscriptionId,
    input: Grant,
) -> Result<Subscription> {
    let mut tx = control.store().begin().await?;
    let after = decide(control, &mut tx, actor, id, Verdict::Approved, input).await?;
    control.commit(tx).await?;
    Ok(after)
}

pub async fn reject(
    control: &Control,
    actor: &Actor,
    id: &SubscriptionId,
    input: Decision,
) -> Result<Subscription> {
    let mut tx = control.store().begin().await?;
    let after = decide(control, &mut tx, actor, id, Verdict::Rejected, input.into()).await?;
    control.commit(tx).await?;
    Ok(after)
}

/// Decides about a pending subscription and closes its request.
pub(crate) async fn decide(
    control: &Control,
    tx: &mut Tx,
    actor: &Actor,
    id: &SubscriptionId,
    verdict: Verdict,
    input: Grant,
) -> Result<Subscription> {
    let held = open(tx, actor, id).await?;
    require(actor, &held, Side::Provider)?;
    let now = control.now();
    let Grant { reason, expires_at } = input.check(now)?;
    let (event, action) = match verdict {
        Verdict::Approved => (SubscriptionEvent::Approve, "subscriptions.approve"),
        Verdict::Rejected => (SubscriptionEvent::Reject, "subscriptions.reject"),
    };
    let state = held.subscription.state.next(event)?;
    requests::close_for(control, tx, actor, id, verdict.into(), &reason).await?;
    let before = held.subscription.clone();
    let after = Subscription { state, decision: reason, expires_at, updated_at: now, ..before };
    advance(control, tx, By::Actor(actor), &held, (action, &after), &after.decision).await?;
    Ok(after)
}
