//! What can go wrong between a use case and the database. Never carries a value that a user typed.

use sqlx::error::ErrorKind;
use sqlx::migrate::MigrateError;

pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A unique index refused the row. `constraint` is `{table}_{column}[_{column}]`, the same on both databases.
    #[error("there is already a row with the same {constraint}")]
    Conflict { constraint: String },
    /// A row points at one that is not there, or one that is still pointed at was to go.
    #[error("the row refers to one that is absent, or is still referred to")]
    Reference(#[source] sqlx::Error),
    /// What the database holds is not what the column is for.
    #[error("unreadable column `{column}` in `{statement}`")]
    BadColumn { column: String, statement: String, source: Source },
    /// The database is away, or did not give a connection or a lock in time.
    #[error("the database does not answer")]
    Unavailable(#[source] sqlx::Error),
    /// A statement of this transaction failed earlier: it cannot be committed.
    #[error("the transaction has failed and was rolled back")]
    Aborted,
    /// The connection was given up in the middle of an earlier statement.
    #[error("the connection was abandoned in the middle of a statement")]
    Interrupted,
    /// A statement that always has a row had none.
    #[error("expected one row, found none")]
    NoRow,
    /// Nothing is there, or something else.
    #[error("there is no Gatehouse database there")]
    Absent,
    /// An older version made it.
    #[error("the database is of an older version; `gatehouse migrate` brings it up to date")]
    Outdated,
    #[error("the database address must start with sqlite: or postgres://")]
    Address,
    /// A list was asked to go on from a place that is none of its own.
    #[error("the cursor is not one of this list")]
    Cursor,
    #[error("a value has no JSON form")]
    Unwritable(#[source] serde_json::Error),
    #[error("a migration failed")]
    Migration(#[source] MigrateError),
    #[error("the database refused a statement")]
    Database(#[source] sqlx::Error),
}

impl Error {
    pub(crate) fn bad_column(column: &str, source: impl Into<Source>) -> Self {
        Self::BadColumn { column: column.to_owned(), statement: String::new(), source: source.into() }
    }

    /// Says which statement an unreadable column came from.
    pub(crate) fn in_statement(self, text: &str) -> Self {
        match self {
            Self::BadColumn { column, source, .. } => {
                Self::BadColumn { column, statement: text.chars().take(200).collect(), source }
            }
            other => other,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(database) = &error else {
            return match error {
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
                _ => Self::Database(error),
            };
        };
        match database.kind() {
            ErrorKind::UniqueViolation => {
                let name = database.constraint().map(ToOwned::to_owned);
                Self::Conflict { constraint: name.unwrap_or_else(|| unique_columns(database.message())) }
            }
            ErrorKind::ForeignKeyViolation => Self::Reference(error),
            _ if database.code().is_some_and(|code| is_passing(&code)) => Self::Unavailable(error),
            _ => Self::Database(error),
        }
    }
}

impl From<MigrateError> for Error {
    fn from(error: MigrateError) -> Self {
        match error {
            // a database that is away was not migrated wrongly
            MigrateError::Execute(cause) => match Self::from(cause) {
                Self::Database(cause) => Self::Migration(MigrateError::Execute(cause)),
                other => other,
            },
            other => Self::Migration(other),
        }
    }
}

/// SQLite names the columns, `UNIQUE constraint failed: members.team, members.account`; our indexes are named
/// after them, `members_team_account`.
fn unique_columns(message: &str) -> String {
    let columns = message.rsplit_once(": ").map_or(message, |(_, columns)| columns);
    let mut name = String::new();
    for part in columns.split(", ") {
        match part.split_once('.') {
            Some((table, column)) if name.is_empty() => name.push_str(&format!("{table}_{column}")),
            Some((_, column)) => name.push_str(&format!("_{column}")),
            None => name.push_str(part),
        }
    }
    name
}

/// SQLite: 5 busy, 6 locked (and their extended codes), 13 full. PostgreSQL: class 08 connection, 40 rolled back
/// for a deadlock, 53 out of resources, 55P03 lock timeout, 57 shut down or cancelled.
fn is_passing(code: &str) -> bool {
    match code.parse::<i32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 13),
        _ => code == "55P03" || ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_unique_constraint_after_its_columns() {
        let message = "UNIQUE constraint failed: members.team, members.account";
        assert_eq!(unique_columns(message), "members_team_account");
        assert_eq!(unique_columns("UNIQUE constraint failed: apis.slug"), "apis_slug");
    }

    #[test]
    fn tell_passing_from_lasting_codes() {
        for passing in ["5", "6", "517", "13", "55P03", "40P01", "57014", "08006", "53300"] {
            assert!(is_passing(passing), "{passing}");
        }
        for lasting in ["1", "2067", "42P01", "23505", "22P02"] {
            assert!(!is_passing(lasting), "{lasting}");
        }
    }
}
