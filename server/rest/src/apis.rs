//! APIs, as those see them who own them.

use crate::answer::{Changed, Created, Done, Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{Asked, At, Body, Caller, LARGE, Paged, Patch};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::apis::{Api, ApiDetail, CreateApi, UpdateApi};
use domain::ids::{ApiId, TeamId};
use domain::roles::Permission;
use schemars::JsonSchema;
use serde::Deserialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/apis", "apis.list", list).signed_in().summary("Lists the APIs of the caller's teams"),
        Endpoint::get("/teams/{team}/apis", "apis.list-of-team", list_of_team)
            .needs_in_team(Permission::ApisRead)
            .summary("Lists the APIs of a team"),
        Endpoint::post("/teams/{team}/apis", "apis.create", create)
            .needs_in_team(Permission::ApisEdit)
            .audited()
            .summary(
                "Creates an API from a backend's address or an OpenAPI document, or of kind `ai` from models, `prompt` from a prompt",
            ),
        Endpoint::get("/apis/{api}", "apis.get", get)
            .needs_in_team(Permission::ApisRead)
            .summary("Shows an API with its versions and plans"),
        Endpoint::patch("/apis/{api}", "apis.update", update)
            .needs_in_team(Permission::ApisEdit)
            .audited()
            .summary("Changes what the catalogue says of an API; what is absent stays"),
        Endpoint::delete("/apis/{api}", "apis.delete", delete)
            .needs_in_team(Permission::ApisPublish)
            .audited()
            .summary("Deletes an API that nobody subscribes to any more"),
    ]
}

#[derive(Deserialize, JsonSchema)]
struct Filter {
    /// Only APIs of this team.
    team: Option<TeamId>,
    /// A part of the name or slug.
    search: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Search {
    /// A part of the name or slug.
    search: Option<String>,
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    Asked(asked): Asked<Filter>,
    Paged(page): Paged,
) -> Answer<Listed<Api>> {
    let text = asked.search.unwrap_or_default();
    Ok(Listed(control::apis::list(&control, &actor, asked.team.as_ref(), &text, &page).await?))
}

async fn list_of_team(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(team): At<TeamId>,
    Asked(asked): Asked<Search>,
    Paged(page): Paged,
) -> Answer<Listed<Api>> {
    let text = asked.search.unwrap_or_default();
    Ok(Listed(control::apis::list(&control, &actor, Some(&team), &text, &page).await?))
}

async fn create(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(team): At<TeamId>,
    Body(input): Body<CreateApi, LARGE>,
) -> Answer<Created<ApiDetail>> {
    let detail = control::apis::create(&control, &actor, &team, input).await?;
    Ok(Created { location: format!("/apis/{}", detail.api.id), object: detail })
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<ApiId>,
) -> Answer<Object<ApiDetail>> {
    Ok(Object(control::apis::get(&control, &actor, &id).await?))
}

async fn update(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<ApiId>,
    patch: Patch<UpdateApi>,
) -> Answer<Changed<Api>> {
    Ok(Changed(control::apis::update(&control, &actor, &id, patch.read()?).await?))
}

async fn delete(State(control): State<Control>, Caller(actor): Caller, At(id): At<ApiId>) -> Answer<Done> {
    control::apis::delete(&control, &actor, &id).await?;
    Ok(Done)
}
