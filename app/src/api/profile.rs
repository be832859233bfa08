//! One's own account.

use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control};
use crate::session;
use control::accounts;
use domain::accounts::{ChangePassword, UpdateProfile};
use leptos::prelude::*;

#[server(prefix = "/api", endpoint = "profile/update")]
pub async fn update(#[server(default)] name: String) -> Result<Done, AppError> {
    accounts::update_profile(&control(), &actor(), UpdateProfile { name }).await?;
    Ok(Done::here().saying("your name is changed"))
}

/// Changes the password, ends all sessions of the account and begins a new one for this browser.
#[server(prefix = "/api", endpoint = "profile/password")]
pub async fn password(
    #[server(default)] current: String,
    #[server(default)] password: String,
) -> Result<Done, AppError> {
    let (control, actor) = (control(), actor());
    accounts::change_password(&control, &actor, ChangePassword { current, password }, None).await?;
    session::start(&accounts::get(&control, &actor, &actor.account).await?).await?;
    Ok(Done::here().saying("your password is changed; you are signed out everywhere else"))
}
