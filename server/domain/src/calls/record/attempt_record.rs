//! One time that a model was asked, as it is written down.

use super::capped;
use crate::calls::{Attempt, LONGEST_FAILURE, LONGEST_PROVIDER, LONGEST_TRIED_MODEL};
use serde::{Deserialize, Serialize};

/// What [`Attempt`] says, in borrowed text. It is cut to its bounds when it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptRecord<'a> {
    /// The provider's id.
    pub provider: &'a str,
    pub model: &'a str,
    pub status: Option<u16>,
    pub failure: &'a str,
    pub ms: u32,
}

impl<'a> AttemptRecord<'a> {
    pub(super) fn of(attempt: &'a Attempt) -> Self {
        Self {
            provider: &attempt.provider,
            model: &attempt.model,
            status: attempt.status,
            failure: &attempt.failure,
            ms: attempt.ms,
        }
    }

    pub(super) fn capped(&self) -> Self {
        Self {
            provider: capped(self.provider, LONGEST_PROVIDER),
            model: capped(self.model, LONGEST_TRIED_MODEL),
            failure: capped(self.failure, LONGEST_FAILURE),
            ..*self
        }
    }

    pub(super) fn told(&self) -> Attempt {
        Attempt {
            provider: self.provider.to_owned(),
            model: self.model.to_owned(),
            status: self.status,
            failure: self.failure.to_owned(),
            ms: self.ms,
        }
    }
}
