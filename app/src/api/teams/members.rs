//! Members of teams.

use crate::api::invitations::shown;
use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control};
use control::teams::{self, AddedMember};
use domain::ids::{AccountId, TeamId};
use domain::roles::TeamRole;
use domain::teams::AddMember;
use leptos::prelude::*;

/// Adds somebody by e-mail address; who has no account gets an invitation, whose link the page shows once.
#[server(prefix = "/api", endpoint = "members/create")]
pub async fn create(
    team: TeamId,
    #[server(default)] email: String,
    #[server(default)] role: String,
) -> Result<Done, AppError> {
    let added = teams::add_member(&control(), &actor(), &team, AddMember { email, role }).await?;
    Ok(match added {
        AddedMember::Joined(member) => Done::here().saying(format!("{} is in the team now", member.name)),
        AddedMember::Invited(new) => Done::here().showing(shown(new)),
    })
}

#[server(prefix = "/api", endpoint = "members/update")]
pub async fn update(team: TeamId, account: AccountId, role: TeamRole) -> Result<Done, AppError> {
    let member = teams::set_role(&control(), &actor(), &team, &account, role).await?;
    Ok(Done::here().saying(format!("{} has the role {} now", member.name, member.role)))
}

#[server(prefix = "/api", endpoint = "members/delete")]
pub async fn delete(team: TeamId, account: AccountId) -> Result<Done, AppError> {
    teams::remove_member(&control(), &actor(), &team, &account).await?;
    Ok(Done::here().saying("the member is removed"))
}
