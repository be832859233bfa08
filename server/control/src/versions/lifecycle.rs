//! What happens to a version after it was published: deprecated, blocked, retired, and back.

use super::{deed, open, title};
use crate::actor::Actor;
use crate::audit::{self, By};
use crate::error::Result;
use crate::services::Control;
use domain::gateway_config::Change;
use domain::ids::ApiId;
use domain::lifecycle::VersionEvent;
use domain::roles::Permission;
use domain::text::VersionName;
use domain::versions::{Block, Deprecate, Lifecycle, Version};
use serde_json::json;

/// Warns callers and takes no new subscriptions.
pub async fn deprecate(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    name: &VersionName,
    input: Deprecate,
) -> Result<Version> {
    let now = control.now();
    let input = input.check(now)?;
    let change = |lifecycle: Lifecycle| Lifecycle {
        deprecated_at: Some(now),
        sunset_at: input.sunset_at,
        successor: input.successor,
        ..lifecycle
    };
    step(control, actor, (api, name), VersionEvent::Deprecate, "versions.deprecate", change).await
}

/// Takes a deprecation back.
pub async fn restore(control: &Control, actor: &Actor, api: &ApiId, name: &VersionName) -> Result<Version> {
    let change = |lifecycle: Lifecycle| Lifecycle {
        deprecated_at: None,
        sunset_at: None,
        successor: None,
        ..lifecycle
    };
    step(control, actor, (api, name), VersionEvent::Restore, "versions.restore", change).await
}

/// Stops serving until it is unblocked.
pub async fn block(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    name: &VersionName,
    input: Block,
) -> Result<Version> {
    let input = input.check()?;
    let change = |lifecycle: Lifecycle| Lifecycle {
        blocked_reason: Some(input.reason),
        blocked_until: input.until,
        ..lifecycle
    };
    step(control, actor, (api, name), VersionEvent::Block, "versions.block", change).await
}

pub async fn unblock(control: &Control, actor: &Actor, api: &ApiId, name: &VersionName) -> Result<Version> {
    let change = |lifecycle: Lifecycle| Lifecycle { blocked_reason: None, blocked_until: None, ..lifecycle };
    step(control, actor, (api, name), VersionEvent::Unblock, "versions.unblock", change).await
}

/// Ends the version for good.
pub async fn retire(control: &Control, actor: &Actor, api: &ApiId, name: &VersionName) -> Result<Version> {
    let now = control.now();
    let change = |lifecycle: Lifecycle| Lifecycle { retired_at: Some(now), ..lifecycle };
    step(control, actor, (api, name), VersionEvent::Retire, "versions.retire", change).await
}

async fn step(
    control: &Control,
    actor: &Actor,
    (api, name): (&ApiId, &VersionName),
    event: VersionEvent,
    action: &str,
    change: impl FnOnce(Lifecycle) -> Lifecycle,
) -> Result<Version> {
    let mut tx = control.store().begin().await?;
    let (api, before) = open(&mut tx, actor, api, name, Permission::ApisPublish).await?;
    let after = Version {
        state: before.state.next(event)?,
        lifecycle: change(before.lifecycle.clone()),
        updated_at: control.now(),
        ..before.clone()
    };
    store::versions::update_state(&mut tx, &after).await?;
    tx.mark_change(Change::Api(api.id.clone()));
    let told = |version: &Version| json!({ "state": version.state, "lifecycle": version.lifecycle });
    let name = title(&api, &after);
    let deed = deed(action, &api, &after, &name);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&told(&before)), Some(&told(&after))).await?;
    control.commit(tx).await?;
    Ok(after)
}
