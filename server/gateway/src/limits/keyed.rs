//! Cells by application or client address: as many as come, up to a bound. In shards with a lock each, held for the
//! few steps of one call, so that callers of different keys seldom meet.

use super::rules::{Cells, Moment, Rules};
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

const SHARDS: u64 = 64;
/// Keys that are remembered, all shards together: some 10 MB.
pub const MOST: u32 = 100_000;

/// What has been used so far, by key.
#[derive(Debug)]
pub struct KeyedCells {
    shards: Box<[Mutex<HashMap<u128, Cells>>]>,
    /// Seeded by chance: nobody can choose keys of one shard.
    hasher: RandomState,
    most_per_shard: usize,
}

impl Default for KeyedCells {
    fn default() -> Self {
        Self::of_at_most(u64::from(MOST))
    }
}

impl KeyedCells {
    fn of_at_most(keys: u64) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
            most_per_shard: usize::try_from(keys / SHARDS).unwrap_or(usize::MAX).max(1),
        }
    }

    /// Works on the cells of a key; new ones if it has none, for which others may have to go.
    pub fn draw<T>(&self, key: u128, rules: &Rules, at: Moment, work: impl FnOnce(&Cells) -> T) -> Option<T> {
        let mut shard = self.shard(key)?;
        if shard.len() >= self.most_per_shard && !shard.contains_key(&key) {
            make_room(&mut shard, self.most_per_shard, rules, at);
        }
        Some(work(shard.entry(key).or_default()))
    }

    /// Works on the cells of a key, if it has any.
    pub fn find<T>(&self, key: u128, work: impl FnOnce(&Cells) -> T) -> Option<T> {
        self.shard(key)?.get(&key).map(work)
    }

    /// Never `None`.
    fn shard(&self, key: u128) -> Option<MutexGuard<'_, HashMap<u128, Cells>>> {
        let place = usize::try_from(self.hasher.hash_one(key) % SHARDS).ok()?;
        Some(self.shards.get(place)?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Forgets those that have nothing to remember, and where that is too little, the eighth that used least.
fn make_room(cells: &mut HashMap<u128, Cells>, most: usize, rules: &Rules, at: Moment) {
    cells.retain(|_, cells| rules.used(cells, at) != (0, 0));
    if cells.len() < most {
        return;
    }
    let mut used: Vec<_> = cells.iter().map(|(key, cells)| (rules.used(cells, at), *key)).collect();
    let going = (most / 8).max(1);
    used.select_nth_unstable(going - 1);
    for (_, key) in used.iter().take(going) {
        cells.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::rules::Found;
    use domain::plans::{Period, Quota, Rate};

    const SECOND: u64 = 1_000_000_000;

    fn at(now_ns: u64) -> Moment {
        Moment { now_ns, unix_ms: 1_772_319_600_000 }
    }

    fn take(cells: &KeyedCells, rules: &Rules, key: u128, now_ns: u64) -> bool {
        let take = |cells: &Cells| rules.take(cells, at(now_ns), &mut Found::default()).is_ok();
        cells.draw(key, rules, at(now_ns), take).unwrap()
    }

    fn len(cells: &KeyedCells) -> usize {
        cells.shards.iter().map(|shard| shard.lock().unwrap().len()).sum()
    }

    #[test]
    fn memory_is_bounded_and_who_used_much_is_not_forgotten() {
        let rules = Rules::new(Some(Rate { requests: 3, seconds: 60 }), None);
        let cells = KeyedCells::of_at_most(6_400);
        // used up, and it stays used up however many others come
        for heavy in 0..64 {
            while take(&cells, &rules, heavy, SECOND) {}
        }
        for key in 1_000..51_000 {
            assert!(take(&cells, &rules, key, SECOND));
            assert!(len(&cells) <= 6_400);
        }
        assert!(len(&cells) > 3_000);
        assert!((0..64).all(|heavy| !take(&cells, &rules, heavy, SECOND)));
    }

    #[test]
    fn those_that_are_full_again_go_first() {
        let rules = Rules::new(Some(Rate { requests: 1, seconds: 1 }), None);
        let cells = KeyedCells::of_at_most(6_400);
        for key in 0..10_000 {
            take(&cells, &rules, key, SECOND);
        }
        for key in 20_000..23_000 {
            assert!(take(&cells, &rules, key, 5 * SECOND));
        }
        assert!((20_000..23_000).all(|key| !take(&cells, &rules, key, 5 * SECOND)), "none was forgotten");
    }

    #[test]
    fn a_quota_that_is_used_is_worth_remembering() {
        let quota = Quota { requests: 2, period: Period::Day };
        let rules = Rules::new(None, Some(quota));
        let cells = KeyedCells::of_at_most(64);
        assert!(take(&cells, &rules, 7, 0) && take(&cells, &rules, 7, 0));
        assert!(!take(&cells, &rules, 7, 0));
        assert_eq!(cells.find(7, |found| rules.used(found, at(0))), Some((2, 0)));
        assert_eq!(cells.find(8, |_| ()), None);
    }

    #[test]
    fn many_threads_take_exactly_the_burst_of_each_key() {
        let rules = Rules::new(Some(Rate { requests: 100, seconds: 1 }), None);
        let cells = KeyedCells::default();
        let taken: usize = std::thread::scope(|scope| {
            let take_all = || {
                let keys = (0..1_000_u32).map(|number| u128::from(number % 5));
                keys.filter(|key| take(&cells, &rules, *key, SECOND)).count()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(take_all)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(taken, 500);
    }
}
