//! Requests: what waits for somebody's decision.

use crate::answer::{Changed, Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{Asked, At, Body, Caller, Paged};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::ids::RequestId;
use domain::requests::{Request, RequestFilter, RequestKind, RequestState};
use domain::subscriptions::{Decision, Grant};
use schemars::JsonSchema;
use serde::Deserialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/requests", "requests.list", list)
            .signed_in()
            .summary("Lists requests that the caller decides or made"),
        Endpoint::get("/requests/{request}", "requests.get", get).signed_in().summary("Shows a request"),
        Endpoint::post("/requests/{request}/approve", "requests.approve", approve)
            .signed_in()
            .audited()
            .summary("Grants a request; who may depends on its kind"),
        Endpoint::post("/requests/{request}/reject", "requests.reject", reject)
            .signed_in()
            .audited()
            .summary("Refuses a request; who may depends on its kind"),
    ]
}

#[derive(Deserialize, JsonSchema)]
struct Filter {
    state: Option<RequestState>,
    kind: Option<RequestKind>,
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    Asked(asked): Asked<Filter>,
    Paged(page): Paged,
) -> Answer<Listed<Request>> {
    let filter = RequestFilter { state: asked.state, kind: asked.kind };
    Ok(Listed(control::requests::list(&control, &actor, &filter, &page).await?))
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<RequestId>,
) -> Answer<Object<Request>> {
    Ok(Object(control::requests::get(&control, &actor, &id).await?))
}

async fn approve(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<RequestId>,
    Body(input): Body<Grant>,
) -> Answer<Changed<Request>> {
    Ok(Changed(control::requests::approve(&control, &actor, &id, input).await?))
}

async fn reject(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<RequestId>,
    Body(input): Body<Decision>,
) -> Answer<Changed<Request>> {
    Ok(Changed(control::requests::reject(&control, &actor, &id, input).await?))
}
