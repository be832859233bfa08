//! The management API through its real router, on real databases. Files mirror the URLs; personas call.
#![cfg(test)]

mod access;
mod accounts;
mod ai_usage;
mod apis;
mod applications;
mod audit;
mod bad_input;
mod budgets;
mod catalogue;
mod certificates;
mod etags;
mod gateway;
mod idempotency;
mod lists;
mod loop_of_the_contract;
mod models;
mod openapi;
mod policies;
mod providers;
mod settings;
mod subscriptions;
mod support;
mod teams;
mod tokens;
mod usage;
