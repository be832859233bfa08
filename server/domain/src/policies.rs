//! Gateway behaviours with settings. A policy is a file of its own here, one in the gateway, and a field below.

pub mod cache;
pub mod cors;
pub mod guard;
pub mod limits;
pub mod mask;
pub mod patterns;

use crate::check::{Check, Invalid};
use serde::{Deserialize, Serialize};

/// The policies of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Policies {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cors: Option<cors::Cors>,
    /// At most 10; taken from in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<limits::ScopedLimit>,
    /// Whether answers tell in `Server-Timing` how long the backend and the gateway took.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub server_timing: bool,
    /// What is taken out of requests and answers: of texts that go to models and come from them, else of JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mask: Option<mask::Mask>,
    /// Of an ai api: what may be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guard: Option<guard::Guard>,
    /// Of an ai api: answers that are given again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<cache::Cache>,
}

impl Policies {
    /// Whether a version of its kind has no policy that only an ai api can have.
    pub fn check_kind(&self, is_ai: bool) -> Result<(), Invalid> {
        let mut check = Check::new();
        let only = [("guard", self.guard.is_some()), ("cache", self.cache.is_some())];
        for (field, given) in only {
            check.require(is_ai || !given, field, "expected of an ai api alone");
        }
        check.finish()
    }

    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        if let Some(cors) = &self.cors {
            check.part("cors", cors.check());
        }
        check.all(limits::check(&self.limits));
        if let Some(mask) = &self.mask {
            check.part("mask", mask.check());
        }
        if let Some(guard) = &self.guard {
            check.part("guard", guard.check());
        }
        if let Some(cache) = &self.cache {
            check.part("cache", cache.check());
        }
        check.done(|| Some(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_before_a_policy_was_there_reads_without_it() {
        let before: Policies = serde_json::from_str(r#"{"limits":[]}"#).unwrap();
        assert_eq!(before, Policies::default());
        assert!(!before.server_timing);
        assert_eq!(serde_json::to_string(&before).unwrap(), "{}", "an older release reads it, too");
        let on: Policies = serde_json::from_str(r#"{"server_timing":true}"#).unwrap();
        assert_eq!(serde_json::to_string(&on).unwrap(), r#"{"server_timing":true}"#);
    }
}
