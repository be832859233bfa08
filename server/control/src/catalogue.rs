//! The catalogue: what people find, and what it tells of each api.

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::openapi::{self, Document, Limits};
use crate::services::Control;
use domain::Time;
use domain::apis::ApiDetail;
use domain::catalogue::{Audience, CatalogueEntry, CatalogueFilter, Facets};
use domain::ids::TeamId;
use domain::lifecycle::VersionState;
use domain::models::ModelAliases;
use domain::paging::{Page, PageOf};
use domain::roles::Permission;
use domain::routes::Route;
use domain::subscriptions::SubscriptionSummary;
use domain::text::{HostName, Slug, VersionName};
use domain::versions::{Lifecycle, Version};
use serde::{Deserialize, Serialize};
use store::Conn;
use store::subscriptions::SubscriptionFilter;
use url::Url;

/// An api as its readers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CatalogueApi {
    /// With the versions that are listed.
    pub detail: ApiDetail,
    pub version: LiveVersion,
    /// What the viewer's teams have of it, in any state, newest first.
    pub access: Vec<SubscriptionSummary>,
    pub has_document: bool,
}

/// What is live of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LiveVersion {
    pub name: VersionName,
    pub state: VersionState,
    pub lifecycle: Lifecycle,
    pub revision: i64,
    pub published_at: Time,
    pub published_by: String,
    pub routes: Vec<Route>,
    pub docs: String,
    pub hosts: Vec<HostName>,
    /// The names of the models of an ai api.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<String>,
    /// Where it is called: `{gateway}/{slug}/{version}`.
    pub base_url: String,
}

fn my_teams(viewer: Option<&Actor>) -> Vec<TeamId> {
    viewer.map(|actor| actor.teams.iter().map(|(team, _)| team.clone()).collect()).unwrap_or_default()
}

/// What the viewer may see. Without signing in only where the platform shows its catalogue to everybody.
async fn audience(conn: &mut Conn, viewer: Option<&Actor>) -> Result<Audience> {
    match viewer {
        Some(actor) => Ok(actor.audience()),
        None if crate::settings::load(conn).await?.anonymous_catalogue => Ok(Audience::Anonymous),
        None => Err(Error::unauthenticated()),
    }
}

pub async fn search(
    control: &Control,
    viewer: Option<&Actor>,
    filter: &CatalogueFilter,
    page: &PageOf,
) -> Result<Page<CatalogueEntry>> {
    let mut conn = control.store().read().await?;
    let audience = audience(&mut conn, viewer).await?;
    Ok(store::catalogue::search(&mut conn, filter, &audience, &my_teams(viewer), page).await?)
}

/// How many entries each filter would leave.
pub async fn facets(control: &Control, viewer: Option<&Actor>, filter: &CatalogueFilter) -> Result<Facets> {
    let mut conn = control.store().read().await?;
    let audience = audience(&mut conn, viewer).await?;
    Ok(store::catalogue::facets(&mut conn, filter, &audience).await?)
}

/// One api, at its default version unless another is named.
pub async fn entry(
    control: &Control,
    viewer: Option<&Actor>,
    slug: &str,
    version: Option<&str>,
) -> Result<CatalogueApi> {
    let mut conn = control.store().read().await?;
    let (mut detail, version) = find(&mut conn, viewer, slug, version).await?;
    let number = version.live_revision.ok_or_else(|| Error::not_found("api"))?;
    let live = store::versions::revision(&mut conn, &version.id, number).await?;
    let live = live.ok_or_else(|| Error::not_found("revision"))?;
    detail.versions.retain(|version| version.state.is_listed());
    let access = access(&mut conn, viewer, &detail).await?;
    let base_url = format!("{}/{}/{}", control.gateway_url(), detail.api.slug, version.name);
    Ok(CatalogueApi {
        version: LiveVersion {
            name: version.name,
            state: version.state,
            lifecycle: version.lifecycle,
            revision: number,
            published_at: live.revision.published_at,
            published_by: live.revision.published_by,
            models: live.config.models.map(names).unwrap_or_default(),
            routes: live.config.routes,
            docs: live.config.docs,
            hosts: live.config.hosts,
            base_url,
        },
        access,
        has_document: live.document.is_some(),
        detail,
    })
}

fn names(models: ModelAliases) -> Vec<String> {
    models.aliases.into_iter().map(|alias| alias.name).collect()
}

/// The api and version, if the viewer may see them and the version is listed.
async fn find(
    conn: &mut Conn,
    viewer: Option<&Actor>,
    slug: &str,
    version: Option<&str>,
) -> Result<(ApiDetail, Version)> {
    let audience = audience(conn, viewer).await?;
    let absent = || Error::not_found("api");
    let slug: Slug = slug.parse().map_err(|_| absent())?;
    let api = store::apis::get_by_slug(conn, &slug).await?.ok_or_else(absent)?;
    if !audience.sees(api.visibility, &api.team) {
        return Err(absent());
    }
    let name = match version {
        Some(name) => name.parse().map_err(|_| absent())?,
        None => api.default_version.clone(),
    };
    let version = store::versions::get(conn, &api.id, &name).await?;
    let version = version.filter(|version| version.state.is_listed()).ok_or_else(absent)?;
    let detail = store::apis::detail(conn, &api.id).await?.ok_or_else(absent)?;
    Ok((detail, version))
}

async fn access(
    conn: &mut Conn,
    viewer: Option<&Actor>,
    detail: &ApiDetail,
) -> Result<Vec<SubscriptionSummary>> {
    let Some(actor) = viewer else { return Ok(Vec::new()) };
    let teams = actor.teams.iter().filter(|(_, role)| role.allows(Permission::ApplicationsRead));
    let filter = SubscriptionFilter {
        api: Some(detail.api.id.clone()),
        consumer_teams: Some(teams.map(|(team, _)| team.clone()).collect()),
        ..SubscriptionFilter::default()
    };
    Ok(store::subscriptions::list(conn, &filter, &PageOf::default()).await?.items)
}

/// The live OpenAPI document with the gateway's address and way to know callers.
pub async fn document(
    control: &Control,
    viewer: Option<&Actor>,
    slug: &str,
    version: Option<&str>,
) -> Result<Option<serde_json::Value>> {
    let mut conn = control.store().read().await?;
    let (detail, version) = find(&mut conn, viewer, slug, version).await?;
    let text = store::versions::live_document(&mut conn, &version.id).await?;
    drop(conn);
    let base = format!("{}/{}/{}", control.gateway_url(), detail.api.slug, version.name);
    let base = Url::parse(&base).map_err(|error| Error::Internal(format!("gateway url: {error}")))?;
    let document = read(text).await?;
    Ok(document.map(|document| openapi::published(&document, &base, "Authorization")))
}

/// The live OpenAPI document, read, for the reference pages.
pub async fn reference(
    control: &Control,
    viewer: Option<&Actor>,
    slug: &str,
    version: Option<&str>,
) -> Result<Option<Document>> {
    let mut conn = control.store().read().await?;
    let (_, version) = find(&mut conn, viewer, slug, version).await?;
    let text = store::versions::live_document(&mut conn, &version.id).await?;
    drop(conn);
    read(text).await
}

async fn read(text: Option<String>) -> Result<Option<Document>> {
    let Some(text) = text else { return Ok(None) };
    let read = tokio::task::spawn_blocking(move || openapi::read(&text, &Limits::KEPT)).await;
    let document = read.map_err(|error| Error::Internal(format!("openapi: {error}")))?;
    document
        .map(Some)
        .map_err(|_| Error::Internal("a kept OpenAPI document is not readable any more".to_owned()))
}
