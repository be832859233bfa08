//! Hashing for the snapshot's maps, whose keys are spread evenly already.

use std::hash::{BuildHasher, Hash, Hasher};

/// BLAKE3 of a key, keyed with the platform's credential key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyHash([u8; 32]);

impl KeyHash {
    #[must_use]
    pub fn of(credential_key: &[u8; 32], key: &str) -> Self {
        Self(*blake3::keyed_hash(credential_key, key.as_bytes()).as_bytes())
    }

    /// From 64 hex digits.
    #[must_use]
    pub fn from_hex(hex: &str) -> Option<Self> {
        blake3::Hash::from_hex(hex).ok().map(|hash| Self(*hash.as_bytes()))
    }
}

impl std::fmt::Debug for KeyHash {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // not even the hash of a key belongs into a log
        out.write_str("KeyHash")
    }
}

impl Hash for KeyHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        state.write_u64(u64::from_le_bytes([a, b, c, d, e, f, g, h]));
    }
}

/// Hashes 64-bit keys that are random, or numbers counted up, by one multiplication (Fibonacci hashing).
#[derive(Clone, Copy, Debug, Default)]
pub struct Spread;

impl BuildHasher for Spread {
    type Hasher = Spreader;
    fn build_hasher(&self) -> Spreader {
        Spreader(0)
    }
}

#[derive(Debug)]
pub struct Spreader(u64);

impl Hasher for Spreader {
    fn write_u64(&mut self, value: u64) {
        let product = value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // the map takes its bucket from the low bits, the best of a product are the high ones
        self.0 = product ^ (product >> 32);
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn counted_numbers_fall_into_different_buckets() {
        let mut low = HashSet::new();
        let mut high = HashSet::new();
        for application in 0..64_u64 {
            for api in 0..64_u64 {
                let hash = Spread.hash_one(application << 32 | api);
                low.insert(hash & 0xffff);
                high.insert(hash >> 57);
            }
        }
        assert!(low.len() > 3_500, "{} of 4096", low.len());
        assert_eq!(high.len(), 128);
    }
}
