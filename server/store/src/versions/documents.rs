//! The OpenAPI documents of drafts and revisions, up to several megabytes each and read only where they are shown.

use domain::ids::VersionId;

use crate::error::Result;
use crate::exec::{Conn, Tx, sql};

/// Replaces or removes the draft's document.
pub async fn set_document(tx: &mut Tx, version: &VersionId, document: Option<&str>) -> Result<()> {
    let Some(document) = document else {
        let delete = sql("DELETE FROM documents WHERE version = $1 AND revision = 0").bind(version);
        return tx.execute(delete).await.map(drop);
    };
    let upsert = sql("INSERT INTO documents (version, revision, content) VALUES ($1, 0, $2)
        ON CONFLICT (version, revision) DO UPDATE SET content = excluded.content")
    .bind(version)
    .bind(document);
    tx.execute(upsert).await.map(drop)
}

/// The draft's document.
pub async fn document(conn: &mut Conn, version: &VersionId) -> Result<Option<String>> {
    of_revision(conn, version, 0).await
}

/// The document of the revision that is live.
pub async fn live_document(conn: &mut Conn, version: &VersionId) -> Result<Option<String>> {
    let select = sql("SELECT d.content FROM versions v
        JOIN documents d ON d.version = v.id AND d.revision = v.live_revision WHERE v.id = $1")
    .bind(version);
    conn.optional(select, |row| row.get("content")).await
}

pub(super) async fn of_revision(conn: &mut Conn, version: &VersionId, number: i64) -> Result<Option<String>> {
    let select = sql("SELECT content FROM documents WHERE version = $1 AND revision = $2");
    conn.optional(select.bind(version).bind(number), |row| row.get("content")).await
}

/// Keeps the draft's document, if it has one, for a revision.
pub(super) async fn keep_for(tx: &mut Tx, version: &VersionId, number: i64) -> Result<()> {
    let copy = sql("INSERT INTO documents (version, revision, content)
        SELECT version, $2, content FROM documents WHERE version = $1 AND revision = 0")
    .bind(version)
    .bind(number);
    tx.execute(copy).await.map(drop)
}
