//! Models of vendors and of connections, what operators say of them, and catalogues that are imported.

use crate::answer::{Changed, Created, Done, Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{Asked, At, Body, Caller, LARGE, Paged, Patch};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::models::entries::{Model, ModelDetail, ModelFilter};
use domain::models::imports::{ImportCatalogue, ImportOutcome, ModelImport};
use domain::models::inputs::{CreateModel, SetPrice, UpdateModel};
use domain::models::words::{Feature, Mode};
use domain::roles::Permission;
use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = of_models();
    endpoints.extend(of_imports());
    endpoints
}

fn of_models() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/models", "models.list", list).signed_in().summary(
            "Lists the models of vendors, and those that operators made; with a connection as `provider`, all that it \
             offers. Who may not read connections sees those that are switched on",
        ),
        Endpoint::get("/models/{provider}/{model}", "models.get", get)
            .signed_in()
            .summary("Shows a model of a vendor or of a connection, and where each of its prices is from"),
        Endpoint::put("/models/{provider}/{model}/price", "models.set_price", set_price)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary(
                "Sets what a model of a connection costs, for calls that begin at a time or later; prices that were to \
                 begin later are forgotten",
            ),
        Endpoint::delete("/models/{provider}/{model}/price", "models.delete_price", delete_price)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary("Forgets all prices that were set over the catalogue's"),
        Endpoint::patch("/models/{provider}/{model}", "models.update", update)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary("Says whether a connection calls a model"),
        Endpoint::post("/providers/{provider}/models", "models.create", create)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary("Adds a model to a connection that no catalogue has"),
        Endpoint::delete("/models/{provider}/{model}", "models.delete", delete)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary("Deletes a model that was added to a connection, with its prices"),
    ]
}

fn of_imports() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/models/imports", "models.imports", imports)
            .needs(Permission::ProvidersRead)
            .summary("Lists the catalogues that were imported, newest first"),
        Endpoint::post("/models/import/check", "models.check_import", check_import)
            .needs(Permission::ProvidersManage)
            .summary("Says what a catalogue would make different; nothing is kept"),
        Endpoint::post("/models/import", "models.import", import)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary(
                "Puts the models of a catalogue in the place of those of its vendors; all of it, or nothing",
            ),
        Endpoint::post("/models/import/undo", "models.undo_import", undo_import)
            .needs(Permission::ProvidersManage)
            .audited()
            .summary("Undoes the last import: what was in effect before it is so again"),
    ]
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Filter {
    /// A vendor's id such as `openai`, or the id of a connection.
    provider: Option<String>,
    mode: Option<Mode>,
    feature: Option<Feature>,
    /// Whether the price is known.
    priced: Option<bool>,
    /// A part of the model's id or the vendor's.
    q: Option<String>,
}

impl From<Filter> for ModelFilter {
    fn from(filter: Filter) -> Self {
        let Filter { provider, mode, feature, priced, q } = filter;
        Self { provider, mode, feature, priced, search: q.unwrap_or_default() }
    }
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    Asked(filter): Asked<Filter>,
    Paged(page): Paged,
) -> Answer<Listed<Model>> {
    Ok(Listed(control::models::list(&control, &actor, &filter.into(), &page).await?))
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((provider, model)): At<(String, String)>,
) -> Answer<Object<ModelDetail>> {
    Ok(Object(control::models::get(&control, &actor, &provider, &model).await?))
}

async fn set_price(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((provider, model)): At<(String, String)>,
    Body(input): Body<SetPrice>,
) -> Answer<Changed<ModelDetail>> {
    Ok(Changed(control::models::set_price(&control, &actor, &provider, &model, input).await?))
}

async fn delete_price(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((provider, model)): At<(String, String)>,
) -> Answer<Done> {
    control::models::delete_price(&control, &actor, &provider, &model).await?;
    Ok(Done)
}

async fn update(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((provider, model)): At<(String, String)>,
    patch: Patch<UpdateModel>,
) -> Answer<Changed<ModelDetail>> {
    let current = control::models::get(&control, &actor, &provider, &model).await?.model;
    let input = patch.over(&UpdateModel { enabled: current.enabled })?;
    Ok(Changed(control::models::update(&control, &actor, &provider, &model, input).await?))
}

async fn create(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(provider): At<String>,
    Body(input): Body<CreateModel>,
) -> Answer<Created<ModelDetail>> {
    let detail = control::models::create(&control, &actor, &provider, input).await?;
    Ok(Created { location: address(&detail.model), object: detail })
}

/// Names of models have slashes in them.
fn address(model: &Model) -> String {
    let mut url = Url::parse("http://localhost/models").ok();
    if let Some(mut path) = url.as_mut().and_then(|url| url.path_segments_mut().ok()) {
        path.extend([&model.provider, &model.id]);
    }
    url.map(|url| url.path().to_owned()).unwrap_or_default()
}

async fn delete(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((provider, model)): At<(String, String)>,
) -> Answer<Done> {
    control::models::delete(&control, &actor, &provider, &model).await?;
    Ok(Done)
}

async fn imports(
    State(control): State<Control>,
    Caller(actor): Caller,
    Paged(page): Paged,
) -> Answer<Listed<ModelImport>> {
    Ok(Listed(control::models::imports(&control, &actor, &page).await?))
}

async fn check_import(
    State(control): State<Control>,
    Caller(actor): Caller,
    Body(input): Body<ImportCatalogue, LARGE>,
) -> Answer<Changed<ImportOutcome>> {
    Ok(Changed(control::models::check_import(&control, &actor, &input).await?))
}

async fn import(
    State(control): State<Control>,
    Caller(actor): Caller,
    Body(input): Body<ImportCatalogue, LARGE>,
) -> Answer<Changed<ImportOutcome>> {
    Ok(Changed(control::models::import(&control, &actor, &input).await?))
}

async fn undo_import(State(control): State<Control>, Caller(actor): Caller) -> Answer<Changed<ModelImport>> {
    Ok(Changed(control::models::undo_import(&control, &actor).await?))
}
