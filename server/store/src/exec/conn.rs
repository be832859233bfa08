//! A connection to read with and a transaction to write with: that a write needs a transaction is told by types.

use std::collections::BTreeSet;
use std::future::Future;
use std::ops::{Deref, DerefMut};

use domain::gateway_config::Change;

use super::task::{detached, task};
use super::{Live, Row, Sql};
use crate::dialect::Dialect;
use crate::error::{Error, Result};

/// A connection to read with.
pub struct Conn {
    live: Option<Live>,
    failed: bool,
    dialect: Dialect,
}

impl Conn {
    pub(super) fn new(live: Live) -> Self {
        let dialect = live.dialect();
        Self { live: Some(live), failed: false, dialect }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Every row, through `decode`.
    pub(crate) async fn all<T>(&mut self, sql: Sql, decode: impl Fn(&Row) -> Result<T>) -> Result<Vec<T>> {
        let text = sql.text().clone();
        let rows = self.run(|live| live.rows(sql)).await?;
        rows.iter().map(decode).collect::<Result<_>>().map_err(|error| error.in_statement(&text))
    }

    /// The first row, if there is one.
    pub(crate) async fn optional<T>(
        &mut self,
        sql: Sql,
        decode: impl Fn(&Row) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.all(sql, decode).await?.into_iter().next())
    }

    /// The one row that this statement always has (a count, a `RETURNING`).
    pub(crate) async fn one<T>(&mut self, sql: Sql, decode: impl Fn(&Row) -> Result<T>) -> Result<T> {
        self.optional(sql, decode).await?.ok_or(Error::NoRow)
    }

    /// Runs one step on the connection, which travels into a task and back.
    async fn run<T, F>(&mut self, step: impl FnOnce(Live) -> F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = (Live, sqlx::Result<T>)> + Send + 'static,
    {
        let live = self.live.take().ok_or(Error::Interrupted)?;
        let (live, outcome) = task(step(live)).await?;
        self.live = Some(live);
        self.failed |= outcome.is_err();
        Ok(outcome?)
    }
}

/// A write transaction: everything in it happens, or, dropped without [`Tx::commit`], nothing.
pub struct Tx {
    conn: Conn,
    /// What the gateway is to hear of.
    pub(crate) changes: BTreeSet<Change>,
}

impl Tx {
    pub(super) fn new(live: Live) -> Self {
        Self { conn: Conn::new(live), changes: BTreeSet::new() }
    }

    /// Runs a statement; answers how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: Sql) -> Result<u64> {
        self.run(|live| live.execute(sql)).await
    }

    /// A transaction in which a statement failed cannot commit: PostgreSQL has already given it up, and SQLite
    /// must not differ.
    pub(crate) fn still_whole(&self) -> Result<()> {
        if self.failed { Err(Error::Aborted) } else { Ok(()) }
    }

    pub(crate) async fn finish(mut self) -> Result<()> {
        let live = self.live.take().ok_or(Error::Interrupted)?;
        detached(live.commit()).await
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}
