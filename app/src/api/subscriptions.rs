//! Subscriptions.

pub mod request;

use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control};
use control::subscriptions;
use domain::ids::SubscriptionId;
use domain::subscriptions::Decision;
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

/// Ends the subscription for good, or takes the request for it back.
#[server(prefix = "/api", endpoint = "subscriptions/cancel")]
pub async fn cancel(
    subscription: SubscriptionId,
    #[server(default)] reason: String,
) -> Result<Done, AppError> {
    subscriptions::cancel(&control(), &actor(), &subscription, Decision { reason }).await?;
    Ok(Done::here().saying("the subscription is cancelled"))
}
