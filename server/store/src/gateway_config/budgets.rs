//! Budgets, and what else the gateway must know of money.

use domain::gateway_config::GatewayBudget;
use domain::ids::BudgetId;
use domain::settings::{Settings, UnknownPrice};

use crate::budgets;
use crate::error::Result;
use crate::exec::{Conn, sql};
use crate::settings;

/// All of them, or only this one.
pub async fn load(conn: &mut Conn, only: Option<&BudgetId>) -> Result<Vec<GatewayBudget>> {
    let select = sql("SELECT b.id, b.application, b.team, b.api, b.provider, b.unit, b.amount, b.period
        FROM budgets b")
    .filter_some("b.id =", only)
    .push(" ORDER BY b.id");
    conn.all(select, |row| {
        Ok(GatewayBudget {
            id: row.get("id")?,
            subject: budgets::subject(row)?,
            unit: row.get("unit")?,
            amount: row.get("amount")?,
            period: row.get("period")?,
        })
    })
    .await
}

/// What becomes of calls to models whose price is not known.
pub async fn unknown_price(conn: &mut Conn) -> Result<UnknownPrice> {
    let settings: Option<Settings> = settings::get(conn, settings::PLATFORM).await?;
    Ok(settings.unwrap_or_default().unknown_price)
}
