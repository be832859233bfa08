//! Teams and their members.

mod members;

pub use members::{AddedMember, add_member, leave, members, remove_member, set_role};

use crate::actor::Actor;
use crate::audit::{self, By, Deed, NOTHING};
use crate::error::{Error, Result};
use crate::services::Control;
use domain::ids::TeamId;
use domain::paging::{Page, PageOf};
use domain::roles::{Permission, TeamRole};
use domain::teams::{CreateTeam, Team, TeamSummary};
use store::Tx;
use store::teams::TeamFilter;

fn deed<'a>(action: &'a str, team: &'a Team) -> Deed<'a> {
    Deed { action, kind: "team", id: team.id.as_str(), name: team.name.as_str(), team: Some(&team.id) }
}

/// Creates a team; whoever does becomes its owner.
pub async fn create(control: &Control, actor: &Actor, input: CreateTeam) -> Result<Team> {
    actor.require(Permission::TeamsCreate)?;
    let input = input.check()?;
    let now = control.now();
    let team = Team {
        id: control.new_id(TeamId::from_parts),
        name: input.name,
        description: input.description,
        created_at: now,
    };
    let mut tx = control.store().begin().await?;
    store::teams::insert(&mut tx, &team).await?;
    store::teams::add_member(&mut tx, &team.id, &actor.account, TeamRole::Owner, now).await?;
    audit::write(control, &mut tx, By::Actor(actor), deed("teams.create", &team), NOTHING, Some(&team))
        .await?;
    control.commit(tx).await?;
    Ok(team)
}

/// The teams that the caller is in, or all of them for those who read every team.
pub async fn list(control: &Control, actor: &Actor, text: &str, page: &PageOf) -> Result<Page<TeamSummary>> {
    let everything = actor.may_on_platform(Permission::TeamsRead);
    let filter = TeamFilter {
        text: Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        member: (!everything).then(|| actor.account.clone()),
    };
    Ok(store::teams::list(&mut control.store().read().await?, &filter, &actor.account, page).await?)
}

pub async fn get(control: &Control, actor: &Actor, id: &TeamId) -> Result<TeamSummary> {
    actor.require_in(id, Permission::TeamsRead, "team")?;
    let summary = store::teams::summary(&mut control.store().read().await?, id, &actor.account).await?;
    summary.ok_or_else(|| Error::not_found("team"))
}

/// The team, for a change that needs the permission.
async fn for_change(tx: &mut Tx, actor: &Actor, id: &TeamId) -> Result<Team> {
    actor.require_in(id, Permission::TeamsManage, "team")?;
    store::teams::get(tx, id).await?.ok_or_else(|| Error::not_found("team"))
}

pub async fn update(control: &Control, actor: &Actor, id: &TeamId, input: CreateTeam) -> Result<Team> {
    let input = input.check()?;
    let mut tx = control.store().begin().await?;
    let before = for_change(&mut tx, actor, id).await?;
    let after = Team { name: input.name, description: input.description, ..before.clone() };
    store::teams::update(&mut tx, &after).await?;
    let deed = deed("teams.update", &after);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&before), Some(&after)).await?;
    control.commit(tx).await?;
    Ok(after)
}

/// Deletes a team that owns nothing any more.
pub async fn delete(control: &Control, actor: &Actor, id: &TeamId) -> Result<()> {
    let mut tx = control.store().begin().await?;
    let team = for_change(&mut tx, actor, id).await?;
    let summary = store::teams::summary(&mut tx, id, &actor.account).await?;
    if let Some(owned) = summary.filter(|summary| summary.apis + summary.applications > 0) {
        return Err(Error::conflict(format!(
            "the team still owns {} APIs and {} applications; delete them first",
            owned.apis, owned.applications
        )));
    }
    store::teams::delete(&mut tx, id).await?;
    audit::write(control, &mut tx, By::Actor(actor), deed("teams.delete", &team), Some(&team), NOTHING)
        .await?;
    control.commit(tx).await
}
