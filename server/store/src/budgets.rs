//! Budgets, and what was spent so far of what they limit.

use std::collections::HashMap;

use domain::Time;
use domain::budgets::{Amount, Budget, Scope, Spending, Subject, Unit, Used};
use domain::ids::{ApiId, ApplicationId, BudgetId, ProviderId, TeamId};
use domain::paging::{Page, PageOf};
use domain::plans::Period;
use domain::usage::{Grain, Visible};

use crate::error::{Error, Result};
use crate::exec::{Conn, Row, Sql, Tx, sql};
use crate::page;

/// With the name of the subject, and the team that owns it.
const COLUMNS: &str = "SELECT b.id, b.application, b.team, b.api, b.provider, b.unit, b.amount, b.period,
        b.created_at, b.updated_at, coalesce(a.name, p.name, t.name, v.name) AS name,
        coalesce(b.team, a.team, p.team) AS owner
    FROM budgets b
    LEFT JOIN applications a ON a.id = b.application
    LEFT JOIN apis p ON p.id = b.api
    LEFT JOIN teams t ON t.id = b.team
    LEFT JOIN providers v ON v.id = b.provider";

/// Which budgets are listed.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Whose applications, apis and teams.
    pub teams: Visible,
    /// Those of providers too.
    pub providers: bool,
    pub scope: Option<Scope>,
    pub subject: Option<Subject>,
}

/// Adds a budget. Conflicts on `budgets_application_unit_period`, or the same of another kind of subject.
pub async fn insert(tx: &mut Tx, budget: &Budget) -> Result<()> {
    let (mut application, mut team, mut api, mut provider) = (None, None, None, None);
    match &budget.subject {
        Subject::Application(id) => application = Some(id),
        Subject::Team(id) => team = Some(id),
        Subject::Api(id) => api = Some(id),
        Subject::Provider(id) => provider = Some(id),
    }
    let insert = sql("INSERT INTO budgets (id, application, team, api, provider, unit, amount, period,
            created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(&budget.id)
    .bind(application)
    .bind(team)
    .bind(api)
    .bind(provider)
    .bind(budget.unit)
    .bind(budget.amount)
    .bind(budget.period)
    .bind(budget.created_at)
    .bind(budget.updated_at);
    tx.execute(insert).await.map(drop)
}

/// Writes the amount.
pub async fn update(tx: &mut Tx, budget: &Budget) -> Result<()> {
    let update = sql("UPDATE budgets SET amount = $2, updated_at = $3 WHERE id = $1")
        .bind(&budget.id)
        .bind(budget.amount)
        .bind(budget.updated_at);
    tx.execute(update).await.map(drop)
}

/// False when there is none.
pub async fn delete(tx: &mut Tx, id: &BudgetId) -> Result<bool> {
    Ok(tx.execute(sql("DELETE FROM budgets WHERE id = $1").bind(id)).await? > 0)
}

pub async fn get(conn: &mut Conn, id: &BudgetId) -> Result<Option<Budget>> {
    conn.optional(sql(COLUMNS).filter("b.id =", id), budget).await
}

/// Budgets, oldest first.
pub async fn list(conn: &mut Conn, filter: &Filter, page: &PageOf) -> Result<Page<Budget>> {
    let mut select = sql(COLUMNS);
    if !filter.providers {
        select = select.condition("b.provider IS NULL");
    }
    match &filter.teams {
        Visible::Everything => {}
        Visible::Teams(teams) if !teams.is_empty() => {
            select = select
                .condition("(b.provider IS NOT NULL OR ")
                .within("coalesce(b.team, a.team, p.team)", teams)
                .push(")");
        }
        Visible::Teams(_) | Visible::Nothing => select = select.condition("b.provider IS NOT NULL"),
    }
    if let Some(scope) = filter.scope {
        select = select.condition(match scope {
            Scope::Application => "b.application IS NOT NULL",
            Scope::Team => "b.team IS NOT NULL",
            Scope::Api => "b.api IS NOT NULL",
            Scope::Provider => "b.provider IS NOT NULL",
        });
    }
    if let Some(subject) = &filter.subject {
        select = select.filter("coalesce(b.application, b.team, b.api, b.provider) =", subject.id());
    }
    let select = select.after("(b.id) >", page::place::<1>(page)?).page("b.id", page::one_more(page));
    Ok(page::cut(conn.all(select, budget).await?, page, |budget| [budget.id.to_string()]))
}

fn budget(row: &Row) -> Result<Budget> {
    Ok(Budget {
        id: row.get("id")?,
        subject: subject(row)?,
        name: row.get("name")?,
        team: row.get("owner")?,
        unit: row.get("unit")?,
        amount: row.get("amount")?,
        period: row.get("period")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

pub(crate) fn subject(row: &Row) -> Result<Subject> {
    let application = row.get::<Option<ApplicationId>>("application")?.map(Subject::Application);
    let team = row.get::<Option<TeamId>>("team")?.map(Subject::Team);
    let api = row.get::<Option<ApiId>>("api")?.map(Subject::Api);
    let provider = row.get::<Option<ProviderId>>("provider")?.map(Subject::Provider);
    let found = application.or(team).or(api).or(provider);
    found.ok_or_else(|| Error::bad_column("application", "the budget is of nothing"))
}

/// What was used so far in the day and in the month of a time, told apart by application, api and provider. From the
/// database of calls.
pub async fn used(conn: &mut Conn, at: Time) -> Result<Vec<Used>> {
    let (day, month) = (Period::Day.start(at), Period::Month.start(at));
    let select = sql("SELECT application, api, provider,
            CAST(sum(CASE WHEN at >= $1 THEN input_tokens + output_tokens ELSE 0 END) AS BIGINT) AS day_tokens,
            CAST(sum(CASE WHEN at >= $1 THEN cost_nano ELSE 0 END) AS BIGINT) AS day_nano,
            CAST(sum(input_tokens + output_tokens) AS BIGINT) AS month_tokens,
            CAST(sum(cost_nano) AS BIGINT) AS month_nano
        FROM ai_usage WHERE grain = $2 AND at >= $3 AND at <= $1
        GROUP BY application, api, provider")
    .bind(day.timestamp_millis())
    .bind(Grain::Day)
    .bind(month.timestamp_millis());
    conn.all(select, |row| {
        Ok(Used {
            application: row.get("application")?,
            team: None,
            api: row.get("api")?,
            provider: row.get("provider")?,
            at,
            day: Amount { tokens: row.get("day_tokens")?, nano: row.get("day_nano")? },
            month: Amount { tokens: row.get("month_tokens")?, nano: row.get("month_nano")? },
        })
    })
    .await
}

/// The teams of all applications and apis, by their ids.
pub async fn teams(conn: &mut Conn) -> Result<HashMap<String, TeamId>> {
    let select = sql("SELECT id, team FROM applications UNION ALL SELECT id, team FROM apis");
    let rows = conn.all(select, |row| Ok((row.get("id")?, row.get("team")?)));
    Ok(rows.await?.into_iter().collect())
}

/// Whose calls a budget of a team counts.
#[derive(Clone, Debug, Default)]
pub struct Payers {
    pub applications: Vec<ApplicationId>,
    /// For their trials, which no application makes.
    pub apis: Vec<ApiId>,
}

/// The payers of a team; for [`spent`].
pub async fn payers(conn: &mut Conn, team: &TeamId) -> Result<Payers> {
    let applications = sql("SELECT id FROM applications").filter("team =", team).push(" ORDER BY id");
    let apis = sql("SELECT id FROM apis").filter("team =", team).push(" ORDER BY id");
    Ok(Payers {
        applications: conn.all(applications, |row| row.get("id")).await?,
        apis: conn.all(apis, |row| row.get("id")).await?,
    })
}

/// What was recorded of calls that a budget counts, in the period of a time. From the database of calls, which knows
/// no teams: of a team's budget it is told the payers.
pub async fn spent(conn: &mut Conn, budget: &Budget, payers: &Payers, at: Time) -> Result<Spending> {
    let sum = match budget.unit {
        Unit::Tokens => {
            "SELECT coalesce(CAST(sum(input_tokens + output_tokens) AS BIGINT), 0) AS spent FROM ai_usage"
        }
        Unit::Nano => "SELECT coalesce(CAST(sum(cost_nano) AS BIGINT), 0) AS spent FROM ai_usage",
    };
    let since = budget.period.start(at).timestamp_millis();
    let select: Sql = sql(sum).filter("grain =", Grain::Day).filter("at >=", since);
    let select = match &budget.subject {
        Subject::Application(id) => select.filter("application =", id),
        Subject::Team(_) => select
            .condition("(")
            .within("application", &payers.applications)
            .push(" OR application = '' AND ")
            .within("api", &payers.apis)
            .push(")"),
        Subject::Api(id) => select.filter("api =", id),
        Subject::Provider(id) => select.filter("provider =", id),
    };
    let spent = conn.one(select, |row| row.get("spent")).await?;
    Ok(Spending { spent, reserved: 0 })
}
