//! What the operators of connections say of models: own ones, those that are not called, and prices.

pub mod imports;

use std::collections::BTreeMap;

use domain::Time;
use domain::ids::ProviderId;
use domain::models::entries::{ModelFacts, PriceOverride, ProviderModels};

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, Value, sql};

/// A connection, as far as its models go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    pub id: ProviderId,
    pub name: String,
    /// The vendor's id.
    pub vendor: String,
    pub enabled: bool,
}

/// All connections, by id.
pub async fn connections(conn: &mut Conn) -> Result<Vec<Connection>> {
    let select = sql("SELECT id, name, kind, enabled FROM providers ORDER BY id");
    conn.all(select, |row| {
        let (id, name, vendor) = (row.get("id")?, row.get("name")?, row.get("kind")?);
        Ok(Connection { id, name, vendor, enabled: row.get("enabled")? })
    })
    .await
}

/// What is said of the models of connections; only of this one, if one is given.
pub async fn said(
    conn: &mut Conn,
    only: Option<&ProviderId>,
) -> Result<BTreeMap<ProviderId, ProviderModels>> {
    let mut said: BTreeMap<ProviderId, ProviderModels> = BTreeMap::new();
    let select = sql("SELECT provider, model, facts, enabled FROM provider_models")
        .filter_some("provider =", only)
        .push(" ORDER BY provider, model");
    for (provider, model, facts, enabled) in conn.all(select, said_of_one).await? {
        let said = said.entry(provider).or_default();
        said.own.extend(facts);
        if !enabled {
            said.disabled.insert(model);
        }
    }
    let select = sql("SELECT provider, model, starts_at, prices, note, set_by, set_at FROM model_prices")
        .filter_some("provider =", only)
        .push(" ORDER BY provider, model, starts_at");
    for (provider, price) in conn.all(select, |row| Ok((row.get("provider")?, price(row)?))).await? {
        said.entry(provider).or_default().overrides.push(price);
    }
    Ok(said)
}

type SaidOfOne = (ProviderId, String, Option<ModelFacts>, bool);

fn said_of_one(row: &Row) -> Result<SaidOfOne> {
    let facts = if row.is_null("facts")? { None } else { Some(row.json("facts")?) };
    Ok((row.get("provider")?, row.get("model")?, facts, row.get("enabled")?))
}

fn price(row: &Row) -> Result<PriceOverride> {
    Ok(PriceOverride {
        model: row.get("model")?,
        starts_at: row.get("starts_at")?,
        prices: row.json("prices")?,
        note: row.get("note")?,
        set_by: row.get("set_by")?,
        set_at: row.get("set_at")?,
    })
}

/// Adds a model of the connection's own, which is called. Conflicts on `provider_models_pkey`.
pub async fn insert(tx: &mut Tx, provider: &ProviderId, facts: &ModelFacts) -> Result<()> {
    let insert =
        sql("INSERT INTO provider_models (provider, model, facts, enabled) VALUES ($1, $2, $3, TRUE)")
            .bind(provider)
            .bind(&facts.id)
            .bind(Value::json(facts)?);
    tx.execute(insert).await.map(drop)
}

/// Deletes a model of the connection's own, with its prices; false when there is none.
pub async fn delete(tx: &mut Tx, provider: &ProviderId, model: &str) -> Result<bool> {
    delete_prices(tx, provider, model).await?;
    let delete = sql("DELETE FROM provider_models WHERE provider = $1 AND model = $2 AND facts IS NOT NULL")
        .bind(provider)
        .bind(model);
    Ok(tx.execute(delete).await? > 0)
}

/// Whether the connection calls the model.
pub async fn set_enabled(tx: &mut Tx, provider: &ProviderId, model: &str, enabled: bool) -> Result<()> {
    let write = sql("INSERT INTO provider_models (provider, model, enabled) VALUES ($1, $2, $3)
        ON CONFLICT (provider, model) DO UPDATE SET enabled = excluded.enabled")
    .bind(provider)
    .bind(model)
    .bind(enabled);
    tx.execute(write).await?;
    // of a model of the catalogue there is nothing to say when it is called
    let forget =
        sql("DELETE FROM provider_models WHERE provider = $1 AND model = $2 AND facts IS NULL AND enabled")
            .bind(provider)
            .bind(model);
    tx.execute(forget).await.map(drop)
}

/// Sets a price from its start on: what was to begin then or later is forgotten, and so is what is over at `now`.
pub async fn set_price(tx: &mut Tx, provider: &ProviderId, price: &PriceOverride, now: Time) -> Result<()> {
    let later = sql("DELETE FROM model_prices WHERE provider = $1 AND model = $2 AND starts_at >= $3")
        .bind(provider)
        .bind(&price.model)
        .bind(price.starts_at);
    tx.execute(later).await?;
    let insert = sql("INSERT INTO model_prices (provider, model, starts_at, prices, note, set_by, set_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(provider)
    .bind(&price.model)
    .bind(price.starts_at)
    .bind(Value::json(&price.prices)?)
    .bind(&price.note)
    .bind(&price.set_by)
    .bind(price.set_at);
    tx.execute(insert).await?;
    let over = sql("DELETE FROM model_prices WHERE provider = $1 AND model = $2 AND starts_at <
        (SELECT MAX(starts_at) FROM model_prices WHERE provider = $1 AND model = $2 AND starts_at <= $3)")
    .bind(provider)
    .bind(&price.model)
    .bind(now);
    tx.execute(over).await.map(drop)
}

/// What the catalogue says holds again; false when nothing was set over it.
pub async fn delete_prices(tx: &mut Tx, provider: &ProviderId, model: &str) -> Result<bool> {
    let delete =
        sql("DELETE FROM model_prices WHERE provider = $1 AND model = $2").bind(provider).bind(model);
    Ok(tx.execute(delete).await? > 0)
}
