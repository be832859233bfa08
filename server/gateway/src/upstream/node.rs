//! What is known of one node at the moment: how much it has to do, how fast it answers, and whether it is fit to be
//! called. In atomics, shared by all threads, and living on from one snapshot to the next.

use super::breaker::Breaker;
use domain::upstream::{Ejection, HealthCheck};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};

/// After so long without an answer, half of what was known of a node's speed still counts.
const HALF_LIFE_MS: u64 = 5_000;

#[derive(Debug, Default)]
pub struct NodeState {
    pub breaker: Breaker,
    pub last_error: LastError,
    /// Calls under way; not counted where nothing asks for it.
    pub in_flight: AtomicU32,
    /// How often it was taken out, by a check, by failures in a row or by its breaker.
    pub ejections: AtomicU64,
    /// Calls that were sent to it after they had failed elsewhere or before.
    pub retries: AtomicU64,
    /// Time to the head of an answer, in microseconds; 0: none has been seen.
    ewma_us: AtomicU64,
    answered_ms: AtomicU64,
    /// By the active checks.
    down: AtomicBool,
    /// Checks in a row that speak against what is held of the node.
    contrary: AtomicU32,
    next_check_ms: AtomicU64,
    /// Calls in a row that failed.
    failures: AtomicU32,
    ejected_until_ms: AtomicU64,
}

impl NodeState {
    /// Counts the time that an answer took (or a failure, which is never taken for a fast answer).
    pub fn took(&self, us: u64, failed: bool, now_ms: u64) {
        let before = self.ewma_us.load(Relaxed);
        let seen = if failed { us.max(before.saturating_mul(2)) } else { us }.max(1);
        let after = if before == 0 { seen } else { before - before / 4 + seen / 4 };
        self.ewma_us.store(after.max(1), Relaxed);
        self.answered_ms.store(now_ms, Relaxed);
    }

    /// Microseconds to the head of an answer, of late; what is long ago fades, so that a slow node is tried again.
    #[must_use]
    pub fn ewma_us(&self, now_ms: u64) -> u64 {
        let idle = now_ms.saturating_sub(self.answered_ms.load(Relaxed)) / HALF_LIFE_MS;
        self.ewma_us.load(Relaxed).checked_shr(u32::try_from(idle).unwrap_or(u32::MAX)).unwrap_or(0)
    }

    #[must_use]
    pub fn is_down(&self) -> bool {
        self.down.load(Relaxed)
    }

    #[must_use]
    pub fn is_ejected(&self, now_ms: u64) -> bool {
        now_ms < self.ejected_until_ms.load(Relaxed)
    }

    /// How a call ended, for the passive check.
    pub fn ended(&self, rules: &Ejection, failed: bool, now_ms: u64) {
        if !failed {
            if self.failures.load(Relaxed) != 0 {
                self.failures.store(0, Relaxed);
            }
            return;
        }
        if self.failures.fetch_add(1, Relaxed).saturating_add(1) >= rules.failures {
            self.failures.store(0, Relaxed);
            self.ejected_until_ms.store(now_ms.saturating_add(u64::from(rules.for_ms)), Relaxed);
            self.ejections.fetch_add(1, Relaxed);
        }
    }

    /// Whether an active check is to be made now; there is one that asks. `offset` sets the first ones apart.
    #[must_use]
    pub fn is_check_due(&self, rules: &HealthCheck, offset: u64, now_ms: u64) -> bool {
        let interval = u64::from(rules.interval_ms);
        match self.next_check_ms.load(Relaxed) {
            0 => {
                self.next_check_ms.store(now_ms.saturating_add(offset % interval.max(1)).max(1), Relaxed);
                false
            }
            // a clock that was set back, or an interval that was shortened
            at if at > now_ms && at - now_ms <= interval => false,
            _ => {
                self.next_check_ms.store(now_ms.saturating_add(interval).max(1), Relaxed);
                true
            }
        }
    }

    /// What an active check found. Whether that changed what is held of the node.
    pub fn checked(&self, rules: &HealthCheck, good: bool) -> bool {
        let down = self.is_down();
        if good != down {
            self.contrary.store(0, Relaxed);
            return false;
        }
        let enough = if down { rules.healthy_after } else { rules.unhealthy_after };
        if self.contrary.fetch_add(1, Relaxed).saturating_add(1) < enough {
            return false;
        }
        self.contrary.store(0, Relaxed);
        self.down.store(!down, Relaxed);
        self.ejections.fetch_add(u64::from(!down), Relaxed);
        true
    }
}

/// A word for the last thing that went wrong.
#[derive(Debug, Default)]
pub struct LastError(AtomicU8);

/// As in `Proxy-Status` (RFC 9209 section 2.3) where that has a word.
const WORDS: [&str; 14] = [
    "",
    "dns_error",
    "destination_ip_prohibited",
    "connection_refused",
    "connection_timeout",
    "tls_protocol_error",
    "tls_certificate_error",
    "tls_alert_received",
    "connection_terminated",
    "http_protocol_error",
    "http_response_timeout",
    "connection_write_timeout",
    "http_5xx",
    "check_status",
];

impl LastError {
    pub fn set(&self, word: &'static str) {
        let at = WORDS.iter().position(|known| *known == word).and_then(|at| u8::try_from(at).ok());
        self.0.store(at.unwrap_or(0), Relaxed);
    }

    /// Empty: nothing yet.
    #[must_use]
    pub fn get(&self) -> &'static str {
        WORDS.get(usize::from(self.0.load(Relaxed))).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_is_followed_and_fades() {
        let node = NodeState::default();
        assert_eq!(node.ewma_us(0), 0);
        node.took(1_000, false, 100);
        assert_eq!(node.ewma_us(100), 1_000);
        node.took(9_000, false, 100);
        assert_eq!(node.ewma_us(100), 3_000);
        node.took(1, true, 100);
        assert_eq!(node.ewma_us(100), 3_750, "a fast failure is not speed");
        assert_eq!([node.ewma_us(5_100), node.ewma_us(10_000_000)], [1_875, 0]);
    }

    #[test]
    fn checks_change_the_mind_after_enough_in_a_row() {
        let rules = HealthCheck { healthy_after: 2, unhealthy_after: 3, ..HealthCheck::default() };
        let node = NodeState::default();
        let seen = [false, false, true, false, false, false, true, false, true, true];
        let changed: Vec<bool> = seen.into_iter().map(|good| node.checked(&rules, good)).collect();
        let at: Vec<usize> = changed.iter().enumerate().filter(|(_, c)| **c).map(|(at, _)| at).collect();
        assert_eq!((at, node.is_down(), node.ejections.load(Relaxed)), (vec![5, 9], false, 1));
    }

    #[test]
    fn failures_in_a_row_eject_for_a_while() {
        let rules = Ejection { failures: 2, for_ms: 500 };
        let node = NodeState::default();
        for failed in [true, false, true] {
            node.ended(&rules, failed, 1_000);
        }
        assert!(!node.is_ejected(1_000), "not in a row");
        node.ended(&rules, true, 1_000);
        assert_eq!([node.is_ejected(1_499), node.is_ejected(1_500)], [true, false]);
    }
}
