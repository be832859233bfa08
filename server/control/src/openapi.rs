//! Reads OpenAPI documents (2.0, 3.0, 3.1; JSON or YAML) that a person gives as text, and turns them into what
//! the product needs: operations for routes, servers for the upstream, views for the reference page, the document
//! as consumers get it, and what changed between two of them.
//!
//! The text is not trusted: size, depth, aliases and references are bounded before anything is built from it.
//! This module never does I/O, never asks the clock, and never follows a reference out of the document.

mod budget;
mod detail;
mod diff;
mod document;
mod finding;
mod flatten;
mod locate;
mod method;
mod operation;
mod parse;
mod path;
mod pointer;
mod published;
mod raw;
mod reference;
mod sample;
mod security;
mod server;
mod tree;
mod view;

#[cfg(test)]
mod tests;

pub use detail::{Body, Content, OperationDetail, Parameter, Response};
pub use diff::{Change, ChangeKind, diff};
pub use document::{Document, Format, Tag};
pub use finding::{Finding, Severity};
pub use method::Method;
pub use operation::Operation;
pub use published::published;
pub use sample::sample;
pub use security::SecurityScheme;
pub use server::Server;
pub use view::{End, Relation, SchemaView};

use finding::Findings;

/// What a document may cost. Past a limit it is refused, with the limit in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text, and bytes of keys and strings once YAML aliases are expanded.
    pub bytes: usize,
    /// Objects and arrays inside one another.
    pub depth: usize,
    /// Values in the document, once YAML aliases are expanded.
    pub nodes: usize,
    /// Operations that become routes.
    pub operations: usize,
    /// Findings reported for each severity; the rest is counted in one more.
    pub findings: usize,
}

impl Limits {
    /// For text that a person gives: 5 MiB, 64 levels, 5,000 operations.
    pub const GIVEN: Self =
        Self { bytes: 5 * 1024 * 1024, depth: 64, nodes: 500_000, operations: 5_000, findings: 100 };

    /// For [`Document::text`] read again: it was within the limits when it was given, and as JSON it may be longer
    /// than the YAML it came from.
    pub const KEPT: Self = Self { bytes: usize::MAX, ..Self::GIVEN };
}

impl Default for Limits {
    fn default() -> Self {
        Self::GIVEN
    }
}

/// Reads a document. JSON when its first character is `{` or `[`, else YAML 1.2 (with merge keys).
///
/// # Errors
/// All findings, of which at least one has [`Severity::Error`]. A document that is accepted keeps its warnings and
/// hints in [`Document::findings`].
pub fn read(text: &str, limits: &Limits) -> Result<Document, Vec<Finding>> {
    let value = parse::value(text, limits).map_err(|finding| vec![finding])?;
    let mut findings = Findings::new(limits.findings);
    let document = document::read(value, limits, &mut findings);
    let findings = findings.located(text);
    match document {
        Some(document) if !findings.iter().any(Finding::is_error) => Ok(Document { findings, ..document }),
        _ => Err(findings),
    }
}
