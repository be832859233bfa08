//! A quota of a calendar period (UTC): a count and the period that it belongs to, in one number, so that two calls
//! can neither both take the last one nor both begin the period.

use super::Left;
use crate::clock::{DAY_MS, month_of};
use domain::plans::{Period, Quota};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const COUNT_BITS: u32 = 40;
const COUNT_MASK: u64 = (1 << COUNT_BITS) - 1;
/// Set in the number of a period that is a month, so that a changed plan does not mistake one for a day.
const MONTHS: u64 = 1 << 23;

/// The number of the period (24 bits) and the calls taken in it (40 bits).
#[derive(Debug, Default)]
pub struct QuotaCell(AtomicU64);

/// A quota and the cell that it draws on.
#[derive(Debug)]
pub struct QuotaLimit {
    quota: Quota,
    cell: Arc<QuotaCell>,
}

impl QuotaLimit {
    #[must_use]
    pub fn new(quota: Quota, cell: Arc<QuotaCell>) -> Self {
        let requests = quota.requests.min(COUNT_MASK);
        Self { quota: Quota { requests, ..quota }, cell }
    }

    /// `"quota";q=1000;w=86400`; a month is told as 30 days, its true end is in `t`.
    #[must_use]
    pub fn policy(&self) -> String {
        let window = match self.quota.period {
            Period::Day => 86_400,
            Period::Month => 30 * 86_400,
        };
        format!("\"quota\";q={};w={window}", self.quota.requests)
    }

    #[must_use]
    pub fn describe(&self) -> String {
        format!("{} calls in a {}", self.quota.requests, self.quota.period)
    }

    /// Takes one call, or tells when the next period begins.
    pub fn take(&self, unix_ms: u64) -> Result<Left, Left> {
        let (period, ends_ms) = self.period(unix_ms);
        let reset_s = ends_ms.saturating_sub(unix_ms).div_ceil(1_000);
        let mut seen = self.cell.0.load(Ordering::Relaxed);
        loop {
            // another thread may have seen the next period begin while this one still read the clock
            let period = if seen >> COUNT_BITS == period + 1 { period + 1 } else { period };
            let taken = if seen >> COUNT_BITS == period { seen & COUNT_MASK } else { 0 };
            if taken >= self.quota.requests {
                return Err(Left { calls: 0, reset_s });
            }
            let next = (period << COUNT_BITS) | (taken + 1);
            match self.cell.0.compare_exchange_weak(seen, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Ok(Left { calls: self.quota.requests - taken - 1, reset_s }),
                Err(changed) => seen = changed,
            }
        }
    }

    /// Puts one call back that was taken in this period but not made.
    pub fn give_back(&self, unix_ms: u64) -> Left {
        let (period, _) = self.period(unix_ms);
        // an error: the next period has begun, which the call took nothing from
        let _begun = self.cell.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |seen| {
            (seen >> COUNT_BITS == period && seen & COUNT_MASK > 0).then(|| seen - 1)
        });
        self.peek(unix_ms)
    }

    /// What is left, without taking.
    #[must_use]
    pub fn peek(&self, unix_ms: u64) -> Left {
        let (period, ends_ms) = self.period(unix_ms);
        let seen = self.cell.0.load(Ordering::Relaxed);
        let taken = if seen >> COUNT_BITS == period { seen & COUNT_MASK } else { 0 };
        Left {
            calls: self.quota.requests.saturating_sub(taken),
            reset_s: ends_ms.saturating_sub(unix_ms).div_ceil(1_000),
        }
    }

    /// The number of the period and when it ends (unix milliseconds).
    fn period(&self, unix_ms: u64) -> (u64, u64) {
        match self.quota.period {
            Period::Day => {
                let day = unix_ms / DAY_MS;
                (day & (MONTHS - 1), (day + 1) * DAY_MS)
            }
            Period::Month => {
                let (month, ends_ms) = month_of(unix_ms);
                (month | MONTHS, ends_ms)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(requests: u64, period: Period) -> QuotaLimit {
        QuotaLimit::new(Quota { requests, period }, Arc::default())
    }

    /// 2026-02-28 23:59:59.500 UTC
    const LATE: u64 = 1_772_323_199_500;

    #[test]
    fn periods_begin_with_the_calendar() {
        for period in [Period::Day, Period::Month] {
            let limit = limit(2, period);
            assert_eq!(limit.take(LATE), Ok(Left { calls: 1, reset_s: 1 }), "{period}");
            assert_eq!(limit.take(LATE), Ok(Left { calls: 0, reset_s: 1 }));
            assert_eq!(limit.take(LATE), Err(Left { calls: 0, reset_s: 1 }));
            assert_eq!(limit.peek(LATE).calls, 0);
            assert_eq!(limit.take(LATE + 500).unwrap().calls, 1);
        }
        assert_eq!(limit(1, Period::Month).take(LATE + 500).unwrap().reset_s, 31 * 86_400);
        assert_eq!(limit(1, Period::Day).take(LATE + 500).unwrap().reset_s, 86_400);
    }

    #[test]
    fn a_cell_outlives_its_limit_but_not_its_kind_of_period() {
        let cell = Arc::new(QuotaCell::default());
        let with = |requests, period| QuotaLimit::new(Quota { requests, period }, Arc::clone(&cell));
        assert!(with(5, Period::Day).take(LATE).is_ok());
        assert_eq!(with(3, Period::Day).peek(LATE).calls, 2, "a smaller quota counts what was taken");
        assert_eq!(with(3, Period::Month).peek(LATE).calls, 3);
    }

    #[test]
    fn a_call_given_back_can_be_taken_again_in_its_period_only() {
        let limit = limit(1, Period::Day);
        assert!(limit.take(LATE).is_ok());
        assert_eq!(limit.give_back(LATE).calls, 1);
        assert_eq!(limit.give_back(LATE).calls, 1, "nothing was taken");
        assert!(limit.take(LATE).is_ok());
        assert!(limit.take(LATE + 500).is_ok());
        limit.give_back(LATE);
        assert!(limit.take(LATE + 500).is_err());
    }

    #[test]
    fn many_threads_take_exactly_the_quota() {
        let limit = Arc::new(limit(10_000, Period::Day));
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let limit = Arc::clone(&limit);
                std::thread::spawn(move || (0..3_000).filter(|_| limit.take(LATE).is_ok()).count())
            })
            .collect();
        assert_eq!(threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>(), 10_000);
        assert!(limit.take(LATE).is_err());
    }
}
