//! The draft: what is worked on while the live revision serves.

use super::{check_targets, check_tls, deed, hosts, open, title};
use crate::actor::Actor;
use crate::apis::{self, import};
use crate::audit::{self, By, NOTHING};
use crate::error::{Error, Result};
use crate::prompts;
use crate::services::Control;
use domain::gateway_config::Change;
use domain::ids::{ApiId, VersionId};
use domain::lifecycle::VersionState;
use domain::roles::Permission;
use domain::text::VersionName;
use domain::versions::{Lifecycle, UpdateDraft, Version};

/// Adds a version, as a draft that begins as a copy of another one's.
pub async fn create(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    name: VersionName,
    from: Option<VersionName>,
) -> Result<Version> {
    let mut tx = control.store().begin().await?;
    let api = apis::open(&mut tx, actor, api, Permission::ApisEdit).await?;
    let from = from.unwrap_or_else(|| api.default_version.clone());
    let source = store::versions::get(&mut tx, &api.id, &from).await?;
    let source =
        source.ok_or_else(|| domain::check::Invalid::one("from", "expected a version of this api"))?;
    let document = store::versions::document(&mut tx, &source.id).await?;
    let now = control.now();
    let version = Version {
        id: control.new_id(VersionId::from_parts),
        name,
        state: VersionState::Draft,
        live_revision: None,
        lifecycle: Lifecycle::default(),
        created_at: now,
        updated_at: now,
        ..source
    };
    store::versions::insert(&mut tx, &version, document.as_deref())
        .await
        .map_err(|error| Error::from(error).at_constraint("versions_api_name", "name", "exists already"))?;
    // until it is published, nothing answers at its address: not the default version either
    tx.mark_change(Change::Api(api.id.clone()));
    let name = title(&api, &version);
    let deed = deed("versions.create", &api, &version, &name);
    audit::write(control, &mut tx, By::Actor(actor), deed, NOTHING, Some(&version)).await?;
    control.commit(tx).await?;
    Ok(version)
}

/// Changes the draft. The gateway goes on serving the live revision.
pub async fn update_draft(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    name: &VersionName,
    mut input: UpdateDraft,
) -> Result<Version> {
    // asked before the document is read: reading is work, and may be for nothing
    let (named, current) =
        open(&mut control.store().read().await?, actor, api, name, Permission::ApisEdit).await?;
    input.fits(&current.draft)?;
    let offers = input.models.is_some() || input.prompt.is_some();
    let written = input.prompt.as_ref().map(|prompt| prompts::document(&named.name, prompt));
    let imported = match input.openapi.take().filter(|text| !text.trim().is_empty()) {
        Some(text) => Some(import::read_text("openapi", text, None).await?),
        None => None,
    };
    if let Some(imported) = &imported {
        input.routes.get_or_insert_with(|| imported.routes.clone());
    }
    input.clone().apply(&current.draft)?;
    let mut tx = control.store().begin().await?;
    let (api, before) = open(&mut tx, actor, api, name, Permission::ApisEdit).await?;
    if before.state == VersionState::Retired {
        return Err(Error::conflict("a retired version is not changed any more"));
    }
    // applied again to what is there now: somebody else may have changed another part meanwhile
    let draft = input.apply(&before.draft)?;
    control.outbound().check_upstream(&draft.upstream)?;
    check_tls(&mut tx, &api.team, &draft.upstream.tls).await?;
    // those that are there already do not keep another part from being changed
    if offers {
        check_targets(&mut tx, &draft).await?;
    }
    hosts::check_own(control, &draft.hosts)?;
    let now = control.now();
    store::versions::update_draft(&mut tx, &before.id, &draft, now).await?;
    let document = imported.as_ref().map(|imported| &imported.text).or(written.as_ref());
    if let Some(text) = document {
        store::versions::set_document(&mut tx, &before.id, Some(text)).await?;
    }
    let has_document = before.has_document || document.is_some();
    let after = Version { draft, has_document, updated_at: now, ..before.clone() };
    let name = title(&api, &after);
    let deed = deed("versions.update-draft", &api, &after, &name);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&before.draft), Some(&after.draft)).await?;
    control.commit(tx).await?;
    Ok(after)
}
