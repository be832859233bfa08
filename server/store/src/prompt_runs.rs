//! Runs of the playground. What was said in them is sealed.

use domain::Time;
use domain::ids::{AccountId, ApiId, RunId};
use domain::paging::{Page, PageOf};

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, sql};
use crate::page;

/// With the name of who started it.
const COLUMNS: &str = "SELECT r.id, r.api, r.created_at, r.content, a.name AS started_by
    FROM prompt_runs r LEFT JOIN accounts a ON a.id = r.account";

/// A run as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRun {
    pub id: RunId,
    pub api: ApiId,
    pub created_at: Time,
    pub started_by: Option<String>,
    pub sealed: String,
}

pub async fn insert(
    tx: &mut Tx,
    id: &RunId,
    api: &ApiId,
    account: &AccountId,
    created_at: Time,
    sealed: &str,
) -> Result<()> {
    let insert = sql("INSERT INTO prompt_runs (id, api, account, created_at, content)
        VALUES ($1, $2, $3, $4, $5)")
    .bind(id)
    .bind(api)
    .bind(account)
    .bind(created_at)
    .bind(sealed);
    tx.execute(insert).await.map(drop)
}

/// The run, if it is one of the api's.
pub async fn get(conn: &mut Conn, api: &ApiId, id: &RunId) -> Result<Option<KeptRun>> {
    conn.optional(sql(COLUMNS).filter("r.api =", api).filter("r.id =", id), kept).await
}

/// The api's runs, newest first.
pub async fn list(conn: &mut Conn, api: &ApiId, page: &PageOf) -> Result<Page<KeptRun>> {
    let select = sql(COLUMNS).filter("r.api =", api);
    let select = select.after("(r.id) <", page::place::<1>(page)?).page("r.id DESC", page::one_more(page));
    Ok(page::cut(conn.all(select, kept).await?, page, |run| [run.id.to_string()]))
}

/// Forgets at most `limit` runs that were made before `before`; answers how many.
pub async fn delete_before(tx: &mut Tx, before: Time, limit: u32) -> Result<u64> {
    let delete = sql("DELETE FROM prompt_runs WHERE id IN
        (SELECT id FROM prompt_runs WHERE created_at < $1 ORDER BY created_at LIMIT $2)")
    .bind(before)
    .bind(limit);
    tx.execute(delete).await
}

fn kept(row: &Row) -> Result<KeptRun> {
    Ok(KeptRun {
        id: row.get("id")?,
        api: row.get("api")?,
        created_at: row.get("created_at")?,
        started_by: row.get("started_by")?,
        sealed: row.get("content")?,
    })
}
