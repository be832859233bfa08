//! The keys of a provider: added, changed, moved, given another secret, deleted. Their places are 1, 2, 3 and so on.

use super::{deed, finish, hold, seal, vendors};
use crate::actor::Actor;
use crate::audit::NOTHING;
use crate::error::{Error, Result};
use crate::services::Control;
use domain::ids::{ProviderId, ProviderKeyId};
use domain::providers::{
    CreateProviderKey, MOST_KEYS, Provider, ProviderKey, ReplaceSecret, UpdateProviderKey,
};
use domain::roles::Permission;
use store::Tx;

fn of<'p>(provider: &'p Provider, id: &ProviderKeyId) -> Result<&'p ProviderKey> {
    provider.keys.iter().find(|key| key.id == *id).ok_or_else(|| Error::not_found("key"))
}

fn named_twice(error: store::Error) -> Error {
    let message = "the provider has another key of this name";
    Error::from(error).at_constraint("provider_keys_provider_name", "name", message)
}

/// Gives the keys their places in this order.
async fn place(tx: &mut Tx, keys: &[&ProviderKey]) -> Result<()> {
    for (position, key) in (1..).zip(keys) {
        if key.position != position {
            store::providers::keys::place(tx, &key.id, position).await?;
        }
    }
    Ok(())
}

/// Adds a key behind those that there are.
pub async fn add_key(
    control: &Control,
    actor: &Actor,
    id: &ProviderId,
    input: CreateProviderKey,
) -> Result<ProviderKey> {
    actor.require(Permission::ProvidersManage)?;
    let new = input.check(control.now())?;
    let mut tx = control.store().begin().await?;
    let provider = hold(&mut tx, id).await?;
    vendors::check_secret(vendors::form(control, &provider.kind)?, "secret", &new.secret)?;
    if provider.keys.len() >= MOST_KEYS {
        return Err(Error::conflict(format!("the provider has {MOST_KEYS} keys; it takes no more")));
    }
    let (key, sealed) = seal(control, new, provider.keys.len())?;
    store::providers::keys::insert(&mut tx, id, &key, &sealed).await.map_err(named_twice)?;
    store::providers::touch(&mut tx, id, control.now()).await?;
    finish(control, tx, actor, deed("providers.add_key", &provider), (NOTHING, Some(&key)), id).await?;
    Ok(key)
}

/// Changes everything of a key but its secret, and moves it.
pub async fn update_key(
    control: &Control,
    actor: &Actor,
    id: &ProviderId,
    key: &ProviderKeyId,
    input: UpdateProviderKey,
) -> Result<ProviderKey> {
    actor.require(Permission::ProvidersManage)?;
    let mut tx = control.store().begin().await?;
    let provider = hold(&mut tx, id).await?;
    let before = of(&provider, key)?;
    let after = input.apply(before, provider.keys.len())?;
    store::providers::keys::update(&mut tx, &after).await.map_err(named_twice)?;
    let mut order: Vec<&ProviderKey> = provider.keys.iter().filter(|other| other.id != *key).collect();
    let at = usize::try_from(after.position).unwrap_or(usize::MAX).saturating_sub(1);
    order.insert(at.min(order.len()), before);
    place(&mut tx, &order).await?;
    store::providers::touch(&mut tx, id, control.now()).await?;
    let deed = deed("providers.update_key", &provider);
    finish(control, tx, actor, deed, (Some(before), Some(&after)), id).await?;
    Ok(after)
}

/// Puts another secret in the place of the one that there is; everything else of the key stays.
pub async fn replace_secret(
    control: &Control,
    actor: &Actor,
    id: &ProviderId,
    key: &ProviderKeyId,
    input: ReplaceSecret,
) -> Result<ProviderKey> {
    actor.require(Permission::ProvidersManage)?;
    let secret = input.check()?;
    let sealed = control.provider_secrets().seal(key, secret.expose())?;
    let mut tx = control.store().begin().await?;
    let provider = hold(&mut tx, id).await?;
    let before = of(&provider, key)?;
    vendors::check_secret(vendors::form(control, &provider.kind)?, "secret", &secret)?;
    let after = ProviderKey { hint: secret.hint(), ..before.clone() };
    store::providers::keys::replace(&mut tx, &after, &sealed).await?;
    store::providers::touch(&mut tx, id, control.now()).await?;
    let deed = deed("providers.replace_secret", &provider);
    finish(control, tx, actor, deed, (Some(before), Some(&after)), id).await?;
    Ok(after)
}

/// Deletes a key; those behind it move up.
pub async fn delete_key(
    control: &Control,
    actor: &Actor,
    id: &ProviderId,
    key: &ProviderKeyId,
) -> Result<()> {
    actor.require(Permission::ProvidersManage)?;
    let mut tx = control.store().begin().await?;
    let provider = hold(&mut tx, id).await?;
    let before = of(&provider, key)?;
    store::providers::keys::delete(&mut tx, key).await?;
    let order: Vec<&ProviderKey> = provider.keys.iter().filter(|other| other.id != *key).collect();
    place(&mut tx, &order).await?;
    store::providers::touch(&mut tx, id, control.now()).await?;
    finish(control, tx, actor, deed("providers.delete_key", &provider), (Some(before), NOTHING), id).await
}
