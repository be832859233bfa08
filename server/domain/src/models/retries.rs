//! How often models are asked for one call, and for how long.

use crate::check::Check;
use serde::{Deserialize, Serialize};

pub const MOST_ATTEMPTS: u32 = 8;
/// Seconds: longer than any call lasts there is nothing to bound.
pub const LONGEST_WAIT_S: u32 = 1_800;

/// What one call may try. Where nothing is said, every target is asked in its order, with each of its keys, until one
/// answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ModelRetries {
    /// How often models are asked in all, whichever targets and keys that is with: 1 to 8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// Seconds in which an answer must have begun, over all attempts: 1 to 1800.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within_s: Option<u32>,
}

impl ModelRetries {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn check(self, check: &mut Check) {
        if let Some(attempts) = self.attempts {
            check.within("model_retries.attempts", attempts, 1, MOST_ATTEMPTS);
        }
        if let Some(within_s) = self.within_s {
            check.within("model_retries.within_s", within_s, 1, LONGEST_WAIT_S);
        }
    }
}
