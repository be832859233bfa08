//! The keys of a provider: calls are shared out among those that are enabled and have not expired.

use super::secret::ProviderSecret;
use crate::Time;
use crate::check::{Check, Invalid};
use crate::ids::ProviderKeyId;
use serde::{Deserialize, Serialize};

const LARGEST_WEIGHT: u32 = 100;

/// A key without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProviderKey {
    pub id: ProviderKeyId,
    pub name: String,
    /// The last four characters of the secret; empty where they would say too much, or nothing.
    pub hint: String,
    /// Its share of the calls, beside the weights of the others: 1 to 100.
    pub weight: u32,
    /// Its place among the provider's keys, from 1.
    pub position: u32,
    /// One that is not enabled is not used.
    pub enabled: bool,
    /// From then on it is not used.
    #[serde(default)]
    pub expires_at: Option<Time>,
    pub created_at: Time,
}

impl ProviderKey {
    /// Whether calls may be made with it.
    #[must_use]
    pub fn is_usable(&self, now: Time) -> bool {
        self.enabled && self.expires_at.is_none_or(|at| at > now)
    }
}

#[derive(Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateProviderKey {
    pub name: String,
    /// As the vendor gave it, at most 16 kB: of Amazon `access key:secret key`, with `:session token` behind it where there
    /// is one, or an API key of Bedrock; of Google Cloud a service account in JSON. It is never shown again.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub secret: ProviderSecret,
    /// 1 to 100; absent: 1.
    pub weight: Option<u32>,
    pub expires_at: Option<Time>,
}

/// Checked form of [`CreateProviderKey`].
pub struct NewProviderKey {
    pub name: String,
    pub secret: ProviderSecret,
    pub weight: u32,
    pub expires_at: Option<Time>,
}

/// Everything of a key that may be changed, but for its secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateProviderKey {
    pub name: String,
    /// 1 to 100.
    pub weight: u32,
    pub enabled: bool,
    /// Absent: it does not expire.
    pub expires_at: Option<Time>,
    /// The place that it is moved to, from 1; those behind make room.
    pub position: u32,
}

/// Another secret in the place of the one that there is.
#[derive(Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ReplaceSecret {
    /// As the vendor gave it, at most 16 kB: of Amazon `access key:secret key`, with `:session token` behind it where there
    /// is one, or an API key of Bedrock; of Google Cloud a service account in JSON. It is never shown again.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub secret: ProviderSecret,
}

fn check_name(check: &mut Check, name: &str) -> String {
    check.line("name", name, 1, 80)
}

fn check_secret(check: &mut Check, secret: &ProviderSecret) -> Option<ProviderSecret> {
    let checked = secret.check();
    checked.map_err(|message| check.error("secret", message)).ok()
}

impl CreateProviderKey {
    pub fn check(self, now: Time) -> Result<NewProviderKey, Invalid> {
        let mut check = Check::new();
        let name = check_name(&mut check, &self.name);
        let secret = check_secret(&mut check, &self.secret);
        let weight = self.weight.unwrap_or(1);
        check.within("weight", weight, 1, LARGEST_WEIGHT);
        let expires_at = self.expires_at;
        let to_come = expires_at.is_none_or(|at| at > now);
        check.require(to_come, "expires_at", "expected a time that is still to come");
        check.done(|| Some(NewProviderKey { name, secret: secret?, weight, expires_at }))
    }
}

impl UpdateProviderKey {
    /// What a change that leaves everything out would be.
    #[must_use]
    pub fn of(key: &ProviderKey) -> Self {
        let ProviderKey { name, weight, enabled, expires_at, position, .. } = key.clone();
        Self { name, weight, enabled, expires_at, position }
    }

    /// The key with the change; `keys` is how many the provider has. A time to expire that is over is taken: the key
    /// is not used from now on.
    pub fn apply(self, key: &ProviderKey, keys: usize) -> Result<ProviderKey, Invalid> {
        let mut check = Check::new();
        let Self { name, weight, enabled, expires_at, position } = self;
        let name = check_name(&mut check, &name);
        check.within("weight", weight, 1, LARGEST_WEIGHT);
        check.within("position", position, 1, u32::try_from(keys).unwrap_or(u32::MAX));
        check.done(|| Some(ProviderKey { name, weight, enabled, expires_at, position, ..key.clone() }))
    }
}

impl ReplaceSecret {
    pub fn check(self) -> Result<ProviderSecret, Invalid> {
        let mut check = Check::new();
        let secret = check_secret(&mut check, &self.secret);
        check.done(|| secret)
    }
}
