//! Budgets of tokens and money.

use crate::api::typed::number;
use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control};
use control::budgets;
use domain::budgets::{CreateBudget, Unit, UpdateBudget};
use domain::check::Invalid;
use domain::ids::BudgetId;
use domain::models::amounts;
use domain::models::words::Figure;
use leptos::prelude::*;

/// Tokens as they are; dollars, as billionths of one.
pub(crate) fn amount(field: &str, unit: Unit, text: &str) -> Result<u64, Invalid> {
    match unit {
        Unit::Tokens => number(field, text),
        // a price for a million of something that costs a billionth each: exact to the last digit
        Unit::Nano => amounts::parse(text.trim().trim_start_matches('$'), Figure::Input)
            .map_err(|error| Invalid::one(field, error.to_string())),
    }
}

fn unit_of(text: &str) -> Result<Unit, Invalid> {
    text.parse().map_err(|_| Invalid::one("unit", "expected tokens or dollars"))
}

/// Sets a budget on what `subject` is the id of.
#[server(prefix = "/api", endpoint = "budgets/create")]
pub async fn create(
    #[server(default)] subject: String,
    #[server(default)] unit: String,
    #[server(default)] amount: String,
    #[server(default)] period: String,
) -> Result<Done, AppError> {
    let amount = self::amount("amount", unit_of(&unit)?, &amount)?;
    let input = CreateBudget { subject, unit, amount, period };
    let set = budgets::create(&control(), &actor(), input).await?;
    Ok(Done::at("/budgets").saying(format!("the budget of {} holds from now on", set.budget.name)))
}

/// Changes how much it is.
#[server(prefix = "/api", endpoint = "budgets/update")]
pub async fn update(budget: BudgetId, #[server(default)] amount: String) -> Result<Done, AppError> {
    let unit = budgets::get(&control(), &actor(), &budget).await?.budget.unit;
    let amount = self::amount("amount", unit, &amount)?;
    budgets::update(&control(), &actor(), &budget, UpdateBudget { amount }).await?;
    Ok(Done::at("/budgets").saying("the budget is changed; what was spent stays spent"))
}

#[server(prefix = "/api", endpoint = "budgets/delete")]
pub async fn delete(budget: BudgetId) -> Result<Done, AppError> {
    budgets::delete(&control(), &actor(), &budget).await?;
    Ok(Done::at("/budgets").saying("the budget is gone; nothing is limited by it any more"))
}
