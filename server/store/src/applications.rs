//! Applications: consumers of apis.

use domain::applications::{Application, ApplicationSummary};
use domain::ids::{ApplicationId, TeamId};
use domain::paging::{Page, PageOf};

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, sql};
use crate::page;

/// Keys that still open something, and subscriptions that take their place at an api.
const SUMMARIES: &str = "SELECT p.id, p.team, p.name, p.description, p.created_at, t.name AS team_name,
        (SELECT count(*) FROM credentials c
            WHERE c.application = p.id AND c.revoked_at IS NULL) AS credentials,
        (SELECT count(*) FROM subscriptions s
            WHERE s.application = p.id AND s.state IN ('pending', 'active', 'paused', 'expired'))
            AS subscriptions
    FROM applications p JOIN teams t ON t.id = p.team";

pub async fn insert(tx: &mut Tx, application: &Application) -> Result<()> {
    let insert = sql("INSERT INTO applications (id, team, name, description, created_at)
        VALUES ($1, $2, $3, $4, $5)")
    .bind(&application.id)
    .bind(&application.team)
    .bind(&application.name)
    .bind(&application.description)
    .bind(application.created_at);
    tx.execute(insert).await.map(drop)
}

/// Writes name and description.
pub async fn update(tx: &mut Tx, application: &Application) -> Result<()> {
    let update = sql("UPDATE applications SET name = $2, description = $3 WHERE id = $1")
        .bind(&application.id)
        .bind(&application.name)
        .bind(&application.description);
    tx.execute(update).await.map(drop)
}

/// Removes an application with its credentials and subscriptions; false when there is none.
pub async fn delete(tx: &mut Tx, id: &ApplicationId) -> Result<bool> {
    Ok(tx.execute(sql("DELETE FROM applications WHERE id = $1").bind(id)).await? > 0)
}

pub async fn get(conn: &mut Conn, id: &ApplicationId) -> Result<Option<Application>> {
    let select = sql("SELECT id, team, name, description, created_at FROM applications WHERE id = $1");
    conn.optional(select.bind(id), application).await
}

pub async fn summary(conn: &mut Conn, id: &ApplicationId) -> Result<Option<ApplicationSummary>> {
    conn.optional(sql(SUMMARIES).filter("p.id =", id), summary_of).await
}

/// What a list of applications is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct ApplicationFilter {
    /// A part of the name.
    pub text: Option<String>,
    /// Only those that one of these teams owns.
    pub teams: Option<Vec<TeamId>>,
}

/// Applications by name.
pub async fn list(
    conn: &mut Conn,
    filter: &ApplicationFilter,
    page: &PageOf,
) -> Result<Page<ApplicationSummary>> {
    let mut select = sql(SUMMARIES).after("(p.name, p.id) >", page::place::<2>(page)?);
    if let Some(teams) = &filter.teams {
        select = select.filter_in("p.team", teams);
    }
    if let Some(text) = &filter.text {
        select = select.contains("lower(p.name) LIKE", text);
    }
    let rows = conn.all(select.page("p.name, p.id", page::one_more(page)), summary_of).await?;
    Ok(page::cut(rows, page, |it| [it.application.name.clone(), it.application.id.to_string()]))
}

/// The names of applications, in no order; unknown ids are left out.
pub async fn names(conn: &mut Conn, ids: &[ApplicationId]) -> Result<Vec<(ApplicationId, String)>> {
    let select = sql("SELECT id, name FROM applications").filter_in("id", ids);
    conn.all(select, |row| Ok((row.get("id")?, row.get("name")?))).await
}

fn application(row: &Row) -> Result<Application> {
    Ok(Application {
        id: row.get("id")?,
        team: row.get("team")?,
        name: row.get("name")?,
        description: row.get("description")?,
        created_at: row.get("created_at")?,
    })
}

fn summary_of(row: &Row) -> Result<ApplicationSummary> {
    Ok(ApplicationSummary {
        application: application(row)?,
        team_name: row.get("team_name")?,
        credentials: row.get("credentials")?,
        subscriptions: row.get("subscriptions")?,
    })
}
