//! Subscriptions: an application's use of a plan, from the request to its end.

use crate::answer::{Changed, Created, Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{Asked, At, Body, Caller, Paged};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use control::subscriptions::SubscriptionFilter;
use domain::ids::{ApiId, ApplicationId, PlanId, SubscriptionId, TeamId};
use domain::roles::Permission;
use domain::subscriptions::{
    Decision, Grant, RequestSubscription, Side, Subscription, SubscriptionState, SubscriptionSummary,
};
use schemars::JsonSchema;
use serde::Deserialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/subscriptions", "subscriptions.list", list)
            .signed_in()
            .summary("Lists subscriptions of the caller's applications, and to the caller's APIs"),
        Endpoint::post("/applications/{application}/subscriptions", "subscriptions.request", request)
            .needs_in_team(Permission::SubscriptionsRequest)
            .audited()
            .summary("Asks for access to an API on a plan; active at once where the plan says so"),
        Endpoint::get("/subscriptions/{subscription}", "subscriptions.get", get)
            .needs_in_team(Permission::ApplicationsRead)
            .summary("Shows a subscription"),
        Endpoint::post("/subscriptions/{subscription}/approve", "subscriptions.approve", approve)
            .needs_in_team(Permission::SubscriptionsDecide)
            .audited()
            .summary("Gives the access that was asked for, for good or until an end"),
        Endpoint::post("/subscriptions/{subscription}/renew", "subscriptions.renew", renew)
            .needs_in_team(Permission::SubscriptionsDecide)
            .audited()
            .summary("Moves the end of a subscription or takes it away; an expired one is active again"),
        Endpoint::post("/subscriptions/{subscription}/reject", "subscriptions.reject", reject)
            .needs_in_team(Permission::SubscriptionsDecide)
            .audited()
            .summary("Refuses the access that was asked for"),
        Endpoint::post("/subscriptions/{subscription}/pause", "subscriptions.pause", pause)
            .signed_in()
            .audited()
            .summary("Stops a subscription for a while; either side may"),
        Endpoint::post("/subscriptions/{subscription}/resume", "subscriptions.resume", resume)
            .signed_in()
            .audited()
            .summary("Goes on with a paused subscription; the side that paused it may"),
        Endpoint::post("/subscriptions/{subscription}/cancel", "subscriptions.cancel", cancel)
            .signed_in()
            .audited()
            .summary("Ends a subscription; either side may"),
    ]
}

#[derive(Deserialize, JsonSchema)]
struct Filter {
    application: Option<ApplicationId>,
    api: Option<ApiId>,
    plan: Option<PlanId>,
    state: Option<SubscriptionState>,
    /// Only where this team is on a side: see `side`.
    team: Option<TeamId>,
    /// Which side `team` is on; absent: either.
    side: Option<Side>,
}

impl From<Filter> for SubscriptionFilter {
    fn from(asked: Filter) -> Self {
        let Filter { application, api, plan, state, team, side } = asked;
        let team = team.map(|team| vec![team]);
        let filter = Self { application, api, plan, state, ..Self::default() };
        match side {
            None => Self { of_teams: team, ..filter },
            Some(Side::Consumer) => Self { consumer_teams: team, ..filter },
            Some(Side::Provider) => Self { provider_teams: team, ..filter },
        }
    }
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    Asked(asked): Asked<Filter>,
    Paged(page): Paged,
) -> Answer<Listed<SubscriptionSummary>> {
    Ok(Listed(control::subscriptions::list(&control, &actor, &asked.into(), &page).await?))
}

async fn request(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(application): At<ApplicationId>,
    Body(input): Body<RequestSubscription>,
) -> Answer<Created<Subscription>> {
    let subscription = control::subscriptions::request(&control, &actor, &application, input).await?;
    Ok(Created { location: format!("/subscriptions/{}", subscription.id), object: subscription })
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<SubscriptionId>,
) -> Answer<Object<SubscriptionSummary>> {
    Ok(Object(control::subscriptions::get(&control, &actor, &id).await?))
}

macro_rules! decisions {
    ($input:ident: $($name:ident)*) => {$(
        async fn $name(
            State(control): State<Control>,
            Caller(actor): Caller,
            At(id): At<SubscriptionId>,
            Body(input): Body<$input>,
        ) -> Answer<Changed<Subscription>> {
            Ok(Changed(control::subscriptions::$name(&control, &actor, &id, input).await?))
        }
    )*};
}

decisions! { Grant: approve renew }
decisions! { Decision: reject pause resume cancel }
