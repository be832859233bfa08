//! Reading certificates in PEM: a chain with its key, and authorities.

use chrono::DateTime;
use domain::Time;
use domain::check::Invalid;
use rustls::RootCertStore;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::time::ASN1Time;

/// More would only cost each handshake.
const MOST_IN_CHAIN: usize = 10;

/// What a certificate says of itself.
pub struct Facts {
    pub subject: String,
    pub issuer: String,
    pub not_before: Time,
    pub not_after: Time,
    /// SHA-256 in hex.
    pub fingerprint: String,
}

/// Refuses what the gateway could not use.
pub fn read(chain: &str, private_key: &str) -> Result<Facts, Invalid> {
    let wrong = |message: &str| Invalid::one("chain", message);
    let chain = certificates(chain).map_err(wrong)?;
    if chain.len() > MOST_IN_CHAIN {
        return Err(wrong("expected at most 10 certificates"));
    }
    let all = chain.iter().map(facts).collect::<Option<Vec<Facts>>>();
    let first = all.and_then(|all| all.into_iter().next());
    let first = first.ok_or_else(|| wrong("holds a certificate that cannot be read"))?;
    let wrong = |message: &str| Invalid::one("private_key", message);
    let key = PrivateKeyDer::from_pem_slice(private_key.as_bytes())
        .map_err(|_| wrong("expected one private key in PEM, not encrypted (PKCS#8, PKCS#1 or SEC1)"))?;
    let signer = ring::sign::any_supported_type(&key)
        .map_err(|_| wrong("expected an RSA key of 2048 to 4096 bits, or one of ECDSA or Ed25519"))?;
    match CertifiedKey::new(chain, signer).keys_match() {
        // a key that cannot tell its public half is taken at its word
        Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => Ok(first),
        Err(_) => Err(wrong("is not the key of the first certificate")),
    }
}

/// Refuses a bundle of authorities that the gateway could not use; says what is wrong with it.
pub fn check_authorities(pem: &str) -> Result<(), String> {
    let mut roots = RootCertStore::empty();
    for (at, authority) in certificates(pem)?.into_iter().enumerate() {
        roots.add(authority).map_err(|_| format!("certificate {} cannot be read", at + 1))?;
    }
    Ok(())
}

fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, &'static str> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match all {
        Ok(all) if !all.is_empty() => Ok(all),
        _ => Err("expected certificates in PEM"),
    }
}

fn facts(certificate: &CertificateDer<'static>) -> Option<Facts> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let time = |at: ASN1Time| DateTime::from_timestamp(at.timestamp(), 0);
    Some(Facts {
        subject: parsed.subject().to_string(),
        issuer: parsed.issuer().to_string(),
        not_before: time(parsed.validity().not_before)?,
        not_after: time(parsed.validity().not_after)?,
        fingerprint: hex(&Sha256::digest(certificate)),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
