//! Who a backend must be, and who the gateway is to it.

use crate::certificates::{LARGEST_PEM, holds_key};
use crate::check::{Check, Invalid};
use crate::ids::CertificateId;
use crate::text::HostName;
use serde::{Deserialize, Serialize};

/// How TLS is spoken to the nodes whose address begins with `https://`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpstreamTls {
    /// Certificates in PEM. With them, these authorities alone are trusted; else those that all the world trusts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
    /// Of the team; shown to backends that ask for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<CertificateId>,
    /// Asked for (SNI), and verified, in the place of the address's host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_name: Option<HostName>,
}

impl UpstreamTls {
    /// Without white space around it; what is empty is absent.
    #[must_use]
    pub fn tidied(self) -> Self {
        let ca = self.ca.map(|ca| ca.trim().to_owned()).filter(|ca| !ca.is_empty());
        Self { ca, ..self }
    }

    /// What is to be seen without reading the certificates: the rest is asked in `control`.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        if let Some(ca) = &self.ca {
            let is_pem = ca.contains("-----BEGIN CERTIFICATE-----") && !holds_key(ca);
            check.require(is_pem, "ca", "expected certificates in PEM, and nothing else");
            check.require(ca.len() <= LARGEST_PEM, "ca", "expected at most 64 kB");
        }
        if let Some(name) = &self.server_name {
            check.parse::<HostName>("server_name", name.as_str());
        }
        check.finish()
    }
}
