//! The keys of a provider: which one a call goes out with, and which ones rest.
//!
//! Keys take turns, each as often as its weight says. The order in which they stand says only who begins: one that is to be
//! used before the others has the larger weight, and one that is only there for when these rest has the smallest.
//!
//! A key that the vendor refuses (401, 402, 403) rests for a minute, then longer and longer; one that has had its share
//! (429) for as long as the vendor says. After that one call tries it; when that goes well the key is back.

mod health;

use super::clouds::Proof;
use super::clouds::tokens::TokenSlot;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};

const FIRST_REST_MS: u64 = 60_000;
const LONGEST_REST_MS: u64 = 3_600_000;
/// When the vendor says 429 and not for how long.
const COOL_MS: u64 = 10_000;

/// One key.
#[derive(Debug)]
pub struct Key {
    /// Its id, for records and the portal.
    pub id: Box<str>,
    pub proof: Proof,
    pub weight: u32,
    /// Unix milliseconds.
    pub expires_ms: Option<u64>,
    pub state: Arc<KeyState>,
}

/// What is known of a key at the moment; lives on from one snapshot to the next.
#[derive(Debug, Default)]
pub struct KeyState {
    /// Unix milliseconds; 0: it does not rest.
    until_ms: AtomicU64,
    /// A call tries it out.
    tried: AtomicBool,
    /// Refusals in a row.
    refusals: AtomicU32,
    /// The status that it rests for; 0: none.
    pub last_status: AtomicU32,
    /// The last refusal, also when it is over: its status, 0 when there was none, and when it came, in Unix milliseconds.
    failed_status: AtomicU32,
    failed_ms: AtomicU64,
    /// What is shown instead of the key, where it is one to fetch tokens with.
    pub(super) token: TokenSlot,
}

#[derive(Debug, Default)]
pub struct KeyPool {
    pub keys: Vec<Key>,
    turn: AtomicUsize,
}

/// A key in a call's hands.
#[derive(Debug)]
pub struct Taken {
    pub index: usize,
    state: Arc<KeyState>,
    /// The call tries it out and has not told how that went.
    trial: bool,
}

impl KeyPool {
    #[must_use]
    pub fn new(keys: Vec<Key>) -> Self {
        Self { keys, turn: AtomicUsize::new(0) }
    }

    /// A key that is fit, by turns and weights, but none of `tried`.
    #[must_use]
    pub fn take(&self, tried: &[usize], now_ms: u64) -> Option<Taken> {
        let fit = |(index, key): &(usize, &Key)| {
            !tried.contains(index)
                && key.expires_ms.is_none_or(|at| now_ms < at)
                && key.state.until_ms.load(Relaxed) <= now_ms
        };
        let mut fit: Vec<(usize, &Key)> = self.keys.iter().enumerate().filter(fit).collect();
        while !fit.is_empty() {
            let chosen = self.choose(&fit);
            let (index, key) = *fit.get(chosen)?;
            let trial = key.state.until_ms.load(Relaxed) > 0;
            if !trial || !key.state.tried.swap(true, Relaxed) {
                return Some(Taken { index, state: Arc::clone(&key.state), trial });
            }
            // another call tries it at the moment
            fit.swap_remove(chosen);
        }
        None
    }

    fn choose(&self, fit: &[(usize, &Key)]) -> usize {
        let total: usize = fit.iter().map(|(_, key)| key.weight.max(1) as usize).sum();
        let mut turn = self.turn.fetch_add(1, Relaxed) % total.max(1);
        for (place, (_, key)) in fit.iter().enumerate() {
            let weight = key.weight.max(1) as usize;
            if turn < weight {
                return place;
            }
            turn -= weight;
        }
        0
    }

    /// When a key is fit again at the earliest, in whole seconds, at least 1.
    #[must_use]
    pub fn wait_s(&self, now_ms: u64) -> u64 {
        let waits = self.keys.iter().map(|key| key.state.until_ms.load(Relaxed).saturating_sub(now_ms));
        waits.min().unwrap_or(0).div_ceil(1_000).max(1)
    }
}

impl Taken {
    /// The vendor answered, so the key is good.
    pub fn worked(mut self) {
        self.trial = false;
        if self.state.until_ms.load(Relaxed) != 0 {
            self.state.until_ms.store(0, Relaxed);
            self.state.refusals.store(0, Relaxed);
            self.state.last_status.store(0, Relaxed);
            self.state.tried.store(false, Relaxed);
        }
    }

    /// The vendor does not take it.
    pub fn refused(self, status: u16, now_ms: u64) {
        self.state.token.forget();
        let refusals = self.state.refusals.fetch_add(1, Relaxed).min(6);
        let wait_ms = (FIRST_REST_MS << refusals).min(LONGEST_REST_MS);
        self.rest(status, now_ms, wait_ms);
    }

    /// It has had its share.
    pub fn limited(self, retry_after_ms: Option<u64>, now_ms: u64) {
        let wait_ms = retry_after_ms.unwrap_or(COOL_MS).clamp(1_000, LONGEST_REST_MS);
        self.rest(429, now_ms, wait_ms);
    }

    /// It could not be shown, which may be over soon.
    pub fn failed(self, status: u16, now_ms: u64) {
        self.rest(status, now_ms, COOL_MS);
    }

    fn rest(self, status: u16, now_ms: u64, wait_ms: u64) {
        self.state.last_status.store(u32::from(status), Relaxed);
        self.state.failed_status.store(u32::from(status), Relaxed);
        self.state.failed_ms.store(now_ms, Relaxed);
        self.state.until_ms.store(now_ms.saturating_add(wait_ms), Relaxed);
        // dropping it ends a trial
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if self.trial {
            self.state.tried.store(false, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(weights: &[u32]) -> KeyPool {
        let key = |(index, weight): (usize, &u32)| Key {
            id: index.to_string().into(),
            proof: Proof::Field(http::HeaderValue::from_static("x")),
            weight: *weight,
            expires_ms: None,
            state: Arc::default(),
        };
        KeyPool::new(weights.iter().enumerate().map(key).collect())
    }

    fn taken(pool: &KeyPool, now_ms: u64) -> Option<usize> {
        pool.take(&[], now_ms).map(|taken| taken.index)
    }

    #[test]
    fn keys_take_turns_by_their_weights() {
        let pool = pool(&[3, 1]);
        let mut counts = [0; 2];
        for _ in 0..40 {
            counts[taken(&pool, 0).unwrap()] += 1;
        }
        assert_eq!(counts, [30, 10]);
        assert_eq!(pool.take(&[0], 0).unwrap().index, 1);
        assert!(pool.take(&[0, 1], 0).is_none());
    }

    #[test]
    fn a_refused_key_rests_longer_and_longer_until_a_trial_goes_well() {
        let pool = pool(&[1]);
        pool.take(&[], 1_000).unwrap().refused(401, 1_000);
        assert_eq!((taken(&pool, 60_999), pool.wait_s(31_000)), (None, 30));
        let trial = pool.take(&[], 61_000).unwrap();
        assert!(pool.take(&[], 61_000).is_none(), "one call at a time tries it");
        trial.refused(401, 61_000);
        assert_eq!(taken(&pool, 180_999), None);
        drop(pool.take(&[], 181_000).unwrap());
        let trial = pool.take(&[], 181_000).expect("a trial that told nothing does not count");
        trial.worked();
        assert!(pool.take(&[], 181_000).is_some() && pool.take(&[], 181_000).is_some());
        pool.take(&[], 200_000).unwrap().refused(403, 200_000);
        assert_eq!(pool.wait_s(200_000), 60, "from the beginning again");
    }

    #[test]
    fn a_limited_key_rests_as_long_as_the_vendor_says() {
        let pool = pool(&[1, 1]);
        let first = pool.take(&[], 0).unwrap();
        let limited = first.index;
        first.limited(Some(5_000), 0);
        for _ in 0..4 {
            assert_ne!(taken(&pool, 4_999), Some(limited));
        }
        let free = (0..4).filter_map(|_| taken(&pool, 5_000)).filter(|index| *index == limited).count();
        assert!(free > 0);
    }

    #[test]
    fn expired_keys_are_not_used() {
        let mut pool = pool(&[1]);
        pool.keys[0].expires_ms = Some(100);
        assert_eq!((taken(&pool, 99), taken(&pool, 100)), (Some(0), None));
    }
}
