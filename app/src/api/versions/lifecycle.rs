//! A version after its publication: deprecated, blocked, retired, and back.

use crate::api::typed::time;
use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control};
use control::versions;
use domain::ids::ApiId;
use domain::text::VersionName;
use domain::versions::{Block as BlockInput, Deprecate as DeprecateInput};
use leptos::prelude::*;

/// Warns callers; `sunset_at` is a day, `successor` is `slug/version`, both may be empty.
#[server(prefix = "/api", endpoint = "versions/deprecate")]
pub async fn deprecate(
    api: ApiId,
    version: VersionName,
    #[server(default)] sunset_at: String,
    #[server(default)] successor: String,
) -> Result<Done, AppError> {
    let successor = Some(successor.trim().to_owned()).filter(|successor| !successor.is_empty());
    let input = DeprecateInput { sunset_at: time("sunset_at", &sunset_at)?, successor };
    versions::deprecate(&control(), &actor(), &api, &version, input).await?;
    Ok(Done::here().saying(format!("{version} is deprecated; callers are told with every answer")))
}

#[server(prefix = "/api", endpoint = "versions/restore")]
pub async fn restore(api: ApiId, version: VersionName) -> Result<Done, AppError> {
    versions::restore(&control(), &actor(), &api, &version).await?;
    Ok(Done::here().saying(format!("{version} is no longer deprecated")))
}

/// Answers 503 until it is unblocked; `until` is told to callers and may be empty.
#[server(prefix = "/api", endpoint = "versions/block")]
pub async fn block(
    api: ApiId,
    version: VersionName,
    #[server(default)] reason: String,
    #[server(default)] until: String,
) -> Result<Done, AppError> {
    let input = BlockInput { reason, until: time("until", &until)? };
    versions::block(&control(), &actor(), &api, &version, input).await?;
    Ok(Done::here().saying(format!("{version} is blocked; calls are refused from now on")))
}

#[server(prefix = "/api", endpoint = "versions/unblock")]
pub async fn unblock(api: ApiId, version: VersionName) -> Result<Done, AppError> {
    versions::unblock(&control(), &actor(), &api, &version).await?;
    Ok(Done::here().saying(format!("{version} answers again")))
}

/// Ends the version for good.
#[server(prefix = "/api", endpoint = "versions/retire")]
pub async fn retire(api: ApiId, version: VersionName) -> Result<Done, AppError> {
    versions::retire(&control(), &actor(), &api, &version).await?;
    Ok(Done::here().saying(format!("{version} is retired; calls are answered with 410")))
}
