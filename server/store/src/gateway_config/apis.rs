//! Apis with their versions that are live.

use std::collections::HashMap;

use domain::gateway_config::{GatewayApi, GatewayVersion, UnreadableVersion};
use domain::ids::{ApiId, VersionId};
use domain::lifecycle::VersionState;
use domain::text::VersionName;
use domain::upstream::UpstreamTls;
use domain::versions::VersionConfig;

use super::certificates;
use crate::error::Result;
use crate::exec::{Conn, Row, Sql, sql};

/// The versions of one api.
#[derive(Default)]
struct Versions {
    live: Vec<GatewayVersion>,
    unreadable: Vec<UnreadableVersion>,
    drafts: Vec<VersionName>,
}

/// The apis with at least one live revision, in the order of their slugs; only these ones, if some are given.
pub async fn load(conn: &mut Conn, only: Option<&[&ApiId]>) -> Result<Vec<GatewayApi>> {
    let of = |select: Sql, column: &'static str| match only {
        Some(ids) => select.filter_in(column, ids.iter().copied()),
        None => select,
    };
    let mut versions: HashMap<ApiId, Versions> = HashMap::new();
    let select = sql("SELECT v.api, v.id, v.name, v.state, v.lifecycle, v.live_revision, r.config
        FROM versions v JOIN revisions r ON r.version = v.id AND r.number = v.live_revision")
    .condition("v.state <> 'draft'");
    let select = of(select, "v.api").push(" ORDER BY v.id");
    for (api, version) in conn.all(select, |row| Ok((row.get("api")?, version(row)?))).await? {
        let versions = versions.entry(api).or_default();
        match version {
            Ok(live) => versions.live.push(live),
            Err(unreadable) => versions.unreadable.push(unreadable),
        }
    }
    let live = versions.values_mut().flat_map(|versions| &mut versions.live);
    certificates::attach(conn, live, only.is_some()).await?;
    let select = of(sql("SELECT api, name FROM versions").condition("state = 'draft'"), "api");
    let select = select.push(" ORDER BY id");
    for (api, name) in conn.all(select, |row| Ok((row.get::<ApiId>("api")?, row.get("name")?))).await? {
        // of an api that has nothing but drafts, the gateway knows nothing
        if let Some(versions) = versions.get_mut(&api) {
            versions.drafts.push(name);
        }
    }
    let select = of(sql("SELECT id, slug, default_version FROM apis"), "id").push(" ORDER BY slug");
    let apis = conn
        .all(select, |row| Ok((row.get::<ApiId>("id")?, row.get("slug")?, row.get("default_version")?)))
        .await?;
    let with_versions = apis.into_iter().filter_map(|(id, slug, default_version)| {
        let Versions { live, unreadable, drafts } = versions.remove(&id)?;
        Some(GatewayApi { id, slug, default_version, versions: live, drafts, unreadable })
    });
    Ok(with_versions.collect())
}

/// A version with its live revision. One that this release cannot read (a newer one may have written it) does not
/// keep the others from being loaded.
fn version(row: &Row) -> Result<Result<GatewayVersion, UnreadableVersion>> {
    let (id, name, state) = (row.get::<VersionId>("id")?, row.get("name")?, row.get("state")?);
    let lifecycle = row.json("lifecycle")?;
    let mut config = match row.json::<VersionConfig>("config") {
        Ok(config) => config,
        Err(error) => {
            tracing::error!(version = %id, ?error, "a live revision cannot be read");
            return Ok(Err(UnreadableVersion { name, state, lifecycle }));
        }
    };
    // the gateway has no use for the guide; the hosts of a version that is gone are free for others, and it calls
    // nobody
    config.docs.clear();
    if state == VersionState::Retired {
        config.hosts.clear();
        config.upstream.tls = UpstreamTls::default();
    }
    let models = config.models.take();
    Ok(Ok(GatewayVersion {
        id,
        name,
        state,
        lifecycle,
        revision: row.get("live_revision")?,
        config,
        certificate: None,
        models,
    }))
}
