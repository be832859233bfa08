//! Connections to AI vendors; their keys are in [`keys`]. Secrets go in; no page shows them.

pub mod keys;

use crate::api::typed::{optional_number, time};
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::server::{actor, control};
use control::providers;
use domain::check::Invalid;
use domain::ids::{ProviderId, ProviderKeyId};
use domain::providers::{
    CreateProvider, CreateProviderKey, ProviderSecret, ProviderSettings, TestProvider, UpdateProvider,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What was typed, if anything.
fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A key as a form says it.
fn key(name: String, secret: String, weight: &str, expires_at: &str) -> Result<CreateProviderKey, Invalid> {
    let weight = optional_number("weight", weight)?;
    let expires_at = time("expires_at", expires_at)?;
    Ok(CreateProviderKey { name, secret: ProviderSecret::of(secret), weight, expires_at })
}

/// What a form says of a new connection, besides what the vendor asks.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConnectFields {
    pub name: String,
    /// Empty: the vendor's own.
    pub base_url: String,
    pub key_name: String,
    /// Empty: there is no key yet.
    pub secret: String,
}

/// Without the secret.
impl fmt::Debug for ConnectFields {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ConnectFields").field("name", &self.name).finish_non_exhaustive()
    }
}

impl ConnectFields {
    fn read(self, kind: String, settings: ProviderSettings) -> Result<CreateProvider, Invalid> {
        let Self { name, base_url, key_name, secret } = self;
        let keys = match given(&secret) {
            Some(secret) => vec![key(key_name, secret, "", "")?],
            None => Vec::new(),
        };
        Ok(CreateProvider { name, kind, base_url: given(&base_url), settings, keys })
    }
}

/// Connects to a vendor, with a first key if its secret was typed.
#[server(prefix = "/api", endpoint = "providers/create")]
pub async fn create(
    kind: String,
    #[server(default)] settings: ProviderSettings,
    #[server(flatten)] fields: ConnectFields,
) -> Result<Done, AppError> {
    let input = fields.read(kind, settings)?;
    let provider = providers::create(&control(), &actor(), input).await?;
    let said = format!("{} is connected; test it now", provider.name);
    Ok(Done::at(format!("/providers/{}", provider.id)).saying(said))
}

/// Changes everything but the keys; `enabled` not empty: it may be called.
#[server(prefix = "/api", endpoint = "providers/update")]
pub async fn update(
    provider: ProviderId,
    #[server(default)] name: String,
    #[server(default)] base_url: String,
    #[server(default)] settings: ProviderSettings,
    #[server(default)] enabled: String,
) -> Result<Done, AppError> {
    let enabled = !enabled.is_empty();
    let input = UpdateProvider { name, base_url: given(&base_url), settings, enabled };
    providers::update(&control(), &actor(), &provider, input).await?;
    Ok(Done::here().saying("the connection is changed; the gateway knows"))
}

/// Really calls the vendor, with the named key or the first that can be used; the page shows what came of it.
#[server(prefix = "/api", endpoint = "providers/test")]
pub async fn test(
    provider: ProviderId,
    #[server(default)] provider_key: Option<ProviderKeyId>,
) -> Result<Done, AppError> {
    let input = TestProvider { key: provider_key };
    let test = providers::test(&control(), &actor(), &provider, input).await?;
    let page = Done::at(format!("/providers/{provider}"));
    Ok(if test.ok { page.saying(format!("the vendor answered in {} ms", test.latency_ms)) } else { page })
}

/// Deletes a connection that no api uses.
#[server(prefix = "/api", endpoint = "providers/delete")]
pub async fn delete(provider: ProviderId) -> Result<Done, AppError> {
    providers::delete(&control(), &actor(), &provider).await?;
    Ok(Done::at("/providers").saying("the connection and its keys are deleted"))
}
