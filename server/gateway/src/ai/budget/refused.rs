//! What a caller is told whose call a budget has not enough for. How large budgets of others are, and what is left of
//! them, is nothing for callers.

use super::reservation::{NotLeft, Whose};
use crate::reject::{Reject, RejectKind};
use domain::budgets::{Unit, dollars};

/// Calls under way may end any moment, and need less than was set aside for them.
const SOON_S: u64 = 2;

#[must_use]
pub fn reject(refused: &NotLeft, unix_ms: u64) -> Reject {
    let NotLeft { whose, rule, wanted, short } = refused;
    let kind = match (whose, rule.unit) {
        (Whose::Plan, Unit::Tokens) => RejectKind::QuotaExceeded,
        _ => RejectKind::BudgetExceeded,
    };
    let retry_s = if short.passing { SOON_S } else { rule.reset_s(unix_ms) };
    let told = |count: u64| match rule.unit {
        Unit::Tokens => format!("{count} tokens"),
        Unit::Nano => dollars(count),
    };
    let (most, left, wanted, period) = (told(rule.most), told(short.left), told(*wanted), rule.period);
    let enough = format!("{left} are left, and this call may take {wanted}; try again in {retry_s} s");
    let detail = match whose {
        Whose::Plan => format!("the plan allows {most} in a {period}: {enough}"),
        Whose::Application => format!("the application's budget is {most} in a {period}: {enough}"),
        Whose::Team => format!("the budget of the application's team is {most} in a {period}: {enough}"),
        Whose::Api => {
            format!("the api's budget of this {period} has not enough left; try again in {retry_s} s")
        }
        Whose::Provider => {
            format!(
                "the budget of the model's provider for this {period} has not enough left; try again in {retry_s} s"
            )
        }
    };
    Reject::new(kind, detail).retry_after(retry_s)
}
