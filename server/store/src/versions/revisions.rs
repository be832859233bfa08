//! Revisions: what was published, never changed after, and where the live ones answer.

use domain::Time;
use domain::ids::{ApiId, VersionId};
use domain::paging::{Page, PageOf};
use domain::text::{HostName, VersionName};
use domain::versions::{Revision, RevisionDetail, VersionConfig};

use super::documents;
use crate::error::Result;
use crate::exec::{Conn, Row, Tx, Value, sql};
use crate::page;

/// A revision to be.
#[derive(Clone, Debug)]
pub struct NewRevision {
    pub note: String,
    /// The name of who publishes.
    pub published_by: String,
    pub published_at: Time,
    pub config: VersionConfig,
}

/// Adds the next revision of a version, with the draft's document; answers its number. It is not live yet.
pub async fn insert_revision(tx: &mut Tx, version: &VersionId, revision: &NewRevision) -> Result<i64> {
    let insert = sql("INSERT INTO revisions (version, number, note, published_by, published_at, config)
        SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 FROM revisions WHERE version = $1
        RETURNING number")
    .bind(version)
    .bind(&revision.note)
    .bind(&revision.published_by)
    .bind(revision.published_at)
    .bind(Value::json(&revision.config)?);
    let number = tx.one(insert, |row| row.get("number")).await?;
    documents::keep_for(tx, version, number).await?;
    Ok(number)
}

/// A revision with what it fixed.
pub async fn revision(conn: &mut Conn, version: &VersionId, number: i64) -> Result<Option<RevisionDetail>> {
    let select = sql("SELECT r.number, r.note, r.published_by, r.published_at, r.config,
            v.live_revision = r.number AS live
        FROM revisions r JOIN versions v ON v.id = r.version")
    .filter("r.version =", version)
    .filter("r.number =", number);
    let found = conn.optional(select, |row| Ok((revision_of(row)?, row.json("config")?))).await?;
    let Some((revision, config)) = found else { return Ok(None) };
    let document = documents::of_revision(conn, version, number).await?;
    Ok(Some(RevisionDetail { revision, config, document }))
}

/// The revisions of a version, newest first.
pub async fn revisions(conn: &mut Conn, version: &VersionId, page: &PageOf) -> Result<Page<Revision>> {
    let select = sql("SELECT r.number, r.note, r.published_by, r.published_at,
            v.live_revision = r.number AS live
        FROM revisions r JOIN versions v ON v.id = r.version")
    .filter("r.version =", version)
    .filter_some("r.number <", page::number(page)?)
    .page("r.number DESC", page::one_more(page));
    let rows = conn.all(select, revision_of).await?;
    Ok(page::cut(rows, page, |revision| [revision.number.to_string()]))
}

/// Another version that answers at one of the asked hosts.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveOnHost {
    pub host: HostName,
    pub api: ApiId,
    pub api_name: String,
    pub version: VersionName,
}

/// Who else answers at these hosts, so that a conflict can be named.
pub async fn live_on_hosts(
    conn: &mut Conn,
    hosts: &[HostName],
    except: &VersionId,
) -> Result<Vec<LiveOnHost>> {
    let select = sql("SELECT h.host, a.id, a.name AS api_name, v.name AS version
        FROM live_hosts h
        JOIN versions v ON v.id = h.version
        JOIN apis a ON a.id = v.api")
    .filter_in("h.host", hosts)
    .filter("v.id <>", except)
    .push(" ORDER BY h.host, a.name, v.id");
    conn.all(select, |row| {
        Ok(LiveOnHost {
            host: row.get("host")?,
            api: row.get("id")?,
            api_name: row.get("api_name")?,
            version: row.get("version")?,
        })
    })
    .await
}

/// Brings the hosts of a version in line with the revision that is served, if one is.
pub(super) async fn refresh_live_hosts(tx: &mut Tx, version: &VersionId, number: Option<i64>) -> Result<()> {
    tx.execute(sql("DELETE FROM live_hosts WHERE version = $1").bind(version)).await?;
    let Some(number) = number else { return Ok(()) };
    let select = sql("SELECT config FROM revisions WHERE version = $1 AND number = $2");
    let config = tx.optional(select.bind(version).bind(number), |row| row.json("config")).await?;
    let mut hosts = config.map(|config: VersionConfig| config.hosts).unwrap_or_default();
    hosts.sort();
    hosts.dedup();
    if hosts.is_empty() {
        return Ok(());
    }
    let rows = hosts.iter().map(|host| vec![Value::from(version), Value::from(host)]);
    tx.execute(sql("INSERT INTO live_hosts (version, host) VALUES ").rows(rows)).await.map(drop)
}

fn revision_of(row: &Row) -> Result<Revision> {
    Ok(Revision {
        number: row.get("number")?,
        note: row.get("note")?,
        published_by: row.get("published_by")?,
        published_at: row.get("published_at")?,
        // absent while nothing is live
        live: row.get::<Option<bool>>("live")?.unwrap_or(false),
    })
}
