//! Subscriptions.

pub mod request;

use crate::api::typed::time;
use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control};
use control::subscriptions;
use domain::ids::SubscriptionId;
use domain::subscriptions::{Decision, Grant};
use leptos::prelude::*;

/// Refuses the subscription's calls until it is resumed.
#[server(prefix = "/api", endpoint = "subscriptions/pause")]
pub async fn pause(
    subscription: SubscriptionId,
    #[server(default)] reason: String,
) -> Result<Done, AppError> {
    subscriptions::pause(&control(), &actor(), &subscription, Decision { reason }).await?;
    Ok(Done::here().saying("the subscription is paused; its calls are refused from now on"))
}

#[server(prefix = "/api", endpoint = "subscriptions/resume")]
pub async fn resume(
    subscription: SubscriptionId,
    #[server(default)] reason: String,
) -> Result<Done, AppError> {
    subscriptions::resume(&control(), &actor(), &subscription, Decision { reason }).await?;
    Ok(Done::here().saying("the subscription is active again"))
}

/// Moves the end or takes it away; `expires_at` is a day, or empty.
#[server(prefix = "/api", endpoint = "subscriptions/renew")]
pub async fn renew(
    subscription: SubscriptionId,
    #[server(default)] reason: String,
    #[server(default)] expires_at: String,
) -> Result<Done, AppError> {
    let input = Grant { reason, expires_at: time("expires_at", &expires_at)? };
    subscriptions::renew(&control(), &actor(), &subscription, input).await?;
    Ok(Done::here().saying("the subscription is active, with its new end"))
}

/// Ends the subscription for good, or takes the request for it back.
#[server(prefix = "/api", endpoint = "subscriptions/cancel")]
pub async fn cancel(
    subscription: SubscriptionId,
    #[server(default)] reason: String,
) -> Result<Done, AppError> {
    subscriptions::cancel(&control(), &actor(), &subscription, Decision { reason }).await?;
    Ok(Done::here().saying("the subscription is cancelled"))
}
