//! The audit trail. Rows are only ever added; the database refuses anything else. Beside it stands where it ends, so that
//! rows taken from its end are missed. What is in a row, and its hash, is decided elsewhere.

use domain::audit::{AuditEntry, AuditFilter, AuditRow};
use domain::paging::{Page, PageOf};

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, sql};
use crate::page;

const COLUMNS: &str = "SELECT sequence, id, at, account, actor, address, action, object_kind, object_id,
    object_name, team, before_json, after_json, hash FROM audit";

/// Where the trail ends: what the next row continues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 0 before the first row.
    pub sequence: i64,
    pub hash: String,
}

/// Read it in the transaction that appends: transactions come one by one. `None` when somebody removed it.
pub async fn head(conn: &mut Conn) -> Result<Option<Head>> {
    let select = sql("SELECT sequence, hash FROM audit_head");
    conn.optional(select, |row| Ok(Head { sequence: row.get("sequence")?, hash: row.get("hash")? })).await
}

/// Adds a row and moves the head on to it. Conflicts on `audit_sequence`.
pub async fn append(tx: &mut Tx, row: &AuditRow) -> Result<()> {
    let entry = &row.entry;
    let insert = sql("INSERT INTO audit (sequence, id, at, account, actor, address, action, object_kind,
            object_id, object_name, team, before_json, after_json, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)")
    .bind(row.sequence)
    .bind(&entry.id)
    .bind(entry.at)
    .bind(entry.account.as_ref())
    .bind(&entry.actor)
    .bind(&entry.address)
    .bind(&entry.action)
    .bind(&entry.object_kind)
    .bind(&entry.object_id)
    .bind(&entry.object_name)
    .bind(entry.team.as_ref())
    .bind(entry.before.as_ref())
    .bind(entry.after.as_ref())
    .bind(&row.hash);
    tx.execute(insert).await?;
    let update = sql("UPDATE audit_head SET sequence = $1, hash = $2").bind(row.sequence).bind(&row.hash);
    tx.execute(update).await.map(drop)
}

/// Rows, newest first.
pub async fn list(conn: &mut Conn, filter: &AuditFilter, page: &PageOf) -> Result<Page<AuditRow>> {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let select = sql(COLUMNS)
        .filter_some("sequence <", page::number(page)?)
        .filter_some("action =", given(&filter.action))
        .filter_some("object_kind =", given(&filter.object_kind))
        .filter_some("object_id =", given(&filter.object_id))
        .filter_some("account =", filter.account.as_ref())
        .filter_some("team =", filter.team.as_ref())
        .filter_some("at >=", filter.since)
        .filter_some("at <", filter.until)
        .page("sequence DESC", page::one_more(page));
    let rows = conn.all(select, audit_row).await?;
    Ok(page::cut(rows, page, |row| [row.sequence.to_string()]))
}

/// The last time that something was done to each of these objects, if ever.
pub async fn last<'o>(
    conn: &mut Conn,
    action: &str,
    objects: impl IntoIterator<Item = &'o str>,
) -> Result<Vec<AuditEntry>> {
    let select = sql(COLUMNS)
        .condition(
            "sequence = (SELECT MAX(b.sequence) FROM audit b
                WHERE b.object_id = audit.object_id AND b.action = audit.action)",
        )
        .filter("action =", action)
        .filter_in("object_id", objects);
    Ok(conn.all(select, audit_row).await?.into_iter().map(|row| row.entry).collect())
}

/// The rows after a sequence number, in order: how the chain is checked.
pub async fn walk(conn: &mut Conn, after: i64, limit: u32) -> Result<Vec<AuditRow>> {
    conn.all(sql(COLUMNS).filter("sequence >", after).page("sequence", limit), audit_row).await
}

fn audit_row(row: &Row) -> Result<AuditRow> {
    Ok(AuditRow {
        sequence: row.get("sequence")?,
        entry: AuditEntry {
            id: row.get("id")?,
            at: row.get("at")?,
            account: row.get("account")?,
            actor: row.get("actor")?,
            address: row.get("address")?,
            action: row.get("action")?,
            object_kind: row.get("object_kind")?,
            object_id: row.get("object_id")?,
            object_name: row.get("object_name")?,
            team: row.get("team")?,
            before: row.get("before_json")?,
            after: row.get("after_json")?,
        },
        hash: row.get("hash")?,
    })
}
