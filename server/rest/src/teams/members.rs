//! Members of a team.

use crate::answer::{Changed, Created, Done, Listed};
use crate::endpoint::Endpoint;
use crate::extract::{At, Body, Caller, Paged};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use control::teams::AddedMember;
use domain::ids::{AccountId, TeamId};
use domain::roles::{Permission, TeamRole};
use domain::teams::{AddMember, Member};
use schemars::JsonSchema;
use serde::Deserialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/teams/{team}/members", "teams.list-members", list)
            .needs_in_team(Permission::TeamsRead)
            .summary("Lists the members of a team"),
        Endpoint::post("/teams/{team}/members", "teams.add-member", add)
            .needs_in_team(Permission::TeamsManage)
            .audited()
            .summary("Adds a person; those without an account are invited"),
        Endpoint::patch("/teams/{team}/members/{account}", "teams.set-role", set_role)
            .needs_in_team(Permission::TeamsManage)
            .audited()
            .summary("Gives a member another role"),
        Endpoint::delete("/teams/{team}/members/{account}", "teams.remove-member", remove)
            .needs_in_team(Permission::TeamsManage)
            .audited()
            .summary("Removes a member"),
    ]
}

/// Gives a member another role.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UpdateMember {
    role: TeamRole,
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(team): At<TeamId>,
    Paged(page): Paged,
) -> Answer<Listed<Member>> {
    Ok(Listed(control::teams::members(&control, &actor, &team, &page).await?))
}

async fn add(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(team): At<TeamId>,
    Body(input): Body<AddMember>,
) -> Answer<Created<AddedMember>> {
    let added = control::teams::add_member(&control, &actor, &team, input).await?;
    let location = match &added {
        AddedMember::Joined(member) => format!("/teams/{team}/members/{}", member.account),
        AddedMember::Invited(new) => format!("/invitations/{}", new.invitation.id),
    };
    Ok(Created { location, object: added })
}

async fn set_role(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((team, account)): At<(TeamId, AccountId)>,
    Body(input): Body<UpdateMember>,
) -> Answer<Changed<Member>> {
    Ok(Changed(control::teams::set_role(&control, &actor, &team, &account, input.role).await?))
}

async fn remove(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((team, account)): At<(TeamId, AccountId)>,
) -> Answer<Done> {
    control::teams::remove_member(&control, &actor, &team, &account).await?;
    Ok(Done)
}
