//! Members of a team: in, out, and as what. A team keeps at least one owner.

use super::{deed, for_change};
use crate::actor::Actor;
use crate::audit::{self, By, NOTHING};
use crate::error::{Error, Result};
use crate::invitations;
use crate::services::Control;
use domain::accounts::{AccountStatus, NewInvitation};
use domain::ids::{AccountId, TeamId};
use domain::paging::{Page, PageOf};
use domain::roles::{Permission, PlatformRole, TeamRole};
use domain::teams::{AddMember, Member, Team};
use serde::Serialize;
use store::Tx;

/// What came of adding somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum AddedMember {
    Joined(Member),
    /// There was no account with the address: the link is to be given to the person.
    Invited(NewInvitation),
}

pub async fn members(control: &Control, actor: &Actor, team: &TeamId, page: &PageOf) -> Result<Page<Member>> {
    actor.require_in(team, Permission::TeamsRead, "team")?;
    Ok(store::teams::members(&mut control.store().read().await?, team, page).await?)
}

/// Adds an account, or invites a person who has none.
pub async fn add_member(
    control: &Control,
    actor: &Actor,
    id: &TeamId,
    input: AddMember,
) -> Result<AddedMember> {
    actor.require_in(id, Permission::TeamsManage, "team")?;
    let (email, role) = input.check()?;
    let mut tx = control.store().begin().await?;
    let team = for_change(&mut tx, actor, id).await?;
    let Some(account) = store::accounts::get_by_email(&mut tx, &email).await? else {
        let place = Some((id, role));
        let new = invitations::insert(control, &mut tx, actor, email, PlatformRole::Member, place).await?;
        control.commit(tx).await?;
        return Ok(AddedMember::Invited(new));
    };
    if account.status == AccountStatus::Disabled {
        return Err(Error::conflict("this account is disabled"));
    }
    store::teams::add_member(&mut tx, id, &account.id, role, control.now()).await.map_err(|error| {
        Error::from(error).at_constraint("members_team_account", "email", "is a member already")
    })?;
    let member = one(&mut tx, id, &account.id).await?;
    let deed = deed("teams.add-member", &team);
    audit::write(control, &mut tx, By::Actor(actor), deed, NOTHING, Some(&member)).await?;
    control.commit(tx).await?;
    Ok(AddedMember::Joined(member))
}

async fn one(tx: &mut Tx, team: &TeamId, account: &AccountId) -> Result<Member> {
    store::teams::member(tx, team, account).await?.ok_or_else(|| Error::not_found("member"))
}

pub async fn set_role(
    control: &Control,
    actor: &Actor,
    id: &TeamId,
    account: &AccountId,
    role: TeamRole,
) -> Result<Member> {
    let mut tx = control.store().begin().await?;
    let team = for_change(&mut tx, actor, id).await?;
    let before = one(&mut tx, id, account).await?;
    if role != TeamRole::Owner {
        keep_an_owner(&mut tx, &before, id).await?;
    }
    store::teams::set_role(&mut tx, id, account, role).await?;
    let after = Member { role, ..before.clone() };
    let deed = deed("teams.set-role", &team);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&before), Some(&after)).await?;
    control.commit(tx).await?;
    Ok(after)
}

pub async fn remove_member(control: &Control, actor: &Actor, id: &TeamId, account: &AccountId) -> Result<()> {
    let mut tx = control.store().begin().await?;
    let team = for_change(&mut tx, actor, id).await?;
    remove(control, tx, actor, &team, account, "teams.remove-member").await
}

/// Leaves a team oneself, which needs no permission.
pub async fn leave(control: &Control, actor: &Actor, id: &TeamId) -> Result<()> {
    let mut tx = control.store().begin().await?;
    let team = store::teams::get(&mut tx, id).await?.filter(|_| actor.role_in(id).is_some());
    let team = team.ok_or_else(|| Error::not_found("team"))?;
    let account = actor.account.clone();
    remove(control, tx, actor, &team, &account, "teams.leave").await
}

async fn remove(
    control: &Control,
    mut tx: Tx,
    actor: &Actor,
    team: &Team,
    account: &AccountId,
    action: &str,
) -> Result<()> {
    let member = one(&mut tx, &team.id, account).await?;
    keep_an_owner(&mut tx, &member, &team.id).await?;
    store::teams::remove_member(&mut tx, &team.id, account).await?;
    audit::write(control, &mut tx, By::Actor(actor), deed(action, team), Some(&member), NOTHING).await?;
    control.commit(tx).await
}

async fn keep_an_owner(tx: &mut Tx, member: &Member, team: &TeamId) -> Result<()> {
    if member.role == TeamRole::Owner
        && store::teams::count_other_owners(tx, team, &member.account).await? == 0
    {
        let detail = "a team keeps at least one owner who can sign in; make somebody else one first";
        return Err(Error::conflict(detail));
    }
    Ok(())
}
