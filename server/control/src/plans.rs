//! Plans: how an api may be used. What was ever subscribed to is closed, not deleted: its history stays readable.

use crate::actor::Actor;
use crate::apis;
use crate::audit::{self, By, Deed, NOTHING};
use crate::error::{Error, Result};
use crate::services::Control;
use domain::apis::{Api, ApiKind};
use domain::check::Invalid;
use domain::gateway_config::Change;
use domain::ids::{ApiId, PlanId};
use domain::paging::{Page, PageOf};
use domain::plans::{CreatePlan, Limits, Plan, UpdatePlan};
use domain::roles::Permission;
use store::Conn;

fn deed<'a>(action: &'a str, api: &'a Api, plan: &'a Plan) -> Deed<'a> {
    Deed { action, kind: "plan", id: plan.id.as_str(), name: plan.name.as_str(), team: Some(&api.team) }
}

fn name_taken(error: store::Error) -> Error {
    Error::from(error).at_constraint("plans_api_name", "name", "is taken by another plan of this api")
}

/// What was checked, if the limits are ones that the api can have: tokens and models are for apis that answer with a
/// model. Else all that is wrong.
fn fitting<T>(api: &Api, limits: Option<&Limits>, checked: Result<T, Invalid>) -> Result<T, Invalid> {
    let unmetered = limits.filter(|_| api.kind == ApiKind::Rest).map_or(Ok(()), Limits::check_unmetered);
    let Err(Invalid(more)) = unmetered else { return checked };
    let mut wrong = checked.err().map(|Invalid(wrong)| wrong).unwrap_or_default();
    wrong.extend(more);
    Err(Invalid(wrong))
}

/// The plan, if it is one of the api's.
async fn of_api(conn: &mut Conn, api: &ApiId, id: &PlanId) -> Result<Plan> {
    let plan = store::plans::get(conn, id).await?.filter(|plan| plan.api == *api);
    plan.ok_or_else(|| Error::not_found("plan"))
}

/// The api, if the catalogue shows it to the caller, or the caller reads the APIs of its team.
pub(crate) async fn api_in_sight(conn: &mut Conn, actor: &Actor, id: &ApiId) -> Result<Option<Api>> {
    let Some(api) = store::apis::get(conn, id).await? else { return Ok(None) };
    if actor.may(Permission::ApisRead, &api.team) {
        return Ok(Some(api));
    }
    let versions = store::versions::list(conn, id).await?;
    let listed = versions.iter().any(|version| version.state.is_listed());
    Ok(Some(api).filter(|api| listed && actor.audience().sees(api.visibility, &api.team)))
}

/// The plans of an api that the caller sees, closed ones too.
pub async fn list(control: &Control, actor: &Actor, api: &ApiId) -> Result<Vec<Plan>> {
    let mut conn = control.store().read().await?;
    let api = api_in_sight(&mut conn, actor, api).await?.ok_or_else(|| Error::not_found("api"))?;
    Ok(store::plans::list(&mut conn, &api.id).await?)
}

/// [`list`], a page at a time.
pub async fn list_page(control: &Control, actor: &Actor, api: &ApiId, page: &PageOf) -> Result<Page<Plan>> {
    let mut conn = control.store().read().await?;
    let api = api_in_sight(&mut conn, actor, api).await?.ok_or_else(|| Error::not_found("api"))?;
    Ok(store::plans::list_page(&mut conn, &api.id, page).await?)
}

pub async fn create(control: &Control, actor: &Actor, api: &ApiId, input: CreatePlan) -> Result<Plan> {
    let mut tx = control.store().begin().await?;
    let api = apis::open(&mut tx, actor, api, Permission::PlansManage).await?;
    let limits = input.limits.clone();
    let new = fitting(&api, Some(&limits), input.check())?;
    let plan = Plan {
        id: control.new_id(PlanId::from_parts),
        api: api.id.clone(),
        name: new.name,
        description: new.description,
        approval: new.approval,
        limits: new.limits,
        terms: new.terms,
        closed: false,
    };
    store::plans::insert(&mut tx, &plan).await.map_err(name_taken)?;
    let deed = deed("plans.create", &api, &plan);
    audit::write(control, &mut tx, By::Actor(actor), deed, NOTHING, Some(&plan)).await?;
    control.commit(tx).await?;
    Ok(plan)
}

/// Changes a plan. New limits hold at once for all who are subscribed; a new way of approval for those who ask later.
pub async fn update(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    id: &PlanId,
    input: UpdatePlan,
) -> Result<Plan> {
    let mut tx = control.store().begin().await?;
    let api = apis::open(&mut tx, actor, api, Permission::PlansManage).await?;
    let before = of_api(&mut tx, &api.id, id).await?;
    let limits = input.limits.clone();
    let after = fitting(&api, limits.as_ref(), input.apply(&before))?;
    store::plans::update(&mut tx, &after).await.map_err(name_taken)?;
    if after.limits != before.limits {
        tx.mark_change(Change::Plan(after.id.clone()));
    }
    let deed = deed("plans.update", &api, &after);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&before), Some(&after)).await?;
    control.commit(tx).await?;
    Ok(after)
}

/// Deletes a plan that nobody ever subscribed to.
pub async fn delete(control: &Control, actor: &Actor, api: &ApiId, id: &PlanId) -> Result<()> {
    let mut tx = control.store().begin().await?;
    let api = apis::open(&mut tx, actor, api, Permission::PlansManage).await?;
    let plan = of_api(&mut tx, &api.id, id).await?;
    let live = store::subscriptions::count_live(&mut tx, id).await?;
    if live > 0 {
        return Err(Error::conflict(format!(
            "{live} subscriptions use this plan; close it, and it takes no new ones"
        )));
    }
    store::plans::delete(&mut tx, id).await.map_err(still_in_history)?;
    let deed = deed("plans.delete", &api, &plan);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&plan), NOTHING).await?;
    control.commit(tx).await
}

fn still_in_history(error: store::Error) -> Error {
    match error {
        store::Error::Reference(_) => Error::conflict(
            "subscriptions of the past went through this plan; close it, and it takes no new ones",
        ),
        other => other.into(),
    }
}
