//! The use cases through their public door, on SQLite and on PostgreSQL.
#![cfg(test)]

mod accounts;
mod applications;
mod audit;
mod calls;
mod certificates;
mod credentials;
mod idempotency;
mod jobs;
mod outbound;
mod plans;
mod requests;
mod subscriptions;
mod support;
mod teams;
mod usage;
mod versions;
