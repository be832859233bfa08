//! Providers as people look at them: with what the gateway sees of their keys, and what their last test came to.

use super::{get, list};
use crate::actor::Actor;
use crate::error::Result;
use crate::services::Control;
use domain::audit::AuditEntry;
use domain::ids::{ProviderId, ProviderKeyId};
use domain::paging::{Page, PageOf};
use domain::providers::{LastTest, Provider, ProviderDetail, ProviderTest};
use serde::Deserialize;
use std::collections::HashMap;

/// As [`list`], with how each is.
pub async fn details(control: &Control, actor: &Actor, page: &PageOf) -> Result<Page<ProviderDetail>> {
    let Page { items, next } = list(control, actor, page).await?;
    Ok(Page { items: observe(control, items).await?, next })
}

/// As [`get`], with how it is.
pub async fn detail(control: &Control, actor: &Actor, id: &ProviderId) -> Result<ProviderDetail> {
    let provider = get(control, actor, id).await?;
    let mut tests = tests(control, std::slice::from_ref(&provider)).await?;
    let last_test = tests.remove(id.as_str());
    Ok(observed(control, provider, last_test))
}

async fn observe(control: &Control, providers: Vec<Provider>) -> Result<Vec<ProviderDetail>> {
    let mut tests = tests(control, &providers).await?;
    let observe = |provider: Provider| {
        let last_test = tests.remove(provider.id.as_str());
        observed(control, provider, last_test)
    };
    Ok(providers.into_iter().map(observe).collect())
}

fn observed(control: &Control, provider: Provider, last_test: Option<LastTest>) -> ProviderDetail {
    let health = control.gateway().map(|gateway| gateway.keys(&provider.id)).unwrap_or_default();
    ProviderDetail { provider, health, last_test }
}

/// As a test is written down.
#[derive(Deserialize)]
struct Written {
    key: Option<ProviderKeyId>,
    #[serde(flatten)]
    test: ProviderTest,
}

/// The last tests, which the audit trail has, by provider.
async fn tests(control: &Control, providers: &[Provider]) -> Result<HashMap<String, LastTest>> {
    let ids = providers.iter().map(|provider| provider.id.as_str());
    let entries = store::audit::last(&mut control.store().read().await?, "providers.test", ids).await?;
    Ok(entries.into_iter().filter_map(test).collect())
}

fn test(entry: AuditEntry) -> Option<(String, LastTest)> {
    let Written { key, test } = serde_json::from_str(&entry.after?).ok()?;
    Some((entry.object_id, LastTest { at: entry.at, key, test }))
}
