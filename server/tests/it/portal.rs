//! The portal as browsers meet it: its real router on a real database, without a port.

mod ai;
mod ai_apis;
mod apis;
mod applications;
mod budgets;
mod calls;
mod catalogue;
mod certificates;
mod drafts;
mod forms;
mod gateway;
mod guard;
mod inbox;
pub mod models;
mod pages;
mod people;
mod policies;
pub mod prompts;
pub mod providers;
mod sessions;
mod strangers;
pub mod still;
pub mod support;
mod teams;
pub mod trade;
mod troubles;
mod usage;
