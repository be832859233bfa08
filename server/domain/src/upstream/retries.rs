//! Asking again after a failure that another attempt may not meet.

use crate::check::{Check, Invalid};
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

wire_enum! {
    /// What makes another attempt worth while. No connection at all is always one where another node is there.
    RetryOn {
        /// No connection, also with the same node when there is no other.
        Connect = "connect",
        /// The connection ended before an answer began.
        Reset = "reset",
        BadGateway = "502",
        Unavailable = "503",
        Timeout = "504",
    }
}

impl RetryOn {
    /// The one for an answer of that status.
    #[must_use]
    pub fn of_status(status: u16) -> Option<Self> {
        match status {
            502 => Some(Self::BadGateway),
            503 => Some(Self::Unavailable),
            504 => Some(Self::Timeout),
            _ => None,
        }
    }
}

/// When a call is sent again. What a backend may have seen only when its method is idempotent (RFC 9110 section
/// 9.2.2), or `non_idempotent` says that twice is as good as once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Retries {
    /// How often a call is sent in all: 2 to 5.
    pub attempts: u8,
    pub on: Vec<RetryOn>,
    pub non_idempotent: bool,
    /// Before the second attempt, doubled for each further one; about half of it is chance.
    pub backoff_ms: u32,
    /// Of 100 calls so many may be sent again, so that retries do not finish off what is overloaded. Ten more are
    /// kept for bad luck.
    pub budget_percent: u8,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            attempts: 3,
            on: RetryOn::ALL.to_vec(),
            non_idempotent: false,
            backoff_ms: 25,
            budget_percent: 20,
        }
    }
}

impl Retries {
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        check.require((2..=5).contains(&self.attempts), "attempts", "expected 2 to 5 attempts");
        check.require(!self.on.is_empty(), "on", "expected at least one of connect, reset, 502, 503, 504");
        check.require(self.backoff_ms <= 5_000, "backoff_ms", "expected at most 5000 milliseconds");
        let percent = (1..=100).contains(&self.budget_percent);
        check.require(percent, "budget_percent", "expected 1 to 100 percent");
        check.finish()
    }
}
