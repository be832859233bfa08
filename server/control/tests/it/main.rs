//! The use cases through their public door, on SQLite and on PostgreSQL.
#![cfg(test)]

mod accounts;
mod ai_calls;
mod applications;
mod audit;
mod budgets;
mod calls;
mod certificates;
mod credentials;
mod idempotency;
mod jobs;
mod models;
mod outbound;
mod plans;
mod playground;
mod prompts;
mod providers;
mod requests;
mod subscriptions;
mod support;
mod teams;
mod usage;
mod versions;
