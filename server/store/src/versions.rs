//! Versions of apis: drafts and states. Revisions are in [`revisions`], documents in [`documents`].

mod documents;
mod revisions;

use domain::Time;
use domain::ids::{ApiId, VersionId};
use domain::lifecycle::VersionState;
use domain::paging::{Page, PageOf};
use domain::text::VersionName;
use domain::versions::{Version, VersionConfig, VersionSummary};

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, Value, sql};
use crate::page;

pub use documents::{document, live_document, set_document};
pub use revisions::{LiveOnHost, NewRevision, insert_revision, live_on_hosts, revision, revisions};

const COLUMNS: &str = "SELECT v.id, v.api, v.name, v.state, v.live_revision, v.lifecycle, v.created_at,
    v.updated_at, v.draft,
    EXISTS (SELECT 1 FROM documents d WHERE d.version = v.id AND d.revision = 0) AS has_document
    FROM versions v";

/// Adds a version that was never published, with its draft. Conflicts on `versions_api_name`.
pub async fn insert(tx: &mut Tx, version: &Version, document: Option<&str>) -> Result<()> {
    let insert = sql("INSERT INTO versions
        (id, api, name, state, live_revision, lifecycle, created_at, updated_at, draft)
        VALUES ($1, $2, $3, $4, NULL, $5, $6, $7, $8)")
    .bind(&version.id)
    .bind(&version.api)
    .bind(&version.name)
    .bind(version.state)
    .bind(Value::json(&version.lifecycle)?)
    .bind(version.created_at)
    .bind(version.updated_at)
    .bind(Value::json(&version.draft)?);
    tx.execute(insert).await?;
    set_document(tx, &version.id, document).await
}

pub async fn get(conn: &mut Conn, api: &ApiId, name: &VersionName) -> Result<Option<Version>> {
    conn.optional(sql(COLUMNS).filter("v.api =", api).filter("v.name =", name), version).await
}

pub async fn get_by_id(conn: &mut Conn, id: &VersionId) -> Result<Option<Version>> {
    conn.optional(sql(COLUMNS).filter("v.id =", id), version).await
}

/// The versions of an api, oldest first.
pub async fn list(conn: &mut Conn, api: &ApiId) -> Result<Vec<VersionSummary>> {
    let select = sql("SELECT id, name, state, live_revision FROM versions WHERE api = $1 ORDER BY id");
    conn.all(select.bind(api), summary).await
}

/// [`list`], a page at a time.
pub async fn list_page(conn: &mut Conn, api: &ApiId, page: &PageOf) -> Result<Page<VersionSummary>> {
    let select = sql("SELECT id, name, state, live_revision FROM versions")
        .filter("api =", api)
        .after("(id) >", page::place::<1>(page)?)
        .page("id", page::one_more(page));
    Ok(page::cut(conn.all(select, summary).await?, page, |version| [version.id.to_string()]))
}

/// The versions of several apis, oldest first.
pub async fn list_of(conn: &mut Conn, apis: &[ApiId]) -> Result<Vec<(ApiId, VersionSummary)>> {
    let select = sql("SELECT api, id, name, state, live_revision FROM versions").filter_in("api", apis);
    conn.all(select.push(" ORDER BY id"), |row| Ok((row.get("api")?, summary(row)?))).await
}

fn summary(row: &Row) -> Result<VersionSummary> {
    Ok(VersionSummary {
        id: row.get("id")?,
        name: row.get("name")?,
        state: row.get("state")?,
        live_revision: row.get("live_revision")?,
    })
}

pub async fn update_draft(tx: &mut Tx, id: &VersionId, draft: &VersionConfig, at: Time) -> Result<()> {
    let update = sql("UPDATE versions SET draft = $2, updated_at = $3 WHERE id = $1")
        .bind(id)
        .bind(Value::json(draft)?)
        .bind(at);
    tx.execute(update).await.map(drop)
}

/// Writes state, live revision and what goes with them; the hosts that the version answers at follow.
pub async fn update_state(tx: &mut Tx, version: &Version) -> Result<()> {
    let update = sql("UPDATE versions SET state = $2, live_revision = $3, lifecycle = $4, updated_at = $5
        WHERE id = $1")
    .bind(&version.id)
    .bind(version.state)
    .bind(version.live_revision)
    .bind(Value::json(&version.lifecycle)?)
    .bind(version.updated_at);
    tx.execute(update).await?;
    let gone = matches!(version.state, VersionState::Draft | VersionState::Retired);
    revisions::refresh_live_hosts(tx, &version.id, version.live_revision.filter(|_| !gone)).await
}

fn version(row: &Row) -> Result<Version> {
    Ok(Version {
        id: row.get("id")?,
        api: row.get("api")?,
        name: row.get("name")?,
        state: row.get("state")?,
        live_revision: row.get("live_revision")?,
        draft: row.json("draft")?,
        has_document: row.get("has_document")?,
        lifecycle: row.json("lifecycle")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
