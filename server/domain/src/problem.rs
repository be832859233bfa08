//! What went wrong, in the form in which people and programs are told (RFC 9457), before any transport.

use serde::{Deserialize, Serialize};

/// One field of an input and what was expected of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldError {
    /// The field's name as in the form and in the JSON body; nested fields with dots: `limits.rate.seconds`.
    pub field: String,
    /// What was expected and what came; lower case, no full stop.
    pub message: String,
}

/// The kinds of problem that the portal and the management API answer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    MalformedInput,
    Unauthenticated,
    Forbidden,
    InsufficientScope,
    NotFound,
    MethodNotAllowed,
    Conflict,
    PreconditionFailed,
    TooLarge,
    UnsupportedMediaType,
    InvalidInput,
    TooManyRequests,
    Internal,
    Unavailable,
    NotInEffect,
}

impl ProblemKind {
    pub const ALL: [Self; 15] = [
        Self::MalformedInput,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::InsufficientScope,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::PreconditionFailed,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::InvalidInput,
        Self::TooManyRequests,
        Self::Internal,
        Self::Unavailable,
        Self::NotInEffect,
    ];

    /// HTTP status, short name (the last part of the `type` URI) and title.
    #[must_use]
    pub const fn describe(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::MalformedInput => (400, "malformed-input", "The input could not be read"),
            Self::Unauthenticated => (401, "unauthenticated", "Sign in first"),
            Self::Forbidden => (403, "forbidden", "Your role does not allow this"),
            Self::InsufficientScope => (403, "insufficient-scope", "The token is not made for this"),
            Self::NotFound => (404, "not-found", "There is no such thing here"),
            Self::MethodNotAllowed => (405, "method-not-allowed", "This address does not take that method"),
            Self::Conflict => (409, "conflict", "This does not go with what is there"),
            Self::PreconditionFailed => (412, "precondition-failed", "It has changed since you read it"),
            Self::TooLarge => (413, "too-large", "The input is too large"),
            Self::UnsupportedMediaType => {
                (415, "unsupported-media-type", "The input is not of a type that is read here")
            }
            Self::InvalidInput => (422, "invalid-input", "Some fields need another look"),
            Self::TooManyRequests => (429, "too-many-requests", "Too many attempts"),
            Self::Internal => (500, "internal", "Something failed on our side"),
            Self::Unavailable => (503, "unavailable", "Not available at the moment"),
            Self::NotInEffect => (503, "not-in-effect", "Saved, but not in effect yet"),
        }
    }

    #[must_use]
    pub const fn status(self) -> u16 {
        self.describe().0
    }
}

/// A refusal or failure, safe to show: never an address of an upstream, a stack, SQL or a library's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub kind: ProblemKind,
    /// One or more sentences for this occurrence.
    pub detail: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// Whole seconds after which another attempt makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
}

impl Problem {
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), fields: Vec::new(), retry_after_s: None }
    }

    /// An object that is absent, or that the caller may not see: both read the same.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(ProblemKind::NotFound, format!("no such {what}"))
    }

    #[must_use]
    pub fn title(&self) -> &'static str {
        self.kind.describe().2
    }

    /// The message at a field, if there is one.
    #[must_use]
    pub fn at(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.title(), self.detail)?;
        for error in &self.fields {
            write!(out, "; {}: {}", error.field, error.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
