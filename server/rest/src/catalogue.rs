//! The catalogue: what people find. Open to callers without a token where the platform shows it to everybody.

use crate::answer::{Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{Asked, At, Paged, Viewer};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use control::catalogue::CatalogueApi;
use domain::catalogue::{CatalogueEntry, CatalogueFilter, Facets};
use domain::lifecycle::VersionState;
use domain::problem::Problem;
use schemars::JsonSchema;
use serde::Deserialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/catalogue", "catalogue.search", search).open().summary("Searches the catalogue"),
        Endpoint::get("/catalogue/facets", "catalogue.facets", facets)
            .open()
            .summary("Counts how many entries each filter would leave"),
        Endpoint::get("/catalogue/apis/{slug}", "catalogue.get", get)
            .open()
            .summary("Shows an API as its readers see it"),
        Endpoint::get("/catalogue/apis/{slug}/document", "catalogue.document", document)
            .open()
            .summary("Shows an API's OpenAPI document with the gateway's address"),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(default)]
#[derive(Default)]
struct Filter {
    /// Words looked for in names, slugs, descriptions and tags; all must be there.
    search: String,
    category: String,
    tag: String,
    /// The id of the owning team.
    team: String,
    /// The state of the default version.
    state: Option<VersionState>,
}

impl From<Filter> for CatalogueFilter {
    fn from(asked: Filter) -> Self {
        let Filter { search, category, tag, team, state } = asked;
        Self { search, category, tag, team, state }
    }
}

#[derive(Deserialize, JsonSchema)]
struct Which {
    /// `v1`, `v2`, …; absent: the default version.
    version: Option<String>,
}

async fn search(
    State(control): State<Control>,
    Viewer(viewer): Viewer,
    Asked(asked): Asked<Filter>,
    Paged(page): Paged,
) -> Answer<Listed<CatalogueEntry>> {
    Ok(Listed(control::catalogue::search(&control, viewer.as_ref(), &asked.into(), &page).await?))
}

async fn facets(
    State(control): State<Control>,
    Viewer(viewer): Viewer,
    Asked(asked): Asked<Filter>,
) -> Answer<Object<Facets>> {
    Ok(Object(control::catalogue::facets(&control, viewer.as_ref(), &asked.into()).await?))
}

async fn get(
    State(control): State<Control>,
    Viewer(viewer): Viewer,
    At(slug): At<String>,
    Asked(which): Asked<Which>,
) -> Answer<Object<CatalogueApi>> {
    let version = which.version.as_deref();
    Ok(Object(control::catalogue::entry(&control, viewer.as_ref(), &slug, version).await?))
}

async fn document(
    State(control): State<Control>,
    Viewer(viewer): Viewer,
    At(slug): At<String>,
    Asked(which): Asked<Which>,
) -> Answer<Object<serde_json::Value>> {
    let version = which.version.as_deref();
    let document = control::catalogue::document(&control, viewer.as_ref(), &slug, version).await?;
    Ok(Object(document.ok_or_else(|| Problem::not_found("document"))?))
}
