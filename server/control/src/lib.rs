//! Use cases: who may do what, under which rules, with which trace. One module an area, one function a use case;
//! each asks for its permission once, checks its input, and changes the database together with its audit row in
//! one transaction.
//!
//! Never here: HTTP, pages, SQL text.

pub mod accounts;
pub mod apis;
pub mod applications;
pub mod audit;
pub mod budgets;
pub mod calls;
pub mod catalogue;
pub mod certificates;
pub mod clock;
pub mod credentials;
pub mod gateway;
pub mod idempotency;
pub mod invitations;
pub mod jobs;
pub mod keys;
pub mod models;
pub mod openapi;
pub mod outbound;
pub mod plans;
pub mod prompts;
pub mod providers;
pub mod requests;
pub mod settings;
pub mod signal;
pub mod subscriptions;
pub mod teams;
pub mod tokens;
pub mod usage;
pub mod versions;

mod actor;
mod error;
mod names;
mod passwords;
mod seal;
mod services;
mod throttle;

pub use actor::Actor;
pub use clock::Clock;
pub use error::{Error, Result};
pub use services::{Control, Parts};
pub use signal::ChangeSignal;
