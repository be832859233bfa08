//! Stores for tests, of this crate and of others: each test has a database of its own, migrated, on SQLite in a
//! temporary folder or on a real PostgreSQL.

use std::ops::Deref;

use faultlab::postgres::Cluster;

use crate::error::Result;
use crate::exec::{Sql, sql};
use crate::{Address, Store};

/// A store that lives as long as this does.
pub struct Fixture {
    store: Store,
    address: Address,
    /// SQLite's files; removed at the end.
    _folder: Option<tempfile::TempDir>,
}

impl Fixture {
    /// Where it is, to open it a second time.
    pub fn address(&self) -> &Address {
        &self.address
    }
}

impl Fixture {
    /// Runs a statement on the main database behind everybody's back; answers how many rows it changed.
    #[expect(clippy::expect_used, reason = "a test that cannot prepare itself has failed")]
    pub async fn raw(&self, text: &'static str) -> u64 {
        self.try_raw(text).await.expect("a raw statement")
    }

    /// [`Fixture::raw`], where failing is what is looked for.
    pub async fn try_raw(&self, text: &'static str) -> Result<u64> {
        let mut tx = self.store.begin().await?;
        let changed = tx.execute(sql(text)).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Changes a row of the audit trail, as somebody with the database's password could.
    pub async fn tamper_with_audit(&self, sequence: i64) {
        let update = sql("UPDATE audit SET actor = 'somebody else' WHERE sequence = $1").bind(sequence);
        assert_eq!(self.unguarded(update).await, 1, "no row {sequence}");
    }

    /// Removes the rows of the audit trail after one; answers how many there were.
    pub async fn cut_audit(&self, after: i64) -> u64 {
        self.unguarded(sql("DELETE FROM audit WHERE sequence > $1").bind(after)).await
    }

    /// Removes what says where the audit trail ends.
    pub async fn behead_audit(&self) {
        assert_eq!(self.unguarded(sql("DELETE FROM audit_head")).await, 1, "no head");
    }

    #[expect(clippy::expect_used, reason = "a test that cannot prepare itself has failed")]
    async fn unguarded(&self, statement: Sql) -> u64 {
        let mut tx = self.store.begin().await.expect("begin");
        for drop in tx.dialect().drop_audit_guards() {
            tx.execute(drop).await.expect("drop the guard");
        }
        let changed = tx.execute(statement).await.expect("tamper with the trail");
        tx.commit().await.expect("commit");
        changed
    }

    /// Cuts the connections of all other sessions; does nothing on SQLite.
    #[expect(clippy::expect_used, reason = "a test that cannot prepare itself has failed")]
    pub async fn cut_connections(&self) {
        let mut conn = self.store.read().await.expect("read");
        if let Some(cut) = conn.dialect().cut_connections() {
            conn.all(cut, |_| Ok(())).await.expect("cut");
        }
    }
}

impl Deref for Fixture {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

/// A migrated store in SQLite files of its own.
#[expect(clippy::expect_used, reason = "a test without its database has failed")]
pub async fn sqlite() -> Fixture {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let address = Address::Sqlite(folder.path().join("gatehouse.db"));
    let store = Store::open(&address, 4).await.expect("open SQLite");
    store.migrate().await.expect("migrate SQLite");
    Fixture { store, address, _folder: Some(folder) }
}

/// A migrated store in a PostgreSQL database of its own, copied from one that was migrated once.
#[expect(clippy::expect_used, reason = "a test without its database has failed")]
pub async fn postgres() -> Fixture {
    let fill = async |url: String| {
        let store = Store::open(&Address::Postgres(url), 2).await.expect("open PostgreSQL");
        store.migrate().await.expect("migrate PostgreSQL");
        store.close().await;
    };
    let url = Cluster::shared().database_like("migrated", fill).await.expect("a PostgreSQL database");
    let address = Address::Postgres(url);
    let store = Store::open(&address, 5).await.expect("open PostgreSQL");
    Fixture { store, address, _folder: None }
}

/// One test body, run on SQLite and on PostgreSQL:
/// `both!(create_duplicate_slug, |store| { ... });` makes `create_duplicate_slug::{sqlite, postgres}`.
/// `store` is a `&Fixture`.
#[macro_export]
macro_rules! both {
    ($name:ident, |$store:ident| $body:block) => {
        mod $name {
            // `pub`, as not every body needs its surroundings
            pub use super::*;

            async fn body($store: &$crate::testing::Fixture) $body

            #[tokio::test]
            async fn sqlite() {
                body(&$crate::testing::sqlite().await).await;
            }

            #[tokio::test]
            async fn postgres() {
                body(&$crate::testing::postgres().await).await;
            }
        }
    };
}
