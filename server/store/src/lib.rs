//! The database: the only crate that speaks SQL, to SQLite and PostgreSQL with one text.
//!
//! One file for each area, named as in `domain`. A function reads with `&mut Conn` or writes with `&mut Tx`; what
//! happens in a transaction is decided by the caller. Never here: rules, permissions, clocks, ids, HTTP.

pub mod accounts;
pub mod apis;
pub mod applications;
pub mod audit;
pub mod budgets;
pub mod calls;
pub mod catalogue;
pub mod certificates;
mod changes;
pub mod credentials;
mod dialect;
mod error;
mod exec;
pub mod gateway_config;
pub mod idempotency;
pub mod invitations;
mod migrate;
pub mod models;
mod open;
mod page;
pub mod plans;
pub mod prompt_runs;
pub mod providers;
pub mod requests;
pub mod scope;
pub mod sessions;
pub mod settings;
pub mod subscriptions;
pub mod teams;
#[cfg(feature = "testing")]
pub mod testing;
pub mod throttle;
pub mod tokens;
mod types;
pub mod usage;
pub mod versions;

pub use changes::{Changes, last_change};
pub use error::{Error, Result};
pub use exec::{Conn, Tx};
pub use open::{Address, Store};
pub use scope::Scope;
