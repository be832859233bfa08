//! Plans of apis.

use domain::ids::{ApiId, PlanId};
use domain::paging::{Page, PageOf};
use domain::plans::Plan;

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, Value, sql};
use crate::page;

const COLUMNS: &str = "SELECT id, api, name, description, approval, limits, terms, closed FROM plans";

/// Adds a plan. Conflicts on `plans_api_name`.
pub async fn insert(tx: &mut Tx, plan: &Plan) -> Result<()> {
    let insert = sql("INSERT INTO plans (id, api, name, description, approval, limits, terms, closed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(&plan.id)
    .bind(&plan.api)
    .bind(&plan.name)
    .bind(&plan.description)
    .bind(plan.approval)
    .bind(Value::json(&plan.limits)?)
    .bind(&plan.terms)
    .bind(plan.closed);
    tx.execute(insert).await.map(drop)
}

/// Writes everything but id and api. Conflicts on `plans_api_name`.
pub async fn update(tx: &mut Tx, plan: &Plan) -> Result<()> {
    let update = sql("UPDATE plans SET name = $2, description = $3, approval = $4, limits = $5, terms = $6,
            closed = $7 WHERE id = $1")
    .bind(&plan.id)
    .bind(&plan.name)
    .bind(&plan.description)
    .bind(plan.approval)
    .bind(Value::json(&plan.limits)?)
    .bind(&plan.terms)
    .bind(plan.closed);
    tx.execute(update).await.map(drop)
}

pub async fn get(conn: &mut Conn, id: &PlanId) -> Result<Option<Plan>> {
    conn.optional(sql(COLUMNS).filter("id =", id), plan).await
}

/// The plans of an api, oldest first.
pub async fn list(conn: &mut Conn, api: &ApiId) -> Result<Vec<Plan>> {
    conn.all(sql(COLUMNS).filter("api =", api).push(" ORDER BY id"), plan).await
}

/// [`list`], a page at a time.
pub async fn list_page(conn: &mut Conn, api: &ApiId, page: &PageOf) -> Result<Page<Plan>> {
    let select = sql(COLUMNS)
        .filter("api =", api)
        .after("(id) >", page::place::<1>(page)?)
        .page("id", page::one_more(page));
    Ok(page::cut(conn.all(select, plan).await?, page, |plan| [plan.id.to_string()]))
}

/// Removes a plan; false when there is none. Fails as a reference when it was ever subscribed to.
pub async fn delete(tx: &mut Tx, id: &PlanId) -> Result<bool> {
    Ok(tx.execute(sql("DELETE FROM plans WHERE id = $1").bind(id)).await? > 0)
}

fn plan(row: &Row) -> Result<Plan> {
    Ok(Plan {
        id: row.get("id")?,
        api: row.get("api")?,
        name: row.get("name")?,
        description: row.get("description")?,
        approval: row.get("approval")?,
        limits: row.json("limits")?,
        terms: row.get("terms")?,
        closed: row.get("closed")?,
    })
}
