//! Versions of an api: new ones, publication, and what happens to them after. Their drafts are in [`aliases`],
//! [`draft`], [`limits`], [`policies`], [`routes`], [`tls`] and [`upstream`].

pub mod aliases;
pub mod draft;
pub mod lifecycle;
pub mod limits;
pub mod policies;
pub mod routes;
pub mod tls;
pub mod upstream;

use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control};
use control::versions;
use domain::ids::ApiId;
use domain::text::VersionName;
use domain::versions::{Publish as PublishInput, Rollback as RollbackInput};
use leptos::prelude::*;

/// The address of a part of an api's workspace, at a version.
fn workspace(api: &ApiId, part: &str, version: &VersionName) -> String {
    format!("/apis/{api}{part}?version={version}")
}

/// Adds a version as a draft that begins as a copy of another one's.
#[server(prefix = "/api", endpoint = "versions/create")]
pub async fn create(
    api: ApiId,
    #[server(default)] name: String,
    from: VersionName,
) -> Result<Done, AppError> {
    let mut check = domain::check::Check::new();
    let name = check.parse::<VersionName>("name", &name);
    let name = check.done(|| name)?;
    let version = versions::create(&control(), &actor(), &api, name, Some(from)).await?;
    let said = format!("{} is a draft now; callers see it when you publish it", version.name);
    Ok(Done::at(workspace(&api, "", &version.name)).saying(said))
}

/// Makes the draft a revision, and that revision live.
#[server(prefix = "/api", endpoint = "versions/publish")]
pub async fn publish(
    api: ApiId,
    version: VersionName,
    #[server(default)] note: String,
) -> Result<Done, AppError> {
    let published = versions::publish(&control(), &actor(), &api, &version, PublishInput { note }).await?;
    let said = format!("revision {} of {version} is live", published.revision);
    Ok(Done::at(workspace(&api, "", &version)).saying(said))
}

/// Makes an older revision live again.
#[server(prefix = "/api", endpoint = "versions/rollback")]
pub async fn rollback(api: ApiId, version: VersionName, revision: i64) -> Result<Done, AppError> {
    let input = RollbackInput { revision };
    let published = versions::rollback(&control(), &actor(), &api, &version, input).await?;
    let said = format!("revision {} of {version} is live again; the draft is as it was", published.revision);
    Ok(Done::at(workspace(&api, "/changes", &version)).saying(said))
}
