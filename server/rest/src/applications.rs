//! Applications: consumers of APIs.

use crate::answer::{Changed, Created, Done, Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{Asked, At, Body, Caller, Paged, Patch};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::applications::{Application, ApplicationSummary, CreateApplication};
use domain::ids::{ApplicationId, TeamId};
use domain::roles::Permission;
use schemars::JsonSchema;
use serde::Deserialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/applications", "applications.list", list)
            .signed_in()
            .summary("Lists the applications of the caller's teams"),
        Endpoint::get("/teams/{team}/applications", "applications.list-of-team", list_of_team)
            .needs_in_team(Permission::ApplicationsRead)
            .summary("Lists the applications of a team"),
        Endpoint::post("/teams/{team}/applications", "applications.create", create)
            .needs_in_team(Permission::ApplicationsManage)
            .audited()
            .summary("Creates an application"),
        Endpoint::get("/applications/{application}", "applications.get", get)
            .needs_in_team(Permission::ApplicationsRead)
            .summary("Shows an application"),
        Endpoint::patch("/applications/{application}", "applications.update", update)
            .needs_in_team(Permission::ApplicationsManage)
            .audited()
            .summary("Changes an application; what is absent stays"),
        Endpoint::delete("/applications/{application}", "applications.delete", delete)
            .needs_in_team(Permission::ApplicationsManage)
            .audited()
            .summary("Deletes an application with its credentials and subscriptions"),
    ]
}

#[derive(Deserialize, JsonSchema)]
struct Filter {
    /// Only applications of this team.
    team: Option<TeamId>,
    /// A part of the name.
    search: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Search {
    /// A part of the name.
    search: Option<String>,
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    Asked(asked): Asked<Filter>,
    Paged(page): Paged,
) -> Answer<Listed<ApplicationSummary>> {
    let text = asked.search.unwrap_or_default();
    Ok(Listed(control::applications::list(&control, &actor, asked.team.as_ref(), &text, &page).await?))
}

async fn list_of_team(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(team): At<TeamId>,
    Asked(asked): Asked<Search>,
    Paged(page): Paged,
) -> Answer<Listed<ApplicationSummary>> {
    let text = asked.search.unwrap_or_default();
    Ok(Listed(control::applications::list(&control, &actor, Some(&team), &text, &page).await?))
}

async fn create(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(team): At<TeamId>,
    Body(input): Body<CreateApplication>,
) -> Answer<Created<Application>> {
    let application = control::applications::create(&control, &actor, &team, input).await?;
    Ok(Created { location: format!("/applications/{}", application.id), object: application })
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<ApplicationId>,
) -> Answer<Object<ApplicationSummary>> {
    Ok(Object(control::applications::get(&control, &actor, &id).await?))
}

async fn update(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<ApplicationId>,
    patch: Patch<CreateApplication>,
) -> Answer<Changed<Application>> {
    let current = control::applications::get(&control, &actor, &id).await?.application;
    let Application { name, description, .. } = current;
    let input = patch.over(&CreateApplication { name, description })?;
    Ok(Changed(control::applications::update(&control, &actor, &id, input).await?))
}

async fn delete(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<ApplicationId>,
) -> Answer<Done> {
    control::applications::delete(&control, &actor, &id).await?;
    Ok(Done)
}
