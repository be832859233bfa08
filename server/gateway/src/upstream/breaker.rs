//! The circuit breaker of one node, in atomics: many threads tell it how their calls ended, none waits for another.
//! A call that is told at the very moment of a change may count for the state before or the one after.

use domain::gateway_status::BreakerState;
use domain::upstream::Breaker as Rules;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

#[derive(Debug, Default)]
pub struct Breaker {
    /// 0: closed. Else from when on calls may try the node out.
    half_open_ms: AtomicU64,
    window_began_ms: AtomicU64,
    calls: AtomicU32,
    failures: AtomicU32,
    /// Calls under way that try the node out.
    probes: AtomicU32,
    /// Those that went well since it is half-open.
    good: AtomicU32,
}

impl Breaker {
    #[must_use]
    pub fn state(&self, now_ms: u64) -> BreakerState {
        match self.half_open_ms.load(Relaxed) {
            0 => BreakerState::Closed,
            at if now_ms < at => BreakerState::Open,
            _ => BreakerState::HalfOpen,
        }
    }

    /// Whether a call would be let through at this moment.
    #[must_use]
    pub fn lets(&self, rules: &Rules, now_ms: u64) -> bool {
        match self.state(now_ms) {
            BreakerState::Closed => true,
            BreakerState::Open => false,
            BreakerState::HalfOpen => self.probes.load(Relaxed) < rules.probes,
        }
    }

    /// Until a call may be let through, in milliseconds.
    #[must_use]
    pub fn wait_ms(&self, now_ms: u64) -> u64 {
        self.half_open_ms.load(Relaxed).saturating_sub(now_ms)
    }

    /// Lets a call through, or not. `Some(true)`: it tries the node out, and has to be told or left.
    #[must_use]
    pub fn enter(&self, rules: &Rules, now_ms: u64) -> Option<bool> {
        match self.state(now_ms) {
            BreakerState::Closed => Some(false),
            BreakerState::Open => None,
            BreakerState::HalfOpen => {
                let free = |taken: u32| (taken < rules.probes).then_some(taken + 1);
                self.probes.fetch_update(Relaxed, Relaxed, free).ok().map(|_| true)
            }
        }
    }

    /// A call that tried the node out ended without telling anything of it.
    pub fn leave(&self) {
        // it may have been opened anew meanwhile, with no probe under way
        let one_less = |taken: u32| taken.checked_sub(1);
        let _freed = self.probes.fetch_update(Relaxed, Relaxed, one_less);
    }

    /// How a call ended. Whether that opened the breaker.
    pub fn tell(&self, rules: &Rules, probe: bool, failed: bool, now_ms: u64) -> bool {
        let half_open_ms = self.half_open_ms.load(Relaxed);
        if probe {
            self.leave();
            if half_open_ms == 0 || now_ms < half_open_ms {
                return false;
            }
            if failed {
                return self.open(rules, now_ms);
            }
            if self.good.fetch_add(1, Relaxed).saturating_add(1) >= rules.probes {
                self.begin_window(now_ms);
                self.half_open_ms.store(0, Relaxed);
            }
            return false;
        }
        if half_open_ms != 0 {
            // it began before the breaker opened, and tells nothing new
            return false;
        }
        if now_ms.saturating_sub(self.window_began_ms.load(Relaxed)) >= u64::from(rules.window_ms) {
            self.begin_window(now_ms);
        }
        let calls = self.calls.fetch_add(1, Relaxed).saturating_add(1);
        if !failed {
            return false;
        }
        let failures = self.failures.fetch_add(1, Relaxed).saturating_add(1);
        rules.trips(failures, calls) && self.open(rules, now_ms)
    }

    fn begin_window(&self, now_ms: u64) {
        self.window_began_ms.store(now_ms, Relaxed);
        self.calls.store(0, Relaxed);
        self.failures.store(0, Relaxed);
    }

    fn open(&self, rules: &Rules, now_ms: u64) -> bool {
        self.begin_window(now_ms);
        self.good.store(0, Relaxed);
        self.probes.store(0, Relaxed);
        self.half_open_ms.store(now_ms.saturating_add(u64::from(rules.open_ms)), Relaxed);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_tries_the_node_out_and_closes() {
        let rules = Rules { failures: 2, error_percent: 0, probes: 2, open_ms: 500, ..Rules::default() };
        let breaker = Breaker::default();
        assert!(!breaker.tell(&rules, false, true, 1_000));
        assert!(!breaker.tell(&rules, false, true, 20_000), "the first one is out of the window");
        assert!(breaker.tell(&rules, false, true, 20_001));
        assert_eq!((breaker.state(20_500), breaker.wait_ms(20_500)), (BreakerState::Open, 1));
        assert_eq!(breaker.enter(&rules, 20_500), None);
        assert_eq!(breaker.state(20_501), BreakerState::HalfOpen);
        assert_eq!([20_501; 3].map(|now| breaker.enter(&rules, now)), [Some(true), Some(true), None]);
        breaker.leave();
        assert_eq!(breaker.enter(&rules, 20_502), Some(true), "a place is free again");
        assert!(!breaker.tell(&rules, true, false, 20_600));
        assert_eq!(breaker.state(20_600), BreakerState::HalfOpen);
        assert!(breaker.tell(&rules, true, true, 20_700), "one failure opens it anew");
        assert_eq!(breaker.state(21_199), BreakerState::Open);
        for _ in 0..2 {
            assert_eq!(breaker.enter(&rules, 21_200), Some(true));
            breaker.tell(&rules, true, false, 21_200);
        }
        assert_eq!(breaker.enter(&rules, 21_201), Some(false), "closed");
        assert!(!breaker.tell(&rules, false, true, 21_202), "and counts from the beginning");
    }
}
