//! Signing in: the same words, work and time whether the account is unknown or the password wrong.

use super::{deed, wants_rehash};
use crate::audit::{self, By, NOTHING};
use crate::error::{Error, Result};
use crate::services::Control;
use crate::throttle::{self, Attempt, Subjects};
use domain::accounts::{Account, AccountStatus, SignIn};
use domain::problem::{FieldError, Problem, ProblemKind};
use domain::text::EmailAddress;

/// Checks the password and returns the account. Attempts are counted per account and per address.
pub async fn sign_in(control: &Control, input: SignIn, address: &str) -> Result<Account> {
    let typed = input.email.trim().to_lowercase();
    let subjects = Subjects::of(&typed, address);
    throttle::check(&mut control.store().read().await?, &subjects, control.now()).await?;
    // before the attempt is counted: who is sent away has not failed
    let place = control.passwords().place()?;
    let attempt = throttle::count(control, subjects).await?;
    let (account, hash) = find(control, &typed).await?;
    let renew = wants_rehash(hash.as_deref());
    // an endless password is not worth the work
    let password: String = input.password.chars().take(domain::accounts::MAX_PASSWORD + 1).collect();
    let matches = place.verify(password.clone(), hash).await?;
    let account = account.filter(|_| matches).ok_or_else(wrong)?;
    if let Err(refusal) = refuse_inactive(&account) {
        throttle::take_back(control, attempt).await?;
        return Err(refusal);
    }
    let renewed = if renew { Some(place.hash("password", password).await?) } else { None };
    drop(place);
    finish(control, &account, attempt, renewed, address).await?;
    Ok(account)
}

/// The account that was typed, and its hash.
async fn find(control: &Control, typed: &str) -> Result<(Option<Account>, Option<String>)> {
    let Ok(email) = typed.parse::<EmailAddress>() else { return Ok((None, None)) };
    let mut conn = control.store().read().await?;
    let Some(account) = store::accounts::get_by_email(&mut conn, &email).await? else {
        return Ok((None, None));
    };
    let hash = store::accounts::password_hash(&mut conn, &account.id).await?;
    Ok((Some(account), hash))
}

async fn finish(
    control: &Control,
    account: &Account,
    attempt: Attempt,
    renewed: Option<String>,
    address: &str,
) -> Result<()> {
    let mut tx = control.store().begin().await?;
    throttle::succeeded(&mut tx, attempt).await?;
    if let Some(hash) = renewed {
        store::accounts::set_password_hash(&mut tx, &account.id, &hash).await?;
    }
    store::accounts::set_signed_in(&mut tx, &account.id, control.now()).await?;
    let by = By::Visitor { name: &account.name, address };
    audit::write(control, &mut tx, by, deed("accounts.sign-in", account), NOTHING, NOTHING).await?;
    control.commit(tx).await
}

fn wrong() -> Error {
    let message = "e-mail address or password is wrong";
    let mut problem = Problem::new(ProblemKind::Unauthenticated, message);
    problem.fields.push(FieldError { field: "password".to_owned(), message: message.to_owned() });
    Error::Refused(problem)
}

/// Said only to those who know the password.
fn refuse_inactive(account: &Account) -> Result<()> {
    match account.status {
        AccountStatus::Active => Ok(()),
        AccountStatus::Pending => Err(Error::forbidden("your account waits for an administrator's approval")),
        AccountStatus::Disabled => Err(Error::forbidden("your account is disabled; ask an administrator")),
    }
}
