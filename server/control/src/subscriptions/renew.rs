//! A new end for a subscription, before or after the old one has come.

use super::{advance, open, require};
use crate::actor::Actor;
use crate::audit::By;
use crate::error::Result;
use crate::services::Control;
use domain::ids::SubscriptionId;
use domain::subscriptions::{Grant, Side, Subscription, SubscriptionEvent};

/// Moves the end of a subscription, or takes it away; one that has expired is active again. For the provider.
pub async fn renew(
    control: &Control,
    actor: &Actor,
    id: &SubscriptionId,
    input: Grant,
) -> Result<Subscription> {
    let mut tx = control.store().begin().await?;
    let held = open(&mut tx, actor, id).await?;
    require(actor, &held, Side::Provider)?;
    let now = control.now();
    let Grant { reason, expires_at } = input.check(now)?;
    let state = held.subscription.state.next(SubscriptionEvent::Renew)?;
    let before = held.subscription.clone();
    let after = Subscription { state, decision: reason, expires_at, updated_at: now, ..before };
    let deed = ("subscriptions.renew", &after);
    advance(control, &mut tx, By::Actor(actor), &held, deed, &after.decision).await?;
    control.commit(tx).await?;
    Ok(after)
}
