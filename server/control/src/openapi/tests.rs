//! The module through its public door.

mod differences;
mod limits;
mod mutated;
mod pages;
mod published;
mod realistic;
mod refused;
mod warned;

use super::{Document, Finding, Limits, read};

const HTTPBIN: &str = include_str!("tests/fixtures/httpbin.json");
const PETS30: &str = include_str!("tests/fixtures/pets30.yaml");
const PETS31: &str = include_str!("tests/fixtures/pets31.json");

/// The document that `text` is; shows the findings if it is refused.
#[track_caller]
fn accepted(text: &str) -> Document {
    match read(text, &Limits::GIVEN) {
        Ok(document) => document,
        Err(findings) => panic!("refused: {findings:#?}"),
    }
}

/// The findings for which `text` is refused.
#[track_caller]
fn refused(text: &str) -> Vec<Finding> {
    match read(text, &Limits::GIVEN) {
        Ok(_) => panic!("accepted: {}", text.get(..200).unwrap_or(text)),
        Err(findings) => findings,
    }
}

/// A small document with these paths, as YAML.
fn with_paths(paths: &str) -> String {
    format!(
        "openapi: 3.0.0\ninfo: {{title: T, version: '1'}}\nservers: [{{url: 'http://b.example'}}]\npaths:\n{paths}\n"
    )
}
