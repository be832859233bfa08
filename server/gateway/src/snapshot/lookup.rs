//! What the snapshot's tables are keyed by, and the hashes that find it there.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

/// 2^64 divided by the golden ratio, which multiplication spreads numbers by (Fibonacci hashing).
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

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

    /// As many bits of it as a table needs, which no further hash would spread better.
    #[must_use]
    pub fn first_bits(&self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }
}

impl std::fmt::Debug for KeyHash {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // not even the hash of a key belongs into a log
        out.write_str("KeyHash")
    }
}

/// An application and an api, by the numbers that stand for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pair(u64);

impl Pair {
    #[must_use]
    pub fn of(application: u32, api: u32) -> Self {
        Self((u64::from(application) << 32) | u64::from(api))
    }

    /// The number that stands for the api.
    #[must_use]
    pub fn api(self) -> u32 {
        // the lower half
        self.0 as u32
    }

    /// Whether it is one of the application's.
    #[must_use]
    pub fn is_of(self, application: u32) -> bool {
        self.0 >> 32 == u64::from(application)
    }
}

/// Hashes a name that a caller sends: eight bytes at a time, by a multiplication whose halves are folded (as wyhash
/// does). It begins with a number drawn anew in each process, so that nobody can think up names that meet.
#[must_use]
pub fn name_hash(name: &str) -> u64 {
    static SEED: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(GOLDEN));
    let (words, _) = name.as_bytes().as_chunks();
    let seed = *SEED ^ (name.len() as u64).wrapping_mul(GOLDEN);
    let words = words.iter().map(|word| u64::from_le_bytes(*word));
    words.chain([last_word(name.as_bytes())]).fold(seed, |hash, word| folded(hash ^ word))
}

/// The last eight bytes, or as many as there are; some of them twice rather than one by one, as how often a loop goes
/// round is what the processor cannot foresee.
fn last_word(name: &[u8]) -> u64 {
    if let Some(last) = name.last_chunk() {
        return u64::from_le_bytes(*last);
    }
    if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
        return u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last));
    }
    let byte = |at: usize| u64::from(name.get(at).copied().unwrap_or_default());
    byte(0) | byte(1) << 8 | byte(2) << 16
}

/// The low bits, which tables take their slots from, are the best ones of the product's upper half.
fn folded(word: u64) -> u64 {
    let product = u128::from(word) * u128::from(GOLDEN);
    (product >> 64) as u64 ^ product as u64
}

/// Hashes 64-bit keys that are random, or numbers counted up, by one multiplication.
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
        self.0 = folded(value);
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
        for application in 0..64 {
            for api in 0..64 {
                let hash = Spread.hash_one(Pair::of(application, api));
                low.insert(hash & 0xffff);
                high.insert(hash >> 57);
            }
        }
        assert!(low.len() > 3_500, "{} of 4096", low.len());
        assert_eq!(high.len(), 128);
    }

    #[test]
    fn names_fall_into_different_slots_and_parts() {
        let names = |places: fn(u64) -> u64| -> usize {
            let names = (0..4_096).map(|number| format!("things-{number}"));
            names.map(|name| places(name_hash(&name))).collect::<HashSet<_>>().len()
        };
        // as many as of 4,096 random numbers, within four standard deviations
        assert!(names(|hash| hash & 0xffff) > 3_900);
        assert!(names(|hash| hash & 0x3ff) > 960);
        assert_eq!(names(|hash| hash >> 56), 256);
        assert_ne!(name_hash("a"), name_hash("\0a"));
        assert_ne!(name_hash(""), name_hash("\0"));
    }
}
