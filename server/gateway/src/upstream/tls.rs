//! TLS towards upstreams: whom the gateway trusts, what it shows of itself, and what went wrong.
//!
//! Sessions are resumed within one [`ClientTls`] alone, and connections are pooled by its name: what one identity has
//! opened is never used by another.

use crate::tls::ALPN_HTTP2;
use domain::gateway_config::GatewayCertificate;
use domain::ids::CertificateId;
use domain::upstream::{Protocol, UpstreamTls};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::Arc;
use tokio_rustls::TlsConnector;

/// Opens the sealed private key of a certificate: PEM.
pub type Unseal = dyn Fn(&CertificateId, &str) -> Option<Vec<u8>> + Send + Sync;

/// How connections of one identity are made.
pub struct ClientTls {
    /// Different for each.
    pub name: Box<str>,
    http1: TlsConnector,
    http2: TlsConnector,
}

impl ClientTls {
    fn new(name: String, config: ClientConfig) -> Self {
        let mut http2 = config.clone();
        http2.alpn_protocols = vec![ALPN_HTTP2.to_vec()];
        let (http1, http2) = (TlsConnector::from(Arc::new(config)), TlsConnector::from(Arc::new(http2)));
        Self { name: name.into(), http1, http2 }
    }

    /// Shows nothing, and trusts whom all the world trusts, and these.
    pub fn usual(more_roots: &[CertificateDer<'static>]) -> Result<Self, rustls::Error> {
        let roots = usual_roots(more_roots)?;
        Ok(Self::new(String::new(), client_config(roots, None)?))
    }

    #[must_use]
    pub fn connector(&self, protocol: Protocol) -> &TlsConnector {
        match protocol {
            Protocol::Http1 => &self.http1,
            Protocol::Http2 => &self.http2,
        }
    }
}

impl fmt::Debug for ClientTls {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ClientTls").field("name", &self.name).finish_non_exhaustive()
    }
}

fn usual_roots(more: &[CertificateDer<'static>]) -> Result<Arc<RootCertStore>, rustls::Error> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for root in more {
        roots.add(root.clone())?;
    }
    Ok(Arc::new(roots))
}

type Pair = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn client_config(roots: Arc<RootCertStore>, pair: Option<Pair>) -> Result<ClientConfig, rustls::Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    match pair {
        Some((chain, key)) => config.with_client_auth_cert(chain, key),
        None => Ok(config.with_no_client_auth()),
    }
}

/// What the identities of upstreams are made with.
#[derive(Clone)]
pub struct Identities {
    /// Trusted where an upstream does not say whom it trusts.
    roots: Arc<RootCertStore>,
    unseal: Arc<Unseal>,
}

impl Default for Identities {
    /// No key can be opened.
    fn default() -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Self { roots: Arc::new(roots), unseal: Arc::new(|_, _| None) }
    }
}

impl Identities {
    pub fn trusting(self, more_roots: &[CertificateDer<'static>]) -> Result<Self, rustls::Error> {
        Ok(Self { roots: usual_roots(more_roots)?, ..self })
    }

    #[must_use]
    pub fn unsealing(self, unseal: Arc<Unseal>) -> Self {
        Self { unseal, ..self }
    }

    fn make(
        &self,
        name: String,
        tls: &UpstreamTls,
        certificate: Option<&GatewayCertificate>,
    ) -> Result<ClientTls, String> {
        let roots = match &tls.ca {
            Some(ca) => authorities(ca)?,
            None => Arc::clone(&self.roots),
        };
        let pair = certificate.map(|certificate| self.pair(certificate)).transpose()?;
        let config = client_config(roots, pair).map_err(|error| format!("upstream: no TLS: {error}"))?;
        Ok(ClientTls::new(name, config))
    }

    fn pair(&self, certificate: &GatewayCertificate) -> Result<Pair, String> {
        let wrong = |what: &str| format!("upstream: {what} of the certificate {}", certificate.id);
        let chain = CertificateDer::pem_slice_iter(certificate.chain.as_bytes()).collect::<Result<_, _>>();
        let chain = chain.map_err(|_| wrong("cannot read the chain"))?;
        let sealed = (self.unseal)(&certificate.id, &certificate.private_key);
        let key = sealed.ok_or_else(|| wrong("cannot unseal the private key"))?;
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(|_| wrong("cannot read the private key"))?;
        Ok((chain, key))
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Identities")
    }
}

fn authorities(pem: &str) -> Result<Arc<RootCertStore>, String> {
    let unreadable = "upstream: cannot read the authorities that it trusts";
    let mut roots = RootCertStore::empty();
    for authority in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let authority = authority.map_err(|_| unreadable)?;
        roots.add(authority).map_err(|_| unreadable)?;
    }
    if roots.is_empty() { Err(unreadable.to_owned()) } else { Ok(Arc::new(roots)) }
}

/// The identities that snapshots share.
#[derive(Debug, Default)]
pub struct Shared(HashMap<String, Arc<ClientTls>>);

impl Shared {
    /// The identity of an upstream; `None` for the usual one.
    pub fn of(
        &mut self,
        identities: &Identities,
        tls: &UpstreamTls,
        certificate: Option<&GatewayCertificate>,
    ) -> Result<Option<Arc<ClientTls>>, String> {
        let certificate = match &tls.client_certificate {
            Some(id) => {
                let found = certificate.filter(|certificate| certificate.id == *id);
                Some(found.ok_or_else(|| format!("upstream: there is no certificate {id}"))?)
            }
            None => None,
        };
        if tls.ca.is_none() && certificate.is_none() {
            return Ok(None);
        }
        let name = name(tls.ca.as_deref(), certificate);
        if let Some(known) = self.0.get(&name) {
            return Ok(Some(Arc::clone(known)));
        }
        let made = Arc::new(identities.make(name.clone(), tls, certificate)?);
        self.0.insert(name, Arc::clone(&made));
        Ok(Some(made))
    }

    /// Those that no snapshot has, and no call under way.
    pub fn forget_unused(&mut self) {
        self.0.retain(|_, tls| Arc::strong_count(tls) > 1);
    }
}

/// The same for the same authorities, chain and key: a key is sealed anew each time that it is given.
fn name(ca: Option<&str>, certificate: Option<&GatewayCertificate>) -> String {
    let mut hasher = blake3::Hasher::new();
    let (chain, key) = certificate.map_or(("", ""), |it| (it.chain.as_str(), it.private_key.as_str()));
    for part in [ca.unwrap_or_default(), chain, key] {
        hasher.update(blake3::hash(part.as_bytes()).as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// What went wrong with TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// The upstream's certificate is not trusted, or is another's.
    Certificate,
    /// The upstream ended the handshake with an alert.
    Alert,
    /// It ended the connection with an alert when, for us, the handshake was over: in TLS 1.3 that is when a client
    /// hears that its certificate is not taken (RFC 8446 section 4.4.2.4).
    LateAlert,
    Protocol,
}

impl TlsFault {
    /// Of a handshake.
    #[must_use]
    pub fn of(error: &io::Error) -> Self {
        match inner(error) {
            Some(rustls::Error::InvalidCertificate(_)) => Self::Certificate,
            Some(rustls::Error::AlertReceived(_)) => Self::Alert,
            _ => Self::Protocol,
        }
    }

    /// Of a connection that carries a call.
    #[must_use]
    pub fn late(error: &io::Error) -> Option<Self> {
        matches!(inner(error), Some(rustls::Error::AlertReceived(_))).then_some(Self::LateAlert)
    }

    /// RFC 9209 section 2.3.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Certificate => "tls_certificate_error",
            Self::Alert | Self::LateAlert => "tls_alert_received",
            Self::Protocol => "tls_protocol_error",
        }
    }
}

fn inner(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}
