//! How often models may be asked for a call, and until when.

use domain::models::ModelRetries;
use std::time::Duration;

/// Microseconds of a second.
const SECOND_US: u64 = 1_000_000;

/// What is left to a call.
#[derive(Clone, Copy, Debug)]
pub struct Tries {
    attempts: Option<u32>,
    /// Monotonic microseconds.
    until_us: Option<u64>,
}

impl Tries {
    /// Of a call that begins now.
    #[must_use]
    pub fn begin(retries: ModelRetries, now_us: u64) -> Self {
        let until = |seconds: u32| now_us.saturating_add(u64::from(seconds) * SECOND_US);
        Self { attempts: retries.attempts, until_us: retries.within_s.map(until) }
    }

    /// Whether a model may be asked once more after so many attempts. The first one always may.
    #[must_use]
    pub fn allow(&self, made: usize, now_us: u64) -> bool {
        let often = self.attempts.is_none_or(|most| made < usize::try_from(most).unwrap_or(usize::MAX));
        made == 0 || (often && self.until_us.is_none_or(|until| now_us < until))
    }

    /// How long an attempt may take until its answer begins; `None` where no more is said.
    #[must_use]
    pub fn left(&self, now_us: u64) -> Option<Duration> {
        self.until_us.map(|until| Duration::from_micros(until.saturating_sub(now_us)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_attempt_is_free_and_the_others_are_bounded() {
        let tries = |attempts, within_s| Tries::begin(ModelRetries { attempts, within_s }, 500);
        let unbounded = tries(None, None);
        assert!(unbounded.allow(1_000, u64::MAX) && unbounded.left(u64::MAX).is_none());
        let twice = tries(Some(2), None);
        assert_eq!([0, 1, 2].map(|made| twice.allow(made, 600)), [true, true, false]);
        let soon = tries(None, Some(3));
        let end = 500 + 3 * SECOND_US;
        assert!(soon.allow(7, end - 1) && !soon.allow(7, end) && soon.allow(0, end));
        assert_eq!(soon.left(end - 5), Some(Duration::from_micros(5)));
        assert_eq!(soon.left(end + 5), Some(Duration::ZERO));
    }
}
