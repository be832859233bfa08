//! What goes wrong with a vendor, or is refused by the gateway, in one form for all dialects.

use crate::json::Invalid;

/// An error answer, or an error in the midst of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub kind: FailureKind,
    /// For people.
    pub message: String,
    /// The vendor's, or the gateway's, short name of it: `context_length_exceeded`, `budget-exceeded`.
    pub code: Option<String>,
    /// The field of the request that is wrong.
    pub param: Option<String>,
}

/// What a client can make of it. Dialects have a word for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    InvalidRequest,
    Authentication,
    Billing,
    Permission,
    NotFound,
    Conflict,
    TooLarge,
    RateLimited,
    Timeout,
    /// The vendor's, or ours.
    Internal,
    Overloaded,
    /// What was asked, or answered, was kept back by a filter.
    Filtered,
    /// The vendor's answer makes no sense, or broke off.
    Garbled,
}

impl FailureKind {
    /// The kind that a status stands for when the body says nothing better.
    #[must_use]
    pub fn of_status(status: u16) -> Self {
        match status {
            401 => Self::Authentication,
            402 => Self::Billing,
            403 => Self::Permission,
            404 => Self::NotFound,
            408 | 504 => Self::Timeout,
            409 => Self::Conflict,
            413 => Self::TooLarge,
            429 => Self::RateLimited,
            503 | 529 => Self::Overloaded,
            400..=499 => Self::InvalidRequest,
            _ => Self::Internal,
        }
    }

    /// The status for it. Anthropic says 529 for [`Self::Overloaded`].
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidRequest | Self::Filtered => 400,
            Self::Authentication => 401,
            Self::Billing => 402,
            Self::Permission => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::RateLimited => 429,
            Self::Timeout => 504,
            Self::Internal => 500,
            Self::Overloaded => 503,
            Self::Garbled => 502,
        }
    }
}

impl Failure {
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), code: None, param: None }
    }

    #[must_use]
    pub fn garbled(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Garbled, message)
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        let param = (!invalid.at.is_empty()).then(|| invalid.at.clone());
        Self { param, ..Self::new(FailureKind::InvalidRequest, invalid.to_string()) }
    }
}
