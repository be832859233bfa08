//! The circuit breaker of a node: closed, open, and half-open while a few calls try it out.

use crate::check::{Check, Invalid};
use serde::{Deserialize, Serialize};

/// Opens when in a window of time too many calls to a node failed: no connection, no answer in time, or a status of
/// 500 or more. Whichever bound is reached first counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Breaker {
    /// Failures in the window; 0: their number does not count.
    pub failures: u32,
    /// The share of failures among the calls of the window; 0: it does not count.
    pub error_percent: u8,
    /// Of so few calls no share is taken.
    pub minimum_calls: u32,
    pub window_ms: u32,
    /// How long no call gets through.
    pub open_ms: u32,
    /// How many calls then try the node out at a time, and have to go well before it is closed.
    pub probes: u32,
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            failures: 0,
            error_percent: 50,
            minimum_calls: 20,
            window_ms: 10_000,
            open_ms: 10_000,
            probes: 1,
        }
    }
}

impl Breaker {
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        let bound = self.failures > 0 || self.error_percent > 0;
        check.require(bound, "error_percent", "expected a bound here or in failures");
        check.within("failures", self.failures, 0, 10_000);
        check.within("error_percent", u32::from(self.error_percent), 0, 100);
        check.within("minimum_calls", self.minimum_calls, 1, 100_000);
        check.within("window_ms", self.window_ms, 1_000, 600_000);
        check.within("open_ms", self.open_ms, 100, 3_600_000);
        check.within("probes", self.probes, 1, 100);
        check.finish()
    }

    /// Whether so many failures of so many calls in a window are too many.
    #[must_use]
    pub fn trips(&self, failures: u32, calls: u32) -> bool {
        let share = u64::from(failures) * 100 >= u64::from(calls) * u64::from(self.error_percent);
        (self.failures > 0 && failures >= self.failures)
            || (self.error_percent > 0 && calls >= self.minimum_calls && share)
    }
}
