//! One key as the pipeline needs it.

use super::id::{InlineId, SharedName};
use super::lookup::KeyHash;
use super::shards::Keyed;

/// A key that is known. What every call reads stands first, near what it is found by.
#[derive(Debug)]
#[repr(C)]
pub struct Credential {
    /// By which it is found.
    pub hash: KeyHash,
    /// Stands for the application in [`Snapshot::subscription`] and in limits.
    pub application_number: u32,
    /// Unix milliseconds.
    pub expires_ms: Option<u64>,
    pub id: InlineId,
    pub application: SharedName,
}

impl Keyed for Credential {
    type Key = KeyHash;

    fn key(&self) -> &KeyHash {
        &self.hash
    }

    fn hash(hash: &KeyHash) -> u64 {
        hash.first_bits()
    }
}
