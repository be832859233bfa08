//! The first account: made by whoever holds the one-time link that the server prints on an empty installation.

use super::{begin, deed, insert};
use crate::audit::{self, By, NOTHING};
use crate::error::{Error, Result};
use crate::keys::new_link_secret;
use crate::services::Control;
use domain::accounts::{Account, AccountStatus, CreateAccount};
use domain::roles::PlatformRole;

const KEY: &str = "setup";

/// Whether there is no account yet.
pub async fn needs_setup(control: &Control) -> Result<bool> {
    Ok(store::accounts::count(&mut control.store().read().await?).await? == 0)
}

/// A fresh link while there is no account; the one before stops working.
pub async fn setup_link(control: &Control) -> Result<Option<String>> {
    let mut tx = control.store().begin().await?;
    if store::accounts::count(&mut tx).await? > 0 {
        return Ok(None);
    }
    let secret = new_link_secret();
    store::settings::put(&mut tx, KEY, &control.secret_hash(&secret)).await?;
    tx.commit().await?;
    Ok(Some(format!("{}/setup/{secret}", control.portal_url())))
}

/// Whether the secret of a link is the one that works.
pub async fn setup_is_open(control: &Control, secret: &str) -> Result<bool> {
    let mut conn = control.store().read().await?;
    let hash: Option<String> = store::settings::get(&mut conn, KEY).await?;
    Ok(hash.is_some_and(|hash| hash == control.secret_hash(secret))
        && store::accounts::count(&mut conn).await? == 0)
}

/// Makes the administrator's account and closes the link.
pub async fn set_up(control: &Control, secret: &str, input: CreateAccount, address: &str) -> Result<Account> {
    let gone =
        || Error::not_found("set-up link; it works once, and the server prints a new one when it starts");
    if !setup_is_open(control, secret).await? {
        return Err(gone());
    }
    let mut new = input.check()?;
    let hash = control.passwords().hash("password", std::mem::take(&mut new.password)).await?;
    let mut tx = control.store().begin().await?;
    // asked again inside the transaction: of two who hold the link, one wins
    if store::accounts::count(&mut tx).await? > 0 {
        return Err(gone());
    }
    let account =
        insert(control, &mut tx, &new, &hash, PlatformRole::Administrator, AccountStatus::Active).await?;
    let account = begin(&mut tx, account).await?;
    store::settings::delete(&mut tx, KEY).await?;
    let by = By::Visitor { name: &account.name, address };
    audit::write(control, &mut tx, by, deed("accounts.set-up", &account), NOTHING, Some(&account)).await?;
    control.commit(tx).await?;
    Ok(account)
}
