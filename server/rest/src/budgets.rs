//! Budgets of tokens and money.

use crate::answer::{Changed, Created, Done, Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{Asked, At, Body, Caller, Paged, Patch};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::budgets::{BudgetStanding, CreateBudget, UpdateBudget};
use domain::check::Check;
use domain::ids::BudgetId;
use domain::roles::Permission;
use schemars::JsonSchema;
use serde::Deserialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/budgets", "budgets.list", list)
            .signed_in()
            .summary("Lists budgets with what is spent, set aside and left"),
        Endpoint::post("/budgets", "budgets.create", create)
            .needs_in_team(Permission::BudgetsManage)
            .audited()
            .summary("Sets a budget on an application, an API, a team or a provider"),
        Endpoint::get("/budgets/{budget}", "budgets.get", get)
            .needs_in_team(Permission::UsageRead)
            .summary("Shows a budget with what is spent, set aside and left"),
        Endpoint::patch("/budgets/{budget}", "budgets.update", update)
            .needs_in_team(Permission::BudgetsManage)
            .audited()
            .summary("Changes how much a budget is; what was spent stays spent"),
        Endpoint::delete("/budgets/{budget}", "budgets.delete", delete)
            .needs_in_team(Permission::BudgetsManage)
            .audited()
            .summary("Takes a budget away"),
    ]
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Filter {
    /// `application`, `team`, `api` or `provider`.
    scope: String,
    /// The id of an application, a team, an api or a provider.
    subject: String,
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    Asked(asked): Asked<Filter>,
    Paged(page): Paged,
) -> Answer<Listed<BudgetStanding>> {
    let mut check = Check::new();
    let scope = check.parse_optional("scope", &asked.scope);
    let subject = check.parse_optional("subject", &asked.subject);
    check.finish()?;
    Ok(Listed(control::budgets::list(&control, &actor, scope, subject, &page).await?))
}

async fn create(
    State(control): State<Control>,
    Caller(actor): Caller,
    Body(input): Body<CreateBudget>,
) -> Answer<Created<BudgetStanding>> {
    let standing = control::budgets::create(&control, &actor, input).await?;
    Ok(Created { location: format!("/budgets/{}", standing.budget.id), object: standing })
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<BudgetId>,
) -> Answer<Object<BudgetStanding>> {
    Ok(Object(control::budgets::get(&control, &actor, &id).await?))
}

async fn update(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<BudgetId>,
    patch: Patch<UpdateBudget>,
) -> Answer<Changed<BudgetStanding>> {
    let amount = control::budgets::get(&control, &actor, &id).await?.budget.amount;
    let input = patch.over(&UpdateBudget { amount })?;
    Ok(Changed(control::budgets::update(&control, &actor, &id, input).await?))
}

async fn delete(State(control): State<Control>, Caller(actor): Caller, At(id): At<BudgetId>) -> Answer<Done> {
    control::budgets::delete(&control, &actor, &id).await?;
    Ok(Done)
}
