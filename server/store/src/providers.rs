//! Connections to AI vendors. The secrets of their keys are sealed by whoever writes them.

pub mod keys;

use std::collections::HashMap;

use domain::Time;
use domain::apis::ApiKind;
use domain::ids::ProviderId;
use domain::paging::{Page, PageOf};
use domain::providers::Provider;

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, Value, sql};
use crate::page;

const COLUMNS: &str =
    "SELECT id, name, kind, base_url, settings, enabled, created_at, updated_at FROM providers";

/// Adds a provider without its keys. Conflicts on `providers_name`.
pub async fn insert(tx: &mut Tx, provider: &Provider) -> Result<()> {
    let insert =
        sql("INSERT INTO providers (id, name, kind, base_url, settings, enabled, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(&provider.id)
        .bind(&provider.name)
        .bind(&provider.kind)
        .bind(provider.base_url.as_ref())
        .bind(Value::json(&provider.settings)?)
        .bind(provider.enabled)
        .bind(provider.created_at)
        .bind(provider.updated_at);
    tx.execute(insert).await.map(drop)
}

/// Keeps others from changing a provider or its keys until the end of the transaction; false when there is none.
pub async fn hold(tx: &mut Tx, id: &ProviderId) -> Result<bool> {
    let hold = sql("UPDATE providers SET updated_at = updated_at WHERE id = $1").bind(id);
    Ok(tx.execute(hold).await? > 0)
}

/// Writes everything but the vendor and the keys. Conflicts on `providers_name`.
pub async fn update(tx: &mut Tx, provider: &Provider) -> Result<()> {
    let update = sql("UPDATE providers SET name = $2, base_url = $3, settings = $4, enabled = $5,
            updated_at = $6 WHERE id = $1")
    .bind(&provider.id)
    .bind(&provider.name)
    .bind(provider.base_url.as_ref())
    .bind(Value::json(&provider.settings)?)
    .bind(provider.enabled)
    .bind(provider.updated_at);
    tx.execute(update).await.map(drop)
}

/// Writes down that something of a provider was changed.
pub async fn touch(tx: &mut Tx, id: &ProviderId, at: Time) -> Result<()> {
    let update = sql("UPDATE providers SET updated_at = $2 WHERE id = $1").bind(id).bind(at);
    tx.execute(update).await.map(drop)
}

/// With its keys; false when there is none.
pub async fn delete(tx: &mut Tx, id: &ProviderId) -> Result<bool> {
    Ok(tx.execute(sql("DELETE FROM providers WHERE id = $1").bind(id)).await? > 0)
}

/// A provider with its keys in their order.
pub async fn get(conn: &mut Conn, id: &ProviderId) -> Result<Option<Provider>> {
    let found = conn.optional(sql(COLUMNS).filter("id =", id), provider).await?;
    let mut found: Vec<Provider> = found.into_iter().collect();
    keys::attach(conn, &mut found).await?;
    Ok(found.pop())
}

/// Of these providers, those that there are, and whether they are enabled.
pub async fn states(
    conn: &mut Conn,
    ids: impl IntoIterator<Item = &ProviderId>,
) -> Result<HashMap<ProviderId, bool>> {
    let select = sql("SELECT id, enabled FROM providers").filter_in("id", ids);
    let rows = conn.all(select, |row| Ok((row.get("id")?, row.get("enabled")?))).await?;
    Ok(rows.into_iter().collect())
}

/// The names of the apis whose draft or live revision calls models of a provider, at most so many; versions that are
/// gone do not count.
pub async fn users(conn: &mut Conn, id: &ProviderId, most: u32) -> Result<Vec<String>> {
    let select = sql("SELECT DISTINCT a.name, a.id
        FROM versions v
        JOIN apis a ON a.id = v.api
        LEFT JOIN revisions r ON r.version = v.id AND r.number = v.live_revision")
    .bind(mention(id))
    .condition("v.state <> 'retired'")
    .condition("(v.draft LIKE $1 OR r.config LIKE $1)")
    .filter_in("a.kind", [ApiKind::Ai, ApiKind::Prompt])
    .page("a.name, a.id", most);
    conn.all(select, |row| row.get("name")).await
}

/// What a configuration with a model of the provider has in its text, and no other: in a text within it, the quotation
/// marks would have backslashes before them.
fn mention(id: &ProviderId) -> String {
    format!("%\"provider\":\"{id}\"%")
}

/// The providers by name, with their keys.
pub async fn list(conn: &mut Conn, page: &PageOf) -> Result<Page<Provider>> {
    let select =
        sql(COLUMNS).after("(name, id) >", page::place::<2>(page)?).page("name, id", page::one_more(page));
    let rows = conn.all(select, provider).await?;
    let mut found = page::cut(rows, page, |provider| [provider.name.clone(), provider.id.to_string()]);
    keys::attach(conn, &mut found.items).await?;
    Ok(found)
}

/// Without its keys.
fn provider(row: &Row) -> Result<Provider> {
    Ok(Provider {
        id: row.get("id")?,
        name: row.get("name")?,
        kind: row.get("kind")?,
        base_url: row.get("base_url")?,
        settings: row.json("settings")?,
        enabled: row.get("enabled")?,
        keys: Vec::new(),
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
