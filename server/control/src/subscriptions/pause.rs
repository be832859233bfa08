//! Pausing and resuming. Either side may pause; the side that did resumes.

use super::{advance, may_act_for, open, require, side_of};
use crate::actor::Actor;
use crate::audit::By;
use crate::error::{Error, Result};
use crate::services::Control;
use domain::ids::SubscriptionId;
use domain::subscriptions::{Decision, Side, Subscription, SubscriptionEvent, SubscriptionSummary};

pub async fn pause(
    control: &Control,
    actor: &Actor,
    id: &SubscriptionId,
    input: Decision,
) -> Result<Subscription> {
    let mut tx = control.store().begin().await?;
    let held = open(&mut tx, actor, id).await?;
    let side = side_of(actor, &held)?;
    let Decision { reason } = input.check()?;
    let after = Subscription {
        state: held.subscription.state.next(SubscriptionEvent::Pause)?,
        paused_by: Some(side),
        decision: said(&held, side, &reason),
        updated_at: control.now(),
        ..held.subscription.clone()
    };
    advance(control, &mut tx, By::Actor(actor), &held, ("subscriptions.pause", &after), &reason).await?;
    control.commit(tx).await?;
    Ok(after)
}

pub async fn resume(
    control: &Control,
    actor: &Actor,
    id: &SubscriptionId,
    input: Decision,
) -> Result<Subscription> {
    let mut tx = control.store().begin().await?;
    let held = open(&mut tx, actor, id).await?;
    let side = side_that_resumes(actor, &held)?;
    let Decision { reason } = input.check()?;
    let after = Subscription {
        state: held.subscription.state.next(SubscriptionEvent::Resume)?,
        paused_by: None,
        decision: said(&held, side, &reason),
        updated_at: control.now(),
        ..held.subscription.clone()
    };
    advance(control, &mut tx, By::Actor(actor), &held, ("subscriptions.resume", &after), &reason).await?;
    control.commit(tx).await?;
    Ok(after)
}

/// The side that paused, if the caller may act for it; the other side is told whose turn it is.
fn side_that_resumes(actor: &Actor, held: &SubscriptionSummary) -> Result<Side> {
    let Some(paused_by) = held.subscription.paused_by else { return side_of(actor, held) };
    let other = match paused_by {
        Side::Provider => Side::Consumer,
        Side::Consumer => Side::Provider,
    };
    if !may_act_for(actor, held, paused_by) && may_act_for(actor, held, other) {
        return Err(Error::forbidden(format!("it was paused by the {paused_by}, who alone resumes it")));
    }
    require(actor, held, paused_by).map(|()| paused_by)
}

/// What the provider said last: the consumer's words are in the audit trail alone.
pub(super) fn said(held: &SubscriptionSummary, side: Side, reason: &str) -> String {
    match side {
        Side::Provider => reason.to_owned(),
        Side::Consumer => held.subscription.decision.clone(),
    }
}
