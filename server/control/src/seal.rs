//! Sealing: what we must read again and nobody else may (XChaCha20-Poly1305). What is sealed for one place does not
//! open at another.

use crate::error::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::RngExt as _;

/// The nonce before the sealed content, in bytes.
const NONCE: usize = 24;

/// Seals for a place: table, column, row and the version of the key.
pub(crate) fn seal(key: &[u8; 32], place: &str, plain: &[u8]) -> Result<String> {
    let nonce: [u8; NONCE] = rand::rng().random();
    let payload = Payload { msg: plain, aad: place.as_bytes() };
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| Error::Internal(format!("{place} could not be sealed")))?;
    Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
}

/// Opens what was sealed for a place.
pub(crate) fn open(key: &[u8; 32], place: &str, sealed: &str) -> Result<Vec<u8>> {
    let refused = || Error::Internal(format!("{place} does not open"));
    let bytes = STANDARD.decode(sealed).map_err(|_| refused())?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or_else(refused)?;
    let payload = Payload { msg: sealed, aad: place.as_bytes() };
    XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(*nonce), payload).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_at_its_place_and_nowhere_else() {
        let (key, other) = ([1; 32], [2; 32]);
        let sealed = seal(&key, "table.column.row", b"a secret").unwrap();
        assert_eq!(open(&key, "table.column.row", &sealed).unwrap(), b"a secret");
        assert_ne!(
            sealed,
            seal(&key, "table.column.row", b"a secret").unwrap(),
            "each time with its own nonce"
        );
        assert!(open(&other, "table.column.row", &sealed).is_err());
        assert!(open(&key, "table.column.other row", &sealed).is_err());
        for broken in ["", "!", "AAAA", &sealed[..sealed.len() - 4]] {
            assert!(open(&key, "table.column.row", broken).is_err(), "{broken}");
        }
    }
}
