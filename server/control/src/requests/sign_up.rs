//! Deciding about people who made an account for themselves.

use super::{Verdict, close};
use crate::accounts;
use crate::actor::Actor;
use crate::audit::{self, By};
use crate::error::{Error, Result};
use crate::services::Control;
use domain::accounts::{Account, AccountStatus};
use domain::check::Invalid;
use domain::requests::Request;
use domain::roles::Permission;
use domain::subscriptions::Grant;
use store::Tx;

/// Lets the person in, or disables the account, so that its e-mail address does not ask again and again.
pub(super) async fn decide(
    control: &Control,
    tx: &mut Tx,
    actor: &Actor,
    request: &Request,
    verdict: Verdict,
    input: Grant,
) -> Result<()> {
    actor.require(Permission::AccountsManage)?;
    let Grant { reason, expires_at } = input.check(control.now())?;
    if expires_at.is_some() {
        return Err(Invalid::one("expires_at", "expected none: an account has no end").into());
    }
    let account = store::accounts::get(tx, &request.account).await?;
    let before = account.ok_or_else(|| Error::not_found("account"))?;
    let (status, action) = match verdict {
        Verdict::Approved => (AccountStatus::Active, "accounts.approve"),
        Verdict::Rejected => (AccountStatus::Disabled, "accounts.reject"),
    };
    // an administrator may have changed the account without looking into the inbox
    if before.status != AccountStatus::Pending && before.status != status {
        return Err(Error::conflict(format!(
            "this account is {} already; change it among the accounts",
            before.status
        )));
    }
    let after = Account { status, ..before.clone() };
    store::accounts::update(tx, &after).await?;
    close(control, tx, actor, request.clone(), verdict.into(), &reason).await?;
    let deed = accounts::deed(action, &after);
    audit::write(control, tx, By::Actor(actor), deed, Some(&before), Some(&after)).await
}
