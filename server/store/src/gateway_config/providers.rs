//! Connections to AI vendors, with their keys as they are sealed.

use std::collections::HashMap;

use domain::gateway_config::{GatewayProvider, GatewayProviderKey};
use domain::ids::ProviderId;
use domain::models::entries::ProviderModels;

use crate::error::Result;
use crate::exec::{Conn, sql};
use crate::models::{self, imports};

/// Those that are enabled, with the keys that are, and with what is said of models; only this one, if one is given.
pub async fn load(conn: &mut Conn, only: Option<&ProviderId>) -> Result<Vec<GatewayProvider>> {
    let select = sql("SELECT provider, id, secret, weight, expires_at FROM provider_keys")
        .condition("enabled")
        .filter_some("provider =", only)
        .push(" ORDER BY provider, position");
    let rows = conn.all(select, |row| {
        let key = GatewayProviderKey {
            id: row.get("id")?,
            secret: row.get("secret")?,
            weight: row.get("weight")?,
            expires_at: row.get("expires_at")?,
        };
        Ok((row.get::<ProviderId>("provider")?, key))
    });
    let mut keys: HashMap<ProviderId, Vec<GatewayProviderKey>> = HashMap::new();
    for (provider, key) in rows.await? {
        keys.entry(provider).or_default().push(key);
    }
    let select = sql("SELECT id, kind, base_url, settings FROM providers")
        .condition("enabled")
        .filter_some("id =", only)
        .push(" ORDER BY id");
    let providers = conn.all(select, |row| {
        let (id, kind, base_url) = (row.get("id")?, row.get("kind")?, row.get("base_url")?);
        Ok(GatewayProvider {
            id,
            kind,
            base_url,
            settings: row.json("settings")?,
            keys: Vec::new(),
            catalogue: None,
            models: ProviderModels::default(),
        })
    });
    let mut providers = providers.await?;
    let imported = imports::of_connections(conn, only).await?;
    let mut said = models::said(conn, only).await?;
    for provider in &mut providers {
        provider.keys = keys.remove(&provider.id).unwrap_or_default();
        provider.catalogue = imported.get(&provider.kind).cloned();
        provider.models = said.remove(&provider.id).unwrap_or_default();
    }
    Ok(providers)
}
