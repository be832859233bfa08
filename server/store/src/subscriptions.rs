//! Subscriptions: an application's use of a plan.

use domain::Time;
use domain::ids::{ApiId, ApplicationId, PlanId, SubscriptionId, TeamId};
use domain::paging::{Page, PageOf};
use domain::subscriptions::{Subscription, SubscriptionState, SubscriptionSummary};

use crate::error::Result;
use crate::exec::{Conn, Row, Tx, sql};
use crate::page;

const COLUMNS: &str = "SELECT s.id, s.application, s.api, s.plan, s.state, s.reason, s.paused_by, s.decision,
    s.expires_at, s.created_at, s.updated_at FROM subscriptions s";

const SUMMARIES: &str = "SELECT s.id, s.application, s.api, s.plan, s.state, s.reason, s.paused_by,
        s.decision, s.expires_at, s.created_at, s.updated_at,
        a.name AS api_name, a.slug AS api_slug, a.team AS provider_team, l.name AS plan_name,
        p.name AS application_name, p.team AS consumer_team, t.name AS consumer_team_name
    FROM subscriptions s
    JOIN apis a ON a.id = s.api
    JOIN plans l ON l.id = s.plan
    JOIN applications p ON p.id = s.application
    JOIN teams t ON t.id = p.team";

/// Adds a subscription. Conflicts on `subscriptions_application_api` when the application has a live one.
pub async fn insert(tx: &mut Tx, subscription: &Subscription) -> Result<()> {
    let insert =
        sql("INSERT INTO subscriptions (id, application, api, plan, state, reason, paused_by, decision,
            expires_at, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
        .bind(&subscription.id)
        .bind(&subscription.application)
        .bind(&subscription.api)
        .bind(&subscription.plan)
        .bind(subscription.state)
        .bind(&subscription.reason)
        .bind(subscription.paused_by)
        .bind(&subscription.decision)
        .bind(subscription.expires_at)
        .bind(subscription.created_at)
        .bind(subscription.updated_at);
    tx.execute(insert).await.map(drop)
}

/// Writes everything but id, application, api and time of creation.
pub async fn update(tx: &mut Tx, subscription: &Subscription) -> Result<()> {
    let update =
        sql("UPDATE subscriptions SET plan = $2, state = $3, reason = $4, paused_by = $5, decision = $6,
            expires_at = $7, updated_at = $8 WHERE id = $1")
        .bind(&subscription.id)
        .bind(&subscription.plan)
        .bind(subscription.state)
        .bind(&subscription.reason)
        .bind(subscription.paused_by)
        .bind(&subscription.decision)
        .bind(subscription.expires_at)
        .bind(subscription.updated_at);
    tx.execute(update).await.map(drop)
}

pub async fn get(conn: &mut Conn, id: &SubscriptionId) -> Result<Option<Subscription>> {
    conn.optional(sql(COLUMNS).filter("s.id =", id), subscription).await
}

pub async fn summary(conn: &mut Conn, id: &SubscriptionId) -> Result<Option<SubscriptionSummary>> {
    conn.optional(sql(SUMMARIES).filter("s.id =", id), summary_of).await
}

/// The one that takes the application's place at the api.
pub async fn live(conn: &mut Conn, application: &ApplicationId, api: &ApiId) -> Result<Option<Subscription>> {
    let select = sql(COLUMNS)
        .filter("s.application =", application)
        .filter("s.api =", api)
        .condition("s.state IN ('pending', 'active', 'paused', 'expired')");
    conn.optional(select, subscription).await
}

/// The newest in any state.
pub async fn last(conn: &mut Conn, application: &ApplicationId, api: &ApiId) -> Result<Option<Subscription>> {
    let select =
        sql(COLUMNS).filter("s.application =", application).filter("s.api =", api).page("s.id DESC", 1);
    conn.optional(select, subscription).await
}

/// What a list of subscriptions is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct SubscriptionFilter {
    pub application: Option<ApplicationId>,
    pub api: Option<ApiId>,
    pub plan: Option<PlanId>,
    pub state: Option<SubscriptionState>,
    /// Only of applications that one of these teams owns.
    pub consumer_teams: Option<Vec<TeamId>>,
    /// Only to apis that one of these teams owns.
    pub provider_teams: Option<Vec<TeamId>>,
    /// Only where one of these teams is on either side.
    pub of_teams: Option<Vec<TeamId>>,
}

/// Subscriptions, newest first.
pub async fn list(
    conn: &mut Conn,
    filter: &SubscriptionFilter,
    page: &PageOf,
) -> Result<Page<SubscriptionSummary>> {
    let mut select = sql(SUMMARIES)
        .filter_some("s.application =", filter.application.as_ref())
        .filter_some("s.api =", filter.api.as_ref())
        .filter_some("s.plan =", filter.plan.as_ref())
        .filter_some("s.state =", filter.state)
        .after("(s.id) <", page::place::<1>(page)?);
    if let Some(teams) = &filter.consumer_teams {
        select = select.filter_in("p.team", teams);
    }
    if let Some(teams) = &filter.provider_teams {
        select = select.filter_in("a.team", teams);
    }
    if let Some(teams) = &filter.of_teams {
        select = select.condition("(").within("p.team", teams).push(" OR ").within("a.team", teams).push(")");
    }
    let rows = conn.all(select.page("s.id DESC", page::one_more(page)), summary_of).await?;
    Ok(page::cut(rows, page, |it| [it.subscription.id.to_string()]))
}

/// Active ones whose end has come, the longest overdue first.
pub async fn due(conn: &mut Conn, now: Time, limit: u32) -> Result<Vec<Subscription>> {
    let select = sql(COLUMNS)
        .condition("s.state = 'active'")
        .filter("s.expires_at <=", now)
        .page("s.expires_at, s.id", limit);
    conn.all(select, subscription).await
}

/// How many take a place through this plan.
pub async fn count_live(conn: &mut Conn, plan: &PlanId) -> Result<i64> {
    let count = sql("SELECT count(*) AS n FROM subscriptions
        WHERE plan = $1 AND state IN ('pending', 'active', 'paused', 'expired')");
    conn.one(count.bind(plan), |row| row.get("n")).await
}

fn subscription(row: &Row) -> Result<Subscription> {
    Ok(Subscription {
        id: row.get("id")?,
        application: row.get("application")?,
        api: row.get("api")?,
        plan: row.get("plan")?,
        state: row.get("state")?,
        reason: row.get("reason")?,
        paused_by: row.get("paused_by")?,
        decision: row.get("decision")?,
        expires_at: row.get("expires_at")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

fn summary_of(row: &Row) -> Result<SubscriptionSummary> {
    Ok(SubscriptionSummary {
        subscription: subscription(row)?,
        api_name: row.get("api_name")?,
        api_slug: row.get("api_slug")?,
        plan_name: row.get("plan_name")?,
        application_name: row.get("application_name")?,
        consumer_team: row.get("consumer_team")?,
        consumer_team_name: row.get("consumer_team_name")?,
        provider_team: row.get("provider_team")?,
    })
}
