//! The keys of connections to AI vendors. What names one is called `provider_key`: what is called `key` is a secret.

use super::key;
use crate::api::typed::{number_in, time};
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::server::{actor, control};
use control::providers;
use domain::check::{Check, Invalid};
use domain::ids::{ProviderId, ProviderKeyId};
use domain::problem::Problem;
use domain::providers::{ProviderKey, ProviderSecret, ReplaceSecret, UpdateProviderKey};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

fn page(provider: &ProviderId) -> Done {
    Done::at(format!("/providers/{provider}"))
}

/// Adds a key behind those that there are.
#[server(prefix = "/api", endpoint = "provider-keys/create")]
pub async fn create(
    provider: ProviderId,
    #[server(default)] name: String,
    #[server(default)] secret: String,
    #[server(default)] weight: String,
    #[server(default)] expires_at: String,
) -> Result<Done, AppError> {
    let input = key(name, secret, &weight, &expires_at)?;
    let key = providers::add_key(&control(), &actor(), &provider, input).await?;
    Ok(page(&provider).saying(format!("the key {} takes calls now", key.name)))
}

/// Everything of a key but its secret, as a form says it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyFields {
    pub name: String,
    pub weight: String,
    pub position: String,
    /// A day, or empty.
    pub expires_at: String,
    /// Not empty: calls go out with it.
    pub enabled: String,
}

impl KeyFields {
    fn read(self) -> Result<UpdateProviderKey, Invalid> {
        let expires_at = time("expires_at", &self.expires_at)?;
        let mut check = Check::new();
        let weight = number_in(&mut check, "weight", &self.weight);
        let position = number_in(&mut check, "position", &self.position);
        let (name, enabled) = (self.name, !self.enabled.is_empty());
        check.done(|| {
            Some(UpdateProviderKey { name, weight: weight?, enabled, expires_at, position: position? })
        })
    }
}

/// Changes everything but the secret, and moves it among the others.
#[server(prefix = "/api", endpoint = "provider-keys/update")]
pub async fn update(
    provider: ProviderId,
    provider_key: ProviderKeyId,
    #[server(flatten)] fields: KeyFields,
) -> Result<Done, AppError> {
    let input = fields.read()?;
    let key = providers::update_key(&control(), &actor(), &provider, &provider_key, input).await?;
    Ok(page(&provider).saying(format!("the key {} is changed", key.name)))
}

async fn find(provider: &ProviderId, id: &ProviderKeyId) -> Result<ProviderKey> {
    let keys = providers::get(&control(), &actor(), provider).await?.keys;
    let key = keys.into_iter().find(|key| key.id == *id);
    Ok(key.ok_or_else(|| Problem::not_found("key"))?)
}

/// Switches a key on (`enabled` not empty) or off.
#[server(prefix = "/api", endpoint = "provider-keys/switch")]
pub async fn switch(
    provider: ProviderId,
    provider_key: ProviderKeyId,
    #[server(default)] enabled: String,
) -> Result<Done, AppError> {
    let key = find(&provider, &provider_key).await?;
    let input = UpdateProviderKey { enabled: !enabled.is_empty(), ..UpdateProviderKey::of(&key) };
    let key = providers::update_key(&control(), &actor(), &provider, &provider_key, input).await?;
    let state = if key.enabled { "on" } else { "off" };
    Ok(page(&provider).saying(format!("the key {} is switched {state}", key.name)))
}

/// Puts another secret in the place of the one that there is.
#[server(prefix = "/api", endpoint = "provider-keys/replace")]
pub async fn replace(
    provider: ProviderId,
    provider_key: ProviderKeyId,
    #[server(default)] secret: String,
) -> Result<Done, AppError> {
    let input = ReplaceSecret { secret: ProviderSecret::of(secret) };
    let key = providers::replace_secret(&control(), &actor(), &provider, &provider_key, input).await?;
    Ok(page(&provider).saying(format!("the key {} has another secret; calls go out with it", key.name)))
}

/// Removes a key; those behind it move up.
#[server(prefix = "/api", endpoint = "provider-keys/delete")]
pub async fn delete(provider: ProviderId, provider_key: ProviderKeyId) -> Result<Done, AppError> {
    providers::delete_key(&control(), &actor(), &provider, &provider_key).await?;
    Ok(page(&provider).saying("the key is removed"))
}
