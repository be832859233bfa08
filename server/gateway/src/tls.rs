//! TLS towards clients: which certificate a host name is served with. Certificates are swapped whole while
//! connections go on; a name without one of its own gets the first.

use arc_swap::ArcSwap;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, crypto::ring};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use x509_parser::prelude::{FromDer, GeneralName, ParsedExtension, X509Certificate};

/// A certificate with its chain and key, and what it says of itself.
pub struct Certificate {
    key: Arc<CertifiedKey>,
    pub facts: CertificateFacts,
}

/// What may be shown of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Host names in lower case; `*.example.com` stands for one label.
    pub hosts: Vec<String>,
    pub issuer: String,
    /// Unix seconds.
    pub not_before: i64,
    pub not_after: i64,
}

/// Why a certificate cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    #[error("expected certificates in PEM, the host's first")]
    Chain,
    #[error("expected one private key in PEM (PKCS#8, PKCS#1 or SEC1)")]
    Key,
    #[error("the key is of a kind that is not supported")]
    KeyKind,
    #[error("the key is not that of the certificate")]
    Mismatch,
    #[error("the certificate cannot be read")]
    Unreadable,
    #[error("the certificate names no host")]
    NoHost,
}

impl Certificate {
    /// From PEM, as certificate authorities hand them out.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, CertificateError> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(|_| CertificateError::Chain)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| CertificateError::Key)?;
        Self::new(chain, key)
    }

    pub fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, CertificateError> {
        let facts = facts(chain.first().ok_or(CertificateError::Chain)?)?;
        let signer = ring::sign::any_supported_type(&key).map_err(|_| CertificateError::KeyKind)?;
        let key = CertifiedKey::new(chain, signer);
        match key.keys_match() {
            // a key that cannot tell its public half is taken at its word
            Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => {
                Ok(Self { key: Arc::new(key), facts })
            }
            Err(_) => Err(CertificateError::Mismatch),
        }
    }
}

fn facts(certificate: &CertificateDer<'_>) -> Result<CertificateFacts, CertificateError> {
    let (_, parsed) = X509Certificate::from_der(certificate).map_err(|_| CertificateError::Unreadable)?;
    let names = parsed.extensions().iter().filter_map(|extension| match extension.parsed_extension() {
        ParsedExtension::SubjectAlternativeName(names) => Some(&names.general_names),
        _ => None,
    });
    let hosts: Vec<String> = names
        .flatten()
        .filter_map(|name| match name {
            GeneralName::DNSName(host) => Some(host.to_ascii_lowercase()),
            _ => None,
        })
        .collect();
    if hosts.is_empty() {
        return Err(CertificateError::NoHost);
    }
    let validity = parsed.validity();
    Ok(CertificateFacts {
        hosts,
        issuer: parsed.issuer().to_string(),
        not_before: validity.not_before.timestamp(),
        not_after: validity.not_after.timestamp(),
    })
}

/// The certificates that are being served; clones are the same ones.
#[derive(Clone, Default)]
pub struct Certificates {
    current: Arc<ArcSwap<Chosen>>,
}

#[derive(Default)]
struct Chosen {
    by_host: HashMap<String, Arc<CertifiedKey>>,
    /// For clients that name no host, or an unknown one.
    fallback: Option<Arc<CertifiedKey>>,
    facts: Vec<CertificateFacts>,
}

impl Certificates {
    /// Serves these from the next handshake on. Of two for one host, the one that is valid longer.
    pub fn replace(&self, mut certificates: Vec<Certificate>) {
        let fallback = certificates.first().map(|first| Arc::clone(&first.key));
        let facts = certificates.iter().map(|certificate| certificate.facts.clone()).collect();
        certificates.sort_by_key(|certificate| certificate.facts.not_after);
        let mut by_host = HashMap::new();
        for Certificate { key, facts } in certificates {
            by_host.extend(facts.hosts.into_iter().map(|host| (host, Arc::clone(&key))));
        }
        self.current.store(Arc::new(Chosen { by_host, fallback, facts }));
    }

    /// What is being served.
    #[must_use]
    pub fn facts(&self) -> Vec<CertificateFacts> {
        self.current.load().facts.clone()
    }

    /// What a listener needs: HTTP/2 and HTTP/1.1 are offered.
    pub(crate) fn server_config(&self) -> Result<Arc<ServerConfig>, rustls::Error> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(self.clone()));
        config.alpn_protocols = vec![ALPN_HTTP2.to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

pub(crate) const ALPN_HTTP2: &[u8] = b"h2";

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let chosen = self.current.load();
        // rustls hands the name over in lower case
        let name = hello.server_name();
        let exact = name.and_then(|name| chosen.by_host.get(name));
        let wild = || {
            let (_, parent) = name?.split_once('.')?;
            chosen.by_host.get(&format!("*.{parent}"))
        };
        exact.or_else(wild).or(chosen.fallback.as_ref()).cloned()
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(&self.current.load().facts).finish()
    }
}
