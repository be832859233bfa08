//! Subscriptions: an application's use of a plan, from the request to its end. Which event applies in which state is
//! the domain's; here is who may bring it about, and what else it changes.

mod cancel;
mod decide;
mod pause;
mod renew;
mod request;

pub use cancel::cancel;
pub use decide::{approve, reject};
pub use pause::{pause, resume};
pub use renew::renew;
pub use request::request;
pub use store::subscriptions::SubscriptionFilter;

pub(crate) use cancel::cancel_all;
pub(crate) use decide::decide;

use crate::actor::Actor;
use crate::audit::{self, By, Deed};
use crate::error::{Error, Result};
use crate::services::Control;
use domain::gateway_config;
use domain::ids::SubscriptionId;
use domain::paging::{Page, PageOf};
use domain::roles::Permission;
use domain::subscriptions::{Side, Subscription, SubscriptionSummary};
use serde::Serialize;
use store::{Conn, Tx};

/// In the team of either side: who reads its applications knows of their subscriptions, and of those to its APIs.
const READ: Permission = Permission::ApplicationsRead;

/// Subscriptions where a team of the caller is on either side; the filter narrows further.
pub async fn list(
    control: &Control,
    actor: &Actor,
    filter: &SubscriptionFilter,
    page: &PageOf,
) -> Result<Page<SubscriptionSummary>> {
    let of_teams = match (actor.teams_with(READ), &filter.of_teams) {
        (None, wanted) => wanted.clone(),
        (own, None) => own,
        (Some(own), Some(wanted)) => Some(own.into_iter().filter(|team| wanted.contains(team)).collect()),
    };
    let filter = SubscriptionFilter { of_teams, ..filter.clone() };
    Ok(store::subscriptions::list(&mut control.store().read().await?, &filter, page).await?)
}

pub async fn get(control: &Control, actor: &Actor, id: &SubscriptionId) -> Result<SubscriptionSummary> {
    open(&mut control.store().read().await?, actor, id).await
}

/// The subscription, unless the caller is on neither side: then there is none.
async fn open(conn: &mut Conn, actor: &Actor, id: &SubscriptionId) -> Result<SubscriptionSummary> {
    let held = store::subscriptions::summary(conn, id).await?;
    held.filter(|held| actor.may(READ, &held.consumer_team) || actor.may(READ, &held.provider_team))
        .ok_or_else(|| Error::not_found("subscription"))
}

/// What somebody needs to act for a side.
const fn needed(side: Side) -> Permission {
    match side {
        Side::Provider => Permission::SubscriptionsDecide,
        Side::Consumer => Permission::SubscriptionsRequest,
    }
}

fn may_act_for(actor: &Actor, held: &SubscriptionSummary, side: Side) -> bool {
    let team = match side {
        Side::Provider => &held.provider_team,
        Side::Consumer => &held.consumer_team,
    };
    actor.may(needed(side), team)
}

/// Refuses those who may not act for the side. They see the subscription, so they are told what they lack.
fn require(actor: &Actor, held: &SubscriptionSummary, side: Side) -> Result<()> {
    if may_act_for(actor, held, side) {
        return Ok(());
    }
    let roles: Vec<&str> = needed(side).team_roles().iter().map(|role| role.as_str()).collect();
    let team = match side {
        Side::Provider => "that provides the api",
        Side::Consumer => "that owns the application",
    };
    Err(Error::forbidden(format!("this needs the role {} in the team {team}", roles.join(" or "))))
}

/// The side for which the caller acts, where either may. A role in a team goes before one on the platform, so that
/// an administrator who pauses for the own application leaves it to the own team to resume.
fn side_of(actor: &Actor, held: &SubscriptionSummary) -> Result<Side> {
    let in_team = |team, side| actor.role_in(team).is_some_and(|role| role.allows(needed(side)));
    if in_team(&held.provider_team, Side::Provider) {
        return Ok(Side::Provider);
    }
    if in_team(&held.consumer_team, Side::Consumer) {
        return Ok(Side::Consumer);
    }
    require(actor, held, Side::Provider).map(|()| Side::Provider)
}

/// A change to be written down: from what, to what, in whose words.
struct Change<'a> {
    /// `subscriptions.approve`
    action: &'a str,
    before: Option<&'a Subscription>,
    after: &'a Subscription,
    because: &'a str,
}

/// What the audit trail keeps of a change.
#[derive(Serialize)]
struct Trace<'a> {
    #[serde(flatten)]
    subscription: &'a Subscription,
    #[serde(skip_serializing_if = "str::is_empty")]
    because: &'a str,
}

/// Writes the audit row and marks the change for the gateway.
async fn record(
    control: &Control,
    tx: &mut Tx,
    by: By<'_>,
    held: &SubscriptionSummary,
    change: Change<'_>,
) -> Result<()> {
    let Subscription { application, api, .. } = change.after;
    tx.mark_change(gateway_config::Change::Subscription(application.clone(), api.clone()));
    let name = format!("{} at {}", held.application_name, held.api_name);
    let deed = Deed {
        action: change.action,
        kind: "subscription",
        id: change.after.id.as_str(),
        name: &name,
        team: Some(&held.consumer_team),
    };
    let after = Trace { subscription: change.after, because: change.because };
    audit::write(control, tx, by, deed, change.before, Some(&after)).await
}

/// Writes what became of a subscription, with its trace.
async fn advance(
    control: &Control,
    tx: &mut Tx,
    by: By<'_>,
    held: &SubscriptionSummary,
    (action, after): (&str, &Subscription),
    because: &str,
) -> Result<()> {
    store::subscriptions::update(tx, after).await?;
    record(control, tx, by, held, Change { action, before: Some(&held.subscription), after, because }).await
}

/// Ends a subscription whose end date has come.
pub(crate) async fn expire(control: &Control, tx: &mut Tx, id: &SubscriptionId) -> Result<()> {
    use domain::subscriptions::SubscriptionEvent;
    let held =
        store::subscriptions::summary(tx, id).await?.ok_or_else(|| Error::not_found("subscription"))?;
    let state = held.subscription.state.next(SubscriptionEvent::Expire)?;
    let after = Subscription { state, updated_at: control.now(), ..held.subscription.clone() };
    advance(control, tx, By::System, &held, ("subscriptions.expire", &after), "").await
}
