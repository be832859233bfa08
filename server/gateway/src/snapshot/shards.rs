//! A table in many parts that successive snapshots share: a change copies one part, not the whole.
//!
//! What a call finds here it has not seen for long, so that every step is a wait for memory: there are two, the slot
//! and the entry.

use std::sync::Arc;

/// With 100,000 entries a part has 400: copied in some 10 us.
const PARTS: usize = 256;

/// The fewest slots of a part that has any.
const FEWEST: usize = 4;

/// What is found by something that it holds itself.
pub trait Keyed {
    type Key: Eq + ?Sized;

    fn key(&self) -> &Self::Key;

    /// All of its bits are spread evenly.
    fn hash(key: &Self::Key) -> u64;
}

/// Entries by their keys.
#[derive(Debug)]
pub struct Shards<T> {
    parts: Box<[Part<T>]>,
}

/// Open addressing: an entry has the first free slot from the one on that the low bits of its hash name.
#[derive(Debug)]
struct Part<T> {
    /// A power of two of them, at most a quarter taken, so that nearly every entry is in its first slot, and
    /// nothing is to be guessed wrong; or none.
    slots: Arc<[Slot<T>]>,
    taken: usize,
}

/// The hash is there so that no other entry than the right one is ever looked at.
type Slot<T> = Option<(u64, Arc<T>)>;

impl<T> Default for Shards<T> {
    fn default() -> Self {
        Self { parts: (0..PARTS).map(|_| Part::empty(0)).collect() }
    }
}

impl<T> Clone for Shards<T> {
    fn clone(&self) -> Self {
        let shared = |part: &Part<T>| Part { slots: Arc::clone(&part.slots), taken: part.taken };
        Self { parts: self.parts.iter().map(shared).collect() }
    }
}

impl<T> Shards<T> {
    /// In no order.
    pub fn values(&self) -> impl Iterator<Item = &Arc<T>> {
        self.parts.iter().flat_map(Part::entries).map(|(_, entry)| entry)
    }
}

impl<T: Keyed> Shards<T> {
    #[must_use]
    pub fn get(&self, key: &T::Key) -> Option<&Arc<T>> {
        let hash = T::hash(key);
        self.parts.get(place(hash))?.get(hash, key)
    }

    /// In the place of what has the same key.
    pub fn insert(&mut self, entry: T) {
        let hash = T::hash(entry.key());
        if let Some(part) = self.parts.get_mut(place(hash)) {
            part.insert(hash, Arc::new(entry));
        }
    }

    pub fn remove(&mut self, key: &T::Key) {
        let hash = T::hash(key);
        if let Some(part) = self.parts.get_mut(place(hash)) {
            part.retain(|entry| entry.key() != key);
        }
    }

    /// Looks at every entry.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.parts.iter_mut().for_each(|part| part.retain(&keep));
    }
}

impl<T> Part<T> {
    fn empty(slots: usize) -> Self {
        Self { slots: (0..slots).map(|_| None).collect(), taken: 0 }
    }

    fn entries(&self) -> impl Iterator<Item = &(u64, Arc<T>)> {
        self.slots.iter().flatten()
    }
}

impl<T: Keyed> Part<T> {
    fn get(&self, hash: u64, key: &T::Key) -> Option<&Arc<T>> {
        let slot = self.slots.get(self.seat(hash, key)?)?;
        slot.as_ref().map(|(_, entry)| entry)
    }

    /// The slot that the key's entry has, or would get.
    fn seat(&self, hash: u64, key: &T::Key) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let first = hash as usize;
        let slots = (0..=mask).map(|step| first.wrapping_add(step) & mask);
        let fits =
            |slot: &Slot<T>| slot.as_ref().is_none_or(|(taken, entry)| *taken == hash && entry.key() == key);
        slots.into_iter().find(|at| self.slots.get(*at).is_some_and(fits))
    }

    fn insert(&mut self, hash: u64, entry: Arc<T>) {
        if (self.taken + 1) * 4 > self.slots.len() {
            self.lay_out((self.slots.len() * 2).max(FEWEST), |_| true);
        }
        let Some(at) = self.seat(hash, entry.key()) else { return };
        if let Some(slot) = Arc::make_mut(&mut self.slots).get_mut(at)
            && slot.replace((hash, entry)).is_none()
        {
            self.taken += 1;
        }
    }

    /// Leaves no gap before an entry that had to go past what is removed.
    fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        if !self.entries().all(|(_, entry)| keep(entry)) {
            self.lay_out(self.slots.len(), keep);
        }
    }

    fn lay_out(&mut self, slots: usize, keep: impl Fn(&T) -> bool) {
        let before = std::mem::replace(self, Self::empty(slots));
        for (hash, entry) in before.entries().filter(|(_, entry)| keep(entry)) {
            self.insert(*hash, Arc::clone(entry));
        }
    }
}

/// By bits of the hash that no part has slots enough to use.
fn place(hash: u64) -> usize {
    (hash >> 48) as usize % PARTS
}

#[cfg(test)]
mod tests {
    use super::super::Pair;
    use super::super::lookup::Spread;
    use super::*;
    use std::hash::BuildHasher;

    #[derive(Debug, PartialEq)]
    struct Entry {
        key: Pair,
        value: u32,
    }

    impl Keyed for Entry {
        type Key = Pair;
        fn key(&self) -> &Pair {
            &self.key
        }
        fn hash(key: &Pair) -> u64 {
            Spread.hash_one(key)
        }
    }

    /// Of one api and so many applications.
    fn entries(number: u32) -> Shards<Entry> {
        let mut shards = Shards::default();
        for application in 0..number {
            shards.insert(entry(application, application));
        }
        shards
    }

    fn entry(application: u32, value: u32) -> Entry {
        Entry { key: Pair::of(application, 3), value }
    }

    fn value(shards: &Shards<Entry>, application: u32) -> Option<u32> {
        shards.get(&Pair::of(application, 3)).map(|entry| entry.value)
    }

    #[test]
    fn a_change_is_seen_by_later_snapshots_only() {
        let first = entries(10_000);
        let mut second = first.clone();
        second.insert(entry(7, 8));
        second.remove(&Pair::of(9, 3));
        second.remove(&Pair::of(9, 4));
        assert_eq!((value(&first, 7), value(&first, 9)), (Some(7), Some(9)));
        assert_eq!((value(&second, 7), value(&second, 9)), (Some(8), None));
        let shared = first.parts.iter().zip(&second.parts).filter(|(a, b)| Arc::ptr_eq(&a.slots, &b.slots));
        assert!(shared.count() >= PARTS - 2);
    }

    #[test]
    fn what_is_left_is_found_when_others_are_gone() {
        let mut shards = entries(10_000);
        shards.retain(|entry| entry.value % 3 == 0);
        for application in 0..10_000 {
            assert_eq!(value(&shards, application), (application % 3 == 0).then_some(application));
        }
        assert_eq!(shards.values().count(), 3_334);
        assert_eq!(shards.parts.iter().map(|part| part.taken).sum::<usize>(), 3_334);
    }

    #[test]
    fn parts_are_of_about_one_size_and_entries_near_their_slots() {
        let shards = entries(100_000);
        let largest = shards.parts.iter().map(|part| part.taken).max();
        assert!(largest < Some(600), "{largest:?}, of 391 on average");
        let steps = |part: &Part<Entry>| {
            let mask = part.slots.len() - 1;
            let taken = part.slots.iter().enumerate().filter_map(|(at, slot)| Some((at, slot.as_ref()?.0)));
            taken.map(|(at, hash)| at.wrapping_sub(hash as usize) & mask).sum::<usize>()
        };
        let steps: usize = shards.parts.iter().map(steps).sum();
        assert!(steps < 20_000, "{steps} steps to find all of 100,000");
    }
}
