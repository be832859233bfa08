//! A rate by the generic cell rate algorithm (ITU-T I.371): exact, without windows, one number a cell.

use super::Left;
use domain::plans::Rate;
use std::sync::atomic::{AtomicU64, Ordering};

/// The theoretical arrival time of the next call: monotonic nanoseconds.
#[derive(Debug, Default)]
pub struct RateCell(AtomicU64);

impl RateCell {
    /// When all of the burst is there again, if nothing is taken meanwhile.
    #[must_use]
    pub fn full_ns(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How fast calls may come.
#[derive(Clone, Copy, Debug)]
pub struct RateRule {
    rate: Rate,
    /// Nanoseconds that one call costs, rounded up: never more calls than allowed.
    interval_ns: u64,
    /// How far ahead of the time the cell may run: a full burst.
    burst_ns: u64,
}

/// One call that was let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub left: Left,
    /// When the cell is full again, if nobody else takes from it: monotonic nanoseconds.
    pub full_ns: u64,
}

impl RateRule {
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        let calls = u64::from(rate.requests.max(1));
        let interval_ns = (u64::from(rate.seconds.max(1)) * 1_000_000_000).div_ceil(calls);
        Self { rate, interval_ns, burst_ns: interval_ns * calls }
    }

    /// In how many seconds a full burst comes back.
    #[must_use]
    pub fn seconds(&self) -> u32 {
        self.rate.seconds
    }

    /// `;q=10;w=1`
    #[must_use]
    pub fn policy(&self) -> String {
        format!(";q={};w={}", self.rate.requests, self.rate.seconds)
    }

    #[must_use]
    pub fn describe(&self) -> String {
        format!("{} calls in {} s", self.rate.requests, self.rate.seconds)
    }

    /// Takes one call, or tells when to come back.
    pub fn take(&self, cell: &RateCell, now_ns: u64) -> Result<Taken, Left> {
        let mut seen = cell.0.load(Ordering::Relaxed);
        loop {
            let fullest = now_ns.saturating_add(self.burst_ns);
            if seen > fullest {
                // so far ahead is only what a stricter rate left behind before the plan was changed
                let swapped =
                    cell.0.compare_exchange_weak(seen, fullest, Ordering::Relaxed, Ordering::Relaxed);
                seen = swapped.map_or_else(|changed| changed, |_| fullest);
                continue;
            }
            let next = seen.max(now_ns).saturating_add(self.interval_ns);
            let ahead = next - now_ns;
            if ahead > self.burst_ns {
                return Err(Left { calls: 0, reset_s: seconds(ahead - self.burst_ns) });
            }
            match cell.0.compare_exchange_weak(seen, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Ok(Taken { left: self.left(ahead), full_ns: next }),
                Err(changed) => seen = changed,
            }
        }
    }

    /// Puts one call back that was taken but not made, as far as time has not put it back already: a cell that may
    /// have been full since then would have had no room for it, and its burst must not grow.
    pub fn give_back(&self, cell: &RateCell, full_ns: u64, now_ns: u64) {
        let lacking = full_ns.saturating_sub(now_ns).min(self.interval_ns);
        // never an error: there is always a next value
        let _before = cell
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |seen| Some(seen.saturating_sub(lacking)));
    }

    /// Takes calls that earlier processes let through at `then_ns`. Nothing is known of what was before twice the time
    /// that a full burst takes to come back: then, as far as one can tell, all of it was taken. So the cell is never
    /// fuller than it was, and as full if less than half of what the rate allows was used since. In the order of time;
    /// out of it, the cell is less full.
    pub fn recall(&self, cell: &RateCell, then_ns: u64, calls: u64, now_ns: u64) {
        if then_ns.saturating_add(2 * self.burst_ns) <= now_ns {
            return;
        }
        let least = then_ns.min(now_ns).max(now_ns.saturating_sub(self.burst_ns));
        let cost = self.interval_ns.saturating_mul(calls);
        let fullest = now_ns.saturating_add(self.burst_ns);
        let next = |seen: u64| Some(seen.max(least).saturating_add(cost).min(fullest));
        // never an error: there is always a next value
        let _before = cell.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    }

    /// What is left, without taking.
    #[must_use]
    pub fn peek(&self, cell: &RateCell, now_ns: u64) -> Left {
        self.left(cell.full_ns().saturating_sub(now_ns))
    }

    fn left(&self, ahead: u64) -> Left {
        Left { calls: self.burst_ns.saturating_sub(ahead) / self.interval_ns, reset_s: seconds(ahead) }
    }
}

fn seconds(ns: u64) -> u64 {
    ns.div_ceil(1_000_000_000)
}

#[cfg(test)]
mod tests;
