//! What a use case answers instead of a result.

use domain::check::Invalid;
use domain::problem::{FieldError, Problem, ProblemKind};

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A refusal that the caller is told as it stands.
    #[error("{0}")]
    Refused(Problem),
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Something that should not happen; the words are for the log alone.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::Refused(Problem::not_found(what))
    }

    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::Refused(Problem::new(ProblemKind::Forbidden, detail))
    }

    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::Refused(Problem::new(ProblemKind::Conflict, detail))
    }

    /// A conflict that stands at a field of the input.
    pub fn taken(field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let mut problem = Problem::new(ProblemKind::Conflict, message.clone());
        problem.fields.push(FieldError { field: field.to_owned(), message });
        Self::Refused(problem)
    }

    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::Refused(Problem::new(ProblemKind::Unauthenticated, "sign in, or present a valid token"))
    }

    /// The change is committed, and the gateway answers as before.
    #[must_use]
    pub fn not_in_effect() -> Self {
        Self::Refused(Problem::new(
            ProblemKind::NotInEffect,
            "the change is saved and need not be made again, but the gateway still answers as before it; \
             it takes it up as soon as it can, and an administrator sees why it could not",
        ))
    }

    /// Turns a unique index's refusal into a conflict at a field; other errors stay.
    #[must_use]
    pub fn at_constraint(self, constraint: &str, field: &str, message: &str) -> Self {
        match self {
            Self::Store(store::Error::Conflict { constraint: broken }) if broken == constraint => {
                Self::taken(field, message)
            }
            other => other,
        }
    }

    /// What the caller is told. What must stay inside is logged here, once, and not told.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Refused(problem) => problem.clone(),
            Self::Store(store::Error::Cursor) => {
                Invalid::one("cursor", "expected a cursor of this list").into()
            }
            Self::Store(store::Error::Conflict { .. }) => {
                Problem::new(ProblemKind::Conflict, "somebody else has just made the same; load again")
            }
            Self::Store(store::Error::Reference(_)) => Problem::new(
                ProblemKind::Conflict,
                "something still depends on it, or what it needs has just gone",
            ),
            Self::Store(error @ store::Error::Unavailable(source)) => {
                tracing::error!(%error, %source, "database unavailable");
                let mut problem =
                    Problem::new(ProblemKind::Unavailable, "the database does not answer, try again");
                problem.retry_after_s = Some(5);
                problem
            }
            Self::Store(error) => {
                tracing::error!(?error, "use case failed in the database");
                Problem::new(ProblemKind::Internal, "it has been logged; please try again later")
            }
            Self::Internal(words) => {
                tracing::error!(error = %words, "use case failed");
                Problem::new(ProblemKind::Internal, "it has been logged; please try again later")
            }
        }
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Refused(invalid.into())
    }
}

impl From<domain::subscriptions::NotAllowed> for Error {
    fn from(error: domain::subscriptions::NotAllowed) -> Self {
        Self::conflict(error.to_string())
    }
}

impl From<domain::lifecycle::NotAllowed> for Error {
    fn from(error: domain::lifecycle::NotAllowed) -> Self {
        Self::conflict(error.to_string())
    }
}
