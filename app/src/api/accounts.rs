//! Accounts: the first one, signing up, and what administrators do with them.

use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control, incoming};
use crate::session;
use control::accounts;
use domain::accounts::{AccountStatus, CreateAccount, UpdateAccount};
use domain::ids::AccountId;
use domain::roles::PlatformRole;
use leptos::prelude::*;

/// Makes the administrator's account of a new installation, and signs in.
#[server(prefix = "/api", endpoint = "setup")]
pub async fn set_up(
    #[server(default)] link: String,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] password: String,
) -> Result<Done, AppError> {
    let input = CreateAccount { name, email, password };
    let account = accounts::set_up(&control(), &link, input, &incoming().address).await?;
    session::start(&account).await?;
    Ok(Done::at("/").saying("welcome; this installation is yours"))
}

/// Makes an account for oneself.
#[server(prefix = "/api", endpoint = "accounts/create")]
pub async fn create(
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] password: String,
) -> Result<Done, AppError> {
    let input = CreateAccount { name, email, password };
    let account = accounts::sign_up(&control(), input, &incoming().address).await?;
    if account.status != AccountStatus::Active {
        return Ok(Done::at("/sign-in").saying("your account is made; an administrator lets you in"));
    }
    session::start(&account).await?;
    Ok(Done::at("/").saying("welcome"))
}

/// Changes somebody's platform role or status; what is absent stays.
#[server(prefix = "/api", endpoint = "accounts/update")]
pub async fn update(
    account: AccountId,
    #[server(default)] role: Option<PlatformRole>,
    #[server(default)] status: Option<AccountStatus>,
) -> Result<Done, AppError> {
    let input = UpdateAccount { role, status };
    let account = accounts::update(&control(), &actor(), &account, input).await?;
    Ok(Done::here().saying(format!(
        "{} is {} and {} now",
        account.name,
        article(account.role),
        account.status
    )))
}

fn article(role: PlatformRole) -> String {
    let article = if role == PlatformRole::Member { "a" } else { "an" };
    format!("{article} {role}")
}
