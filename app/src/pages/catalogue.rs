//! The catalogue: what there is, what each api does, and how to get access to it.

pub mod access;
pub mod api;
pub mod changes;
pub mod clients;
pub mod first_call;
pub mod list;
pub mod operation;
pub mod overview;
pub mod plans;
pub mod reference;
pub mod sample;
pub mod subscribe;

use crate::link;
use domain::text::{Slug, VersionName};

/// The address of an api's page, at its default version.
#[must_use]
pub fn href(slug: &Slug) -> String {
    format!("/catalogue/{slug}")
}

/// The address of a version's page.
#[must_use]
pub fn version_href(slug: &Slug, version: &VersionName) -> String {
    format!("/catalogue/{slug}/{version}")
}

/// The address of an operation's page, by the name that [`operation::names`] gives it.
#[must_use]
pub fn operation_href(slug: &Slug, version: &VersionName, operation: &str) -> String {
    format!("/catalogue/{slug}/{version}/operations/{}", link::encode(operation))
}
