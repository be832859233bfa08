//! A map in many parts that successive snapshots share: a change copies one part, not the whole.

use super::lookup::Spread;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

/// With 100,000 entries a part has 400: copied in some 10 us.
const PARTS: usize = 256;

type Part<K, V> = Arc<HashMap<K, V, Spread>>;

/// Found by keys that are spread evenly already.
#[derive(Clone, Debug)]
pub struct Shards<K, V> {
    parts: Box<[Part<K, V>]>,
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Self {
        Self { parts: vec![Part::default(); PARTS].into() }
    }
}

impl<K: Hash + Eq, V> Shards<K, V> {
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.parts.get(place(key))?.get(key)
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Shards<K, V> {
    /// What was there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.part(&key)?.insert(key, value)
    }

    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.part(key)?.remove(key)
    }

    /// Looks at every entry.
    pub fn retain(&mut self, keep: impl Fn(&V) -> bool) {
        for part in &mut self.parts {
            if !part.values().all(&keep) {
                Arc::make_mut(part).retain(|_, value| keep(value));
            }
        }
    }

    /// The part of the key, of which no other snapshot knows.
    fn part(&mut self, key: &K) -> Option<&mut HashMap<K, V, Spread>> {
        self.parts.get_mut(place(key)).map(Arc::make_mut)
    }
}

/// By bits of the hash that the part itself uses neither for its buckets nor for its tags.
fn place(key: &impl Hash) -> usize {
    usize::try_from(Spread.hash_one(key) >> 44).unwrap_or_default() % PARTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_seen_by_later_snapshots_only() {
        let mut first = Shards::default();
        for key in 0..10_000_u64 {
            assert_eq!(first.insert(key, key), None);
        }
        let mut second = first.clone();
        assert_eq!(second.insert(7, 8), Some(7));
        assert_eq!(second.remove(&9), Some(9));
        assert_eq!((first.get(&7), first.get(&9)), (Some(&7), Some(&9)));
        assert_eq!((second.get(&7), second.get(&9)), (Some(&8), None));
        let shared = first.parts.iter().zip(&second.parts).filter(|(a, b)| Arc::ptr_eq(a, b)).count();
        assert!(shared >= PARTS - 2, "{shared} parts are shared");
    }

    #[test]
    fn parts_are_of_about_one_size() {
        let mut shards = Shards::default();
        for application in 0..100_000_u64 {
            shards.insert(application << 32 | 3, ());
        }
        let largest = shards.parts.iter().map(|part| part.len()).max();
        assert!(largest < Some(600), "{largest:?}, of 391 on average");
        let tags: std::collections::HashSet<u64> =
            shards.parts[0].keys().map(|key| Spread.hash_one(key) >> 57).collect();
        assert!(tags.len() > 100, "{} of 128 tags", tags.len());
    }
}
