//! Catalogues that are imported: read whole, compared with what holds, kept, undone.

use super::known;
use crate::actor::Actor;
use crate::audit::{self, By, Deed, NOTHING};
use crate::error::{Error, Result};
use crate::services::Control;
use domain::check::Invalid;
use domain::gateway_config::Change;
use domain::ids::{ModelImportId, ModelUploadId};
use domain::models::entries::ModelFacts;
use domain::models::imports::{
    ImportCatalogue, ImportOutcome, LARGEST_FILE, ModelImport, ModelUpload, difference, vendors,
};
use domain::paging::{Page, PageOf};
use domain::roles::Permission;
use std::collections::BTreeMap;
use store::{Conn, Tx};

/// Of what is imported, in the audit trail.
const NAME: &str = "catalogue of models";

fn deed<'a>(action: &'a str, import: &'a ModelImport) -> Deed<'a> {
    Deed { action, kind: "model_import", id: import.id.as_str(), name: NAME, team: None }
}

/// The models in the file, if all of it is right.
fn read(control: &Control, input: &ImportCatalogue) -> Result<Vec<ModelFacts>> {
    let wrong = |message: String| Error::from(Invalid::one("file", message));
    if input.file.trim().is_empty() {
        return Err(wrong("is required".to_owned()));
    }
    if input.file.len() > LARGEST_FILE {
        return Err(wrong("expected at most 4 MiB".to_owned()));
    }
    let models = control.models().read(&input.file).map_err(wrong)?;
    if models.is_empty() {
        return Err(wrong("expected at least one model".to_owned()));
    }
    let is_known = |vendor: &str| {
        control.vendors().iter().any(|form| form.id == vendor) || control.models().comes_with(vendor)
    };
    let strange: Vec<&str> =
        vendors(&models).into_iter().filter(|vendor| !is_known(vendor)).take(5).collect();
    if !strange.is_empty() {
        let message = format!("expected models of vendors that are known here, got {}", strange.join(", "));
        return Err(wrong(message));
    }
    Ok(models)
}

async fn compare(control: &Control, conn: &mut Conn, models: &[ModelFacts]) -> Result<ImportOutcome> {
    let known = known::known(control, conn).await?;
    let before: Vec<ModelFacts> = known.all().cloned().collect();
    Ok(difference(&before, models))
}

/// What an import would do; nothing is kept.
pub async fn check_import(
    control: &Control,
    actor: &Actor,
    input: &ImportCatalogue,
) -> Result<ImportOutcome> {
    actor.require(Permission::ProvidersManage)?;
    let models = read(control, input)?;
    compare(control, &mut control.store().read().await?, &models).await
}

/// Puts the models in the file in the place of those of their vendors.
pub async fn import(control: &Control, actor: &Actor, input: &ImportCatalogue) -> Result<ImportOutcome> {
    actor.require(Permission::ProvidersManage)?;
    let models = read(control, input)?;
    put(control, actor, control.store().begin().await?, &models).await
}

async fn put(control: &Control, actor: &Actor, mut tx: Tx, models: &[ModelFacts]) -> Result<ImportOutcome> {
    let outcome = compare(control, &mut tx, models).await?;
    let import = ModelImport {
        id: next_id(control, &mut tx).await?,
        at: control.now(),
        by: actor.name.clone(),
        vendors: outcome.vendors.clone(),
        new: outcome.new,
        changed: outcome.changed,
        gone: outcome.gone,
    };
    let mut by_vendor: BTreeMap<&str, Vec<&ModelFacts>> = BTreeMap::new();
    for model in models {
        by_vendor.entry(&model.vendor).or_default().push(model);
    }
    store::models::imports::insert(&mut tx, &import, &by_vendor).await?;
    mark(&mut tx, &import.vendors).await?;
    let deed = deed("models.import", &import);
    audit::write(control, &mut tx, By::Actor(actor), deed, NOTHING, Some(&import)).await?;
    control.commit(tx).await?;
    Ok(ImportOutcome { import: Some(import.id), ..outcome })
}

/// Of a vendor the catalogue with the greatest id is in effect: it is greater than those before it also within one
/// millisecond, and after a clock was put back.
async fn next_id(control: &Control, tx: &mut Tx) -> Result<ModelImportId> {
    let last = store::models::imports::last(tx).await?;
    let mut id = control.new_id(ModelImportId::from_parts);
    let mut later_ms: u64 = 1;
    while last.as_ref().is_some_and(|last| id <= *last) {
        id = control.new_id(|ms, random| ModelImportId::from_parts(ms.saturating_add(later_ms), random));
        later_ms = later_ms.saturating_mul(2);
    }
    Ok(id)
}

/// Keeps a catalogue to be looked at, if all of it is right. Nothing of it is in effect.
pub async fn upload(control: &Control, actor: &Actor, input: &ImportCatalogue) -> Result<ModelUpload> {
    actor.require(Permission::ProvidersManage)?;
    read(control, input)?;
    let (id, at) = (control.new_id(ModelUploadId::from_parts), control.now());
    let upload = ModelUpload { id, at, by: actor.name.clone() };
    let mut tx = control.store().begin().await?;
    store::models::imports::insert_upload(&mut tx, &upload, &input.file).await?;
    let deed = Deed {
        action: "models.upload",
        kind: "model_import",
        id: upload.id.as_str(),
        name: NAME,
        team: None,
    };
    audit::write(control, &mut tx, By::Actor(actor), deed, NOTHING, Some(&upload)).await?;
    control.commit(tx).await?;
    Ok(upload)
}

async fn open(
    control: &Control,
    conn: &mut Conn,
    id: &ModelUploadId,
) -> Result<(ModelUpload, Vec<ModelFacts>)> {
    let found = store::models::imports::upload(conn, id).await?;
    let (upload, file) = found.ok_or_else(|| Error::not_found("catalogue"))?;
    Ok((upload, read(control, &ImportCatalogue { file })?))
}

/// A catalogue that was kept to be looked at, and what importing it would do now.
pub async fn uploaded(
    control: &Control,
    actor: &Actor,
    id: &ModelUploadId,
) -> Result<(ModelUpload, ImportOutcome)> {
    actor.require(Permission::ProvidersManage)?;
    let mut conn = control.store().read().await?;
    let (upload, models) = open(control, &mut conn, id).await?;
    let outcome = compare(control, &mut conn, &models).await?;
    Ok((upload, outcome))
}

/// Imports a catalogue that was kept to be looked at.
pub async fn import_upload(control: &Control, actor: &Actor, id: &ModelUploadId) -> Result<ImportOutcome> {
    actor.require(Permission::ProvidersManage)?;
    let mut tx = control.store().begin().await?;
    let (_, models) = open(control, &mut tx, id).await?;
    store::models::imports::delete_upload(&mut tx, id).await?;
    put(control, actor, tx, &models).await
}

/// Undoes the last import: what its vendors' models were before it, they are again.
pub async fn undo_import(control: &Control, actor: &Actor) -> Result<ModelImport> {
    actor.require(Permission::ProvidersManage)?;
    let mut tx = control.store().begin().await?;
    let last = store::models::imports::last(&mut tx).await?;
    let last = match last {
        Some(id) => store::models::imports::get(&mut tx, &id).await?,
        None => None,
    };
    let import = last.ok_or_else(|| Error::conflict("there is no import to be undone"))?;
    store::models::imports::delete(&mut tx, &import.id).await?;
    mark(&mut tx, &import.vendors).await?;
    let deed = deed("models.undo_import", &import);
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&import), NOTHING).await?;
    control.commit(tx).await?;
    Ok(import)
}

/// What was imported and not undone, newest first.
pub async fn imports(control: &Control, actor: &Actor, page: &PageOf) -> Result<Page<ModelImport>> {
    actor.require(Permission::ProvidersRead)?;
    Ok(store::models::imports::list(&mut control.store().read().await?, page).await?)
}

/// The gateway must hear of all connections to the vendors.
async fn mark(tx: &mut Tx, vendors: &[String]) -> Result<()> {
    for provider in store::models::imports::connections_to(tx, vendors).await? {
        tx.mark_change(Change::Provider(provider));
    }
    Ok(())
}
