//! Connections to AI vendors, each with a pool of keys. A key's secret goes in and never comes out again.

mod clouds;
mod health;
mod keys;
mod secret;
mod vendors;

pub use clouds::{AmazonKey, GoogleAccount};
pub use health::{KeyFailure, KeyHealth, KeyState, LastTest, ProviderDetail, Standing};
pub use keys::{CreateProviderKey, NewProviderKey, ProviderKey, ReplaceSecret, UpdateProviderKey};
pub use secret::ProviderSecret;
pub use vendors::{FormField, KeyForm, VendorForm, find};

use crate::Time;
use crate::check::{Check, Invalid};
use crate::ids::{ProviderId, ProviderKeyId};
use crate::upstream::UpstreamUrl;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Keys of one provider.
pub const MOST_KEYS: usize = 50;
/// What a vendor's form asks besides keys; more than any vendor asks.
const MOST_SETTINGS: usize = 20;

/// What a vendor's form asks besides keys, by the field's name: `region`, `project`.
pub type ProviderSettings = BTreeMap<String, String>;

/// A connection to an AI vendor, without the secrets of its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Provider {
    pub id: ProviderId,
    pub name: String,
    /// A vendor's id: `openai`.
    pub kind: String,
    /// What stands before the paths of the vendor's API; absent: the vendor's own.
    #[serde(default)]
    pub base_url: Option<UpstreamUrl>,
    /// What the vendor's form asks besides keys, by the field's name.
    pub settings: ProviderSettings,
    /// One that is not enabled is not called.
    pub enabled: bool,
    /// In their order.
    pub keys: Vec<ProviderKey>,
    pub created_at: Time,
    /// When it, or one of its keys, was last changed.
    pub updated_at: Time,
}

#[derive(Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateProvider {
    pub name: String,
    /// A vendor's id, such as `openai`; `/vendors` lists them.
    pub kind: String,
    /// Absent: the vendor's own.
    pub base_url: Option<String>,
    /// What the vendor's form asks besides keys, by the field's name.
    pub settings: ProviderSettings,
    /// At most 50, in their order.
    pub keys: Vec<CreateProviderKey>,
}

/// Checked form of [`CreateProvider`]: what can be said without the vendor's form.
pub struct NewProvider {
    pub name: String,
    pub kind: String,
    pub base_url: Option<UpstreamUrl>,
    pub settings: ProviderSettings,
    pub keys: Vec<NewProviderKey>,
}

/// Everything of a provider that may be changed, but for its keys. The vendor stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateProvider {
    pub name: String,
    /// Absent: the vendor's own.
    pub base_url: Option<String>,
    pub settings: ProviderSettings,
    pub enabled: bool,
}

/// Which key is to be tried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TestProvider {
    /// Absent: the first that is enabled and has not expired.
    pub key: Option<ProviderKeyId>,
}

/// What a real call to a provider came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProviderTest {
    /// Whether the vendor answered with a status of 200 to 299.
    pub ok: bool,
    /// Until the answer was read; 0 when there was none.
    pub latency_ms: u64,
    /// Of the vendor's answer; absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What is wrong, in at most 300 characters and without secrets; absent when nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

fn check_name(check: &mut Check, name: &str) -> String {
    check.line("name", name, 1, 80)
}

fn check_base_url(check: &mut Check, base_url: Option<&str>) -> Option<UpstreamUrl> {
    check.parse_optional("base_url", base_url.unwrap_or_default())
}

/// An empty setting is an absent one.
fn check_settings(check: &mut Check, settings: &ProviderSettings) -> ProviderSettings {
    check.require(settings.len() <= MOST_SETTINGS, "settings", "expected at most 20 fields");
    let mut checked = ProviderSettings::new();
    for (name, value) in settings.iter().take(MOST_SETTINGS) {
        let shown: String = name.chars().take(80).collect();
        let value = check.line(&format!("settings.{shown}"), value, 0, 500);
        if !value.is_empty() {
            checked.insert(name.clone(), value);
        }
    }
    checked
}

fn check_keys(check: &mut Check, keys: Vec<CreateProviderKey>, now: Time) -> Vec<NewProviderKey> {
    check.require(keys.len() <= MOST_KEYS, "keys", "expected at most 50 keys");
    let mut checked: Vec<NewProviderKey> = Vec::new();
    for (at, key) in keys.into_iter().take(MOST_KEYS).enumerate() {
        let Some(key) = check.part(&format!("keys[{at}]"), key.check(now)) else { continue };
        if checked.iter().any(|other| other.name == key.name) {
            check.error(&format!("keys[{at}].name"), "is the name of another key");
        }
        checked.push(key);
    }
    checked
}

impl CreateProvider {
    pub fn check(self, now: Time) -> Result<NewProvider, Invalid> {
        let mut check = Check::new();
        let name = check_name(&mut check, &self.name);
        let kind = check.line("kind", &self.kind, 1, 80);
        let base_url = check_base_url(&mut check, self.base_url.as_deref());
        let settings = check_settings(&mut check, &self.settings);
        let keys = check_keys(&mut check, self.keys, now);
        check.done(|| Some(NewProvider { name, kind, base_url, settings, keys }))
    }
}

impl UpdateProvider {
    /// What a change that leaves everything out would be.
    #[must_use]
    pub fn of(provider: &Provider) -> Self {
        Self {
            name: provider.name.clone(),
            base_url: provider.base_url.as_ref().map(ToString::to_string),
            settings: provider.settings.clone(),
            enabled: provider.enabled,
        }
    }

    /// The provider with the change: what can be said without the vendor's form.
    pub fn apply(self, provider: &Provider) -> Result<Provider, Invalid> {
        let mut check = Check::new();
        let name = check_name(&mut check, &self.name);
        let base_url = check_base_url(&mut check, self.base_url.as_deref());
        let settings = check_settings(&mut check, &self.settings);
        check.done(|| Some(Provider { name, base_url, settings, enabled: self.enabled, ..provider.clone() }))
    }
}

#[cfg(test)]
mod tests;
