//! The thin executor: one statement text for SQLite and PostgreSQL, typed arguments in, typed columns out.
//! The only file that names both drivers. It knows statements and transactions; it never knows a table.

mod column;
mod conn;
mod rows;
mod sql;
mod task;
mod value;

use std::str::FromStr;
use std::time::Duration;

use sqlx::pool::{PoolConnection, PoolOptions};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgRow};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{
    ConnectOptions, Connection as _, Decode, Executor as _, Postgres, Row as _, Sqlite, Transaction, Type,
    ValueRef as _,
};

use crate::dialect::Dialect;
use crate::error::{Error, Result};
use task::{detached, task};

pub use column::FromColumn;
pub use conn::{Conn, Tx};
pub use rows::Rows;
pub use sql::{Sql, sql};
pub use value::{Nullable, Value};

/// How long a statement waits for a connection or a lock before it fails as unavailable.
const PATIENCE: Duration = Duration::from_secs(5);
/// The same of files whose threads wait for an idle processor.
const LONG_PATIENCE: Duration = Duration::from_secs(60);
/// To wait longer than that for a connection is worth a line in the log.
const SLOW: Duration = Duration::from_secs(2);

/// How long a connection that was idle may take to show that it is alive.
const PING: Duration = Duration::from_secs(1);

/// Who waits for the statements.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// A caller: the log tells of what takes longer than a second.
    Prompt,
    /// Nobody, and the threads wait for an idle processor: to be slow is no news.
    Patient,
}

impl Pace {
    fn patience(self) -> Duration {
        if self == Self::Patient { LONG_PATIENCE } else { PATIENCE }
    }

    fn connections<O: ConnectOptions>(self, options: O) -> O {
        if self == Self::Patient { options.disable_statement_logging() } else { options }
    }

    fn pool<DB: sqlx::Database>(self) -> PoolOptions<DB> {
        let slow = if self == Self::Patient { LONG_PATIENCE } else { SLOW };
        PoolOptions::new().acquire_timeout(PATIENCE).acquire_slow_threshold(slow)
    }
}

/// One database and its connections. Cheap to clone.
#[derive(Clone)]
pub(crate) enum Database {
    /// Readers of their own and exactly one writer: SQLite has one writer at a time anyway, and waiting for it
    /// in the pool is fair where its busy handler is not.
    Sqlite {
        readers: SqlitePool,
        writer: SqlitePool,
    },
    Postgres(PgPool),
}

impl Database {
    /// Opens (and creates) a SQLite file.
    pub async fn sqlite(file: &std::path::Path, readers: u32) -> Result<Self> {
        let options = sqlite_options(file, Pace::Prompt).create_if_missing(true);
        // The writer first: it creates the file and turns WAL on.
        let writer = sqlite_pool(Pace::Prompt).max_connections(1).connect_with(options.clone()).await?;
        let readers =
            sqlite_pool(Pace::Prompt).max_connections(readers).connect_lazy_with(read_only(options));
        Ok(Self::Sqlite { readers, writer })
    }

    /// A SQLite file that is open elsewhere in this process, over connections that are made when they are first used.
    pub fn sqlite_again(file: &std::path::Path, readers: u32) -> Self {
        let options = sqlite_options(file, Pace::Patient).create_if_missing(false);
        let writer = sqlite_pool(Pace::Patient).max_connections(1).connect_lazy_with(options.clone());
        let readers =
            sqlite_pool(Pace::Patient).max_connections(readers).connect_lazy_with(read_only(options));
        Self::Sqlite { readers, writer }
    }

    /// Opens a SQLite file that is there, and leaves it as it is.
    pub fn sqlite_to_read(file: &std::path::Path) -> Self {
        let options =
            SqliteConnectOptions::new().filename(file).create_if_missing(false).busy_timeout(PATIENCE);
        let options = read_only(options);
        let pool = SqlitePoolOptions::new().acquire_timeout(PATIENCE).connect_lazy_with(options);
        Self::Sqlite { readers: pool.clone(), writer: pool }
    }

    /// Connects when it is first used, so that a node starts without its database.
    pub fn postgres(url: &str, connections: u32, pace: Pace) -> Result<Self> {
        let options = pace.connections(postgres_options(url)?);
        let pool = pace
            .pool::<Postgres>()
            .max_connections(connections)
            // asked before each use, as by default, but not for ever: the other end may be gone without a word
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(answers(connection)))
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute(crate::dialect::POSTGRES_SESSION).await?;
                    Ok(())
                })
            })
            .connect_lazy_with(options);
        Ok(Self::Postgres(pool))
    }

    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// A connection to read with; each statement sees what is committed when it starts.
    pub async fn read(&self) -> Result<Conn> {
        let this = self.clone();
        let live = detached(async move {
            Ok(match this {
                Self::Sqlite { readers, .. } => Live::Sqlite(readers.acquire().await?),
                Self::Postgres(pool) => Live::Postgres(pool.acquire().await?),
            })
        })
        .await?;
        Ok(Conn::new(live))
    }

    /// A connection to read with; all its statements see the database as it was at the first of them.
    pub async fn snapshot(&self) -> Result<Conn> {
        let this = self.clone();
        let begin = self.dialect().begin_snapshot();
        let live = detached(async move {
            Ok(match this {
                Self::Sqlite { readers, .. } => Live::SqliteTx(readers.begin_with(begin).await?),
                Self::Postgres(pool) => Live::PostgresTx(pool.begin_with(begin).await?),
            })
        })
        .await?;
        Ok(Conn::new(live))
    }

    /// Begins a write transaction.
    pub async fn begin(&self) -> Result<Tx> {
        let this = self.clone();
        let begin = self.dialect().begin_write();
        let live = detached(async move {
            Ok(match this {
                Self::Sqlite { writer, .. } => Live::SqliteTx(writer.begin_with(begin).await?),
                Self::Postgres(pool) => Live::PostgresTx(pool.begin_with(begin).await?),
            })
        })
        .await?;
        Ok(Tx::new(live))
    }

    /// Applies migrations on a connection without the pool's time limits.
    pub async fn migrate(&self, migrator: sqlx::migrate::Migrator) -> Result<()> {
        let this = self.clone();
        let migrated = task(async move {
            match this {
                Self::Sqlite { writer, .. } => migrator.run(&writer).await,
                Self::Postgres(pool) => {
                    let mut own = PgConnection::connect_with(&pool.connect_options()).await?;
                    migrator.run_direct(None, &mut own, false).await?;
                    own.close().await.map_err(Into::into)
                }
            }
        });
        migrated.await?.map_err(Error::from)
    }

    /// Waits until every connection is given back and closes it.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

fn sqlite_options(file: &std::path::Path, pace: Pace) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // what was committed survives a power loss: a journal of calls is let go when they are here
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(pace.patience())
        .pragma("journal_size_limit", "67108864");
    pace.connections(options)
}

fn read_only(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options.pragma("query_only", "ON")
}

/// A file does not go away: no need to ask before each use whether it is still there.
fn sqlite_pool(pace: Pace) -> SqlitePoolOptions {
    pace.pool().acquire_timeout(pace.patience()).max_lifetime(None).test_before_acquire(false)
}

/// Connection options of a `postgres://` address.
pub(crate) fn postgres_options(url: &str) -> Result<PgConnectOptions> {
    Ok(PgConnectOptions::from_str(url)?.application_name("gatehouse"))
}

/// Whether the other end is still there; an error makes the pool drop the connection.
async fn answers(connection: &mut PgConnection) -> sqlx::Result<bool> {
    match tokio::time::timeout(PING, connection.ping()).await {
        Ok(answer) => answer.map(|()| true),
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

enum Live {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTx(Transaction<'static, Sqlite>),
    Postgres(PoolConnection<Postgres>),
    PostgresTx(Transaction<'static, Postgres>),
}

impl Live {
    fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) | Self::SqliteTx(_) => Dialect::Sqlite,
            Self::Postgres(_) | Self::PostgresTx(_) => Dialect::Postgres,
        }
    }

    async fn rows(mut self, sql: Sql) -> (Self, sqlx::Result<Vec<Row>>) {
        let rows = match &mut self {
            Self::Sqlite(on) => sqlite_rows(on, sql).await,
            Self::SqliteTx(on) => sqlite_rows(on, sql).await,
            Self::Postgres(on) => postgres_rows(on, sql).await,
            Self::PostgresTx(on) => postgres_rows(on, sql).await,
        };
        (self, rows)
    }

    async fn execute(mut self, sql: Sql) -> (Self, sqlx::Result<u64>) {
        let count = match &mut self {
            Self::Sqlite(on) => sqlite_count(on, sql).await,
            Self::SqliteTx(on) => sqlite_count(on, sql).await,
            Self::Postgres(on) => postgres_count(on, sql).await,
            Self::PostgresTx(on) => postgres_count(on, sql).await,
        };
        (self, count)
    }

    async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::SqliteTx(transaction) => transaction.commit().await,
            Self::PostgresTx(transaction) => transaction.commit().await,
            Self::Sqlite(_) | Self::Postgres(_) => Ok(()),
        }
    }
}

async fn sqlite_rows(on: &mut SqliteConnection, sql: Sql) -> sqlx::Result<Vec<Row>> {
    Ok(sql.unnumbered().query::<Sqlite>()?.fetch_all(on).await?.into_iter().map(Row::Sqlite).collect())
}

async fn postgres_rows(on: &mut PgConnection, sql: Sql) -> sqlx::Result<Vec<Row>> {
    Ok(sql.query::<Postgres>()?.fetch_all(on).await?.into_iter().map(Row::Postgres).collect())
}

async fn sqlite_count(on: &mut SqliteConnection, sql: Sql) -> sqlx::Result<u64> {
    Ok(sql.unnumbered().query::<Sqlite>()?.execute(on).await?.rows_affected())
}

async fn postgres_count(on: &mut PgConnection, sql: Sql) -> sqlx::Result<u64> {
    Ok(sql.query::<Postgres>()?.execute(on).await?.rows_affected())
}

/// One row of an answer.
pub enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The value of a column; one that cannot be read as `T` is an error that names the column.
    pub fn get<T: FromColumn>(&self, column: &str) -> Result<T> {
        T::from_column(self, column)
    }

    pub fn is_null(&self, column: &str) -> Result<bool> {
        match self {
            Self::Sqlite(row) => row.try_get_raw(column).map(|value| value.is_null()),
            Self::Postgres(row) => row.try_get_raw(column).map(|value| value.is_null()),
        }
        .map_err(|error| Error::bad_column(column, error))
    }

    fn primitive<T>(&self, column: &str) -> Result<T>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
        .map_err(|error| Error::bad_column(column, error))
    }
}
