//! When calls are written down at once, and when in the background.

use journal::Pending;
use std::time::Duration;
use tokio::time::Instant;

/// To write so few takes too little of the processor to be felt by calls.
const FEW: u64 = 500;
/// A quarter of what the journal may hold: when it is full, calls are refused.
const TOO_MANY_BYTES: u64 = 256 << 20;
/// How long it is put off on a machine that has no time for it. After that it takes its share of the processor from the
/// calls, until few wait.
const LONGEST_LAG: Duration = Duration::from_secs(30);

/// Calls come first, what is made of their records later: while many come, the meter has the time that they leave.
/// But few calls are not worth the wait, and neither the journal nor the patience of those who watch is endless.
#[derive(Debug, Default)]
pub struct Pace {
    /// Since when more than a few wait.
    since: Option<Instant>,
}

impl Pace {
    /// Whether the next batch is to be written whatever else there is to do.
    pub fn is_urgent(&mut self, pending: Pending, now: Instant) -> bool {
        if pending.records <= FEW {
            self.since = None;
            return true;
        }
        let since = *self.since.get_or_insert(now);
        pending.bytes > TOO_MANY_BYTES || now - since > LONGEST_LAG
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_calls_wait_but_not_for_ever() {
        let mut pace = Pace::default();
        let begin = Instant::now();
        let mut is_urgent = |records, bytes, seconds| {
            pace.is_urgent(Pending { records, bytes }, begin + Duration::from_secs(seconds))
        };
        assert!(is_urgent(0, 0, 0));
        assert!(is_urgent(500, 200_000, 1));
        assert!(!is_urgent(501, 200_000, 2));
        assert!(!is_urgent(100_000, 40_000_000, 32));
        assert!(is_urgent(100_000, 40_000_000, 33), "they have waited long enough");
        assert!(is_urgent(501, 200_000, 34), "until few are left");
        assert!(is_urgent(20, 8_000, 35));
        assert!(!is_urgent(501, 200_000, 36));
        assert!(is_urgent(800_000, (256 << 20) + 1, 37), "the journal fills");
        assert!(!is_urgent(800_000, 256 << 20, 38));
    }
}
