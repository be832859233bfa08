//! Requests: what waits, or waited, for a decision.

use domain::ids::{AccountId, RequestId, SubscriptionId, TeamId};
use domain::paging::{Page, PageOf};
use domain::requests::{Request, RequestFilter, RequestKind, RequestState};

use crate::error::Result;
use crate::exec::{Conn, Row, Sql, Tx, sql};
use crate::page;

const COLUMNS: &str = "SELECT r.id, r.kind, r.state, r.team, r.subscription, r.api, r.account,
        a.name AS account_name, r.title, r.reason, r.created_at, r.decided_by, r.decided_at, r.decision
    FROM requests r JOIN accounts a ON a.id = r.account";

pub async fn insert(tx: &mut Tx, request: &Request) -> Result<()> {
    let insert =
        sql("INSERT INTO requests (id, kind, state, team, subscription, api, account, title, reason,
            created_at, decided_by, decided_at, decision)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
        .bind(&request.id)
        .bind(request.kind)
        .bind(request.state)
        .bind(request.team.as_ref())
        .bind(request.subscription.as_ref())
        .bind(request.api.as_ref())
        .bind(&request.account)
        .bind(&request.title)
        .bind(&request.reason)
        .bind(request.created_at)
        .bind(request.decided_by.as_ref())
        .bind(request.decided_at)
        .bind(&request.decision);
    tx.execute(insert).await.map(drop)
}

/// Writes state, reason and the decision.
pub async fn update(tx: &mut Tx, request: &Request) -> Result<()> {
    let update = sql("UPDATE requests SET state = $2, reason = $3, decided_by = $4, decided_at = $5,
            decision = $6 WHERE id = $1")
    .bind(&request.id)
    .bind(request.state)
    .bind(&request.reason)
    .bind(request.decided_by.as_ref())
    .bind(request.decided_at)
    .bind(&request.decision);
    tx.execute(update).await.map(drop)
}

pub async fn get(conn: &mut Conn, id: &RequestId) -> Result<Option<Request>> {
    conn.optional(sql(COLUMNS).filter("r.id =", id), request).await
}

pub async fn pending_for_subscription(conn: &mut Conn, id: &SubscriptionId) -> Result<Option<Request>> {
    let select = sql(COLUMNS)
        .filter("r.subscription =", id)
        .filter("r.state =", RequestState::Pending)
        .page("r.id DESC", 1);
    conn.optional(select, request).await
}

pub async fn pending_sign_up(conn: &mut Conn, account: &AccountId) -> Result<Option<Request>> {
    let select = sql(COLUMNS)
        .filter("r.account =", account)
        .filter("r.kind =", RequestKind::SignUp)
        .filter("r.state =", RequestState::Pending)
        .page("r.id DESC", 1);
    conn.optional(select, request).await
}

/// Whose requests are asked for.
#[derive(Clone, Debug)]
pub enum RequestScope {
    Everything,
    /// Those that one of `teams` decides, those that administrators decide when `platform`, and those that
    /// `account` made.
    Of {
        teams: Vec<TeamId>,
        platform: bool,
        account: Option<AccountId>,
    },
}

/// Requests: those that wait oldest first, a history newest first.
pub async fn list(
    conn: &mut Conn,
    filter: &RequestFilter,
    scope: &RequestScope,
    page: &PageOf,
) -> Result<Page<Request>> {
    let place = page::place::<1>(page)?;
    let select = within(sql(COLUMNS), scope)
        .filter_some("r.state =", filter.state)
        .filter_some("r.kind =", filter.kind);
    let select = if filter.state == Some(RequestState::Pending) {
        select.after("(r.id) >", place).page("r.id", page::one_more(page))
    } else {
        select.after("(r.id) <", place).page("r.id DESC", page::one_more(page))
    };
    let rows = conn.all(select, request).await?;
    Ok(page::cut(rows, page, |request| [request.id.to_string()]))
}

/// Requests that wait no longer, the newest first.
pub async fn history(conn: &mut Conn, scope: &RequestScope, page: &PageOf) -> Result<Page<Request>> {
    let select = within(sql(COLUMNS), scope)
        .condition("r.state <> 'pending'")
        .after("(r.id) <", page::place::<1>(page)?)
        .page("r.id DESC", page::one_more(page));
    let rows = conn.all(select, request).await?;
    Ok(page::cut(rows, page, |request| [request.id.to_string()]))
}

/// The number at the inbox.
pub async fn count_pending(conn: &mut Conn, scope: &RequestScope) -> Result<i64> {
    let count = within(sql("SELECT count(*) AS n FROM requests r"), scope);
    conn.one(count.filter("r.state =", RequestState::Pending), |row| row.get("n")).await
}

fn within(select: Sql, scope: &RequestScope) -> Sql {
    let RequestScope::Of { teams, platform, account } = scope else { return select };
    let mut select = select.condition("(").within("r.team", teams);
    if *platform {
        select = select.push(" OR r.team IS NULL");
    }
    if let Some(account) = account {
        select = select.push(" OR r.account = ").value(account);
    }
    select.push(")")
}

fn request(row: &Row) -> Result<Request> {
    Ok(Request {
        id: row.get("id")?,
        kind: row.get("kind")?,
        state: row.get("state")?,
        team: row.get("team")?,
        subscription: row.get("subscription")?,
        api: row.get("api")?,
        account: row.get("account")?,
        account_name: row.get("account_name")?,
        title: row.get("title")?,
        reason: row.get("reason")?,
        created_at: row.get("created_at")?,
        decided_by: row.get("decided_by")?,
        decided_at: row.get("decided_at")?,
        decision: row.get("decision")?,
    })
}
