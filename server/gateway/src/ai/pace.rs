//! How the models of a provider answer, of late: how soon they begin, and which rest because they fail again and again.
//!
//! One that rests is not asked where there is another; after a while one call at a time tries it out. What a vendor says
//! of a key (401, 402, 403, 429) is not the model's: see [`super::keys`].

use crate::upstream::breaker::Breaker;
use arc_swap::ArcSwap;
use domain::upstream::Breaker as Rules;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// When a model rests, and for how long.
const REST: Rules =
    Rules { failures: 0, error_percent: 50, minimum_calls: 5, window_ms: 60_000, open_ms: 30_000, probes: 1 };
/// What a new measurement counts, beside what was known.
const SHARE: f64 = 0.3;
/// After so long without a call, a model is thought to be twice as fast: so that it is tried again.
const HALF_LIFE_US: f64 = 60_000_000.0;
/// What a failure counts for at least, and at most.
const LEAST_PENALTY_US: u64 = 1_000_000;
const MOST_PENALTY_US: u64 = 600_000_000;

/// By model, as the vendor calls it. Lives on from one snapshot to the next.
#[derive(Debug, Default)]
pub struct Paces(ArcSwap<HashMap<Box<str>, Arc<Pace>>>);

/// Apart for answers that stream, which begin long before they end.
#[derive(Debug, Default)]
pub struct Pace {
    whole: Average,
    stream: Average,
    breaker: Breaker,
}

/// A call that is under way to a model, as far as it may make it rest, or end its rest.
#[derive(Debug)]
pub struct Trial {
    pace: Arc<Pace>,
    /// It tries out a model that rested, and has not told how that went.
    probe: bool,
}

/// An average that forgets (EWMA), in microseconds; 0: nothing is known.
#[derive(Debug, Default)]
struct Average {
    us: AtomicU64,
    at_us: AtomicU64,
}

impl Paces {
    /// Of a model that has been asked.
    fn known(&self, model: &str) -> Option<Arc<Pace>> {
        self.0.load().get(model).cloned()
    }

    pub fn of(&self, model: &str) -> Arc<Pace> {
        if let Some(known) = self.known(model) {
            return known;
        }
        self.0.rcu(|known| {
            let mut more = HashMap::clone(known);
            more.entry(model.into()).or_default();
            more
        });
        self.known(model).unwrap_or_default()
    }

    /// When a model that is asked now is expected to begin its answer, in microseconds; `None` when nobody knows.
    #[must_use]
    pub fn expected_us(&self, model: &str, stream: bool, now_us: u64) -> Option<u64> {
        self.known(model)?.average(stream).expected_us(now_us)
    }
}

impl Paces {
    /// Whether a model may be asked in its turn.
    #[must_use]
    pub fn is_awake(&self, model: &str, now_us: u64) -> bool {
        self.known(model).is_none_or(|pace| pace.breaker.lets(&REST, now_us / 1_000))
    }
}

impl Trial {
    #[must_use]
    pub fn begin(pace: &Arc<Pace>, now_us: u64) -> Self {
        // where all models rest, one is asked all the same: that tells nothing new
        let probe = pace.breaker.enter(&REST, now_us / 1_000).unwrap_or_default();
        Self { pace: Arc::clone(pace), probe }
    }

    /// How it went. Whether the model rests from now on.
    pub fn tell(&mut self, failed: bool, now_us: u64) -> bool {
        self.pace.breaker.tell(&REST, std::mem::take(&mut self.probe), failed, now_us / 1_000)
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        if self.probe {
            self.pace.breaker.leave();
        }
    }
}

impl Pace {
    fn average(&self, stream: bool) -> &Average {
        if stream { &self.stream } else { &self.whole }
    }

    /// The model began to answer after `us`.
    pub fn began(&self, stream: bool, us: u64, now_us: u64) {
        let average = self.average(stream);
        let known = average.us.load(Relaxed);
        let next = match known {
            0 => us,
            // a cast of a float keeps to the range
            known => (known as f64).mul_add(1.0 - SHARE, us as f64 * SHARE).round() as u64,
        };
        average.set(next, now_us);
    }

    /// It gave no answer that was of use, for `us`: as if it were twice as slow as it ever was.
    pub fn failed(&self, stream: bool, us: u64, now_us: u64) {
        let average = self.average(stream);
        let worst = average.us.load(Relaxed).max(us).saturating_mul(2);
        average.set(worst.clamp(LEAST_PENALTY_US, MOST_PENALTY_US), now_us);
    }
}

impl Average {
    fn set(&self, us: u64, now_us: u64) {
        self.us.store(us.max(1), Relaxed);
        self.at_us.store(now_us, Relaxed);
    }

    fn expected_us(&self, now_us: u64) -> Option<u64> {
        let known = Some(self.us.load(Relaxed)).filter(|us| *us > 0)?;
        let age_us = now_us.saturating_sub(self.at_us.load(Relaxed));
        Some((known as f64 * (-(age_us as f64) / HALF_LIFE_US).exp2()) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measurements_are_averaged_and_fade() {
        let paces = Paces::default();
        assert_eq!(paces.expected_us("m", false, 0), None);
        let pace = paces.of("m");
        pace.began(false, 1_000_000, 0);
        assert_eq!(paces.expected_us("m", false, 0), Some(1_000_000));
        assert_eq!(paces.expected_us("m", true, 0), None, "streams are measured apart");
        pace.began(false, 2_000_000, 0);
        assert_eq!(paces.expected_us("m", false, 0), Some(1_300_000));
        assert_eq!(paces.expected_us("m", false, 60_000_000), Some(650_000));
        assert_eq!(paces.expected_us("other", false, 0), None);
    }

    #[test]
    fn a_failure_makes_slow_and_is_forgotten() {
        let paces = Paces::default();
        paces.of("m").failed(true, 10, 0);
        assert_eq!(paces.expected_us("m", true, 0), Some(LEAST_PENALTY_US));
        paces.of("m").failed(true, 3_000_000, 0);
        assert_eq!(paces.expected_us("m", true, 0), Some(6_000_000));
        for _ in 0..20 {
            paces.of("m").failed(true, 0, 0);
        }
        assert_eq!(paces.expected_us("m", true, 0), Some(MOST_PENALTY_US));
        paces.of("m").began(true, 1_000, 0);
        assert!(paces.expected_us("m", true, 0).unwrap() < MOST_PENALTY_US);
    }
}
