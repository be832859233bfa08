//! How a call ended, as far as usage tells ends apart.

/// Of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending<'a> {
    /// The status that the caller was sent.
    pub status: u16,
    /// As in [`super::Call`].
    pub outcome: &'a str,
    /// How often the call was sent to a backend.
    pub attempts: u16,
}

impl Ending<'_> {
    /// Whether a backend may have seen the call: then it counts against quotas.
    #[must_use]
    pub fn was_sent(self) -> bool {
        self.attempts > 0
    }

    /// Whether the gateway turned the call down before the backend was asked: with a status from 400 to 499, because of
    /// who called, how, or how much. What it answers with 500 or more is an error, and so is what a backend did.
    #[must_use]
    pub fn is_refused(self) -> bool {
        self.attempts == 0
            && (400..500).contains(&self.status)
            && !["ok", "client-gone"].contains(&self.outcome)
    }

    /// Whether the answer had a status of 500 or more, whoever made it, or broke off after another had been sent. A
    /// caller who leaves or sends nonsense is no error.
    #[must_use]
    pub fn is_error(self) -> bool {
        self.status >= 500 || self.broke_off()
    }

    /// Whether the backend, or the time for the call, ended before the answer did.
    fn broke_off(self) -> bool {
        self.outcome.starts_with("upstream-") || self.outcome == "call-timeout"
    }
}
