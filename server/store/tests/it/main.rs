//! What the store promises, on SQLite and on a real PostgreSQL.

#![cfg(test)]

mod accounts;
mod ai_calls;
mod apis;
mod audit;
mod budgets;
mod calls;
mod catalogue;
mod certificates;
mod changes;
mod gateway_config;
mod gateway_update;
mod idempotency;
mod models;
mod providers;
mod rows;
mod sessions;
mod subscriptions;
mod teams;
mod transactions;
mod usage;
mod versions;
