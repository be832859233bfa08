//! The rules of the house, checked on the sources themselves: which crate may know which, what may be named where,
//! and how long things may get. Functions' lengths and banned calls are clippy's (`.clippy.toml`).
//! Every rule is a function from sources to breaches, and is tested against a small bad sample of its own.

mod arrows;
mod lengths;
mod migrations;
mod places;
mod shape;
mod sources;

use std::fmt;
use std::path::Path;

use sources::Source;

/// One place where a rule does not hold.
#[derive(Debug, PartialEq, Eq)]
pub struct Breach {
    /// `app/src/pages/home.rs:12`, relative to the checkout; without a line when the file as a whole is meant.
    place: String,
    rule: String,
}

impl Breach {
    fn of(place: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { place: place.into(), rule: rule.into() }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.place, self.rule)
    }
}

fn checkout() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn expect_none(breaches: &[Breach]) {
    let list: Vec<String> = breaches.iter().map(ToString::to_string).collect();
    assert!(list.is_empty(), "{} breaches of the rules of the house:\n  {}\n", list.len(), list.join("\n  "));
}

/// A file that exists only in a test.
fn sample(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

/// The places that a rule finds in the samples, for comparison with the expected ones.
fn places(breaches: &[Breach]) -> Vec<&str> {
    breaches.iter().map(|breach| breach.place.as_str()).collect()
}

#[test]
fn crates_know_only_those_they_may() {
    expect_none(&arrows::breaches(&arrows::manifests(checkout())));
}

#[test]
fn every_crate_is_drawn() {
    expect_none(&arrows::undrawn(&arrows::manifest(checkout())));
}

#[test]
fn libraries_are_named_only_where_they_belong() {
    expect_none(&places::breaches(&sources::rust(checkout())));
}

#[test]
fn files_have_the_shape_of_the_house() {
    expect_none(&shape::breaches(&sources::rust(checkout())));
}

#[test]
fn nothing_is_longer_than_it_may_be() {
    expect_none(&lengths::breaches(&sources::rust(checkout())));
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |dialect: &str| migrations::names(&checkout().join("migrations").join(dialect));
    expect_none(&migrations::breaches(&names("sqlite"), &names("postgres")));
}

#[test]
fn the_sources_are_really_read() {
    let sources = sources::rust(checkout());
    assert!(
        sources.iter().any(|source| source.path == "server/src/main.rs"),
        "server/src/main.rs was not found"
    );
    assert!(
        sources.iter().all(|source| !source.path.contains("architecture")),
        "the rules' own samples are no sources"
    );
    assert!(sources.len() > 50, "only {} files were found", sources.len());
}
