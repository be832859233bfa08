//! Accounts: the first one, signing in and up, profiles, and what administrators do with them.

mod set_up;
mod sign_in;

pub use set_up::{needs_setup, set_up, setup_is_open, setup_link};
pub use sign_in::sign_in;
pub use store::accounts::AccountFilter;

use crate::actor::Actor;
use crate::audit::{self, By, Deed, NOTHING};
use crate::error::{Error, Result};
use crate::passwords::Passwords;
use crate::services::Control;
use crate::settings;
use crate::throttle::{self, Subjects};
use domain::accounts::{
    Account, AccountStatus, ChangePassword, CreateAccount, NewAccount, UpdateAccount, UpdateProfile,
};
use domain::check::Invalid;
use domain::ids::{AccountId, RequestId};
use domain::paging::{Page, PageOf};
use domain::requests::{Request, RequestKind, RequestState};
use domain::roles::{Permission, PlatformRole};
use store::Tx;

pub(crate) fn deed<'a>(action: &'a str, account: &'a Account) -> Deed<'a> {
    Deed { action, kind: "account", id: account.id.as_str(), name: account.name.as_str(), team: None }
}

/// Inserts a new account; the e-mail address may be taken.
pub(crate) async fn insert(
    control: &Control,
    tx: &mut Tx,
    new: &NewAccount,
    hash: &str,
    role: PlatformRole,
    status: AccountStatus,
) -> Result<Account> {
    let account = Account {
        id: control.new_id(AccountId::from_parts),
        email: new.email.clone(),
        name: new.name.clone(),
        role,
        status,
        created_at: control.now(),
        last_sign_in_at: None,
    };
    store::accounts::insert(tx, &account, hash).await.map_err(|error| {
        Error::from(error).at_constraint("accounts_email", "email", "has an account already")
    })?;
    Ok(account)
}

/// Notes that the person is signed in with the new account at once.
pub(crate) async fn begin(tx: &mut Tx, account: Account) -> Result<Account> {
    store::accounts::set_signed_in(tx, &account.id, account.created_at).await?;
    Ok(Account { last_sign_in_at: Some(account.created_at), ..account })
}

/// Creates an account from the command line.
pub async fn create(control: &Control, input: CreateAccount, role: PlatformRole) -> Result<Account> {
    let mut new = input.check()?;
    let hash = control.passwords().hash("password", std::mem::take(&mut new.password)).await?;
    let mut tx = control.store().begin().await?;
    let account = insert(control, &mut tx, &new, &hash, role, AccountStatus::Active).await?;
    audit::write(control, &mut tx, By::System, deed("accounts.create", &account), NOTHING, Some(&account))
        .await?;
    control.commit(tx).await?;
    Ok(account)
}

/// Creates an account for oneself, where the platform allows that.
pub async fn sign_up(control: &Control, input: CreateAccount, address: &str) -> Result<Account> {
    let rules = settings::get(control).await?;
    if !rules.self_registration {
        return Err(Error::forbidden("accounts are made by invitation here; ask an administrator for one"));
    }
    let mut new = input.check()?;
    let hash = control.passwords().hash("password", std::mem::take(&mut new.password)).await?;
    let status = if rules.approve_registrations { AccountStatus::Pending } else { AccountStatus::Active };
    let mut tx = control.store().begin().await?;
    let mut account = insert(control, &mut tx, &new, &hash, PlatformRole::Member, status).await?;
    if status == AccountStatus::Pending {
        store::requests::insert(&mut tx, &sign_up_request(control, &account)).await?;
    } else {
        account = begin(&mut tx, account).await?;
    }
    let by = By::Visitor { name: &account.name, address };
    audit::write(control, &mut tx, by, deed("accounts.sign-up", &account), NOTHING, Some(&account)).await?;
    control.commit(tx).await?;
    Ok(account)
}

fn sign_up_request(control: &Control, account: &Account) -> Request {
    Request {
        id: control.new_id(RequestId::from_parts),
        kind: RequestKind::SignUp,
        state: RequestState::Pending,
        team: None,
        subscription: None,
        api: None,
        account: account.id.clone(),
        account_name: account.name.clone(),
        title: format!("{} ({}) wants an account", account.name, account.email),
        reason: String::new(),
        created_at: account.created_at,
        decided_by: None,
        decided_at: None,
        decision: String::new(),
    }
}

/// Loads who acts. `None` when the account is absent or may not sign in.
pub async fn actor(control: &Control, id: &AccountId, address: &str) -> Result<Option<Actor>> {
    let mut conn = control.store().read().await?;
    let Some(account) = store::accounts::get(&mut conn, id).await? else { return Ok(None) };
    if account.status != AccountStatus::Active {
        return Ok(None);
    }
    let teams = store::teams::roles_of(&mut conn, id).await?;
    let creates_teams = settings::load(&mut conn).await?.members_create_teams;
    Ok(Some(Actor {
        account: account.id,
        name: account.name,
        email: account.email.into(),
        role: account.role,
        teams,
        address: address.to_owned(),
        creates_teams,
    }))
}

/// One's own account, or any as somebody who reads accounts.
pub async fn get(control: &Control, actor: &Actor, id: &AccountId) -> Result<Account> {
    if actor.account != *id && !actor.may_on_platform(Permission::AccountsRead) {
        return Err(Error::not_found("account"));
    }
    found(store::accounts::get(&mut control.store().read().await?, id).await?)
}

fn found(account: Option<Account>) -> Result<Account> {
    account.ok_or_else(|| Error::not_found("account"))
}

pub async fn list(
    control: &Control,
    actor: &Actor,
    filter: &AccountFilter,
    page: &PageOf,
) -> Result<Page<Account>> {
    actor.require(Permission::AccountsRead)?;
    Ok(store::accounts::list(&mut control.store().read().await?, filter, page).await?)
}

pub async fn update_profile(control: &Control, actor: &Actor, input: UpdateProfile) -> Result<Account> {
    let input = input.check()?;
    let mut tx = control.store().begin().await?;
    let before = found(store::accounts::get(&mut tx, &actor.account).await?)?;
    let after = Account { name: input.name, ..before.clone() };
    store::accounts::update(&mut tx, &after).await?;
    let deed = deed("accounts.update-profile", &after);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&before), Some(&after)).await?;
    control.commit(tx).await?;
    Ok(after)
}

/// Changes one's own password and ends one's other sessions. `keep_session` is the key of the one in use. Attempts count
/// like those to sign in: who took a session over has no more guesses than anybody.
pub async fn change_password(
    control: &Control,
    actor: &Actor,
    input: ChangePassword,
    keep_session: Option<&str>,
) -> Result<()> {
    let input = input.check()?;
    let place = control.passwords().place()?;
    let attempt = throttle::count(control, Subjects::of(&actor.email, &actor.address)).await?;
    let hash = store::accounts::password_hash(&mut control.store().read().await?, &actor.account).await?;
    if !place.verify(input.current, hash).await? {
        return Err(Invalid::one("current", "is not your current password").into());
    }
    throttle::take_back(control, attempt).await?;
    let hash = place.hash("password", input.password).await?;
    drop(place);
    let mut tx = control.store().begin().await?;
    let account = found(store::accounts::get(&mut tx, &actor.account).await?)?;
    store::accounts::set_password_hash(&mut tx, &actor.account, &hash).await?;
    store::sessions::delete_of_account(&mut tx, &actor.account, keep_session).await?;
    let deed = deed("accounts.change-password", &account);
    audit::write(control, &mut tx, By::Actor(actor), deed, NOTHING, NOTHING).await?;
    control.commit(tx).await
}

/// Changes an account's role or status. Its sessions end, so that the change is effective at once; the last active
/// administrator stays one.
pub async fn update(
    control: &Control,
    actor: &Actor,
    id: &AccountId,
    input: UpdateAccount,
) -> Result<Account> {
    actor.require(Permission::AccountsManage)?;
    let mut tx = control.store().begin().await?;
    let before = found(store::accounts::get(&mut tx, id).await?)?;
    let after = Account {
        role: input.role.unwrap_or(before.role),
        status: input.status.unwrap_or(before.status),
        ..before.clone()
    };
    if after.status == AccountStatus::Pending && before.status != AccountStatus::Pending {
        return Err(Invalid::one("status", "expected active or disabled").into());
    }
    let administers = |account: &Account| {
        account.role == PlatformRole::Administrator && account.status == AccountStatus::Active
    };
    if administers(&before)
        && !administers(&after)
        && store::accounts::count_active_administrators(&mut tx).await? <= 1
    {
        return Err(Error::conflict("this is the last active administrator; make somebody else one first"));
    }
    store::accounts::update(&mut tx, &after).await?;
    if before != after {
        store::sessions::delete_of_account(&mut tx, id, None).await?;
    }
    if before.status == AccountStatus::Pending && after.status != AccountStatus::Pending {
        close_sign_up(control, &mut tx, actor, &after).await?;
    }
    let deed = deed("accounts.update", &after);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&before), Some(&after)).await?;
    control.commit(tx).await?;
    Ok(after)
}

/// Whoever decides on a waiting account has decided on its request.
async fn close_sign_up(control: &Control, tx: &mut Tx, actor: &Actor, account: &Account) -> Result<()> {
    let Some(request) = store::requests::pending_sign_up(tx, &account.id).await? else { return Ok(()) };
    let approved = account.status == AccountStatus::Active;
    let decided = Request {
        state: if approved { RequestState::Approved } else { RequestState::Rejected },
        decided_by: Some(actor.name.clone()),
        decided_at: Some(control.now()),
        ..request
    };
    Ok(store::requests::update(tx, &decided).await?)
}

/// Whether the stored hash should be made anew at the next sign-in.
pub(crate) fn wants_rehash(hash: Option<&str>) -> bool {
    hash.is_some_and(Passwords::is_outdated)
}
