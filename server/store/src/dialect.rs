//! What truly differs between SQLite and PostgreSQL. Everything else is one text for both.

use crate::exec::{Sql, sql};

/// For every pooled PostgreSQL session: waiting for a lock ends like SQLite's busy timeout, a forgotten
/// transaction does not hold its locks for ever, and no statement runs for minutes.
pub(crate) const POSTGRES_SESSION: &str = "SET lock_timeout = '5s'; \
    SET idle_in_transaction_session_timeout = '30s'; \
    SET statement_timeout = '60s'";

/// The channel that tells the other nodes of a change.
pub(crate) const CHANGES: &str = "gatehouse_changes";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// SQLite must ask for the write lock at once: a transaction that reads first and writes later fails when
    /// another writer came between.
    pub fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    pub fn begin_snapshot(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN DEFERRED",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// One writer at a time on the main database, as SQLite has it: a rule that reads before it writes (the last
    /// owner, the next revision, the audit chain) then holds on both. The number is ours, chosen at random.
    pub fn writer_lock(self) -> Option<Sql> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(sql("SELECT pg_advisory_xact_lock(4740931526)")),
        }
    }

    /// Tells the other nodes, when the transaction commits. SQLite has no other nodes.
    pub fn notify(self, sequence: i64) -> Option<Sql> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(sql("SELECT pg_notify($1, $2)").bind(CHANGES).bind(sequence.to_string())),
        }
    }

    /// A row when there is a table of that name.
    pub fn table(self, name: &str) -> Sql {
        match self {
            Self::Sqlite => sql("SELECT name FROM sqlite_master WHERE type = 'table' AND name = $1"),
            Self::Postgres => sql("SELECT relname FROM pg_class
                WHERE relkind = 'r' AND pg_table_is_visible(oid) AND relname = $1"),
        }
        .bind(name)
    }

    /// Takes the guards off the audit trail, for tests that tamper with it.
    #[cfg(feature = "testing")]
    pub fn drop_audit_guards(self) -> [Sql; 3] {
        match self {
            Self::Sqlite => [
                sql("DROP TRIGGER IF EXISTS audit_keep_update"),
                sql("DROP TRIGGER IF EXISTS audit_keep_delete"),
                sql("DROP TRIGGER IF EXISTS audit_head_keep_delete"),
            ],
            Self::Postgres => [
                sql("DROP TRIGGER IF EXISTS audit_keep_update ON audit"),
                sql("DROP TRIGGER IF EXISTS audit_keep_delete ON audit"),
                sql("DROP TRIGGER IF EXISTS audit_head_keep_delete ON audit_head"),
            ],
        }
    }

    /// Ends every other session of the same database, for tests.
    #[cfg(feature = "testing")]
    pub fn cut_connections(self) -> Option<Sql> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()")),
        }
    }
}
