//! What waits for a decision.

use crate::api::typed::time;
use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control};
use control::requests;
use domain::ids::RequestId;
use domain::subscriptions::{Decision, Grant};
use leptos::prelude::*;

/// Says yes; what was asked for works at once. `expires_at` is a day, or empty.
#[server(prefix = "/api", endpoint = "requests/approve")]
pub async fn approve(
    request: RequestId,
    #[server(default)] reason: String,
    #[server(default)] expires_at: String,
) -> Result<Done, AppError> {
    let input = Grant { reason, expires_at: time("expires_at", &expires_at)? };
    let request = requests::approve(&control(), &actor(), &request, input).await?;
    Ok(Done::here().saying(format!("approved: {}", request.title)))
}

#[server(prefix = "/api", endpoint = "requests/reject")]
pub async fn reject(request: RequestId, #[server(default)] reason: String) -> Result<Done, AppError> {
    let request = requests::reject(&control(), &actor(), &request, Decision { reason }).await?;
    Ok(Done::here().saying(format!("rejected: {}", request.title)))
}
