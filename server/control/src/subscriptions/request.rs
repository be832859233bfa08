//! Asking for access to an api.

use super::{Change, record};
use crate::actor::Actor;
use crate::applications;
use crate::audit::By;
use crate::error::{Error, Result};
use crate::plans;
use crate::services::Control;
use domain::apis::Api;
use domain::applications::Application;
use domain::ids::{ApplicationId, RequestId, SubscriptionId};
use domain::lifecycle::VersionState;
use domain::plans::{Approval, Plan};
use domain::requests::{Request, RequestKind, RequestState};
use domain::roles::Permission;
use domain::subscriptions::{
    NotAllowed, RequestSubscription, Subscription, SubscriptionEvent, SubscriptionState,
};
use store::Conn;

/// Asks for a subscription. It is active at once where the plan says so, else it waits in the inbox of the api's team.
pub async fn request(
    control: &Control,
    actor: &Actor,
    application: &ApplicationId,
    input: RequestSubscription,
) -> Result<Subscription> {
    let mut tx = control.store().begin().await?;
    let application =
        applications::open(&mut tx, actor, application, Permission::SubscriptionsRequest).await?;
    let (plan, reason) = input.check()?;
    let absent = || Error::not_found("plan");
    let plan = store::plans::get(&mut tx, &plan).await?.ok_or_else(absent)?;
    let api = plans::api_in_sight(&mut tx, actor, &plan.api).await?.ok_or_else(absent)?;
    refuse_closed(&mut tx, &api, &plan).await?;
    let before = rejected_before(&mut tx, &application, &api).await?;
    let state = first_state(before.as_ref(), plan.approval)?;
    let after = subscription(control, before.as_ref(), &application, &plan, (state, reason));
    match &before {
        Some(_) => store::subscriptions::update(&mut tx, &after).await?,
        None => store::subscriptions::insert(&mut tx, &after).await?,
    }
    if state == SubscriptionState::Pending {
        let title = format!("{} wants {} on plan {}", application.name, api.name, plan.name);
        store::requests::insert(&mut tx, &inbox_row(control, actor, &api, &after, title)).await?;
    }
    let held = store::subscriptions::summary(&mut tx, &after.id).await?.ok_or_else(absent)?;
    let change =
        Change { action: "subscriptions.request", before: before.as_ref(), after: &after, because: "" };
    record(control, &mut tx, By::Actor(actor), &held, change).await?;
    control.commit(tx).await?;
    Ok(after)
}

/// New subscriptions need a plan that is open and a version that is neither on its way out nor blocked.
async fn refuse_closed(conn: &mut Conn, api: &Api, plan: &Plan) -> Result<()> {
    if plan.closed {
        return Err(Error::taken("plan", "is closed and takes no new subscriptions"));
    }
    let versions = store::versions::list(conn, &api.id).await?;
    if versions.iter().any(|version| version.state == VersionState::Published) {
        return Ok(());
    }
    let default = store::versions::get(conn, &api.id, &api.default_version).await?;
    let default = default.ok_or_else(|| Error::Internal(format!("{} has no default version", api.id)))?;
    let lifecycle = &default.lifecycle;
    let more = match (&lifecycle.successor, &lifecycle.blocked_reason) {
        (_, Some(reason)) if default.state == VersionState::Blocked => format!(": {reason}"),
        (Some(successor), _) => format!("; {successor} takes over"),
        _ => String::new(),
    };
    Err(Error::conflict(format!(
        "{} {} is {} and takes no new subscriptions{more}",
        api.name, default.name, default.state
    )))
}

/// The subscription that was rejected last and is asked for again. Refuses when there is one that is still live.
async fn rejected_before(
    conn: &mut Conn,
    application: &Application,
    api: &Api,
) -> Result<Option<Subscription>> {
    if let Some(live) = store::subscriptions::live(conn, &application.id, &api.id).await? {
        return Err(Error::conflict(format!(
            "{} has a subscription to {} already; it is {}",
            application.name, api.name, live.state
        )));
    }
    let last = store::subscriptions::last(conn, &application.id, &api.id).await?;
    Ok(last.filter(|last| last.state == SubscriptionState::Rejected))
}

fn first_state(rejected: Option<&Subscription>, approval: Approval) -> Result<SubscriptionState, NotAllowed> {
    let asked = match rejected {
        Some(rejected) => rejected.state.next(SubscriptionEvent::Request)?,
        None => SubscriptionState::Pending,
    };
    match approval {
        Approval::Manual => Ok(asked),
        Approval::Automatic => asked.next(SubscriptionEvent::Approve),
    }
}

fn subscription(
    control: &Control,
    rejected: Option<&Subscription>,
    application: &Application,
    plan: &Plan,
    (state, reason): (SubscriptionState, String),
) -> Subscription {
    let now = control.now();
    Subscription {
        id: rejected.map_or_else(|| control.new_id(SubscriptionId::from_parts), |old| old.id.clone()),
        application: application.id.clone(),
        api: plan.api.clone(),
        plan: plan.id.clone(),
        state,
        reason,
        paused_by: None,
        decision: String::new(),
        expires_at: None,
        created_at: rejected.map_or(now, |old| old.created_at),
        updated_at: now,
    }
}

fn inbox_row(
    control: &Control,
    actor: &Actor,
    api: &Api,
    subscription: &Subscription,
    title: String,
) -> Request {
    Request {
        id: control.new_id(RequestId::from_parts),
        kind: RequestKind::Subscription,
        state: RequestState::Pending,
        team: Some(api.team.clone()),
        subscription: Some(subscription.id.clone()),
        api: Some(api.id.clone()),
        account: actor.account.clone(),
        account_name: actor.name.clone(),
        title,
        reason: subscription.reason.clone(),
        created_at: control.now(),
        decided_by: None,
        decided_at: None,
        decision: String::new(),
    }
}
