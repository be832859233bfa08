//! Connections to AI vendors. A key's secret is sealed as soon as it is here; no use case gives it back.

mod clouds;
mod detail;
mod keys;
mod secrets;
mod test;
mod vendors;

pub use clouds::{Asked, CloudKeys, Exchange};
pub use detail::{detail, details};
pub use keys::{add_key, delete_key, replace_secret, update_key};
pub use secrets::ProviderSecrets;
pub use test::test;
pub use vendors::vendors;

use crate::actor::Actor;
use crate::audit::{self, By, Deed, NOTHING};
use crate::error::{Error, Result};
use crate::services::Control;
use domain::gateway_config::Change;
use domain::ids::{ProviderId, ProviderKeyId};
use domain::paging::{Page, PageOf};
use domain::providers::{CreateProvider, NewProvider, NewProviderKey, Provider, ProviderKey, UpdateProvider};
use domain::roles::Permission;
use domain::upstream::UpstreamUrl;
use serde::Serialize;
use store::{Conn, Tx};

/// So many apis are named that keep a provider from being deleted.
const MOST_USERS: u32 = 5;

fn deed<'a>(action: &'a str, provider: &'a Provider) -> Deed<'a> {
    Deed { action, kind: "provider", id: provider.id.as_str(), name: &provider.name, team: None }
}

async fn open(conn: &mut Conn, id: &ProviderId) -> Result<Provider> {
    store::providers::get(conn, id).await?.ok_or_else(|| Error::not_found("provider"))
}

/// The provider, which nobody else changes until the transaction ends.
async fn hold(tx: &mut Tx, id: &ProviderId) -> Result<Provider> {
    store::providers::hold(tx, id).await?;
    open(tx, id).await
}

fn named_twice(error: store::Error) -> Error {
    Error::from(error).at_constraint("providers_name", "name", "is taken by another provider")
}

/// Writes down what became of a provider or of one of its keys, and waits until the gateway has heard of it.
async fn finish(
    control: &Control,
    mut tx: Tx,
    actor: &Actor,
    deed: Deed<'_>,
    (before, after): (Option<&impl Serialize>, Option<&impl Serialize>),
    id: &ProviderId,
) -> Result<()> {
    tx.mark_change(Change::Provider(id.clone()));
    audit::write(control, &mut tx, By::Actor(actor), deed, before, after).await?;
    control.commit(tx).await
}

/// The providers by name, with their keys but without their secrets.
pub async fn list(control: &Control, actor: &Actor, page: &PageOf) -> Result<Page<Provider>> {
    actor.require(Permission::ProvidersRead)?;
    Ok(store::providers::list(&mut control.store().read().await?, page).await?)
}

pub async fn get(control: &Control, actor: &Actor, id: &ProviderId) -> Result<Provider> {
    actor.require(Permission::ProvidersRead)?;
    open(&mut control.store().read().await?, id).await
}

/// Connects to a vendor. One without keys is kept as well: they can be added.
pub async fn create(control: &Control, actor: &Actor, input: CreateProvider) -> Result<Provider> {
    actor.require(Permission::ProvidersManage)?;
    let now = control.now();
    let NewProvider { name, kind, base_url, settings, keys } = input.check(now)?;
    let form = vendors::form(control, &kind)?;
    let address = form.address(base_url.as_ref(), &settings)?;
    control.outbound().check("base_url", address.url())?;
    let mut provider = Provider {
        id: control.new_id(ProviderId::from_parts),
        name,
        kind,
        base_url,
        settings,
        enabled: true,
        keys: Vec::new(),
        created_at: now,
        updated_at: now,
    };
    let mut sealed = Vec::new();
    for (at, new) in keys.into_iter().enumerate() {
        vendors::check_secret(form, &format!("keys[{at}].secret"), &new.secret)?;
        let (key, secret) = seal(control, new, provider.keys.len())?;
        provider.keys.push(key);
        sealed.push(secret);
    }
    let mut tx = control.store().begin().await?;
    store::providers::insert(&mut tx, &provider).await.map_err(named_twice)?;
    for (key, secret) in provider.keys.iter().zip(&sealed) {
        store::providers::keys::insert(&mut tx, &provider.id, key, secret).await?;
    }
    let deed = deed("providers.create", &provider);
    finish(control, tx, actor, deed, (NOTHING, Some(&provider)), &provider.id).await?;
    Ok(provider)
}

/// A new key behind `before` others, and its sealed secret.
fn seal(control: &Control, new: NewProviderKey, before: usize) -> Result<(ProviderKey, String)> {
    let NewProviderKey { name, secret, weight, expires_at } = new;
    let id = control.new_id(ProviderKeyId::from_parts);
    let sealed = control.provider_secrets().seal(&id, secret.expose())?;
    let position = u32::try_from(before + 1).unwrap_or(u32::MAX);
    let (hint, created_at) = (secret.hint(), control.now());
    Ok((ProviderKey { id, name, hint, weight, position, enabled: true, expires_at, created_at }, sealed))
}

/// Changes everything but the vendor and the keys. A provider with keys stays at its host.
pub async fn update(
    control: &Control,
    actor: &Actor,
    id: &ProviderId,
    input: UpdateProvider,
) -> Result<Provider> {
    actor.require(Permission::ProvidersManage)?;
    let mut tx = control.store().begin().await?;
    let before = hold(&mut tx, id).await?;
    let after = Provider { updated_at: control.now(), ..input.apply(&before)? };
    // one whose vendor is not known to this release can still be renamed and switched off
    if (&after.base_url, &after.settings) != (&before.base_url, &before.settings) {
        check_move(control, &before, &after)?;
    }
    store::providers::update(&mut tx, &after).await.map_err(named_twice)?;
    let deed = deed("providers.update", &after);
    finish(control, tx, actor, deed, (Some(&before), Some(&after)), id).await?;
    Ok(after)
}

/// Refuses what would send keys elsewhere than where they were given for: nobody who may change an address shall read
/// secrets by it.
fn check_move(control: &Control, before: &Provider, after: &Provider) -> Result<()> {
    let form = vendors::form(control, &after.kind)?;
    let to = form.address(after.base_url.as_ref(), &after.settings)?;
    control.outbound().check("base_url", to.url())?;
    let from = form.address(before.base_url.as_ref(), &before.settings).ok();
    let host = |url: &UpstreamUrl| url.url().origin().ascii_serialization();
    if after.keys.is_empty() || from.as_ref().map(host) == Some(host(&to)) {
        return Ok(());
    }
    let field = if after.base_url == before.base_url { "settings" } else { "base_url" };
    let from = from.map_or_else(|| "another host".to_owned(), |from| host(&from));
    let message = format!(
        "its keys were given for {from}; delete them first, or make another provider for {}",
        host(&to)
    );
    Err(Error::taken(field, message))
}

/// Deletes a provider with its keys, unless an api calls it.
pub async fn delete(control: &Control, actor: &Actor, id: &ProviderId) -> Result<()> {
    actor.require(Permission::ProvidersManage)?;
    let mut tx = control.store().begin().await?;
    let provider = hold(&mut tx, id).await?;
    check_unused(&mut tx, id).await?;
    store::providers::delete(&mut tx, id).await?;
    let deed = deed("providers.delete", &provider);
    finish(control, tx, actor, deed, (Some(&provider), NOTHING), id).await
}

/// Refuses what would leave an api without a provider that its draft or its live revision names.
async fn check_unused(tx: &mut Tx, id: &ProviderId) -> Result<()> {
    let mut users = store::providers::users(tx, id, MOST_USERS + 1).await?;
    if users.is_empty() {
        return Ok(());
    }
    let most = usize::try_from(MOST_USERS).unwrap_or(usize::MAX);
    let others = if users.len() > most { " and others" } else { "" };
    users.truncate(most);
    Err(Error::conflict(format!("it is used by {}{others}; take it out there first", users.join(", "))))
}
