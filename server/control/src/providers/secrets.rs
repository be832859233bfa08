//! How the secrets of keys are sealed, and opened for whoever calls the vendor.

use crate::error::Result;
use crate::keys::MasterKey;
use crate::seal;
use domain::ids::ProviderKeyId;

/// Seals secrets, and opens them again; a copy of it is all that the gateway needs to know of the master key.
#[derive(Clone)]
pub struct ProviderSecrets([u8; 32]);

impl ProviderSecrets {
    #[must_use]
    pub fn of(master_key: &MasterKey) -> Self {
        Self(master_key.provider_key())
    }

    pub(super) fn seal(&self, id: &ProviderKeyId, secret: &str) -> Result<String> {
        seal::seal(&self.0, &place(id), secret.as_bytes())
    }

    /// The secret; `None` for what was sealed for another key, or with another master key.
    #[must_use]
    pub fn open(&self, id: &ProviderKeyId, sealed: &str) -> Option<String> {
        String::from_utf8(seal::open(&self.0, &place(id), sealed).ok()?).ok()
    }
}

fn place(id: &ProviderKeyId) -> String {
    format!("provider_keys.secret.{id}.1")
}
