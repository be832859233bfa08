//! One time that a model was asked, as it stands in the journal.

use super::capped;
use domain::calls::{Attempt, LONGEST_FAILURE, LONGEST_PROVIDER, LONGEST_TRIED_MODEL};
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

impl AttemptRecord<'_> {
    pub(super) fn capped(&self) -> Self {
        Self {
            provider: capped(self.provider, LONGEST_PROVIDER),
            model: capped(self.model, LONGEST_TRIED_MODEL),
            failure: capped(self.failure, LONGEST_FAILURE),
            ..*self
        }
    }

    /// In the words of the domain.
    pub(super) fn told(self) -> Attempt {
        Attempt {
            provider: self.provider.to_owned(),
            model: self.model.to_owned(),
            status: self.status,
            failure: self.failure.to_owned(),
            ms: self.ms,
        }
    }
}
