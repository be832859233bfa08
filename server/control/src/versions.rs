//! Versions of an api: the draft that is worked on, publication, and what happens to a version after.

mod changes;
mod design;
mod draft;
mod hosts;
mod lifecycle;
mod publish;
mod targets;
mod tls;

pub use changes::{DiffKind, DiffLine, DraftChanges, changes, compare};
pub use design::{Design, design};
pub use draft::{create, update_draft};
pub use lifecycle::{block, deprecate, restore, retire, unblock};
pub use publish::{publish, rollback};

pub(crate) use targets::{check_targets, judge, named};
pub(crate) use tls::check_tls;

use crate::actor::Actor;
use crate::apis;
use crate::audit::Deed;
use crate::error::{Error, Result};
use crate::services::Control;
use domain::apis::Api;
use domain::ids::ApiId;
use domain::paging::{Page, PageOf};
use domain::roles::Permission;
use domain::text::VersionName;
use domain::versions::{Revision, RevisionDetail, Version, VersionSummary};
use store::Conn;

/// A version with its api, opened with a permission.
pub(crate) async fn open(
    conn: &mut Conn,
    actor: &Actor,
    api: &ApiId,
    name: &VersionName,
    permission: Permission,
) -> Result<(Api, Version)> {
    let api = apis::open(conn, actor, api, permission).await?;
    let version =
        store::versions::get(conn, &api.id, name).await?.ok_or_else(|| Error::not_found("version"))?;
    Ok((api, version))
}

/// `name` is `{api name} {version}`.
pub(crate) fn deed<'a>(action: &'a str, api: &'a Api, version: &'a Version, name: &'a str) -> Deed<'a> {
    Deed { action, kind: "version", id: version.id.as_str(), name, team: Some(&api.team) }
}

pub(crate) fn title(api: &Api, version: &Version) -> String {
    format!("{} {}", api.name, version.name)
}

/// The versions of an api, oldest first.
pub async fn list(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    page: &PageOf,
) -> Result<Page<VersionSummary>> {
    let mut conn = control.store().read().await?;
    let api = apis::open(&mut conn, actor, api, Permission::ApisRead).await?;
    Ok(store::versions::list_page(&mut conn, &api.id, page).await?)
}

/// The version as its editors see it.
pub async fn get(control: &Control, actor: &Actor, api: &ApiId, name: &VersionName) -> Result<Version> {
    Ok(open(&mut control.store().read().await?, actor, api, name, Permission::ApisRead).await?.1)
}

/// The draft's OpenAPI document as JSON text, as it was given.
pub async fn document(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    name: &VersionName,
) -> Result<Option<String>> {
    let mut conn = control.store().read().await?;
    let (_, version) = open(&mut conn, actor, api, name, Permission::ApisRead).await?;
    Ok(store::versions::document(&mut conn, &version.id).await?)
}

pub async fn revisions(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    name: &VersionName,
    page: &PageOf,
) -> Result<Page<Revision>> {
    let mut conn = control.store().read().await?;
    let (_, version) = open(&mut conn, actor, api, name, Permission::ApisRead).await?;
    Ok(store::versions::revisions(&mut conn, &version.id, page).await?)
}

pub async fn revision(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    name: &VersionName,
    number: i64,
) -> Result<RevisionDetail> {
    let mut conn = control.store().read().await?;
    let (_, version) = open(&mut conn, actor, api, name, Permission::ApisRead).await?;
    store::versions::revision(&mut conn, &version.id, number)
        .await?
        .ok_or_else(|| Error::not_found("revision"))
}
