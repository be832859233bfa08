//! The store: where it is, how it is opened, and the four ways in (read or write, main or calls).

use std::path::{Path, PathBuf};

use crate::changes::Changes;
use crate::error::{Error, Result};
use crate::exec::{Conn, Database, Pace, Tx, postgres_options, sql};
use crate::migrate;

/// Where the data is kept. No `Debug`: a PostgreSQL address holds a password.
#[derive(Clone)]
pub enum Address {
    /// The main file; the calls go into one beside it.
    Sqlite(PathBuf),
    Postgres(String),
}

impl std::str::FromStr for Address {
    type Err = Error;

    /// `sqlite:path/to/gatehouse.db` or `postgres://...`.
    fn from_str(text: &str) -> Result<Self> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err(Error::Address) } else { Ok(Self::Sqlite(path.into())) };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(Error::Address)
    }
}

/// The database of the installation. Cheap to clone.
///
/// On SQLite the call rows and their roll-ups live in a file of their own, so that metering and the portal do not
/// wait for each other's write lock; on PostgreSQL both are one database.
#[derive(Clone)]
pub struct Store {
    main: Database,
    calls: Database,
    address: Address,
}

impl Store {
    /// Creates SQLite's files; reaches PostgreSQL when it is first used. `connections` bounds the reading connections (PostgreSQL: all of them).
    pub async fn open(address: &Address, connections: u32) -> Result<Self> {
        let (main, calls) = match address {
            Address::Sqlite(path) => (
                Database::sqlite(path, connections).await?,
                Database::sqlite(&calls_path(path), connections).await?,
            ),
            Address::Postgres(url) => Self::both(Database::postgres(url, connections, Pace::Prompt)?),
        };
        Ok(Self { main, calls, address: address.clone() })
    }

    /// The same database over connections of its own, made when they are first used, for work that has time.
    pub fn again(&self, connections: u32) -> Result<Self> {
        let (main, calls) = match &self.address {
            Address::Sqlite(path) => (
                Database::sqlite_again(path, connections),
                Database::sqlite_again(&calls_path(path), connections),
            ),
            Address::Postgres(url) => Self::both(Database::postgres(url, connections, Pace::Patient)?),
        };
        Ok(Self { main, calls, address: self.address.clone() })
    }

    fn both(database: Database) -> (Database, Database) {
        (database.clone(), database)
    }

    /// Opens a database that is there, to read it as it is: nothing is created, and nothing brought up to date.
    pub async fn open_to_read(address: &Address) -> Result<Self> {
        let database = match address {
            Address::Sqlite(path) if !path.is_file() => return Err(Error::Absent),
            Address::Sqlite(path) => Database::sqlite_to_read(path),
            Address::Postgres(url) => Database::postgres(url, 1, Pace::Prompt)?,
        };
        let mut conn = database.read().await?;
        let migrations = conn.dialect().table("_sqlx_migrations");
        if conn.optional(migrations, |_| Ok(())).await?.is_none() {
            return Err(Error::Absent);
        }
        let applied = conn.all(sql("SELECT version FROM _sqlx_migrations"), |row| row.get("version")).await?;
        if !migrate::are_all(&applied) {
            return Err(Error::Outdated);
        }
        drop(conn);
        Ok(Self { main: database.clone(), calls: database, address: address.clone() })
    }

    /// Applies the migrations that are still missing. Safe when several nodes start at once.
    pub async fn migrate(&self) -> Result<()> {
        match self.address {
            Address::Sqlite(_) => {
                self.main.migrate(migrate::main_file()).await?;
                self.calls.migrate(migrate::calls_file()).await
            }
            Address::Postgres(_) => self.main.migrate(migrate::postgres()).await,
        }
    }

    /// To read the main database.
    pub async fn read(&self) -> Result<Conn> {
        self.main.read().await
    }

    /// To read the main database with several statements that must agree with each other.
    pub async fn snapshot(&self) -> Result<Conn> {
        self.main.snapshot().await
    }

    /// To write the main database. One transaction at a time, on all nodes: keep it short.
    pub async fn begin(&self) -> Result<Tx> {
        let mut tx = self.main.begin().await?;
        if let Some(lock) = tx.dialect().writer_lock() {
            tx.all(lock, |_| Ok(())).await?;
        }
        Ok(tx)
    }

    /// To read calls and usage.
    pub async fn calls_read(&self) -> Result<Conn> {
        self.calls.read().await
    }

    /// To read calls and usage with several statements that must agree with each other.
    pub async fn calls_snapshot(&self) -> Result<Conn> {
        self.calls.snapshot().await
    }

    /// To write calls and usage.
    pub async fn calls_begin(&self) -> Result<Tx> {
        self.calls.begin().await
    }

    /// Hears of changes that any node commits.
    pub fn changes(&self) -> Result<Changes> {
        let options = match &self.address {
            Address::Sqlite(_) => None,
            Address::Postgres(url) => Some(postgres_options(url)?),
        };
        Ok(Changes::new(options))
    }

    /// Waits until every connection is given back, and closes them.
    pub async fn close(&self) {
        self.main.close().await;
        self.calls.close().await;
    }
}

/// `data/gatehouse.db` has its calls in `data/gatehouse-calls.db`.
fn calls_path(main: &Path) -> PathBuf {
    let stem = main.file_stem().unwrap_or_default().to_string_lossy();
    let extension = main.extension().map(|it| format!(".{}", it.to_string_lossy())).unwrap_or_default();
    main.with_file_name(format!("{stem}-calls{extension}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn put_calls_beside_the_main_file() {
        assert_eq!(calls_path(Path::new("data/gatehouse.db")), Path::new("data/gatehouse-calls.db"));
        assert_eq!(calls_path(Path::new("/x/main")), Path::new("/x/main-calls"));
    }

    #[test]
    fn read_addresses() {
        assert!(matches!("sqlite:a/b.db".parse(), Ok(Address::Sqlite(path)) if path == Path::new("a/b.db")));
        assert!(matches!("sqlite:///a.db".parse(), Ok(Address::Sqlite(path)) if path == Path::new("/a.db")));
        assert!(matches!("postgres://u@h/d".parse(), Ok(Address::Postgres(_))));
        for bad in ["", "sqlite:", "mysql://x", "/a/b.db"] {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
    }
}
