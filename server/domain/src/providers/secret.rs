//! The secret of a key, as a vendor gave it.

use serde::Deserialize;

/// Bytes; the account of a service of Google has about 2,400.
const LARGEST: usize = 16 << 10;
/// Of a shorter secret, four characters would say too much.
const SHORTEST_WITH_HINT: usize = 16;

/// A secret on its way in. It is never written anywhere: neither serialised nor shown.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct ProviderSecret(String);

impl ProviderSecret {
    #[must_use]
    pub fn of(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for whoever seals it or sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is an object in JSON, as the accounts of services are.
    #[must_use]
    pub fn is_json(&self) -> bool {
        serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&self.0).is_ok()
    }

    /// The last four characters, by which a person tells keys apart. Empty for a short secret, and for JSON, which all
    /// ends alike.
    #[must_use]
    pub fn hint(&self) -> String {
        let count = self.0.chars().count();
        if count < SHORTEST_WITH_HINT || self.0.ends_with('}') {
            return String::new();
        }
        self.0.chars().skip(count - 4).collect()
    }

    /// Trimmed; an error says what was expected.
    pub(super) fn check(&self) -> Result<Self, &'static str> {
        let secret = Self::of(self.0.trim());
        if secret.0.is_empty() {
            return Err("is required");
        }
        if secret.0.len() > LARGEST {
            return Err("expected at most 16 kB");
        }
        if secret.0.chars().any(char::is_control) && !secret.is_json() {
            return Err("expected one line without control characters, or an object in JSON");
        }
        Ok(secret)
    }
}
