//! The words of Gatehouse: types, ids, state machines, the permission matrix, validation and the form in which
//! the gateway is told what to serve. Every other crate speaks with these.
//!
//! Never here: async, I/O, clocks, randomness, secrets. Compiles to wasm.

pub mod access;
pub mod accounts;
pub mod apis;
pub mod applications;
pub mod audit;
pub mod budgets;
pub mod calls;
pub mod catalogue;
pub mod certificates;
pub mod check;
pub mod credentials;
pub mod gateway_config;
pub mod gateway_status;
pub mod ids;
pub mod lifecycle;
pub mod models;
pub mod net;
pub mod paging;
pub mod plans;
pub mod policies;
pub mod problem;
pub mod prompts;
pub mod providers;
pub mod requests;
pub mod roles;
pub mod routes;
pub mod settings;
pub mod strict_json;
pub mod subscriptions;
pub mod teams;
pub mod text;
pub mod tokens;
pub mod upstream;
pub mod usage;
pub mod versions;
mod wire_enum;

/// A point in time. RFC 3339 on the wire, unix milliseconds in the database.
pub type Time = chrono::DateTime<chrono::Utc>;
