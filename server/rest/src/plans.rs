//! Plans of an API.

use crate::answer::{Changed, Created, Done, Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{At, Body, Caller, Paged, Patch};
use crate::operation::Answer;
use crate::problem::Refusal;
use axum::extract::State;
use control::{Actor, Control};
use domain::ids::{ApiId, PlanId};
use domain::plans::{CreatePlan, Plan, UpdatePlan};
use domain::problem::Problem;
use domain::roles::Permission;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/apis/{api}/plans", "plans.list", list)
            .signed_in()
            .summary("Lists the plans of an API that the caller may see"),
        Endpoint::post("/apis/{api}/plans", "plans.create", create)
            .needs_in_team(Permission::PlansManage)
            .audited()
            .summary("Creates a plan"),
        Endpoint::get("/apis/{api}/plans/{plan}", "plans.get", get).signed_in().summary("Shows a plan"),
        Endpoint::patch("/apis/{api}/plans/{plan}", "plans.update", update)
            .needs_in_team(Permission::PlansManage)
            .audited()
            .summary("Changes a plan; what is absent stays, also inside of `limits`"),
        Endpoint::delete("/apis/{api}/plans/{plan}", "plans.delete", delete)
            .needs_in_team(Permission::PlansManage)
            .audited()
            .summary("Deletes a plan that nobody subscribes to any more"),
    ]
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(api): At<ApiId>,
    Paged(page): Paged,
) -> Answer<Listed<Plan>> {
    Ok(Listed(control::plans::list_page(&control, &actor, &api, &page).await?))
}

async fn create(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(api): At<ApiId>,
    Body(input): Body<CreatePlan>,
) -> Answer<Created<Plan>> {
    let plan = control::plans::create(&control, &actor, &api, input).await?;
    Ok(Created { location: format!("/apis/{api}/plans/{}", plan.id), object: plan })
}

async fn one(control: &Control, actor: &Actor, api: &ApiId, id: &PlanId) -> Result<Plan, Refusal> {
    let plans = control::plans::list(control, actor, api).await?;
    plans.into_iter().find(|plan| plan.id == *id).ok_or_else(|| Problem::not_found("plan").into())
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, id)): At<(ApiId, PlanId)>,
) -> Answer<Object<Plan>> {
    Ok(Object(one(&control, &actor, &api, &id).await?))
}

async fn update(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, id)): At<(ApiId, PlanId)>,
    patch: Patch<UpdatePlan>,
) -> Answer<Changed<Plan>> {
    let plan = one(&control, &actor, &api, &id).await?;
    let input = patch.within("limits", &plan.limits)?.read()?;
    Ok(Changed(control::plans::update(&control, &actor, &api, &id, input).await?))
}

async fn delete(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, id)): At<(ApiId, PlanId)>,
) -> Answer<Done> {
    control::plans::delete(&control, &actor, &api, &id).await?;
    Ok(Done)
}
