//! Connections to AI vendors, and their keys. A secret goes in, and is in no answer.

use crate::answer::{Changed, Created, Done, Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{At, Body, Caller, Paged, Patch};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::ids::{ProviderId, ProviderKeyId};
use domain::problem::Problem;
use domain::providers::{
    CreateProvider, CreateProviderKey, Provider, ProviderDetail, ProviderKey, ProviderTest, ReplaceSecret,
    TestProvider, UpdateProvider, UpdateProviderKey, VendorForm,
};
use domain::roles::Permission;

pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = of_providers();
    endpoints.extend(of_keys());
    endpoints
}

fn of_providers() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/vendors", "providers.vendors", vendors)
            .needs(Permission::ProvidersRead)
            .summary("Lists the AI vendors that can be connected to, and what each asks"),
        Endpoint::get("/providers", "providers.list", list)
            .needs(Permission::ProvidersRead)
            .summary("Lists connections to AI vendors with their keys, without secrets, and how they are"),
        Endpoint::post("/providers", "providers.create", create)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary("Connects to an AI vendor; the secrets of its keys are never shown again"),
        Endpoint::get("/providers/{provider}", "providers.get", get)
            .needs(Permission::ProvidersRead)
            .summary("Shows a connection with its keys, without secrets: how the gateway sees them, and the last test"),
        Endpoint::patch("/providers/{provider}", "providers.update", update)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary(
                "Changes a connection; what is absent stays, also inside of `settings`. While it has keys, it stays \
                 at the host that they were given for",
            ),
        Endpoint::delete("/providers/{provider}", "providers.delete", delete)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary("Deletes a connection with its keys"),
        Endpoint::post("/providers/{provider}/test", "providers.test", test)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary("Calls the vendor with a key, and says whether that went well and how long it took"),
    ]
}

fn of_keys() -> Vec<Endpoint> {
    vec![
        Endpoint::post("/providers/{provider}/keys", "providers.add_key", add_key)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary("Adds a key behind those that there are; its secret is never shown again"),
        Endpoint::patch("/providers/{provider}/keys/{key}", "providers.update_key", update_key)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary("Changes a key but for its secret; another `position` moves it among the others"),
        Endpoint::delete("/providers/{provider}/keys/{key}", "providers.delete_key", delete_key)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary("Deletes a key; those behind it move up"),
        Endpoint::post("/providers/{provider}/keys/{key}/replace", "providers.replace_secret", replace)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary("Puts another secret in place of the one that there is"),
    ]
}

async fn vendors(
    State(control): State<Control>,
    Caller(actor): Caller,
    Paged(page): Paged,
) -> Answer<Listed<VendorForm>> {
    Ok(Listed(control::providers::vendors(&control, &actor, &page)?))
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    Paged(page): Paged,
) -> Answer<Listed<ProviderDetail>> {
    Ok(Listed(control::providers::details(&control, &actor, &page).await?))
}

async fn create(
    State(control): State<Control>,
    Caller(actor): Caller,
    Body(input): Body<CreateProvider>,
) -> Answer<Created<Provider>> {
    let provider = control::providers::create(&control, &actor, input).await?;
    Ok(Created { location: format!("/providers/{}", provider.id), object: provider })
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<ProviderId>,
) -> Answer<Object<ProviderDetail>> {
    Ok(Object(control::providers::detail(&control, &actor, &id).await?))
}

async fn update(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<ProviderId>,
    patch: Patch<UpdateProvider>,
) -> Answer<Changed<Provider>> {
    let current = control::providers::get(&control, &actor, &id).await?;
    let input = patch.over(&UpdateProvider::of(&current))?;
    Ok(Changed(control::providers::update(&control, &actor, &id, input).await?))
}

async fn delete(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<ProviderId>,
) -> Answer<Done> {
    control::providers::delete(&control, &actor, &id).await?;
    Ok(Done)
}

async fn test(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<ProviderId>,
    Body(input): Body<TestProvider>,
) -> Answer<Changed<ProviderTest>> {
    Ok(Changed(control::providers::test(&control, &actor, &id, input).await?))
}

/// Where the key's provider is: a key alone has no address that can be read.
async fn add_key(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<ProviderId>,
    Body(input): Body<CreateProviderKey>,
) -> Answer<Created<ProviderKey>> {
    let key = control::providers::add_key(&control, &actor, &id, input).await?;
    Ok(Created { location: format!("/providers/{id}"), object: key })
}

async fn update_key(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((id, key)): At<(ProviderId, ProviderKeyId)>,
    patch: Patch<UpdateProviderKey>,
) -> Answer<Changed<ProviderKey>> {
    let provider = control::providers::get(&control, &actor, &id).await?;
    let current = provider.keys.iter().find(|other| other.id == key);
    let current = current.ok_or_else(|| Problem::not_found("key"))?;
    let input = patch.over(&UpdateProviderKey::of(current))?;
    Ok(Changed(control::providers::update_key(&control, &actor, &id, &key, input).await?))
}

async fn delete_key(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((id, key)): At<(ProviderId, ProviderKeyId)>,
) -> Answer<Done> {
    control::providers::delete_key(&control, &actor, &id, &key).await?;
    Ok(Done)
}

async fn replace(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((id, key)): At<(ProviderId, ProviderKeyId)>,
    Body(input): Body<ReplaceSecret>,
) -> Answer<Changed<ProviderKey>> {
    Ok(Changed(control::providers::replace_secret(&control, &actor, &id, &key, input).await?))
}
