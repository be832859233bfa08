//! Publication: the draft becomes a new revision and is live, in one step; or an older revision is live again.

use super::{check_targets, check_tls, deed, hosts, open, title};
use crate::actor::Actor;
use crate::audit::{self, By};
use crate::error::{Error, Result};
use crate::services::Control;
use domain::apis::Api;
use domain::check::Invalid;
use domain::gateway_config::Change;
use domain::ids::ApiId;
use domain::lifecycle::{VersionEvent, VersionState};
use domain::roles::Permission;
use domain::text::VersionName;
use domain::versions::{Publish, Published, Rollback, Version, VersionConfig};
use serde_json::json;
use store::Tx;
use store::versions::NewRevision;

/// Publishes the draft.
pub async fn publish(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    name: &VersionName,
    input: Publish,
) -> Result<Published> {
    let input = input.check()?;
    let mut tx = control.store().begin().await?;
    let (api, before) = open(&mut tx, actor, api, name, Permission::ApisPublish).await?;
    let state = before.state.next(VersionEvent::Publish)?;
    check(control, &mut tx, actor, (&api, &before), &before.draft).await?;
    let revision = NewRevision {
        note: input.note.clone(),
        published_by: actor.name.clone(),
        published_at: control.now(),
        config: before.draft.clone(),
    };
    let number = store::versions::insert_revision(&mut tx, &before.id, &revision).await?;
    let live = json!({ "revision": number, "note": input.note });
    make_live(control, &mut tx, &before, state, number).await?;
    let name = title(&api, &before);
    let deed = deed("versions.publish", &api, &before, &name);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&was_live(&before)), Some(&live)).await?;
    control.commit(tx).await?;
    Ok(Published { revision: number, state })
}

/// Makes an older revision live again. The draft stays as it is.
pub async fn rollback(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    name: &VersionName,
    input: Rollback,
) -> Result<Published> {
    let mut tx = control.store().begin().await?;
    let (api, before) = open(&mut tx, actor, api, name, Permission::ApisPublish).await?;
    if !before.state.is_served() {
        return Err(Error::conflict(format!("a version that is {} has nothing to roll back", before.state)));
    }
    let target = store::versions::revision(&mut tx, &before.id, input.revision).await?;
    let target = target
        .ok_or_else(|| Invalid::one("revision", "expected the number of a revision of this version"))?;
    if before.live_revision == Some(input.revision) {
        return Err(Error::conflict(format!("revision {} is live already", input.revision)));
    }
    check(control, &mut tx, actor, (&api, &before), &target.config).await?;
    make_live(control, &mut tx, &before, before.state, input.revision).await?;
    let name = title(&api, &before);
    let deed = deed("versions.rollback", &api, &before, &name);
    let live = json!({ "revision": input.revision });
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&was_live(&before)), Some(&live)).await?;
    control.commit(tx).await?;
    Ok(Published { revision: input.revision, state: before.state })
}

fn was_live(version: &Version) -> serde_json::Value {
    json!({ "revision": version.live_revision })
}

async fn make_live(
    control: &Control,
    tx: &mut Tx,
    before: &Version,
    state: VersionState,
    number: i64,
) -> Result<()> {
    let after = Version { state, live_revision: Some(number), updated_at: control.now(), ..before.clone() };
    store::versions::update_state(tx, &after).await?;
    tx.mark_change(Change::Api(after.api.clone()));
    Ok(())
}

/// What must hold of a configuration before the gateway is given it.
async fn check(
    control: &Control,
    tx: &mut Tx,
    actor: &Actor,
    (api, version): (&Api, &Version),
    config: &VersionConfig,
) -> Result<()> {
    config.check()?;
    control.outbound().check_upstream(&config.upstream)?;
    check_tls(tx, &api.team, &config.upstream.tls).await?;
    check_targets(tx, config).await?;
    hosts::check_own(control, &config.hosts)?;
    hosts::check_free(tx, actor, &version.id, &config.hosts).await
}
