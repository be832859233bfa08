//! The pages: each reads its parameters, asks for what it shows, and lays it out.

pub mod accounts;
pub mod apis;
pub mod applications;
pub mod audit;
pub mod budgets;
pub mod calls;
pub mod catalogue;
pub mod entry;
pub mod gateway;
pub mod home;
pub mod inbox;
pub mod models;
pub mod parts;
pub mod playground;
pub mod problems;
pub mod profile;
pub mod prompts;
pub mod providers;
pub mod roles;
pub mod settings;
pub mod teams;
pub mod usage;

use crate::routes::Failed;
use domain::problem::Problem;
use leptos::prelude::*;

/// An address that leads nowhere.
#[component]
pub fn NotFound() -> AnyView {
    view! { <Failed problem=Problem::not_found("page")/> }.into_any()
}
