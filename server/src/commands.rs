//! What the command line can do, one file a command.

pub mod account;
pub mod config_check;
pub mod demo;
pub mod migrate;
pub mod routes;
pub mod token;
pub mod verify_audit;

mod offline;

/// Why a command failed: one clear line for stderr.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

impl Failure {
    pub fn new(line: impl Into<String>) -> Self {
        Self(line.into())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<control::Error> for Failure {
    fn from(error: control::Error) -> Self {
        match &error {
            control::Error::Refused(problem) => Self(problem.to_string()),
            other => Self(with_sources(other)),
        }
    }
}

impl From<domain::calls::record::RecordError> for Failure {
    fn from(error: domain::calls::record::RecordError) -> Self {
        Self(error.to_string())
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self(format!("database: {}", with_sources(&error)))
    }
}

/// The error and what caused it, on one line.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let text = inner.to_string();
        if !line.ends_with(&text) {
            line.push_str(": ");
            line.push_str(&text);
        }
        source = inner.source();
    }
    line.replace('\n', " ")
}
