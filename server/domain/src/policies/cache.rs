//! Answers of models that are kept and given again to whoever asks exactly the same.

use crate::check::{Check, Invalid};
use serde::{Deserialize, Serialize};

/// How long answers are kept, and how many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Cache {
    /// Seconds, at most a week.
    pub ttl_s: u32,
    /// At most 100,000; the ones that are asked for least go first.
    pub max_entries: u32,
    /// Of all answers of the api together on each gateway, at most 1 GiB. Nothing above an eighth of it, or
    /// 4 MiB, is kept.
    pub max_bytes: u32,
    /// Whether one application gets what another has asked. Else each has answers of its own.
    pub shared: bool,
}

impl Default for Cache {
    fn default() -> Self {
        Self { ttl_s: 3_600, max_entries: 1_000, max_bytes: 16 << 20, shared: false }
    }
}

impl Cache {
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        check.within("ttl_s", self.ttl_s, 1, 604_800);
        check.within("max_entries", self.max_entries, 1, 100_000);
        check.within("max_bytes", self.max_bytes, 65_536, 1 << 30);
        check.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_checked_and_named() {
        assert_eq!(Cache::default().check(), Ok(()));
        let bad = Cache { ttl_s: 0, max_entries: 0, max_bytes: 1, shared: true };
        let Invalid(errors) = bad.check().unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["ttl_s", "max_entries", "max_bytes"]);
    }
}
