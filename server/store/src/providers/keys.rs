//! The keys of providers, in their order.

use std::collections::HashMap;

use domain::ids::{ProviderId, ProviderKeyId};
use domain::providers::{Provider, ProviderKey};

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, sql};

/// Adds a key with its sealed secret. Conflicts on `provider_keys_provider_name`.
pub async fn insert(tx: &mut Tx, provider: &ProviderId, key: &ProviderKey, secret: &str) -> Result<()> {
    let insert = sql("INSERT INTO provider_keys (id, provider, name, hint, weight, position, enabled,
            expires_at, created_at, secret)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(&key.id)
    .bind(provider)
    .bind(&key.name)
    .bind(&key.hint)
    .bind(key.weight)
    .bind(key.position)
    .bind(key.enabled)
    .bind(key.expires_at)
    .bind(key.created_at)
    .bind(secret);
    tx.execute(insert).await.map(drop)
}

/// Writes everything but the place and the secret. Conflicts on `provider_keys_provider_name`.
pub async fn update(tx: &mut Tx, key: &ProviderKey) -> Result<()> {
    let update =
        sql("UPDATE provider_keys SET name = $2, weight = $3, enabled = $4, expires_at = $5 WHERE id = $1")
            .bind(&key.id)
            .bind(&key.name)
            .bind(key.weight)
            .bind(key.enabled)
            .bind(key.expires_at);
    tx.execute(update).await.map(drop)
}

/// Puts a key at a place; that the places of a provider are 1, 2, 3 ... is for the caller to see to.
pub async fn place(tx: &mut Tx, id: &ProviderKeyId, position: u32) -> Result<()> {
    let update = sql("UPDATE provider_keys SET position = $2 WHERE id = $1").bind(id).bind(position);
    tx.execute(update).await.map(drop)
}

/// Writes another sealed secret, and its hint.
pub async fn replace(tx: &mut Tx, key: &ProviderKey, secret: &str) -> Result<()> {
    let update = sql("UPDATE provider_keys SET hint = $2, secret = $3 WHERE id = $1")
        .bind(&key.id)
        .bind(&key.hint)
        .bind(secret);
    tx.execute(update).await.map(drop)
}

/// False when there is none.
pub async fn delete(tx: &mut Tx, id: &ProviderKeyId) -> Result<bool> {
    Ok(tx.execute(sql("DELETE FROM provider_keys WHERE id = $1").bind(id)).await? > 0)
}

/// The sealed secret of a key.
pub async fn secret(conn: &mut Conn, id: &ProviderKeyId) -> Result<Option<String>> {
    conn.optional(sql("SELECT secret FROM provider_keys").filter("id =", id), |row| row.get("secret")).await
}

/// Puts with each provider its keys.
pub(super) async fn attach(conn: &mut Conn, providers: &mut [Provider]) -> Result<()> {
    if providers.is_empty() {
        return Ok(());
    }
    let select =
        sql("SELECT id, provider, name, hint, weight, position, enabled, expires_at, created_at FROM provider_keys")
            .filter_in("provider", providers.iter().map(|provider| &provider.id))
            .push(" ORDER BY provider, position, id");
    let mut keys: HashMap<ProviderId, Vec<ProviderKey>> = HashMap::new();
    for (provider, found) in conn.all(select, |row| Ok((row.get("provider")?, key(row)?))).await? {
        keys.entry(provider).or_default().push(found);
    }
    for provider in providers {
        provider.keys = keys.remove(&provider.id).unwrap_or_default();
    }
    Ok(())
}

fn key(row: &Row) -> Result<ProviderKey> {
    Ok(ProviderKey {
        id: row.get("id")?,
        name: row.get("name")?,
        hint: row.get("hint")?,
        weight: row.get("weight")?,
        position: row.get("position")?,
        enabled: row.get("enabled")?,
        expires_at: row.get("expires_at")?,
        created_at: row.get("created_at")?,
    })
}
