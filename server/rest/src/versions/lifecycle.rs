//! What happens to a version: publish, roll back, deprecate, block, retire.

use crate::answer::Changed;
use crate::endpoint::Endpoint;
use crate::extract::{At, Body, Caller};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::ids::ApiId;
use domain::roles::Permission;
use domain::text::VersionName;
use domain::versions::{Block, Deprecate, Publish, Published, Rollback, Version};

type Named = At<(ApiId, VersionName)>;

pub fn endpoints() -> Vec<Endpoint> {
    [
        Endpoint::post("/apis/{api}/versions/{version}/publish", "versions.publish", publish)
            .needs_in_team(Permission::ApisPublish)
            .summary("Makes the draft a new revision, and that revision live"),
        Endpoint::post("/apis/{api}/versions/{version}/rollback", "versions.rollback", rollback)
            .needs_in_team(Permission::ApisPublish)
            .summary("Makes an older revision live again"),
        Endpoint::post("/apis/{api}/versions/{version}/deprecate", "versions.deprecate", deprecate)
            .needs_in_team(Permission::ApisPublish)
            .summary("Warns callers; takes no new subscriptions"),
        Endpoint::post("/apis/{api}/versions/{version}/restore", "versions.restore", restore)
            .needs_in_team(Permission::ApisPublish)
            .summary("Takes a deprecation back"),
        Endpoint::post("/apis/{api}/versions/{version}/block", "versions.block", block)
            .needs_in_team(Permission::ApisPublish)
            .summary("Answers calls with 503 until it is unblocked"),
        Endpoint::post("/apis/{api}/versions/{version}/unblock", "versions.unblock", unblock)
            .needs_in_team(Permission::ApisPublish)
            .summary("Serves a blocked version again"),
        Endpoint::post("/apis/{api}/versions/{version}/retire", "versions.retire", retire)
            .needs_in_team(Permission::ApisPublish)
            .summary("Ends a version for good"),
    ]
    .map(Endpoint::audited)
    .into()
}

async fn publish(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, name)): Named,
    Body(input): Body<Publish>,
) -> Answer<Changed<Published>> {
    Ok(Changed(control::versions::publish(&control, &actor, &api, &name, input).await?))
}

async fn rollback(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, name)): Named,
    Body(input): Body<Rollback>,
) -> Answer<Changed<Published>> {
    Ok(Changed(control::versions::rollback(&control, &actor, &api, &name, input).await?))
}

async fn deprecate(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, name)): Named,
    Body(input): Body<Deprecate>,
) -> Answer<Changed<Version>> {
    Ok(Changed(control::versions::deprecate(&control, &actor, &api, &name, input).await?))
}

async fn restore(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, name)): Named,
) -> Answer<Changed<Version>> {
    Ok(Changed(control::versions::restore(&control, &actor, &api, &name).await?))
}

async fn block(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, name)): Named,
    Body(input): Body<Block>,
) -> Answer<Changed<Version>> {
    Ok(Changed(control::versions::block(&control, &actor, &api, &name, input).await?))
}

async fn unblock(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, name)): Named,
) -> Answer<Changed<Version>> {
    Ok(Changed(control::versions::unblock(&control, &actor, &api, &name).await?))
}

async fn retire(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, name)): Named,
) -> Answer<Changed<Version>> {
    Ok(Changed(control::versions::retire(&control, &actor, &api, &name).await?))
}
