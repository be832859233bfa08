//! The end of a subscription, or of a request for one, by either side.

use super::pause::said;
use super::{advance, open, side_of};
use crate::actor::Actor;
use crate::audit::By;
use crate::error::Result;
use crate::requests;
use crate::services::Control;
use domain::ids::{ApplicationId, SubscriptionId};
use domain::paging::{MAX_LIMIT, PageOf};
use domain::requests::RequestState;
use domain::subscriptions::{
    Decision, Side, Subscription, SubscriptionEvent, SubscriptionState, SubscriptionSummary,
};
use store::Tx;
use store::subscriptions::SubscriptionFilter;

/// Cancels for good; a request that still waits is withdrawn.
pub async fn cancel(
    control: &Control,
    actor: &Actor,
    id: &SubscriptionId,
    input: Decision,
) -> Result<Subscription> {
    let mut tx = control.store().begin().await?;
    let held = open(&mut tx, actor, id).await?;
    let side = side_of(actor, &held)?;
    let Decision { reason } = input.check()?;
    let after = cancel_one(control, &mut tx, actor, &held, (side, &reason)).await?;
    control.commit(tx).await?;
    Ok(after)
}

async fn cancel_one(
    control: &Control,
    tx: &mut Tx,
    actor: &Actor,
    held: &SubscriptionSummary,
    (side, reason): (Side, &str),
) -> Result<Subscription> {
    let before = &held.subscription;
    let after = Subscription {
        state: before.state.next(SubscriptionEvent::Cancel)?,
        paused_by: None,
        decision: said(held, side, reason),
        updated_at: control.now(),
        ..before.clone()
    };
    if before.state == SubscriptionState::Pending {
        requests::close_for(control, tx, actor, &before.id, RequestState::Withdrawn, reason).await?;
    }
    advance(control, tx, By::Actor(actor), held, ("subscriptions.cancel", &after), reason).await?;
    Ok(after)
}

/// Cancels whatever an application has that can be cancelled, before the application goes. The caller has asked
/// for the permission.
pub(crate) async fn cancel_all(
    control: &Control,
    tx: &mut Tx,
    actor: &Actor,
    application: &ApplicationId,
) -> Result<()> {
    let filter =
        SubscriptionFilter { application: Some(application.clone()), ..SubscriptionFilter::default() };
    let mut page = PageOf { limit: MAX_LIMIT, cursor: None };
    loop {
        let found = store::subscriptions::list(tx, &filter, &page).await?;
        for held in &found.items {
            if held.subscription.state.next(SubscriptionEvent::Cancel).is_ok() {
                let why = (Side::Consumer, "the application was deleted");
                cancel_one(control, tx, actor, held, why).await?;
            }
        }
        page.cursor = found.next;
        if page.cursor.is_none() {
            return Ok(());
        }
    }
}
