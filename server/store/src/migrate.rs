//! The migrations, built into the binary. SQLite keeps calls in a file of their own, so it has two lists; on
//! PostgreSQL both go into one database.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::dialect::Dialect;

struct Step {
    number: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! step {
    ($number:literal, $name:literal) => {
        Step {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../../migrations/postgres/", $name, ".sql")),
        }
    };
}

const MAIN: &[Step] = &[
    step!(1, "0001_accounts"),
    step!(2, "0002_teams"),
    step!(3, "0003_apis"),
    step!(4, "0004_subscriptions"),
    step!(5, "0005_audit"),
    step!(8, "0008_token_scopes"),
    step!(9, "0009_idempotency"),
    step!(10, "0010_audit_head"),
    step!(12, "0012_gateway_changes"),
    step!(13, "0013_certificates"),
    step!(15, "0015_providers"),
    step!(18, "0018_budgets"),
    step!(19, "0019_models"),
    step!(21, "0021_prompt_runs"),
];

const CALLS: &[Step] = &[
    step!(6, "0006_calls"),
    step!(11, "0011_usage_sent"),
    step!(14, "0014_calls_by_id"),
    step!(16, "0016_ai_calls"),
    step!(17, "0017_call_blocks"),
    step!(20, "0020_call_records"),
];

/// For SQLite's main file.
pub(crate) fn main_file() -> Migrator {
    migrator(Dialect::Sqlite, MAIN)
}

/// For SQLite's file of calls.
pub(crate) fn calls_file() -> Migrator {
    migrator(Dialect::Sqlite, CALLS)
}

/// Whether these migrations of the main database are all there are.
pub(crate) fn are_all(applied: &[i64]) -> bool {
    MAIN.iter().all(|step| applied.contains(&step.number))
}

/// For PostgreSQL.
pub(crate) fn postgres() -> Migrator {
    migrator(Dialect::Postgres, MAIN.iter().chain(CALLS))
}

fn migrator<'a>(dialect: Dialect, steps: impl IntoIterator<Item = &'a Step>) -> Migrator {
    let migration = |step: &Step| {
        let text = match dialect {
            Dialect::Sqlite => step.sqlite,
            Dialect::Postgres => step.postgres,
        };
        let name = Cow::Borrowed(step.name);
        Migration::new(step.number, name, MigrationType::Simple, text.into_sql_str(), false)
    };
    Migrator::with_migrations(steps.into_iter().map(migration).collect())
}

#[cfg(test)]
mod parity;
#[cfg(test)]
mod upgrade;
