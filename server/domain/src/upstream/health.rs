//! Which nodes are fit to be called: by asking them, and by how calls to them end.

use crate::check::{Check, Invalid};
use serde::{Deserialize, Serialize};

/// A GET that every gateway sends to every node now and then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct HealthCheck {
    /// Below the node's address, with a query if need be.
    pub path: String,
    pub interval_ms: u32,
    /// For the whole of it, from the connection to the head of the answer.
    pub timeout_ms: u32,
    /// So many good answers in a row bring a node back.
    pub healthy_after: u32,
    /// So many failures in a row take it out.
    pub unhealthy_after: u32,
    /// Statuses from this one …
    pub expect_from: u16,
    /// … to this one are good.
    pub expect_to: u16,
}

impl Default for HealthCheck {
    fn default() -> Self {
        Self {
            path: "/".to_owned(),
            interval_ms: 10_000,
            timeout_ms: 2_000,
            healthy_after: 2,
            unhealthy_after: 3,
            expect_from: 200,
            expect_to: 399,
        }
    }
}

impl HealthCheck {
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        let path = self.path.starts_with('/')
            && self.path.len() <= 1_024
            && self.path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
        check.require(path, "path", "expected a path like /healthz");
        for (field, value, least, most) in [
            ("interval_ms", self.interval_ms, 100, 3_600_000),
            ("timeout_ms", self.timeout_ms, 10, 60_000),
            ("healthy_after", self.healthy_after, 1, 20),
            ("unhealthy_after", self.unhealthy_after, 1, 20),
            ("expect_from", u32::from(self.expect_from), 200, 599),
            ("expect_to", u32::from(self.expect_to), u32::from(self.expect_from), 599),
        ] {
            check.within(field, value, least, most);
        }
        check.finish()
    }

    #[must_use]
    pub fn expects(&self, status: u16) -> bool {
        (self.expect_from..=self.expect_to).contains(&status)
    }
}

/// Leaves a node alone for a while after calls to it failed one after the other: no connection, no answer in time, or
/// a status of 500 or more. When that would leave no node at all, it is called all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Ejection {
    /// In a row.
    pub failures: u32,
    pub for_ms: u32,
}

impl Default for Ejection {
    fn default() -> Self {
        Self { failures: 5, for_ms: 10_000 }
    }
}

impl Ejection {
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        check.within("failures", self.failures, 1, 1_000);
        check.within("for_ms", self.for_ms, 100, 3_600_000);
        check.finish()
    }
}
