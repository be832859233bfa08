//! Signing in: the same words, work and time whether the account is unknown or the password wrong.

use super::{deed, wants_rehash};
use crate::audit::{self, By, NOTHING};
use crate::error::{Error, Result};
use crate::services::Control;
use crate::throttle;
use domain::accounts::{Account, AccountStatus, SignIn};
use domain::problem::{FieldError, Problem, ProblemKind};
use domain::text::EmailAddress;

/// Checks the password and returns the account. Failures are counted per account and per address.
pub async fn sign_in(control: &Control, input: SignIn, address: &str) -> Result<Account> {
    let now = control.now();
    let typed = input.email.trim().to_lowercase();
    let subjects =
        [format!("account:{}", typed.chars().take(254).collect::<String>()), format!("address:{address}")];
    let (account, hash) = {
        let mut conn = control.store().read().await?;
        throttle::check(&mut conn, &subjects, now).await?;
        let account = match typed.parse::<EmailAddress>() {
            Ok(email) => store::accounts::get_by_email(&mut conn, &email).await?,
            Err(_) => None,
        };
        let hash = match &account {
            Some(account) => store::accounts::password_hash(&mut conn, &account.id).await?,
            None => None,
        };
        (account, hash)
    };
    let renew = wants_rehash(hash.as_deref());
    // an endless password is not worth the work
    let password: String = input.password.chars().take(domain::accounts::MAX_PASSWORD + 1).collect();
    let matches = control.passwords().verify(password.clone(), hash).await?;
    let Some(account) = account.filter(|_| matches) else {
        let mut tx = control.store().begin().await?;
        throttle::failed(&mut tx, &subjects, now).await?;
        tx.commit().await?;
        return Err(wrong());
    };
    refuse_inactive(&account)?;
    let renewed = if renew { Some(control.passwords().hash("password", password).await?) } else { None };
    finish(control, &account, &subjects, renewed, address).await?;
    Ok(account)
}

async fn finish(
    control: &Control,
    account: &Account,
    subjects: &[String; 2],
    renewed: Option<String>,
    address: &str,
) -> Result<()> {
    let mut tx = control.store().begin().await?;
    if let Some(hash) = renewed {
        store::accounts::set_password_hash(&mut tx, &account.id, &hash).await?;
    }
    let [of_account, _] = subjects;
    store::throttle::delete(&mut tx, of_account).await?;
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
