//! Applications.

use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control};
use control::applications;
use domain::applications::CreateApplication;
use domain::ids::{ApplicationId, TeamId};
use leptos::prelude::*;

/// Makes an application and leads to where it gets its first key.
#[server(prefix = "/api", endpoint = "applications/create")]
pub async fn create(
    team: TeamId,
    #[server(default)] name: String,
    #[server(default)] description: String,
) -> Result<Done, AppError> {
    let application =
        applications::create(&control(), &actor(), &team, CreateApplication { name, description }).await?;
    let to = format!("/applications/{}/credentials", application.id);
    Ok(Done::at(to).saying(format!("{} is created; make its first key here", application.name)))
}

#[server(prefix = "/api", endpoint = "applications/update")]
pub async fn update(
    application: ApplicationId,
    #[server(default)] name: String,
    #[server(default)] description: String,
) -> Result<Done, AppError> {
    let input = CreateApplication { name, description };
    applications::update(&control(), &actor(), &application, input).await?;
    Ok(Done::here().saying("the application is changed"))
}

/// Deletes an application with its keys and subscriptions.
#[server(prefix = "/api", endpoint = "applications/delete")]
pub async fn delete(application: ApplicationId) -> Result<Done, AppError> {
    applications::delete(&control(), &actor(), &application).await?;
    Ok(Done::at("/applications").saying("the application is deleted; its keys open nothing any more"))
}
