//! Budgets: how much models may cost, or how many tokens they may use, in a calendar period. On an api or an application
//! its team's owners set them; on a team, and on a provider of the platform's, the platform does.

use crate::actor::Actor;
use crate::audit::{self, By, Deed, NOTHING};
use crate::error::{Error, Result};
use crate::services::Control;
use domain::budgets::{Budget, BudgetStanding, CreateBudget, Scope, Subject, UpdateBudget};
use domain::gateway_config::Change;
use domain::ids::{BudgetId, TeamId};
use domain::paging::{Page, PageOf};
use domain::problem::Problem;
use domain::roles::Permission;
use store::Conn;
use store::budgets::{Filter, Payers};

fn deed<'a>(action: &'a str, budget: &'a Budget) -> Deed<'a> {
    Deed { action, kind: "budget", id: budget.id.as_str(), name: &budget.name, team: budget.team.as_ref() }
}

/// What a budget is to be set on: its name, and who owns it.
struct Owned {
    name: String,
    team: Option<TeamId>,
}

async fn owned(conn: &mut Conn, subject: &Subject) -> Result<Option<Owned>> {
    Ok(match subject {
        Subject::Application(id) => store::applications::get(conn, id)
            .await?
            .map(|application| Owned { name: application.name, team: Some(application.team) }),
        Subject::Team(id) => {
            store::teams::get(conn, id).await?.map(|team| Owned { name: team.name, team: Some(team.id) })
        }
        Subject::Api(id) => {
            store::apis::get(conn, id).await?.map(|api| Owned { name: api.name, team: Some(api.team) })
        }
        Subject::Provider(id) => {
            store::providers::get(conn, id).await?.map(|provider| Owned { name: provider.name, team: None })
        }
    })
}

/// Who may set a budget on it. A team's own budget is what the platform lets it spend: not for its owners.
fn may_set(actor: &Actor, scope: Scope, team: Option<&TeamId>) -> Result<()> {
    match (scope, team) {
        (Scope::Application | Scope::Api, Some(team)) => {
            actor.require_in(team, Permission::BudgetsManage, scope.as_str())
        }
        (Scope::Team, Some(team)) if !actor.may(Permission::TeamsRead, team) => {
            Err(Error::Refused(Problem::not_found("team")))
        }
        (Scope::Provider, _) if !actor.may_on_platform(Permission::ProvidersRead) => {
            Err(Error::Refused(Problem::not_found("provider")))
        }
        _ => actor.require(Permission::BudgetsManage),
    }
}

/// Whether the person sees the budget.
fn sees(actor: &Actor, budget: &Budget) -> bool {
    match &budget.team {
        Some(team) => actor.may(Permission::UsageRead, team),
        None => actor.may_on_platform(Permission::ProvidersRead),
    }
}

/// Whether the person may change a budget.
#[must_use]
pub fn may_change(actor: &Actor, budget: &Budget) -> bool {
    may_set(actor, budget.subject.scope(), budget.team.as_ref()).is_ok()
}

/// The budget, if the person sees it.
async fn seen(conn: &mut Conn, actor: &Actor, id: &BudgetId) -> Result<Budget> {
    let budget = store::budgets::get(conn, id).await?.filter(|budget| sees(actor, budget));
    budget.ok_or_else(|| Error::not_found("budget"))
}

/// What is left of it: as the gateway of this process counts, else as calls are recorded.
async fn standing(control: &Control, budget: Budget) -> Result<BudgetStanding> {
    let now = control.now();
    let counted = control.gateway().and_then(|gateway| gateway.spending(&budget));
    let spending = match (counted, &budget.subject) {
        (Some(counted), _) => counted,
        (None, subject) => {
            let payers = match subject {
                Subject::Team(team) => {
                    store::budgets::payers(&mut control.store().read().await?, team).await?
                }
                _ => Payers::default(),
            };
            let mut calls = control.store().calls_read().await?;
            store::budgets::spent(&mut calls, &budget, &payers, now).await?
        }
    };
    Ok(BudgetStanding::new(budget, spending, now))
}

/// The budgets that the person sees, oldest first; only those of a kind of thing, or of one thing, if one is named.
pub async fn list(
    control: &Control,
    actor: &Actor,
    scope: Option<Scope>,
    subject: Option<Subject>,
    page: &PageOf,
) -> Result<Page<BudgetStanding>> {
    let filter = Filter {
        teams: actor.sees(Permission::UsageRead),
        providers: actor.may_on_platform(Permission::ProvidersRead),
        scope,
        subject,
    };
    let found = store::budgets::list(&mut control.store().read().await?, &filter, page).await?;
    let mut items = Vec::with_capacity(found.items.len());
    for budget in found.items {
        items.push(standing(control, budget).await?);
    }
    Ok(Page { items, next: found.next })
}

pub async fn get(control: &Control, actor: &Actor, id: &BudgetId) -> Result<BudgetStanding> {
    let budget = seen(&mut control.store().read().await?, actor, id).await?;
    standing(control, budget).await
}

/// Sets a budget. What was used before in the period counts.
pub async fn create(control: &Control, actor: &Actor, input: CreateBudget) -> Result<BudgetStanding> {
    let new = input.check()?;
    let scope = new.subject.scope();
    let mut tx = control.store().begin().await?;
    let Owned { name, team } =
        owned(&mut tx, &new.subject).await?.ok_or_else(|| Error::not_found(scope.as_str()))?;
    may_set(actor, scope, team.as_ref())?;
    let (id, now) = (control.new_id(BudgetId::from_parts), control.now());
    let budget = Budget {
        id,
        subject: new.subject,
        name,
        team,
        unit: new.unit,
        amount: new.amount,
        period: new.period,
        created_at: now,
        updated_at: now,
    };
    store::budgets::insert(&mut tx, &budget).await.map_err(|error| set_twice(error, scope))?;
    tx.mark_change(Change::Budget(budget.id.clone()));
    let deed = deed("budgets.create", &budget);
    audit::write(control, &mut tx, By::Actor(actor), deed, NOTHING, Some(&budget)).await?;
    control.commit(tx).await?;
    standing(control, budget).await
}

fn set_twice(error: store::Error, scope: Scope) -> Error {
    let message = "there is a budget of this unit and period already; change its amount";
    let constraint = match scope {
        Scope::Application => "budgets_application_unit_period",
        Scope::Team => "budgets_team_unit_period",
        Scope::Api => "budgets_api_unit_period",
        Scope::Provider => "budgets_provider_unit_period",
    };
    Error::from(error).at_constraint(constraint, "unit", message)
}

/// Changes how much it is. What was spent stays spent.
pub async fn update(
    control: &Control,
    actor: &Actor,
    id: &BudgetId,
    input: UpdateBudget,
) -> Result<BudgetStanding> {
    let mut tx = control.store().begin().await?;
    let before = seen(&mut tx, actor, id).await?;
    may_set(actor, before.subject.scope(), before.team.as_ref())?;
    let after = Budget { amount: input.check(before.unit)?, updated_at: control.now(), ..before.clone() };
    store::budgets::update(&mut tx, &after).await?;
    tx.mark_change(Change::Budget(after.id.clone()));
    let deed = deed("budgets.update", &after);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&before), Some(&after)).await?;
    control.commit(tx).await?;
    standing(control, after).await
}

/// Takes a budget away.
pub async fn delete(control: &Control, actor: &Actor, id: &BudgetId) -> Result<()> {
    let mut tx = control.store().begin().await?;
    let budget = seen(&mut tx, actor, id).await?;
    may_set(actor, budget.subject.scope(), budget.team.as_ref())?;
    store::budgets::delete(&mut tx, id).await?;
    tx.mark_change(Change::Budget(budget.id.clone()));
    let deed = deed("budgets.delete", &budget);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&budget), NOTHING).await?;
    control.commit(tx).await
}
