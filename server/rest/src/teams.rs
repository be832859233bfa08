//! Teams and their members.

mod members;

use crate::answer::{Changed, Created, Done, Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{Asked, At, Body, Caller, Paged, Patch};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::ids::TeamId;
use domain::roles::Permission;
use domain::teams::{CreateTeam, Team, TeamSummary};
use schemars::JsonSchema;
use serde::Deserialize;

pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = vec![
        Endpoint::get("/teams", "teams.list", list)
            .signed_in()
            .summary("Lists the caller's teams; all teams for those who read every team"),
        Endpoint::post("/teams", "teams.create", create)
            .needs(Permission::TeamsCreate)
            .audited()
            .summary("Creates a team with the caller as its owner"),
        Endpoint::get("/teams/{team}", "teams.get", get)
            .needs_in_team(Permission::TeamsRead)
            .summary("Shows a team"),
        Endpoint::patch("/teams/{team}", "teams.update", update)
            .needs_in_team(Permission::TeamsManage)
            .audited()
            .summary("Changes a team; what is absent stays"),
        Endpoint::delete("/teams/{team}", "teams.delete", delete)
            .needs_in_team(Permission::TeamsManage)
            .audited()
            .summary("Deletes a team that owns nothing any more"),
        Endpoint::post("/teams/{team}/leave", "teams.leave", leave)
            .signed_in()
            .audited()
            .summary("Takes the caller out of a team"),
    ];
    endpoints.extend(members::endpoints());
    endpoints
}

#[derive(Deserialize, JsonSchema)]
struct Filter {
    /// A part of the name.
    search: Option<String>,
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    Asked(asked): Asked<Filter>,
    Paged(page): Paged,
) -> Answer<Listed<TeamSummary>> {
    let text = asked.search.unwrap_or_default();
    Ok(Listed(control::teams::list(&control, &actor, &text, &page).await?))
}

async fn create(
    State(control): State<Control>,
    Caller(actor): Caller,
    Body(input): Body<CreateTeam>,
) -> Answer<Created<Team>> {
    let team = control::teams::create(&control, &actor, input).await?;
    Ok(Created { location: format!("/teams/{}", team.id), object: team })
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<TeamId>,
) -> Answer<Object<TeamSummary>> {
    Ok(Object(control::teams::get(&control, &actor, &id).await?))
}

async fn update(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<TeamId>,
    patch: Patch<CreateTeam>,
) -> Answer<Changed<Team>> {
    let Team { name, description, .. } = control::teams::get(&control, &actor, &id).await?.team;
    let input = patch.over(&CreateTeam { name, description })?;
    Ok(Changed(control::teams::update(&control, &actor, &id, input).await?))
}

async fn delete(State(control): State<Control>, Caller(actor): Caller, At(id): At<TeamId>) -> Answer<Done> {
    control::teams::delete(&control, &actor, &id).await?;
    Ok(Done)
}

async fn leave(State(control): State<Control>, Caller(actor): Caller, At(id): At<TeamId>) -> Answer<Done> {
    control::teams::leave(&control, &actor, &id).await?;
    Ok(Done)
}
