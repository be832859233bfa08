//! Where the data plane takes the time from: the system, or the hand of a test. The only place that reads a clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Of the monotonic scale, what is before the process: more than any rate looks back.
const BEFORE_US: u64 = 3 * DAY_MS * 1_000;

/// Cheap to clone. A manual clock stands still until it is moved.
#[derive(Clone, Debug)]
pub enum Clock {
    /// Since when it counts.
    System(Instant),
    /// Microseconds since the unix epoch.
    Manual(Arc<AtomicU64>),
}

impl Clock {
    #[must_use]
    pub fn system() -> Self {
        Self::System(Instant::now())
    }

    /// A clock that shows `unix_ms` until [`Clock::advance_ms`].
    #[must_use]
    pub fn manual(unix_ms: u64) -> Self {
        Self::Manual(Arc::new(AtomicU64::new(unix_ms.saturating_mul(1_000))))
    }

    /// Moves a manual clock and its clones; a system clock cannot be moved.
    pub fn advance_ms(&self, ms: u64) {
        if let Self::Manual(us) = self {
            us.fetch_add(ms.saturating_mul(1_000), Ordering::SeqCst);
        }
    }

    /// Milliseconds since the unix epoch; follows corrections of the system's clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the gateway's clock")]
    pub fn unix_ms(&self) -> u64 {
        match self {
            Self::System(_) => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
            }
            Self::Manual(us) => us.load(Ordering::SeqCst) / 1_000,
        }
    }

    /// Microseconds on a scale that never goes back. It began days before the process, so that calls of earlier
    /// processes have a place on it.
    #[must_use]
    pub fn monotonic_us(&self) -> u64 {
        match self {
            Self::System(start) => {
                let since = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
                since.saturating_add(BEFORE_US)
            }
            Self::Manual(us) => us.load(Ordering::SeqCst),
        }
    }
}

/// The number of the month that `unix_ms` falls in (months since year 0, UTC), and when the next one begins.
#[must_use]
pub fn month_of(unix_ms: u64) -> (u64, u64) {
    let days = i64::try_from(unix_ms / DAY_MS).unwrap_or(i64::MAX / 2);
    let (year, month) = civil_month(days);
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    let next = days_before_month(next_year, next_month);
    let number = u64::try_from(year * 12 + month - 1).unwrap_or(0);
    (number, u64::try_from(next).unwrap_or(0).saturating_mul(DAY_MS))
}

pub const DAY_MS: u64 = 86_400_000;

/// Year and month (1 to 12) of a day counted from 1970-01-01, in the proleptic Gregorian calendar
/// (Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`).
fn civil_month(days: i64) -> (i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month)
}

/// Days from 1970-01-01 to the first of that month (the same source, `days_from_civil`).
fn days_before_month(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted_month + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, TimeZone, Utc};

    #[test]
    fn months_agree_with_the_calendar() {
        for day in 0..60_000_u64 {
            let at = Utc.timestamp_millis_opt(i64::try_from(day * DAY_MS + 1).unwrap()).unwrap();
            let (number, next) = month_of(day * DAY_MS + 1);
            assert_eq!(number, u64::try_from(at.year()).unwrap() * 12 + u64::from(at.month0()), "{at}");
            let before = Utc.timestamp_millis_opt(i64::try_from(next).unwrap() - 1).unwrap();
            let first = Utc.timestamp_millis_opt(i64::try_from(next).unwrap()).unwrap();
            assert_eq!((before.month(), first.day()), (at.month(), 1), "{at}");
        }
    }

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let clock = Clock::manual(5_000);
        let other = clock.clone();
        clock.advance_ms(250);
        assert_eq!((other.unix_ms(), other.monotonic_us()), (5_250, 5_250_000));
    }
}
