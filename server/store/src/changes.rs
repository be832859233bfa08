//! The change mark: a counter that grows with every transaction that the gateway must hear of, what each of the last
//! ones changed, and the wait for marks made by other nodes.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::gateway_config::Change;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};

use crate::dialect::CHANGES;
use crate::error::Result;
use crate::exec::{Conn, Row, Tx, Value, sql};

/// Between two attempts to reach a database that is away.
const RETRY: Duration = Duration::from_secs(1);
/// What so many marks ago changed is remembered: a node that missed more reads everything.
const REMEMBERED: i64 = 1_000;
/// Of so many changes no list is made: reading everything costs less.
const MOST: u32 = 1_000;

impl Tx {
    /// This transaction changes what the gateway must know.
    pub fn mark_change(&mut self, change: Change) {
        self.changes.insert(change);
    }

    /// Makes everything in this transaction happen. Answers the change mark's number when one was made; a
    /// greater number was committed later.
    pub async fn commit(mut self) -> Result<Option<i64>> {
        self.still_whole()?;
        let changes = std::mem::take(&mut self.changes);
        let mut marked = None;
        if !changes.is_empty() {
            // marks are made one after the other: the row stays locked until the end of the transaction
            let mark = sql("UPDATE changes SET sequence = sequence + 1 RETURNING sequence");
            let sequence = self.one(mark, |row| row.get("sequence")).await?;
            self.note(sequence, &changes).await?;
            if let Some(notify) = self.dialect().notify(sequence) {
                self.all(notify, |_| Ok(())).await?;
            }
            marked = Some(sequence);
        }
        self.finish().await?;
        Ok(marked)
    }

    async fn note(&mut self, sequence: i64, changes: &BTreeSet<Change>) -> Result<()> {
        let row = |change: &Change| {
            let (kind, id, beside) = columns(change);
            vec![Value::from(sequence), kind.into(), id.into(), beside.into()]
        };
        let mut rows = changes.iter().map(row).peekable();
        while rows.peek().is_some() {
            let insert = sql("INSERT INTO gateway_changes (sequence, kind, id, beside) VALUES ");
            self.execute(insert.rows(rows.by_ref().take(100))).await?;
        }
        let forget = sql("DELETE FROM gateway_changes WHERE sequence <= $1").bind(sequence - REMEMBERED);
        self.execute(forget).await.map(drop)
    }
}

fn columns(change: &Change) -> (&'static str, &str, &str) {
    match change {
        Change::Api(id) => ("api", id.as_str(), ""),
        Change::Application(id) => ("application", id.as_str(), ""),
        Change::Budget(id) => ("budget", id.as_str(), ""),
        Change::Certificate(id) => ("certificate", id.as_str(), ""),
        Change::Credential(id) => ("credential", id.as_str(), ""),
        Change::Plan(id) => ("plan", id.as_str(), ""),
        Change::Provider(id) => ("provider", id.as_str(), ""),
        Change::Settings => ("settings", "", ""),
        Change::Subscription(application, api) => ("subscription", application.as_str(), api.as_str()),
    }
}

/// What the marks after `since` changed, up to `last`. `None` when that is not known: the marks are too old, or were
/// made by a release that noted nothing or something unknown, or they name too much.
pub(crate) async fn between(conn: &mut Conn, since: i64, last: i64) -> Result<Option<BTreeSet<Change>>> {
    let select = sql("SELECT sequence, kind, id, beside FROM gateway_changes").filter("sequence >", since);
    let noted = conn
        .all(select.page("sequence", MOST + 1), |row| Ok((row.get::<i64>("sequence")?, change(row)?)))
        .await?;
    let mut marks: Vec<i64> = noted.iter().map(|(mark, _)| *mark).collect();
    marks.dedup();
    let complete = since <= last && marks.iter().copied().eq(since + 1..=last);
    if !complete || noted.len() > MOST as usize {
        return Ok(None);
    }
    Ok(noted.into_iter().map(|(_, change)| change).collect())
}

/// `None` for a kind that a newer release noted.
fn change(row: &Row) -> Result<Option<Change>> {
    Ok(Some(match row.get::<String>("kind")?.as_str() {
        "api" => Change::Api(row.get("id")?),
        "application" => Change::Application(row.get("id")?),
        "budget" => Change::Budget(row.get("id")?),
        "certificate" => Change::Certificate(row.get("id")?),
        "credential" => Change::Credential(row.get("id")?),
        "plan" => Change::Plan(row.get("id")?),
        "provider" => Change::Provider(row.get("id")?),
        "settings" => Change::Settings,
        "subscription" => Change::Subscription(row.get("id")?, row.get("beside")?),
        _ => return Ok(None),
    }))
}

/// The number of the last change that was committed; 0 before the first.
pub async fn last_change(conn: &mut Conn) -> Result<i64> {
    conn.one(sql("SELECT sequence FROM changes"), |row| row.get("sequence")).await
}

/// Hears of changes that any node commits.
pub struct Changes {
    /// None on SQLite, where this process is the only node.
    options: Option<PgConnectOptions>,
    listener: Option<PgListener>,
}

impl Changes {
    pub(crate) fn new(options: Option<PgConnectOptions>) -> Self {
        Self { options, listener: None }
    }

    /// Listens over a new connection from the next wait on: nothing is heard over one that is half open.
    pub fn reconnect(&mut self) {
        self.listener = None;
    }

    /// Returns when something may have changed: a mark was committed, or the connection was made anew and marks
    /// may have been missed. The first return says that listening has begun. On SQLite it never returns.
    /// Dropping the wait loses nothing.
    pub async fn changed(&mut self) {
        let Some(options) = self.options.clone() else {
            return std::future::pending().await;
        };
        loop {
            if let Some(listener) = &mut self.listener {
                match listener.try_recv().await {
                    Ok(_) => {
                        while listener.next_buffered().is_some() {}
                        return;
                    }
                    Err(error) => {
                        tracing::warn!(%error, "lost the connection that hears of changes");
                        self.listener = None;
                    }
                }
            }
            match listen(options.clone()).await {
                Ok(listener) => {
                    self.listener = Some(listener);
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot listen for changes of other nodes, trying again");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }
}

async fn listen(options: PgConnectOptions) -> sqlx::Result<PgListener> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .connect_with(options)
        .await?;
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.ignore_pool_close_event(true);
    listener.listen(CHANGES).await?;
    Ok(listener)
}
