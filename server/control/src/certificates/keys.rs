//! How private keys are sealed, and opened for the gateway.

use crate::error::Result;
use crate::keys::MasterKey;
use crate::seal;
use domain::ids::CertificateId;

/// Seals private keys, and opens them again; a copy of it is all that the gateway needs to know of the master key.
#[derive(Clone)]
pub struct CertificateKeys([u8; 32]);

impl CertificateKeys {
    #[must_use]
    pub fn of(master_key: &MasterKey) -> Self {
        Self(master_key.certificate_key())
    }

    pub(super) fn seal(&self, id: &CertificateId, private_key: &str) -> Result<String> {
        seal::seal(&self.0, &place(id), private_key.as_bytes())
    }

    /// The private key in PEM; `None` for what was sealed for another certificate, or with another master key.
    #[must_use]
    pub fn open(&self, id: &CertificateId, sealed: &str) -> Option<Vec<u8>> {
        seal::open(&self.0, &place(id), sealed).ok()
    }
}

fn place(id: &CertificateId) -> String {
    format!("certificates.private_key.{id}.1")
}
