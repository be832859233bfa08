//! A quota of a calendar period (UTC), and the calls that are counted against it: each count in one number with the
//! period that it belongs to, so that two calls can neither both take the last one nor both begin the period.

use super::Left;
use crate::clock::{DAY_MS, month_of};
use domain::plans::{Period, Quota};
use std::sync::atomic::{AtomicU64, Ordering};

const COUNT_BITS: u32 = 40;
const COUNT_MASK: u64 = (1 << COUNT_BITS) - 1;
const PERIOD_MASK: u64 = (1 << (64 - COUNT_BITS)) - 1;

/// The calls of the current day and of the current month, whatever limits them: a quota that is put on, or whose
/// period is another from now on, counts those that were before it.
#[derive(Debug, Default)]
pub struct QuotaCell {
    day: Counter,
    month: Counter,
}

impl QuotaCell {
    /// Counts calls made at `unix_ms`.
    pub fn count(&self, unix_ms: u64, in_day: u64, in_month: u64) {
        self.day.add(day_of(unix_ms).0, in_day);
        self.month.add(month_of(unix_ms).0, in_month);
    }

    /// Takes the count of one call back that was counted at `unix_ms` but not made.
    pub fn give_back(&self, unix_ms: u64) {
        self.day.give_back(day_of(unix_ms).0);
        self.month.give_back(month_of(unix_ms).0);
    }

    fn of(&self, period: Period) -> &Counter {
        match period {
            Period::Day => &self.day,
            Period::Month => &self.month,
        }
    }
}

/// The number of a period (24 bits) and the calls counted in it (40 bits).
#[derive(Debug, Default)]
struct Counter(AtomicU64);

impl Counter {
    fn counted(&self, period: u64) -> u64 {
        let seen = self.0.load(Ordering::Relaxed);
        if seen >> COUNT_BITS == period { seen & COUNT_MASK } else { 0 }
    }

    /// Counts one call if there are fewer than `most`; answers how many there were, `None` for enough.
    fn take(&self, period: u64, most: u64) -> Option<u64> {
        let mut seen = self.0.load(Ordering::Relaxed);
        loop {
            // another thread may have seen the next period begin while this one still read the clock
            let period = if seen >> COUNT_BITS == period + 1 { period + 1 } else { period };
            let taken = if seen >> COUNT_BITS == period { seen & COUNT_MASK } else { 0 };
            if taken >= most {
                return None;
            }
            let next = (period << COUNT_BITS) | (taken + 1);
            match self.0.compare_exchange_weak(seen, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Some(taken),
                Err(changed) => seen = changed,
            }
        }
    }

    /// Counts calls of a period; those of one that is over are nobody's business any more.
    fn add(&self, period: u64, calls: u64) {
        let _over = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |seen| {
            let counted = match (seen >> COUNT_BITS).cmp(&period) {
                std::cmp::Ordering::Less => 0,
                std::cmp::Ordering::Equal => seen & COUNT_MASK,
                std::cmp::Ordering::Greater => return None,
            };
            Some((period << COUNT_BITS) | counted.saturating_add(calls).min(COUNT_MASK))
        });
    }

    fn give_back(&self, period: u64) {
        // an error: the next period has begun, which the call took nothing from
        let _begun = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |seen| {
            (seen >> COUNT_BITS == period && seen & COUNT_MASK > 0).then(|| seen - 1)
        });
    }
}

/// How many calls a period may have.
#[derive(Clone, Copy, Debug)]
pub struct QuotaRule(Quota);

impl QuotaRule {
    #[must_use]
    pub fn new(quota: Quota) -> Self {
        Self(Quota { requests: quota.requests.min(COUNT_MASK), ..quota })
    }

    #[must_use]
    pub fn quota(self) -> Quota {
        self.0
    }

    /// `;q=1000;w=86400`; a month is told as 30 days, its true end is in `t`.
    #[must_use]
    pub fn policy(&self) -> String {
        let window = match self.0.period {
            Period::Day => 86_400,
            Period::Month => 30 * 86_400,
        };
        format!(";q={};w={window}", self.0.requests)
    }

    #[must_use]
    pub fn describe(&self) -> String {
        format!("{} calls in a {}", self.0.requests, self.0.period)
    }

    /// Takes one call, or tells when the next period begins.
    pub fn take(&self, cell: &QuotaCell, unix_ms: u64) -> Result<Left, Left> {
        let (period, ends_ms) = self.period(unix_ms);
        let reset_s = ends_ms.saturating_sub(unix_ms).div_ceil(1_000);
        let Some(taken) = cell.of(self.0.period).take(period, self.0.requests) else {
            return Err(Left { calls: 0, reset_s });
        };
        match self.0.period {
            Period::Day => cell.month.add(month_of(unix_ms).0, 1),
            Period::Month => cell.day.add(day_of(unix_ms).0, 1),
        }
        Ok(Left { calls: self.0.requests - taken - 1, reset_s })
    }

    /// What is left, without taking.
    #[must_use]
    pub fn peek(&self, cell: &QuotaCell, unix_ms: u64) -> Left {
        let (period, ends_ms) = self.period(unix_ms);
        Left {
            calls: self.0.requests.saturating_sub(cell.of(self.0.period).counted(period)),
            reset_s: ends_ms.saturating_sub(unix_ms).div_ceil(1_000),
        }
    }

    /// The calls that count in the period of `unix_ms`.
    #[must_use]
    pub fn counted(&self, cell: &QuotaCell, unix_ms: u64) -> u64 {
        cell.of(self.0.period).counted(self.period(unix_ms).0)
    }

    /// The number of the period and when it ends (unix milliseconds).
    fn period(&self, unix_ms: u64) -> (u64, u64) {
        match self.0.period {
            Period::Day => day_of(unix_ms),
            Period::Month => month_of(unix_ms),
        }
    }
}

/// The number of the day and when it ends (unix milliseconds).
fn day_of(unix_ms: u64) -> (u64, u64) {
    let day = unix_ms / DAY_MS;
    (day & PERIOD_MASK, (day + 1) * DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn rule(requests: u64, period: Period) -> QuotaRule {
        QuotaRule::new(Quota { requests, period })
    }

    /// 2026-02-28 23:59:59.500 UTC
    const LATE: u64 = 1_772_323_199_500;

    #[test]
    fn periods_begin_with_the_calendar() {
        for period in [Period::Day, Period::Month] {
            let (rule, cell) = (rule(2, period), QuotaCell::default());
            assert_eq!(rule.take(&cell, LATE), Ok(Left { calls: 1, reset_s: 1 }), "{period}");
            assert_eq!(rule.take(&cell, LATE), Ok(Left { calls: 0, reset_s: 1 }));
            assert_eq!(rule.take(&cell, LATE), Err(Left { calls: 0, reset_s: 1 }));
            assert_eq!(rule.peek(&cell, LATE).calls, 0);
            assert_eq!(rule.take(&cell, LATE + 500).unwrap().calls, 1);
        }
        let next = |period| rule(1, period).take(&QuotaCell::default(), LATE + 500).unwrap().reset_s;
        assert_eq!((next(Period::Month), next(Period::Day)), (31 * 86_400, 86_400));
    }

    #[test]
    fn a_cell_outlives_its_rule_and_counts_for_both_periods() {
        let cell = QuotaCell::default();
        assert!(rule(5, Period::Day).take(&cell, LATE).is_ok());
        assert_eq!(rule(3, Period::Day).peek(&cell, LATE).calls, 2, "a smaller quota counts what was taken");
        assert_eq!(rule(3, Period::Month).peek(&cell, LATE).calls, 2, "so does one of another period");
        assert!(rule(5, Period::Month).take(&cell, LATE).is_ok());
        cell.count(LATE, 1, 1);
        assert_eq!(rule(5, Period::Day).peek(&cell, LATE).calls, 2);
    }

    #[test]
    fn what_was_before_counts_in_its_own_period_only() {
        let cell = QuotaCell::default();
        let (day, month) = (rule(10, Period::Day), rule(10, Period::Month));
        assert!(day.take(&cell, LATE).is_ok());
        cell.count(LATE, 2, 5);
        assert_eq!((day.peek(&cell, LATE).calls, month.peek(&cell, LATE).calls), (7, 4));
        cell.count(LATE - DAY_MS, 1, 1);
        assert_eq!((day.peek(&cell, LATE).calls, month.peek(&cell, LATE).calls), (7, 3), "of yesterday");
        assert!(day.take(&cell, LATE + 500).is_ok());
        cell.count(LATE, 1, 1);
        assert_eq!((day.peek(&cell, LATE + 500).calls, month.peek(&cell, LATE + 500).calls), (9, 9));
    }

    #[test]
    fn a_call_given_back_can_be_taken_again_in_its_period_only() {
        let (rule, cell) = (rule(1, Period::Day), QuotaCell::default());
        let given_back = || {
            cell.give_back(LATE);
            rule.peek(&cell, LATE).calls
        };
        assert!(rule.take(&cell, LATE).is_ok());
        assert_eq!(given_back(), 1);
        assert_eq!(given_back(), 1, "nothing was taken");
        assert!(rule.take(&cell, LATE).is_ok());
        assert!(rule.take(&cell, LATE + 500).is_ok());
        given_back();
        assert!(rule.take(&cell, LATE + 500).is_err());
    }

    #[test]
    fn many_threads_take_exactly_the_quota() {
        let (rule, cell) = (rule(10_000, Period::Day), Arc::new(QuotaCell::default()));
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let cell = Arc::clone(&cell);
                std::thread::spawn(move || (0..3_000).filter(|_| rule.take(&cell, LATE).is_ok()).count())
            })
            .collect();
        assert_eq!(threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>(), 10_000);
        assert_eq!(rule.peek(&cell, LATE).calls, 0);
    }
}
