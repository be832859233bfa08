//! Invitations: how people come in where they do not sign up by themselves. The secret is in the link alone.

use crate::accounts;
use crate::actor::Actor;
use crate::audit::{self, By, Deed, NOTHING};
use crate::error::{Error, Result};
use crate::keys::new_link_secret;
use crate::services::Control;
use chrono::Duration;
use domain::accounts::{Account, AccountStatus, CreateAccount, CreateInvitation, Invitation, NewInvitation};
use domain::ids::{InvitationId, TeamId};
use domain::paging::{Page, PageOf};
use domain::roles::{Permission, PlatformRole, TeamRole};
use domain::text::EmailAddress;
use serde::{Deserialize, Serialize};
use store::Tx;

const VALID_FOR: Duration = Duration::days(7);

/// What the invited person fills in.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AcceptInvitation {
    pub name: String,
    pub password: String,
}

fn deed<'a>(action: &'a str, invitation: &'a Invitation) -> Deed<'a> {
    Deed {
        action,
        kind: "invitation",
        id: invitation.id.as_str(),
        name: invitation.email.as_str(),
        team: invitation.team.as_ref(),
    }
}

/// Invites a person to the platform.
pub async fn create(control: &Control, actor: &Actor, input: CreateInvitation) -> Result<NewInvitation> {
    actor.require(Permission::AccountsManage)?;
    let (email, role) = input.check()?;
    let mut tx = control.store().begin().await?;
    if store::accounts::get_by_email(&mut tx, &email).await?.is_some() {
        return Err(Error::taken("email", "has an account already"));
    }
    let new = insert(control, &mut tx, actor, email, role, None).await?;
    control.commit(tx).await?;
    Ok(new)
}

/// Makes the invitation and its audit row; the caller has asked for the permission.
pub(crate) async fn insert(
    control: &Control,
    tx: &mut Tx,
    actor: &Actor,
    email: EmailAddress,
    role: PlatformRole,
    place: Option<(&TeamId, TeamRole)>,
) -> Result<NewInvitation> {
    let now = control.now();
    let invitation = Invitation {
        id: control.new_id(InvitationId::from_parts),
        email,
        role,
        team: place.map(|(team, _)| team.clone()),
        team_role: place.map(|(_, role)| role),
        invited_by: actor.account.clone(),
        created_at: now,
        expires_at: now + VALID_FOR,
    };
    let secret = new_link_secret();
    store::invitations::insert(tx, &invitation, &control.secret_hash(&secret)).await?;
    audit::write(
        control,
        tx,
        By::Actor(actor),
        deed("invitations.create", &invitation),
        NOTHING,
        Some(&invitation),
    )
    .await?;
    Ok(NewInvitation { invitation, link: format!("{}/invitations/{secret}", control.portal_url()) })
}

pub async fn list(control: &Control, actor: &Actor, page: &PageOf) -> Result<Page<Invitation>> {
    actor.require(Permission::AccountsRead)?;
    Ok(store::invitations::list(&mut control.store().read().await?, page).await?)
}

/// Takes an invitation back.
pub async fn delete(control: &Control, actor: &Actor, id: &InvitationId) -> Result<()> {
    actor.require(Permission::AccountsManage)?;
    let mut tx = control.store().begin().await?;
    let invitation =
        store::invitations::get(&mut tx, id).await?.ok_or_else(|| Error::not_found("invitation"))?;
    store::invitations::delete(&mut tx, id).await?;
    let deed = deed("invitations.delete", &invitation);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&invitation), NOTHING).await?;
    control.commit(tx).await
}

/// The invitation that a link's secret opens, unless it was used, taken back, or has expired.
pub async fn open(control: &Control, secret: &str) -> Result<Option<Invitation>> {
    let hash = control.secret_hash(secret);
    let invitation = store::invitations::get_by_hash(&mut control.store().read().await?, &hash).await?;
    Ok(invitation.filter(|invitation| invitation.expires_at > control.now()))
}

/// Makes the invited account, with its place in the team, and uses the invitation up.
pub async fn accept(
    control: &Control,
    secret: &str,
    input: AcceptInvitation,
    address: &str,
) -> Result<Account> {
    let gone = || Error::not_found("invitation; it works once and for seven days, ask for a new one");
    let invitation = open(control, secret).await?.ok_or_else(gone)?;
    let input =
        CreateAccount { name: input.name, email: invitation.email.to_string(), password: input.password };
    let mut new = input.check()?;
    let hash = control.passwords().hash("password", std::mem::take(&mut new.password)).await?;
    let mut tx = control.store().begin().await?;
    if !store::invitations::delete(&mut tx, &invitation.id).await? {
        return Err(gone());
    }
    let account =
        accounts::insert(control, &mut tx, &new, &hash, invitation.role, AccountStatus::Active).await?;
    let account = accounts::begin(&mut tx, account).await?;
    if let (Some(team), Some(role)) = (&invitation.team, invitation.team_role) {
        store::teams::add_member(&mut tx, team, &account.id, role, account.created_at).await?;
    }
    let by = By::Visitor { name: &account.name, address };
    audit::write(
        control,
        &mut tx,
        by,
        deed("invitations.accept", &invitation),
        Some(&invitation),
        Some(&account),
    )
    .await?;
    control.commit(tx).await?;
    Ok(account)
}
