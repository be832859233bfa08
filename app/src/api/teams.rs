//! Teams.

pub mod members;

use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control};
use control::teams;
use domain::ids::TeamId;
use domain::teams::CreateTeam;
use leptos::prelude::*;

#[server(prefix = "/api", endpoint = "teams/create")]
pub async fn create(
    #[server(default)] name: String,
    #[server(default)] description: String,
) -> Result<Done, AppError> {
    let team = teams::create(&control(), &actor(), CreateTeam { name, description }).await?;
    Ok(Done::at(format!("/teams/{}", team.id)).saying(format!("team {} is created; you own it", team.name)))
}

#[server(prefix = "/api", endpoint = "teams/update")]
pub async fn update(
    team: TeamId,
    #[server(default)] name: String,
    #[server(default)] description: String,
) -> Result<Done, AppError> {
    let team = teams::update(&control(), &actor(), &team, CreateTeam { name, description }).await?;
    Ok(Done::at(format!("/teams/{}", team.id)).saying("the team is changed"))
}

/// Deletes a team that owns nothing.
#[server(prefix = "/api", endpoint = "teams/delete")]
pub async fn delete(team: TeamId) -> Result<Done, AppError> {
    teams::delete(&control(), &actor(), &team).await?;
    Ok(Done::at("/teams").saying("the team is deleted"))
}

#[server(prefix = "/api", endpoint = "teams/leave")]
pub async fn leave(team: TeamId) -> Result<Done, AppError> {
    teams::leave(&control(), &actor(), &team).await?;
    Ok(Done::at("/teams").saying("you left the team"))
}
