//! Who may call: keys, and the subscriptions of their applications.

use domain::Time;
use domain::gateway_config::{GatewayCredential, GatewaySubscription};
use domain::ids::{ApiId, ApplicationId, CredentialId, PlanId};

use crate::error::Result;
use crate::exec::{Conn, Row, sql};

/// For so long a key is refused as expired; later it is as unknown as any other.
const REMEMBER_EXPIRED: chrono::TimeDelta = chrono::TimeDelta::days(90);

pub async fn credentials(conn: &mut Conn, now: Time) -> Result<Vec<GatewayCredential>> {
    let select = sql("SELECT id, application, hash, expires_at FROM credentials
        WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1) ORDER BY id")
    .bind(now - REMEMBER_EXPIRED);
    conn.all(select, credential).await
}

/// These keys, each with whether it is revoked.
pub async fn credentials_of(
    conn: &mut Conn,
    ids: &[&CredentialId],
) -> Result<Vec<(GatewayCredential, bool)>> {
    let select = sql("SELECT id, application, hash, expires_at, revoked_at FROM credentials")
        .filter_in("id", ids.iter().copied());
    conn.all(select, |row| Ok((credential(row)?, row.get::<Option<Time>>("revoked_at")?.is_some()))).await
}

fn credential(row: &Row) -> Result<GatewayCredential> {
    Ok(GatewayCredential {
        id: row.get("id")?,
        application: row.get("application")?,
        hash: row.get("hash")?,
        expires_at: row.get("expires_at")?,
    })
}

/// Which subscriptions are asked for.
#[derive(Clone, Copy)]
pub enum Whose<'a> {
    Everybody,
    One(&'a ApplicationId, &'a ApiId),
    /// Of all applications that ever subscribed to the plan.
    Plan(&'a PlanId),
}

/// One for each application and api: the live one, else the newest that was not cancelled.
pub async fn subscriptions(conn: &mut Conn, whose: Whose<'_>) -> Result<Vec<GatewaySubscription>> {
    let all = sql("SELECT s.id, s.application, a.team, s.api, s.plan, s.state, s.expires_at, p.limits
        FROM subscriptions s JOIN plans p ON p.id = s.plan JOIN applications a ON a.id = s.application")
    .condition("s.state <> 'cancelled'");
    let select = match whose {
        Whose::Everybody => all,
        Whose::One(application, api) => all.filter("s.application =", application).filter("s.api =", api),
        // another plan's may count in the place of this one's
        Whose::Plan(plan) => all
            .condition("(s.application, s.api) IN (SELECT application, api FROM subscriptions WHERE plan = ")
            .value(plan)
            .push(")"),
    };
    let select = select
        .push(" ORDER BY s.application, s.api, CASE WHEN s.state = 'rejected' THEN 1 ELSE 0 END, s.id DESC");
    let mut all = conn.all(select, subscription).await?;
    all.dedup_by(|later, kept| later.application == kept.application && later.api == kept.api);
    Ok(all)
}

fn subscription(row: &Row) -> Result<GatewaySubscription> {
    Ok(GatewaySubscription {
        id: row.get("id")?,
        application: row.get("application")?,
        team: row.get("team")?,
        api: row.get("api")?,
        plan: row.get("plan")?,
        state: row.get("state")?,
        expires_at: row.get("expires_at")?,
        limits: row.json("limits")?,
    })
}
