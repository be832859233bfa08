//! The change mark: a counter that grows with every transaction that the gateway must hear of, and the wait for
//! marks made by other nodes. It never says what changed; whoever hears of it loads again.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};

use crate::dialect::CHANGES;
use crate::error::Result;
use crate::exec::{Conn, Tx, sql};

/// Between two attempts to reach a database that is away.
const RETRY: Duration = Duration::from_secs(1);

impl Tx {
    /// This transaction changes what the gateway must know.
    pub fn mark_change(&mut self) {
        self.changed = true;
    }

    /// Makes everything in this transaction happen. Answers the change mark's number when one was made; a
    /// greater number was committed later.
    pub async fn commit(mut self) -> Result<Option<i64>> {
        self.still_whole()?;
        let mut marked = None;
        if self.changed {
            let mark = sql("UPDATE changes SET sequence = sequence + 1 RETURNING sequence");
            let sequence = self.one(mark, |row| row.get("sequence")).await?;
            if let Some(notify) = self.dialect().notify(sequence) {
                self.all(notify, |_| Ok(())).await?;
            }
            marked = Some(sequence);
        }
        self.finish().await?;
        Ok(marked)
    }
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
