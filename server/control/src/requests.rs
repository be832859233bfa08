//! Requests: what waits for a decision. The inbox lists them; the decision itself is made where its object is.

mod inbox;
mod sign_up;

pub use inbox::{decided, own, waiting};

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::services::Control;
use crate::subscriptions;
use domain::ids::{RequestId, SubscriptionId};
use domain::paging::{Page, PageOf};
use domain::requests::{Request, RequestFilter, RequestKind, RequestState};
use domain::roles::Permission;
use domain::subscriptions::{Decision, Grant};
use store::requests::RequestScope;
use store::{Conn, Tx};

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Approved,
    Rejected,
}

impl From<Verdict> for RequestState {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Approved => Self::Approved,
            Verdict::Rejected => Self::Rejected,
        }
    }
}

/// Whether the caller decides about those that no team decides about.
fn decides_for_platform(actor: &Actor) -> bool {
    actor.may_on_platform(Permission::AccountsManage)
}

/// What the caller decides about.
fn decided_by(actor: &Actor) -> RequestScope {
    let platform = decides_for_platform(actor);
    match actor.teams_with(Permission::SubscriptionsDecide) {
        None if platform => RequestScope::Everything,
        teams => RequestScope::Of { teams: teams.unwrap_or_default(), platform, account: None },
    }
}

/// What the caller reads: what is to be decided, what was asked by oneself, and everything as somebody who reads
/// all accounts and all applications.
fn readable_by(actor: &Actor) -> RequestScope {
    let reads_all = [Permission::AccountsRead, Permission::ApplicationsRead];
    if reads_all.into_iter().all(|permission| actor.may_on_platform(permission)) {
        return RequestScope::Everything;
    }
    match decided_by(actor) {
        RequestScope::Of { teams, platform, .. } => {
            RequestScope::Of { teams, platform, account: Some(actor.account.clone()) }
        }
        everything => everything,
    }
}

fn includes(scope: &RequestScope, request: &Request) -> bool {
    match scope {
        RequestScope::Everything => true,
        RequestScope::Of { teams, platform, account } => {
            let decides = request.team.as_ref().map_or(*platform, |team| teams.contains(team));
            decides || account.as_ref() == Some(&request.account)
        }
    }
}

/// Those that wait oldest first, a history newest first.
pub async fn list(
    control: &Control,
    actor: &Actor,
    filter: &RequestFilter,
    page: &PageOf,
) -> Result<Page<Request>> {
    let scope = readable_by(actor);
    Ok(store::requests::list(&mut control.store().read().await?, filter, &scope, page).await?)
}

pub async fn get(control: &Control, actor: &Actor, id: &RequestId) -> Result<Request> {
    open(&mut control.store().read().await?, actor, id).await
}

/// How many wait for the caller's decision.
pub async fn count_pending(control: &Control, actor: &Actor) -> Result<i64> {
    Ok(store::requests::count_pending(&mut control.store().read().await?, &decided_by(actor)).await?)
}

/// The request, if the caller may read it.
async fn open(conn: &mut Conn, actor: &Actor, id: &RequestId) -> Result<Request> {
    let request = store::requests::get(conn, id).await?;
    request
        .filter(|request| includes(&readable_by(actor), request))
        .ok_or_else(|| Error::not_found("request"))
}

pub async fn approve(control: &Control, actor: &Actor, id: &RequestId, input: Grant) -> Result<Request> {
    decide(control, actor, id, Verdict::Approved, input).await
}

pub async fn reject(control: &Control, actor: &Actor, id: &RequestId, input: Decision) -> Result<Request> {
    decide(control, actor, id, Verdict::Rejected, input.into()).await
}

/// Hands the decision to where its object is, which asks for the permission.
async fn decide(
    control: &Control,
    actor: &Actor,
    id: &RequestId,
    verdict: Verdict,
    input: Grant,
) -> Result<Request> {
    let mut tx = control.store().begin().await?;
    let request = open(&mut tx, actor, id).await?;
    if request.state != RequestState::Pending {
        return Err(Error::conflict(format!("this request is {} already", request.state)));
    }
    match request.kind {
        RequestKind::Subscription => {
            let subscription =
                request.subscription.as_ref().ok_or_else(|| Error::not_found("subscription"))?;
            subscriptions::decide(control, &mut tx, actor, subscription, verdict, input).await?;
        }
        RequestKind::SignUp => sign_up::decide(control, &mut tx, actor, &request, verdict, input).await?,
    }
    let after = store::requests::get(&mut tx, id).await?.ok_or_else(|| Error::not_found("request"))?;
    control.commit(tx).await?;
    Ok(after)
}

/// Closes a request.
async fn close(
    control: &Control,
    tx: &mut Tx,
    actor: &Actor,
    request: Request,
    state: RequestState,
    decision: &str,
) -> Result<()> {
    let closed = Request {
        state,
        decided_by: Some(actor.name.clone()),
        decided_at: Some(control.now()),
        decision: decision.to_owned(),
        ..request
    };
    Ok(store::requests::update(tx, &closed).await?)
}

/// Closes the request that waits about a subscription, if there is one.
pub(crate) async fn close_for(
    control: &Control,
    tx: &mut Tx,
    actor: &Actor,
    subscription: &SubscriptionId,
    state: RequestState,
    decision: &str,
) -> Result<()> {
    match store::requests::pending_for_subscription(tx, subscription).await? {
        Some(request) => close(control, tx, actor, request, state, decision).await,
        None => Ok(()),
    }
}
