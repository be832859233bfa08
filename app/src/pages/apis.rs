//! The APIs of one's teams, and the workspace in which one of them is made, published and looked after.

pub mod changes;
pub mod consumers;
pub mod design;
pub mod docs;
pub mod list;
pub mod new;
pub mod overview;
pub mod plans;
pub mod routes;
pub mod settings;
pub mod upstream;

mod about;
mod coded;
pub(super) mod desk;
mod edit;
pub(super) mod models;
pub mod workspace;
