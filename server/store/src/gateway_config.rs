//! All that the gateway needs to know, in six statements whatever the size of the installation.

use std::collections::HashMap;

use domain::Time;
use domain::gateway_config::{
    GatewayApi, GatewayConfig, GatewayCredential, GatewaySubscription, GatewayVersion, UnreadableVersion,
};
use domain::ids::{ApiId, VersionId};
use domain::lifecycle::VersionState;
use domain::text::VersionName;
use domain::versions::VersionConfig;

use crate::changes::last_change;
use crate::error::Result;
use crate::exec::{Conn, Row, sql};

/// For so long a key is refused as expired; later it is as unknown as any other.
const REMEMBER_EXPIRED: chrono::TimeDelta = chrono::TimeDelta::days(90);

/// Reads what is live. `conn` must be a snapshot, so that the parts go together.
pub async fn load(conn: &mut Conn, now: Time) -> Result<GatewayConfig> {
    Ok(GatewayConfig {
        sequence: last_change(conn).await?,
        apis: apis(conn).await?,
        credentials: credentials(conn, now).await?,
        subscriptions: subscriptions(conn).await?,
    })
}

/// The versions of one api.
#[derive(Default)]
struct Versions {
    live: Vec<GatewayVersion>,
    unreadable: Vec<UnreadableVersion>,
    drafts: Vec<VersionName>,
}

/// The apis with at least one live revision, in the order of their slugs.
async fn apis(conn: &mut Conn) -> Result<Vec<GatewayApi>> {
    let mut versions: HashMap<ApiId, Versions> = HashMap::new();
    let select = sql("SELECT v.api, v.id, v.name, v.state, v.lifecycle, v.live_revision, r.config
        FROM versions v JOIN revisions r ON r.version = v.id AND r.number = v.live_revision
        WHERE v.state <> 'draft' ORDER BY v.id");
    for (api, version) in conn.all(select, |row| Ok((row.get("api")?, version(row)?))).await? {
        let versions = versions.entry(api).or_default();
        match version {
            Ok(live) => versions.live.push(live),
            Err(unreadable) => versions.unreadable.push(unreadable),
        }
    }
    let select = sql("SELECT api, name FROM versions WHERE state = 'draft' ORDER BY id");
    for (api, name) in conn.all(select, |row| Ok((row.get::<ApiId>("api")?, row.get("name")?))).await? {
        // of an api that has nothing but drafts, the gateway knows nothing
        if let Some(versions) = versions.get_mut(&api) {
            versions.drafts.push(name);
        }
    }
    let select = sql("SELECT id, slug, default_version FROM apis ORDER BY slug");
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
    // the gateway has no use for the guide; the hosts of a version that is gone are free for others
    config.docs.clear();
    if state == VersionState::Retired {
        config.hosts.clear();
    }
    Ok(Ok(GatewayVersion { id, name, state, lifecycle, revision: row.get("live_revision")?, config }))
}

async fn credentials(conn: &mut Conn, now: Time) -> Result<Vec<GatewayCredential>> {
    let select = sql("SELECT id, application, hash, expires_at FROM credentials
        WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1) ORDER BY id")
    .bind(now - REMEMBER_EXPIRED);
    conn.all(select, |row| {
        Ok(GatewayCredential {
            id: row.get("id")?,
            application: row.get("application")?,
            hash: row.get("hash")?,
            expires_at: row.get("expires_at")?,
        })
    })
    .await
}

/// One for each application and api: the live one, else the newest that was not cancelled.
async fn subscriptions(conn: &mut Conn) -> Result<Vec<GatewaySubscription>> {
    let select = sql("SELECT s.id, s.application, s.api, s.plan, s.state, s.expires_at, p.limits
        FROM subscriptions s JOIN plans p ON p.id = s.plan
        WHERE s.state <> 'cancelled'
        ORDER BY s.application, s.api, CASE WHEN s.state = 'rejected' THEN 1 ELSE 0 END, s.id DESC");
    let mut all = conn.all(select, subscription).await?;
    all.dedup_by(|later, kept| later.application == kept.application && later.api == kept.api);
    Ok(all)
}

fn subscription(row: &Row) -> Result<GatewaySubscription> {
    Ok(GatewaySubscription {
        id: row.get("id")?,
        application: row.get("application")?,
        api: row.get("api")?,
        plan: row.get("plan")?,
        state: row.get("state")?,
        expires_at: row.get("expires_at")?,
        limits: row.json("limits")?,
    })
}
