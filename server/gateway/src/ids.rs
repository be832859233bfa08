//! Request ids: UUIDv7 (RFC 9562 section 5.7), sortable by time; ids of traces and spans: random, never 0.

use std::cell::Cell;
use uuid::{Builder, Uuid};

/// Makes the ids of one thread. The random part is seeded by the system and then stepped by a generator:
/// ids are unique and spread, they are not secrets.
pub struct Ids {
    state: Cell<u64>,
    /// What sets this thread's sequence apart from those of others.
    salt: u64,
}

impl Ids {
    #[must_use]
    pub fn seeded() -> Self {
        // the one use of the system's randomness: the random bits of two fresh ids
        let (state, salt) = (Uuid::now_v7().as_u64_pair().1, Uuid::now_v7().as_u64_pair().1);
        Self { state: Cell::new(state), salt }
    }

    #[must_use]
    pub fn next(&self, unix_ms: u64) -> Uuid {
        let high = self.step() ^ self.salt;
        let [a, b, ..] = high.to_be_bytes();
        let [c, d, e, f, g, h, i, j] = self.step().to_be_bytes();
        Builder::from_unix_timestamp_millis(unix_ms, &[a, b, c, d, e, f, g, h, i, j]).into_uuid()
    }

    /// The id of a trace.
    #[must_use]
    pub fn trace(&self) -> u128 {
        (u128::from(self.span()) << 64) | u128::from(self.step() ^ self.salt)
    }

    /// The id of a span.
    #[must_use]
    pub fn span(&self) -> u64 {
        (self.step() ^ self.salt).max(1)
    }

    /// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
    fn step(&self) -> u64 {
        let state = self.state.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.state.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_are_version_7_and_unique() {
        let ids = Ids::seeded();
        let mut seen = HashSet::new();
        for at in 0..100_000_u64 {
            let id = ids.next(1_700_000_000_000 + at / 1_000);
            assert_eq!(id.get_version_num(), 7);
            assert!(seen.insert(id), "{id} twice");
        }
        assert!(ids.next(1_700_000_000_000) < ids.next(1_700_000_000_001));
    }
}
