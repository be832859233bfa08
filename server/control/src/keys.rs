//! The master key, what is derived from it, and new secrets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::credentials::key;
use rand::RngExt as _;

/// 32 bytes from which every key of the installation is derived. Never in the database, never printed.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a master key of 32 bytes in base64, not all the same")]
pub struct BadMasterKey;

impl MasterKey {
    #[must_use]
    pub fn generate() -> Self {
        Self(rand::rng().random())
    }

    /// Reads base64 text, as it stands in the file or the environment.
    pub fn parse(text: &str) -> Result<Self, BadMasterKey> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| BadMasterKey)?;
        let key: [u8; 32] = bytes.try_into().map_err(|_| BadMasterKey)?;
        let weak = key.windows(2).all(|pair| pair.first() == pair.last());
        if weak { Err(BadMasterKey) } else { Ok(Self(key)) }
    }

    /// The text to be written into the key file.
    #[must_use]
    pub fn to_text(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// A key for one purpose (BLAKE3's key derivation); the purpose is a fixed text of ours.
    fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(purpose, &self.0)
    }
}

impl MasterKey {
    /// The key under which the gateway looks credentials up.
    #[must_use]
    pub fn credential_key(&self) -> [u8; 32] {
        self.derive("gatehouse credential hash v1")
    }

    /// The key that private keys of certificates are sealed with.
    pub(crate) fn certificate_key(&self) -> [u8; 32] {
        self.derive("gatehouse certificate sealing v1")
    }

    /// The key that the secrets of providers' keys are sealed with.
    pub(crate) fn provider_key(&self) -> [u8; 32] {
        self.derive("gatehouse provider sealing v1")
    }

    /// The key that runs of the playground are sealed with.
    pub(crate) fn run_key(&self) -> [u8; 32] {
        self.derive("gatehouse prompt run sealing v1")
    }

    /// The key under which tokens and the secrets of links are stored.
    pub(crate) fn token_key(&self) -> [u8; 32] {
        self.derive("gatehouse token hash v1")
    }
}

/// A new key or token.
#[must_use]
pub fn new_key(kind: key::Kind) -> String {
    loop {
        if let Some(text) = key::format(kind, &rand::rng().random()) {
            return text;
        }
    }
}

/// A new secret for a link: 64 hex digits, 256 random bits.
#[must_use]
pub fn new_link_secret() -> String {
    let bytes: [u8; 32] = rand::rng().random();
    blake3::Hash::from(bytes).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_master_key_reads_what_it_wrote_and_refuses_weak_ones() {
        let key = MasterKey::generate();
        assert_eq!(MasterKey::parse(&key.to_text()).unwrap().derive("x"), key.derive("x"));
        assert_ne!(key.derive("x"), key.derive("y"));
        for bad in ["", "abc", &STANDARD.encode([0; 32]), &STANDARD.encode([1; 31])] {
            assert!(MasterKey::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn new_keys_are_well_formed_and_different() {
        let (a, b) = (new_key(key::Kind::Credential), new_key(key::Kind::Credential));
        assert!(key::is_well_formed(key::Kind::Credential, &a) && a != b);
        assert_eq!(new_link_secret().len(), 64);
    }
}
