//! What a page or server function answers instead of a result: a problem, and the id under which the log has it.

use domain::check::Invalid;
use domain::problem::{Problem, ProblemKind};
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use std::fmt;

pub type Result<T, E = AppError> = std::result::Result<T, E>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    pub problem: Problem,
    /// Of the request that failed, where it is known.
    pub request_id: Option<String>,
}

impl AppError {
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Problem::not_found(what).into()
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(out)
    }
}

impl std::error::Error for AppError {}

impl From<Problem> for AppError {
    fn from(problem: Problem) -> Self {
        Self { problem, request_id: crate::server::request_id() }
    }
}

impl From<Invalid> for AppError {
    fn from(invalid: Invalid) -> Self {
        Problem::from(invalid).into()
    }
}

impl From<control::Error> for AppError {
    fn from(error: control::Error) -> Self {
        error.problem().into()
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let problem = match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => {
                tracing::info!(%error, "a form could not be read");
                Problem::new(ProblemKind::MalformedInput, "the form came with a field that could not be read")
            }
            error => {
                tracing::error!(%error, "server function failed");
                Problem::new(ProblemKind::Internal, "it has been logged; please try again later")
            }
        };
        problem.into()
    }
}

impl From<AppError> for ui::Problem {
    fn from(error: AppError) -> Self {
        Self {
            status: error.problem.kind.status(),
            title: error.problem.title().to_owned(),
            detail: sentence(&error.problem.detail),
            request_id: error.request_id,
        }
    }
}

/// A message of ours, which begins small and has no full stop, as a sentence on a page.
#[must_use]
pub fn sentence(message: &str) -> String {
    let mut letters = message.trim().chars();
    let Some(first) = letters.next() else { return String::new() };
    let mut text: String = first.to_uppercase().chain(letters).collect();
    if !text.ends_with(['.', '!', '?', '…', ':']) {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn messages_become_sentences() {
        assert_eq!(sentence("no such team"), "No such team.");
        assert_eq!(sentence("Try again."), "Try again.");
        assert_eq!(sentence(" "), "");
    }
}
