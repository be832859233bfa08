//! Client certificates: what a team shows to backends that ask who calls. The private key goes in and never comes
//! out again.

use crate::Time;
use crate::check::{Check, Invalid};
use crate::ids::{ApiId, CertificateId, TeamId};
use crate::text::VersionName;
use serde::{Deserialize, Serialize};

/// Bytes of PEM text, for a chain and for a bundle of authorities.
pub const LARGEST_PEM: usize = 64 << 10;
/// Bytes of PEM text; an RSA key of 8,192 bits has about 6,400.
const LARGEST_KEY: usize = 16 << 10;

/// A client certificate without its private key. What it says of itself is read from the first of its chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Certificate {
    pub id: CertificateId,
    pub team: TeamId,
    pub name: String,
    /// A distinguished name: `CN=gateway, O=Pets`.
    pub subject: String,
    pub issuer: String,
    pub not_before: Time,
    pub not_after: Time,
    /// SHA-256 of the certificate; 64 hex digits.
    pub fingerprint: String,
    pub created_at: Time,
    /// When it was last renamed or replaced.
    pub updated_at: Time,
}

/// A version whose draft or live revision shows a certificate to its backend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CertificateUse {
    pub api: ApiId,
    pub api_name: String,
    pub version: VersionName,
    /// In its draft.
    pub draft: bool,
    /// In its live revision.
    pub live: bool,
}

/// A certificate and where it is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CertificateDetail {
    #[serde(flatten)]
    pub certificate: Certificate,
    pub uses: Vec<CertificateUse>,
}

/// A chain with its key, as they are given.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateCertificate {
    pub name: String,
    /// Certificates in PEM, the client's own first, each followed by the one that signed it.
    pub chain: String,
    /// One key in PEM (PKCS#8, PKCS#1 or SEC1), not encrypted. It is never shown again.
    pub private_key: String,
}

/// Another chain and key in the place of those that there are.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ReplaceCertificate {
    /// Certificates in PEM, the client's own first, each followed by the one that signed it.
    pub chain: String,
    /// One key in PEM (PKCS#8, PKCS#1 or SEC1), not encrypted. It is never shown again.
    pub private_key: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateCertificate {
    pub name: String,
}

fn check_name(check: &mut Check, name: &str) -> String {
    check.line("name", name, 1, 80)
}

/// What is to be seen of it without reading the certificates: the rest is asked in `control`.
fn check_pair(check: &mut Check, chain: &str, key: &str) {
    check.require(!chain.trim().is_empty(), "chain", "is required");
    check.require(chain.len() <= LARGEST_PEM, "chain", "expected at most 64 kB");
    check.require(!holds_key(chain), "chain", "expected certificates alone; the key has a field of its own");
    check.require(!key.trim().is_empty(), "private_key", "is required");
    check.require(key.len() <= LARGEST_KEY, "private_key", "expected at most 16 kB");
}

/// Whether there is a private key in PEM text: it must not get to where certificates are kept and shown.
#[must_use]
pub fn holds_key(pem: &str) -> bool {
    pem.contains("PRIVATE KEY-----")
}

impl CreateCertificate {
    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let name = check_name(&mut check, &self.name);
        check_pair(&mut check, &self.chain, &self.private_key);
        check.done(|| Some(Self { name, ..self }))
    }
}

impl ReplaceCertificate {
    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        check_pair(&mut check, &self.chain, &self.private_key);
        check.done(|| Some(self))
    }
}

impl UpdateCertificate {
    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let name = check_name(&mut check, &self.name);
        check.done(|| Some(Self { name }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_names_the_field_that_is_wrong() {
        let good = ("Orders", "-----BEGIN CERTIFICATE-----", "-----BEGIN PRIVATE KEY-----");
        let long = "x".repeat(LARGEST_PEM + 1);
        for (name, chain, key, field) in [
            ("", good.1, good.2, "name"),
            (good.0, " ", good.2, "chain"),
            (good.0, &long, good.2, "chain"),
            (good.0, "-----BEGIN EC PRIVATE KEY-----", good.2, "chain"),
            (good.0, good.1, "", "private_key"),
            (good.0, good.1, &long, "private_key"),
        ] {
            let [name, chain, private_key] = [name, chain, key].map(str::to_owned);
            let errors = CreateCertificate { name, chain, private_key }.check().err().unwrap().0;
            assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), [field]);
        }
        let [name, chain, private_key] = [good.0, good.1, good.2].map(str::to_owned);
        assert!(CreateCertificate { name, chain, private_key }.check().is_ok());
    }
}
