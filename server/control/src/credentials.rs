//! Credentials: API keys of applications. A key is shown when it is made and never again; what is kept is its
//! keyed hash.

use crate::actor::Actor;
use crate::applications;
use crate::audit::{self, By, Deed, NOTHING};
use crate::error::{Error, Result};
use crate::keys::new_key;
use crate::services::Control;
use chrono::Duration;
use domain::Time;
use domain::applications::Application;
use domain::credentials::key::{Kind, visible};
use domain::credentials::{CreateCredential, Credential, NewCredential, RotateCredential};
use domain::gateway_config::Change;
use domain::ids::{ApplicationId, CredentialId};
use domain::paging::{Page, PageOf};
use domain::roles::Permission;
use store::{Conn, Tx};

/// Keys of one application that open something at the same time.
const MOST_LIVE: i64 = 20;

fn deed<'a>(action: &'a str, application: &'a Application, credential: &'a Credential) -> Deed<'a> {
    Deed {
        action,
        kind: "credential",
        id: credential.id.as_str(),
        name: credential.name.as_str(),
        team: Some(&application.team),
    }
}

/// The credential and its application, for somebody who manages the credentials of its team.
async fn open(conn: &mut Conn, actor: &Actor, id: &CredentialId) -> Result<(Credential, Application)> {
    let absent = || Error::not_found("credential");
    let credential = store::credentials::get(conn, id).await?.ok_or_else(absent)?;
    let application = store::applications::get(conn, &credential.application).await?.ok_or_else(absent)?;
    actor.require_in(&application.team, Permission::CredentialsManage, "credential")?;
    Ok((credential, application))
}

/// The credentials of an application, newest first, also those that are revoked or expired.
pub async fn list(
    control: &Control,
    actor: &Actor,
    application: &ApplicationId,
    page: &PageOf,
) -> Result<Page<Credential>> {
    let mut conn = control.store().read().await?;
    applications::open(&mut conn, actor, application, Permission::ApplicationsRead).await?;
    Ok(store::credentials::list(&mut conn, application, page).await?)
}

pub async fn create(
    control: &Control,
    actor: &Actor,
    application: &ApplicationId,
    input: CreateCredential,
) -> Result<NewCredential> {
    let mut tx = control.store().begin().await?;
    let application = applications::open(&mut tx, actor, application, Permission::CredentialsManage).await?;
    let input = input.check(control.now())?;
    let new = insert(control, &mut tx, actor, &application, &input.name, input.expires_at).await?;
    control.commit_with_secret(tx).await?;
    Ok(new)
}

/// Makes the key, its row and its audit row.
async fn insert(
    control: &Control,
    tx: &mut Tx,
    actor: &Actor,
    application: &Application,
    name: &str,
    expires_at: Option<Time>,
) -> Result<NewCredential> {
    let now = control.now();
    if store::credentials::count_live(tx, &application.id, now).await? >= MOST_LIVE {
        return Err(Error::conflict(format!(
            "an application has at most {MOST_LIVE} keys at the same time; revoke one that is not used any more"
        )));
    }
    let key = new_key(Kind::Credential);
    let credential = Credential {
        id: control.new_id(CredentialId::from_parts),
        application: application.id.clone(),
        name: name.to_owned(),
        prefix: visible(&key),
        created_at: now,
        expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    store::credentials::insert(tx, &credential, &control.credential_hash(&key)).await?;
    tx.mark_change(Change::Credential(credential.id.clone()));
    let deed = deed("credentials.create", application, &credential);
    audit::write(control, tx, By::Actor(actor), deed, NOTHING, Some(&credential)).await?;
    Ok(NewCredential { credential, key })
}

/// Makes a new key in place of one that still works, which goes on working for the overlap, but not for longer
/// than it would have. The new key lives as long as the old one was to live.
pub async fn rotate(
    control: &Control,
    actor: &Actor,
    id: &CredentialId,
    input: RotateCredential,
) -> Result<NewCredential> {
    let mut tx = control.store().begin().await?;
    let (before, application) = open(&mut tx, actor, id).await?;
    let input = input.check()?;
    let now = control.now();
    if before.revoked_at.is_some() {
        return Err(Error::conflict("a revoked key cannot be rotated; make a new one"));
    }
    if before.expires_at.is_some_and(|at| at <= now) {
        return Err(Error::conflict("an expired key cannot be rotated; make a new one"));
    }
    let after = end_after(&mut tx, &before, now, input.overlap_seconds).await?;
    tx.mark_change(Change::Credential(before.id.clone()));
    let deed = deed("credentials.rotate", &application, &before);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&before), Some(&after)).await?;
    let expires_at = before.expires_at.map(|at| now + (at - before.created_at));
    let new = insert(control, &mut tx, actor, &application, &before.name, expires_at).await?;
    if after.revoked_at.is_some() {
        control.commit(tx).await?;
    } else {
        control.commit_with_secret(tx).await?;
    }
    Ok(new)
}

/// Lets a key end: at once, or when the overlap is over.
async fn end_after(
    tx: &mut Tx,
    credential: &Credential,
    now: Time,
    overlap_seconds: u32,
) -> Result<Credential> {
    if overlap_seconds == 0 {
        store::credentials::revoke(tx, &credential.id, now).await?;
        return Ok(Credential { revoked_at: Some(now), ..credential.clone() });
    }
    let end = now + Duration::seconds(overlap_seconds.into());
    let expires_at = Some(credential.expires_at.map_or(end, |at| at.min(end)));
    store::credentials::set_expires(tx, &credential.id, expires_at).await?;
    Ok(Credential { expires_at, ..credential.clone() })
}

/// Ends a key at once. One that is revoked already stays as it is; that the gateway refuses it is made sure of again.
pub async fn revoke(control: &Control, actor: &Actor, id: &CredentialId) -> Result<Credential> {
    let mut tx = control.store().begin().await?;
    let (before, application) = open(&mut tx, actor, id).await?;
    let now = control.now();
    if !store::credentials::revoke(&mut tx, id, now).await? {
        drop(tx);
        control.in_effect().await?;
        return Ok(before);
    }
    tx.mark_change(Change::Credential(before.id.clone()));
    let after = Credential { revoked_at: Some(now), ..before.clone() };
    let deed = deed("credentials.revoke", &application, &after);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&before), Some(&after)).await?;
    control.commit(tx).await?;
    Ok(after)
}
