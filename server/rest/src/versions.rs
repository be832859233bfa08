//! Versions of an API: drafts and what came of them.

mod lifecycle;
mod revisions;

use crate::answer::{Changed, Created, Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{At, Body, Caller, LARGE, Paged, Patch};
use crate::operation::Answer;
use crate::problem::Refusal;
use axum::extract::State;
use control::Control;
use domain::check::Check;
use domain::ids::ApiId;
use domain::problem::{Problem, ProblemKind};
use domain::roles::Permission;
use domain::text::VersionName;
use domain::versions::{UpdateDraft, Version, VersionSummary};
use schemars::JsonSchema;
use serde::Deserialize;

pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = vec![
        Endpoint::get("/apis/{api}/versions", "versions.list", list)
            .needs_in_team(Permission::ApisRead)
            .summary("Lists the versions of an API"),
        Endpoint::post("/apis/{api}/versions", "versions.create", create)
            .needs_in_team(Permission::ApisEdit)
            .audited()
            .summary("Creates a version, as a copy of another if one is named"),
        Endpoint::get("/apis/{api}/versions/{version}", "versions.get", get)
            .needs_in_team(Permission::ApisRead)
            .summary("Shows a version with its draft"),
        Endpoint::patch("/apis/{api}/versions/{version}", "versions.update-draft", update_draft)
            .needs_in_team(Permission::ApisEdit)
            .audited()
            .summary("Changes the draft; what is absent stays, lists (models too) are replaced as a whole"),
        Endpoint::get("/apis/{api}/versions/{version}/document", "versions.document", document)
            .needs_in_team(Permission::ApisRead)
            .summary("Shows the draft's OpenAPI document"),
    ];
    endpoints.extend(lifecycle::endpoints());
    endpoints.extend(revisions::endpoints());
    endpoints
}

/// Creates a version of an API.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct CreateVersion {
    /// `v1` to `v999`.
    name: String,
    /// The version whose draft is copied; absent: the default version.
    from: Option<String>,
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(api): At<ApiId>,
    Paged(page): Paged,
) -> Answer<Listed<VersionSummary>> {
    Ok(Listed(control::versions::list(&control, &actor, &api, &page).await?))
}

async fn create(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(api): At<ApiId>,
    Body(input): Body<CreateVersion>,
) -> Answer<Created<Version>> {
    let mut check = Check::new();
    let name = check.parse::<VersionName>("name", &input.name);
    let from = check.parse_optional::<VersionName>("from", &input.from.unwrap_or_default());
    let (name, from) = check.done(|| Some((name?, from)))?;
    let version = control::versions::create(&control, &actor, &api, name, from).await?;
    Ok(Created { location: format!("/apis/{api}/versions/{}", version.name), object: version })
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, name)): At<(ApiId, VersionName)>,
) -> Answer<Object<Version>> {
    Ok(Object(control::versions::get(&control, &actor, &api, &name).await?))
}

async fn update_draft(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, name)): At<(ApiId, VersionName)>,
    patch: Patch<UpdateDraft, LARGE>,
) -> Answer<Changed<Version>> {
    let draft = control::versions::get(&control, &actor, &api, &name).await?.draft;
    let patch = patch.instead("upstream", "nodes", "url").instead("upstream", "url", "nodes");
    let patch = patch.within("upstream", &draft.upstream)?.within("policies", &draft.policies)?;
    Ok(Changed(control::versions::update_draft(&control, &actor, &api, &name, patch.read()?).await?))
}

async fn document(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, name)): At<(ApiId, VersionName)>,
) -> Answer<Object<serde_json::Value>> {
    let text = control::versions::document(&control, &actor, &api, &name).await?;
    let text = text.ok_or_else(|| Problem::not_found("document"))?;
    serde_json::from_str(&text).map(Object).map_err(|error| {
        tracing::error!(%error, "a kept OpenAPI document is not JSON");
        Refusal::from(Problem::new(ProblemKind::Internal, "it has been logged; please try again later"))
    })
}
