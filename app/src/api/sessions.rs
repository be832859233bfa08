//! Signing in and out.

use crate::done::Done;
use crate::error::AppError;
use crate::link;
use crate::server::{control, incoming};
use crate::session;
use control::accounts;
use domain::accounts::SignIn;
use leptos::prelude::*;

/// Signs in and leads to `next`, where that is a page of the portal.
#[server(prefix = "/api", endpoint = "sessions/create")]
pub async fn create(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<Done, AppError> {
    let account = accounts::sign_in(&control(), SignIn { email, password }, &incoming().address).await?;
    session::start(&account).await?;
    Ok(Done::at(link::local(&next).unwrap_or("/")))
}

/// Signs out.
#[server(prefix = "/api", endpoint = "sessions/delete")]
pub async fn delete() -> Result<Done, AppError> {
    session::end().await?;
    Ok(Done::at("/sign-in").saying("you are signed out"))
}
