//! How long a call may wait for its backend.

use crate::check::{Check, Invalid};
use serde::{Deserialize, Serialize};

/// How long a call may wait, in milliseconds; each has its own refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Timeouts {
    pub connect_ms: u32,
    /// Until the head of the answer is there.
    pub first_byte_ms: u32,
    /// Between two pieces of the answer.
    pub idle_ms: u32,
    /// The call as a whole.
    pub total_ms: u32,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect_ms: 2_000, first_byte_ms: 30_000, idle_ms: 60_000, total_ms: 300_000 }
    }
}

impl Timeouts {
    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let hour = 3_600_000;
        for (field, value, most) in [
            ("connect_ms", self.connect_ms, 60_000),
            ("first_byte_ms", self.first_byte_ms, hour),
            ("idle_ms", self.idle_ms, hour),
            ("total_ms", self.total_ms, hour),
        ] {
            if !(10..=most).contains(&value) {
                check.error(field, format!("expected 10 to {most} milliseconds, got {value}"));
            }
        }
        check.done(|| Some(self))
    }
}
