//! A rate by the generic cell rate algorithm (ITU-T I.371): exact, without windows, one number a cell.

use super::Left;
use domain::plans::Rate;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The theoretical arrival time of the next call: monotonic nanoseconds.
#[derive(Debug, Default)]
pub struct RateCell(AtomicU64);

/// A rate and the cell that it draws on.
#[derive(Debug)]
pub struct RateLimit {
    rate: Rate,
    /// Nanoseconds that one call costs, rounded up: never more calls than allowed.
    interval_ns: u64,
    /// How far ahead of the time the cell may run: a full burst.
    burst_ns: u64,
    cell: Arc<RateCell>,
}

impl RateLimit {
    #[must_use]
    pub fn new(rate: Rate, cell: Arc<RateCell>) -> Self {
        let calls = u64::from(rate.requests.max(1));
        let interval_ns = (u64::from(rate.seconds.max(1)) * 1_000_000_000).div_ceil(calls);
        Self { rate, interval_ns, burst_ns: interval_ns * calls, cell }
    }

    /// `"rate";q=10;w=1`
    #[must_use]
    pub fn policy(&self) -> String {
        format!("\"rate\";q={};w={}", self.rate.requests, self.rate.seconds)
    }

    #[must_use]
    pub fn describe(&self) -> String {
        format!("{} calls in {} s", self.rate.requests, self.rate.seconds)
    }

    /// Takes one call, or tells when to come back.
    pub fn take(&self, now_ns: u64) -> Result<Left, Left> {
        let mut seen = self.cell.0.load(Ordering::Relaxed);
        loop {
            let fullest = now_ns.saturating_add(self.burst_ns);
            if seen > fullest {
                // so far ahead is only what a stricter rate left behind before the plan was changed
                let swapped =
                    self.cell.0.compare_exchange_weak(seen, fullest, Ordering::Relaxed, Ordering::Relaxed);
                seen = swapped.map_or_else(|changed| changed, |_| fullest);
                continue;
            }
            let next = seen.max(now_ns).saturating_add(self.interval_ns);
            let ahead = next - now_ns;
            if ahead > self.burst_ns {
                return Err(Left { calls: 0, reset_s: seconds(ahead - self.burst_ns) });
            }
            match self.cell.0.compare_exchange_weak(seen, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Ok(self.left(ahead)),
                Err(changed) => seen = changed,
            }
        }
    }

    /// Puts one call back that was taken but not made.
    pub fn give_back(&self, now_ns: u64) -> Left {
        let before = self.cell.0.fetch_sub(self.interval_ns, Ordering::Relaxed);
        self.left(before.saturating_sub(self.interval_ns).saturating_sub(now_ns))
    }

    fn left(&self, ahead: u64) -> Left {
        Left { calls: self.burst_ns.saturating_sub(ahead) / self.interval_ns, reset_s: seconds(ahead) }
    }
}

fn seconds(ns: u64) -> u64 {
    ns.div_ceil(1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(requests: u32, seconds: u32) -> RateLimit {
        RateLimit::new(Rate { requests, seconds }, Arc::default())
    }

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_burst_passes_and_then_one_call_at_a_time() {
        let limit = limit(4, 2);
        let start = 77 * SECOND;
        let left: Vec<u64> = (0..4).map(|_| limit.take(start).unwrap().calls).collect();
        assert_eq!(left, [3, 2, 1, 0]);
        assert_eq!(limit.take(start), Err(Left { calls: 0, reset_s: 1 }));
        assert!(limit.take(start + SECOND / 2 - 1).is_err());
        assert!(limit.take(start + SECOND / 2).is_ok());
        assert!(limit.take(start + SECOND / 2).is_err());
        assert_eq!(limit.take(start + 10 * SECOND), Ok(Left { calls: 3, reset_s: 1 }));
    }

    #[test]
    fn what_a_refusal_promises_is_true() {
        for (requests, per) in [(1, 1), (3, 7), (1_000_000, 1), (7, 86_400)] {
            let limit = limit(requests, per);
            let mut now = 5 * SECOND;
            for _ in 0..50 {
                match limit.take(now) {
                    Ok(_) => {}
                    Err(left) => {
                        now += left.reset_s * SECOND;
                        assert!(limit.take(now).is_ok(), "{requests} in {per}");
                    }
                }
            }
        }
    }

    /// In every window: at most a burst and the rate times its length; and nearly all of that is usable.
    #[test]
    fn no_window_admits_more_than_allowed() {
        let mut random = 88_172_645_463_325_252_u64;
        let mut step = |most: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % most
        };
        for _ in 0..60 {
            let (requests, per) = (1 + step(50), 1 + step(5));
            let limit = limit(u32::try_from(requests).unwrap(), u32::try_from(per).unwrap());
            let mut now = step(SECOND);
            let mut admitted = Vec::new();
            // offered: a hundred times what is allowed
            for _ in 0..(1_000 * requests) {
                now += step(per * SECOND / requests / 50);
                if limit.take(now).is_ok() {
                    admitted.push(now);
                }
            }
            for (at, first) in admitted.iter().enumerate() {
                for (count, last) in admitted[at..].iter().enumerate() {
                    let allowed =
                        requests as f64 + requests as f64 * (last - first) as f64 / (per * SECOND) as f64;
                    assert!(count as f64 + 1.0 <= allowed + 1e-6, "{} in {} ns", count + 1, last - first);
                }
            }
            let span = (admitted.last().unwrap() - admitted[0]) as f64 / (per * SECOND) as f64;
            assert!(admitted.len() as f64 >= 0.97 * requests as f64 * span, "{} over {span}", admitted.len());
        }
    }

    #[test]
    fn a_raised_rate_does_not_wait_for_the_old_one() {
        let cell = Arc::new(RateCell::default());
        let with = |requests, seconds| RateLimit::new(Rate { requests, seconds }, Arc::clone(&cell));
        assert!(with(1, 86_400).take(SECOND).is_ok());
        let raised = with(100, 1);
        assert_eq!(
            raised.take(SECOND),
            Err(Left { calls: 0, reset_s: 1 }),
            "what was taken is not given back"
        );
        assert!(raised.take(SECOND + SECOND / 100).is_ok());
    }

    #[test]
    fn many_threads_take_exactly_the_burst() {
        let limit = Arc::new(limit(1_000, 1));
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let limit = Arc::clone(&limit);
                std::thread::spawn(move || (0..5_000).filter(|_| limit.take(SECOND).is_ok()).count())
            })
            .collect();
        assert_eq!(threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>(), 1_000);
    }

    #[test]
    fn a_call_given_back_can_be_taken_again_but_not_twice() {
        let limit = limit(2, 1);
        let _ = (limit.take(SECOND).unwrap(), limit.take(SECOND).unwrap());
        assert_eq!(limit.give_back(SECOND).calls, 1);
        assert!(limit.take(SECOND).is_ok());
        assert!(limit.take(SECOND).is_err());
    }
}
