//! What the operators of a connection say of its models: prices, own models, and which are called.

use super::known::{self, Known};
use crate::actor::Actor;
use crate::audit::{self, By, Deed, NOTHING};
use crate::error::{Error, Result};
use crate::services::Control;
use domain::check::Invalid;
use domain::gateway_config::Change;
use domain::ids::ProviderId;
use domain::models::entries::{ModelDetail, PriceOverride, ProviderModels};
use domain::models::inputs::{CreateModel, NewModel, NewPrice, SetPrice, UpdateModel};
use domain::roles::Permission;
use serde::Serialize;
use std::sync::Arc;
use store::Tx;

/// Models of a connection's own.
const MOST_OWN: usize = 500;
/// Prices of a model, the present one and those to come.
const MOST_PRICES: usize = 20;

/// A connection that nobody else changes until the transaction ends.
struct Held {
    tx: Tx,
    id: ProviderId,
    vendor: String,
    said: ProviderModels,
    known: Arc<Known>,
}

impl Held {
    async fn open(control: &Control, actor: &Actor, provider: &str) -> Result<Self> {
        actor.require(Permission::ProvidersManage)?;
        let Ok(id) = provider.parse::<ProviderId>() else {
            return Err(no_connection(control, provider));
        };
        let mut tx = control.store().begin().await?;
        store::providers::hold(&mut tx, &id).await?;
        let held = store::providers::get(&mut tx, &id).await?;
        let vendor = held.ok_or_else(|| Error::not_found("provider"))?.kind;
        let said = store::models::said(&mut tx, Some(&id)).await?.remove(&id).unwrap_or_default();
        let known = known::known(control, &mut tx).await?;
        Ok(Self { tx, id, vendor, said, known })
    }

    fn is_own(&self, model: &str) -> bool {
        self.said.own.iter().any(|own| own.id == model)
    }

    /// Refuses what is no model of the connection.
    fn check_model(&self, model: &str) -> Result<()> {
        let listed = self.known.named(&self.vendor, model).is_some_and(|facts| facts.id == model);
        // what was said of a model can be taken back also when no catalogue has it any more
        let said = self.said.disabled.contains(model)
            || self.said.overrides.iter().any(|price| price.model == model);
        if listed || said || self.is_own(model) { Ok(()) } else { Err(Error::not_found("model")) }
    }

    /// Writes down what was done, and waits until the gateway has heard of it.
    async fn finish(
        mut self,
        control: &Control,
        actor: &Actor,
        (action, model): (&str, &str),
        before: Option<&impl Serialize>,
        after: Option<&impl Serialize>,
    ) -> Result<()> {
        let object = format!("{}/{model}", self.id);
        let deed = Deed { action, kind: "model", id: &object, name: model, team: None };
        self.tx.mark_change(Change::Provider(self.id.clone()));
        audit::write(control, &mut self.tx, By::Actor(actor), deed, before, after).await?;
        control.commit(self.tx).await
    }
}

/// A vendor is no connection: what is set holds for one of those.
fn no_connection(control: &Control, provider: &str) -> Error {
    let vendor = control.vendors().iter().any(|form| form.id == provider);
    if vendor || control.models().comes_with(provider) {
        let message = "expected the id of a connection: what is set holds for one, not for a vendor";
        return Invalid::one("provider", message).into();
    }
    Error::not_found("provider")
}

/// Sets a price from its start on, in the place of what was to begin later.
pub async fn set_price(
    control: &Control,
    actor: &Actor,
    provider: &str,
    model: &str,
    input: SetPrice,
) -> Result<ModelDetail> {
    let mut held = Held::open(control, actor, provider).await?;
    held.check_model(model)?;
    let now = control.now();
    let NewPrice { prices, starts_at, note } = input.check(now)?;
    let stay = held.said.overrides.iter().filter(|set| set.model == model && set.starts_at < starts_at);
    if stay.count() >= MOST_PRICES {
        return Err(
            Invalid::one("starts_at", "expected at most 20 prices of a model that are to come").into()
        );
    }
    let price = PriceOverride {
        model: model.to_owned(),
        starts_at,
        prices,
        note,
        set_by: actor.name.clone(),
        set_at: now,
    };
    store::models::set_price(&mut held.tx, &held.id, &price, now).await?;
    let before = held.said.price(model, now).cloned();
    held.finish(control, actor, ("models.set_price", model), before.as_ref(), Some(&price)).await?;
    super::get(control, actor, provider, model).await
}

/// What the catalogue says holds again, at once.
pub async fn delete_price(control: &Control, actor: &Actor, provider: &str, model: &str) -> Result<()> {
    let mut held = Held::open(control, actor, provider).await?;
    if !store::models::delete_prices(&mut held.tx, &held.id, model).await? {
        return Err(Error::not_found("price"));
    }
    let before: Vec<_> = held.said.overrides.iter().filter(|set| set.model == model).cloned().collect();
    held.finish(control, actor, ("models.delete_price", model), Some(&before), NOTHING).await
}

/// Says whether the connection calls a model.
pub async fn update(
    control: &Control,
    actor: &Actor,
    provider: &str,
    model: &str,
    input: UpdateModel,
) -> Result<ModelDetail> {
    let mut held = Held::open(control, actor, provider).await?;
    held.check_model(model)?;
    store::models::set_enabled(&mut held.tx, &held.id, model, input.enabled).await?;
    let before = UpdateModel { enabled: !held.said.disabled.contains(model) };
    held.finish(control, actor, ("models.update", model), Some(&before), Some(&input)).await?;
    super::get(control, actor, provider, model).await
}

/// Adds a model that no catalogue has.
pub async fn create(
    control: &Control,
    actor: &Actor,
    provider: &str,
    input: CreateModel,
) -> Result<ModelDetail> {
    let mut held = Held::open(control, actor, provider).await?;
    let NewModel { facts, prices } = input.check(&held.vendor)?;
    if held.said.own.len() >= MOST_OWN {
        return Err(Error::conflict("a connection has at most 500 models of its own"));
    }
    let names = || std::iter::once(&facts.id).chain(&facts.aliases);
    for (at, name) in names().enumerate() {
        let own = held.said.own.iter().any(|other| other.id == *name || other.aliases.contains(name));
        if own || held.known.named(&held.vendor, name).is_some() {
            let field = at.checked_sub(1).map_or_else(|| "id".to_owned(), |at| format!("aliases[{at}]"));
            return Err(Error::taken(&field, "is the name of another model"));
        }
    }
    if held.said.disabled.contains(&facts.id) {
        // something was said of a model of this name that no catalogue has any more
        store::models::set_enabled(&mut held.tx, &held.id, &facts.id, true).await?;
    }
    store::models::insert(&mut held.tx, &held.id, &facts).await?;
    if !prices.is_empty() {
        let now = control.now();
        let (model, set_by) = (facts.id.clone(), actor.name.clone());
        let price = PriceOverride { model, starts_at: now, prices, note: String::new(), set_by, set_at: now };
        store::models::set_price(&mut held.tx, &held.id, &price, now).await?;
    }
    held.finish(control, actor, ("models.create", &facts.id), NOTHING, Some(&facts)).await?;
    super::get(control, actor, provider, &facts.id).await
}

/// Deletes a model of the connection's own with its prices.
pub async fn delete(control: &Control, actor: &Actor, provider: &str, model: &str) -> Result<()> {
    let mut held = Held::open(control, actor, provider).await?;
    held.check_model(model)?;
    let before = held.said.own.iter().find(|own| own.id == model).cloned();
    if before.is_none() {
        let detail = "it is a model of the catalogue; switch it off to keep it from being called";
        return Err(Error::conflict(detail));
    }
    store::models::delete(&mut held.tx, &held.id, model).await?;
    held.finish(control, actor, ("models.delete", model), before.as_ref(), NOTHING).await
}
