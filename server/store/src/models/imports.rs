//! Catalogues that were imported, each with all models of the vendors that it names. Of a vendor the newest is in
//! effect.

use std::collections::{BTreeMap, HashMap};

use domain::ids::{ModelImportId, ModelUploadId, ProviderId};
use domain::models::entries::ModelFacts;
use domain::models::imports::{MOST_IMPORTS, MOST_UPLOADS, ModelImport, ModelUpload};
use domain::paging::{Page, PageOf};

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, Value, sql};
use crate::page;

/// Of a vendor, the models of the newest catalogue; ids grow with time.
const NEWEST: &str = "SELECT c.vendor, c.models FROM model_catalogues c
    WHERE c.import = (SELECT MAX(n.import) FROM model_catalogues n WHERE n.vendor = c.vendor)";

/// Keeps a catalogue, which is in effect from then on, and forgets the oldest ones of its vendors.
pub async fn insert(
    tx: &mut Tx,
    import: &ModelImport,
    models: &BTreeMap<&str, Vec<&ModelFacts>>,
) -> Result<()> {
    let insert =
        sql("INSERT INTO model_imports (id, at, imported_by, new_models, changed_models, gone_models)
        VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(&import.id)
        .bind(import.at)
        .bind(&import.by)
        .bind(import.new)
        .bind(import.changed)
        .bind(import.gone);
    tx.execute(insert).await?;
    for (vendor, models) in models {
        let insert = sql("INSERT INTO model_catalogues (import, vendor, models) VALUES ($1, $2, $3)")
            .bind(&import.id)
            .bind(*vendor)
            .bind(Value::json(models)?);
        tx.execute(insert).await?;
    }
    let forget = sql("DELETE FROM model_catalogues WHERE $1 <= (SELECT COUNT(*) FROM model_catalogues n
        WHERE n.vendor = model_catalogues.vendor AND n.import > model_catalogues.import)")
    .bind(MOST_IMPORTS);
    tx.execute(forget).await.map(drop)
}

/// Forgets one: what was in effect before it is so again.
pub async fn delete(tx: &mut Tx, id: &ModelImportId) -> Result<()> {
    tx.execute(sql("DELETE FROM model_imports WHERE id = $1").bind(id)).await.map(drop)
}

/// The newest.
pub async fn last(conn: &mut Conn) -> Result<Option<ModelImportId>> {
    conn.optional(sql("SELECT id FROM model_imports ORDER BY id DESC LIMIT 1"), |row| row.get("id")).await
}

/// One that was imported.
pub async fn get(conn: &mut Conn, id: &ModelImportId) -> Result<Option<ModelImport>> {
    let select =
        sql("SELECT id, at, imported_by, new_models, changed_models, gone_models FROM model_imports")
            .filter("id =", id);
    let mut found: Vec<_> = conn.optional(select, import).await?.into_iter().collect();
    attach(conn, &mut found).await?;
    Ok(found.pop())
}

/// What was imported, newest first.
pub async fn list(conn: &mut Conn, page: &PageOf) -> Result<Page<ModelImport>> {
    let select =
        sql("SELECT id, at, imported_by, new_models, changed_models, gone_models FROM model_imports")
            .after("(id) <", page::place::<1>(page)?)
            .page("id DESC", page::one_more(page));
    let rows = conn.all(select, import).await?;
    let mut found = page::cut(rows, page, |import| [import.id.to_string()]);
    attach(conn, &mut found.items).await?;
    Ok(found)
}

fn import(row: &Row) -> Result<ModelImport> {
    Ok(ModelImport {
        id: row.get("id")?,
        at: row.get("at")?,
        by: row.get("imported_by")?,
        vendors: Vec::new(),
        new: row.get("new_models")?,
        changed: row.get("changed_models")?,
        gone: row.get("gone_models")?,
    })
}

async fn attach(conn: &mut Conn, imports: &mut [ModelImport]) -> Result<()> {
    let select = sql("SELECT import, vendor FROM model_catalogues")
        .filter_in("import", imports.iter().map(|import| &import.id))
        .push(" ORDER BY vendor");
    let rows = conn.all(select, |row| Ok((row.get::<ModelImportId>("import")?, row.get("vendor")?))).await?;
    for (of, vendor) in rows {
        if let Some(import) = imports.iter_mut().find(|import| import.id == of) {
            import.vendors.push(vendor);
        }
    }
    Ok(())
}

/// The models of the vendors that any import has, by vendor.
pub async fn in_effect(conn: &mut Conn) -> Result<BTreeMap<String, Vec<ModelFacts>>> {
    let rows = conn.all(sql(NEWEST), |row| Ok((row.get("vendor")?, row.json("models")?))).await?;
    Ok(rows.into_iter().collect())
}

/// The same of the vendors of connections that are enabled; only of this one, if one is given.
pub(crate) async fn of_connections(
    conn: &mut Conn,
    only: Option<&ProviderId>,
) -> Result<HashMap<String, Vec<ModelFacts>>> {
    let select = sql(NEWEST).push(" AND c.vendor IN (SELECT kind FROM providers WHERE enabled");
    let select = match only {
        Some(id) => select.push(" AND id = ").value(id),
        None => select,
    };
    let rows = conn.all(select.push(")"), |row| Ok((row.get("vendor")?, row.json("models")?))).await?;
    Ok(rows.into_iter().collect())
}

/// The connections to vendors.
pub async fn connections_to(conn: &mut Conn, vendors: &[String]) -> Result<Vec<ProviderId>> {
    let select = sql("SELECT id FROM providers").filter_in("kind", vendors).push(" ORDER BY id");
    conn.all(select, |row| row.get("id")).await
}

/// Keeps a file to be looked at, and forgets the oldest ones.
pub async fn insert_upload(tx: &mut Tx, upload: &ModelUpload, file: &str) -> Result<()> {
    let insert = sql("INSERT INTO model_uploads (id, at, uploaded_by, catalogue) VALUES ($1, $2, $3, $4)")
        .bind(&upload.id)
        .bind(upload.at)
        .bind(&upload.by)
        .bind(file);
    tx.execute(insert).await?;
    let forget = sql("DELETE FROM model_uploads WHERE $1 <=
        (SELECT COUNT(*) FROM model_uploads n WHERE n.id > model_uploads.id)")
    .bind(MOST_UPLOADS);
    tx.execute(forget).await.map(drop)
}

/// A file that was kept to be looked at.
pub async fn upload(conn: &mut Conn, id: &ModelUploadId) -> Result<Option<(ModelUpload, String)>> {
    let select = sql("SELECT id, at, uploaded_by, catalogue FROM model_uploads").filter("id =", id);
    conn.optional(select, |row| {
        let upload = ModelUpload { id: row.get("id")?, at: row.get("at")?, by: row.get("uploaded_by")? };
        Ok((upload, row.get("catalogue")?))
    })
    .await
}

pub async fn delete_upload(tx: &mut Tx, id: &ModelUploadId) -> Result<()> {
    tx.execute(sql("DELETE FROM model_uploads WHERE id = $1").bind(id)).await.map(drop)
}
