//! When calls are written down in the background, and when whatever else there is to do.

use journal::Pending;
use std::time::Duration;
use tokio::time::Instant;

/// Records of a batch that is written in the background: on a machine that has hardly any time for it, in seconds.
pub const FEW: usize = 8_192;
/// A quarter of what the journal may hold: when it is full, calls are refused.
const TOO_MANY_BYTES: u64 = 256 << 20;
/// From one batch to the next while calls keep coming and few are left: what a chart lags behind. Each batch waits for
/// the disk, and with it, on a small machine, the calls under way.
const REST: Duration = Duration::from_secs(1);
/// Of the processor, calls have so many times as much as their records.
const TURNS: u32 = 2;
/// How long few may wait.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long many may wait on a machine that has no time for them. After that they take their share of the processor
/// from the calls to come, until few are left.
const LONGEST_LAG: Duration = Duration::from_secs(30);

/// Calls come first, what is made of their records later: the meter has the time that they leave. But neither the
/// journal nor the patience of those who watch is endless.
#[derive(Debug, Default)]
pub struct Pace {
    /// What waits has come since then.
    since: Option<Instant>,
    /// Nothing is left of what earlier processes wrote: that counts against quotas, and so is not put off.
    caught_up: bool,
}

impl Pace {
    /// Whether the batch that begins now is to be written at once.
    pub fn is_urgent(&mut self, pending: Pending, now: Instant) -> bool {
        let lag = now - *self.since.get_or_insert(now);
        self.caught_up |= pending.records == 0;
        if pending.records <= FEW as u64 {
            self.since = Some(now);
            return lag > PATIENCE || !self.caught_up;
        }
        pending.bytes > TOO_MANY_BYTES || lag > LONGEST_LAG || !self.caught_up
    }

    /// How long to rest after a batch that took so long and left so much.
    pub fn rest(&self, was_urgent: bool, left: Pending, took: Duration) -> Duration {
        match was_urgent {
            _ if left.bytes > TOO_MANY_BYTES || !self.caught_up => Duration::ZERO,
            _ if left.records <= FEW as u64 => REST,
            // it took the processor from calls
            true => took * TURNS,
            false => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Meter {
        pace: Pace,
        begin: Instant,
    }

    impl Meter {
        /// One that has found the journal empty.
        fn new() -> Self {
            let mut meter = Self { pace: Pace::default(), begin: Instant::now() };
            assert!(!meter.is_urgent(0, 0, 0));
            meter
        }

        /// Milliseconds, after a batch of 200.
        fn rest(&self, was_urgent: bool, records: u64, bytes: u64) -> u128 {
            let took = Duration::from_millis(200);
            self.pace.rest(was_urgent, Pending { records, bytes }, took).as_millis()
        }

        fn is_urgent(&mut self, records: u64, bytes: u64, millis: u64) -> bool {
            self.pace.is_urgent(Pending { records, bytes }, self.begin + Duration::from_millis(millis))
        }
    }

    #[test]
    fn what_earlier_processes_left_is_written_at_once() {
        let mut meter = Meter { pace: Pace::default(), begin: Instant::now() };
        assert!(meter.is_urgent(9_000, 200_000, 0));
        assert_eq!(meter.rest(true, 8_000, 200_000), 0);
        assert!(meter.is_urgent(20, 8_000, 50));
        assert!(!meter.is_urgent(0, 0, 100));
        assert!(!meter.is_urgent(20, 8_000, 150));
    }

    #[test]
    fn few_calls_are_written_at_once_when_the_last_batch_took_long() {
        let mut meter = Meter::new();
        for millis in [0, 50, 4_900, 9_900] {
            assert!(!meter.is_urgent(8_192, 2_000_000, millis), "{millis}");
        }
        assert!(meter.is_urgent(8_192, 2_000_000, 14_901), "no time was left for it");
        assert!(!meter.is_urgent(20, 8_000, 14_950));
    }

    #[test]
    fn many_calls_wait_but_not_for_ever() {
        let mut meter = Meter::new();
        assert!(!meter.is_urgent(20, 8_000, 0));
        assert!(!meter.is_urgent(9_000, 2_000_000, 1_500));
        assert!(!meter.is_urgent(100_000, 40_000_000, 30_000));
        assert!(meter.is_urgent(100_000, 40_000_000, 30_001), "they have waited long enough");
        assert!(meter.is_urgent(9_000, 2_000_000, 34_000), "until few are left");
        assert!(meter.is_urgent(20, 8_000, 36_000));
        assert!(!meter.is_urgent(20, 8_000, 36_050));
        assert!(!meter.is_urgent(9_000, 2_000_000, 37_000));
        assert!(meter.is_urgent(800_000, (256 << 20) + 1, 38_000), "the journal fills");
        assert!(!meter.is_urgent(800_000, 256 << 20, 39_000));
    }

    #[test]
    fn calls_have_their_share_of_the_processor() {
        let meter = Meter::new();
        assert_eq!(meter.rest(true, 100_000, 40_000_000), 400, "twice as long as it took");
        assert_eq!(meter.rest(false, 100_000, 40_000_000), 0, "nobody else wanted it");
        assert_eq!(meter.rest(true, 100, 40_000), 1_000);
        assert_eq!(meter.rest(false, 100, 40_000), 1_000);
        assert_eq!(meter.rest(true, 800_000, (256 << 20) + 1), 0, "the journal fills");
    }
}
