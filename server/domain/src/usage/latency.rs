//! A histogram of durations with fixed bounds, so that histograms are merged by adding.
//!
//! 32 buckets; the upper bound of bucket n is 100 µs x 1.5^n, so that they reach from 0.1 ms to 29 s, and the last
//! holds everything longer. A percentile is interpolated within its bucket: off by at most a quarter.

pub const BUCKETS: usize = 32;

/// Upper bounds in microseconds, inclusive.
pub const BOUNDS_US: [i64; BUCKETS] = [
    100, 150, 225, 337, 506, 759, 1_139, 1_708, 2_562, 3_844, 5_766, 8_649, 12_974, 19_461, 29_192, 43_789,
    65_684, 98_526, 147_789, 221_683, 332_525, 498_788, 748_182, 1_122_274, 1_683_411, 2_525_116, 3_787_675,
    5_681_512, 8_522_269, 12_783_403, 19_175_105, 28_762_658,
];

/// How many calls fell into each bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram(pub [i64; BUCKETS]);

/// The bucket that a duration falls into.
#[must_use]
pub fn bucket(duration_us: i64) -> usize {
    BOUNDS_US.partition_point(|bound| *bound < duration_us).min(BUCKETS - 1)
}

impl Histogram {
    pub fn record(&mut self, duration_us: i64) {
        if let Some(count) = self.0.get_mut(bucket(duration_us)) {
            *count += 1;
        }
    }

    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }

    /// The duration below which `share` (0.0 to 1.0) of the calls lie, in microseconds; `None` without calls.
    #[must_use]
    pub fn percentile(&self, share: f64) -> Option<i64> {
        let total: i64 = self.0.iter().sum();
        if total <= 0 {
            return None;
        }
        let rank = (share * total as f64).ceil().max(1.0);
        let (mut before, mut lower) = (0_i64, 0_i64);
        for (count, bound) in self.0.iter().zip(BOUNDS_US) {
            if *count > 0 && (before + count) as f64 >= rank {
                let within = (rank - before as f64) / *count as f64;
                return Some(lower + ((bound - lower) as f64 * within) as i64);
            }
            before += count;
            lower = bound;
        }
        Some(lower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_grow_by_half() {
        for pair in BOUNDS_US.windows(2) {
            let ratio = pair[1] as f64 / pair[0] as f64;
            assert!((1.49..1.51).contains(&ratio), "{pair:?}");
        }
        assert_eq!((bucket(0), bucket(100), bucket(101), bucket(i64::MAX)), (0, 0, 1, BUCKETS - 1));
    }

    #[test]
    fn percentiles_are_within_a_quarter() {
        let mut histogram = Histogram::default();
        (1..=10_000).for_each(|n| histogram.record(n * 10));
        for (share, exact) in [(0.5, 50_000.0), (0.95, 95_000.0), (0.99, 99_000.0)] {
            let got = histogram.percentile(share).unwrap() as f64;
            assert!((got / exact - 1.0).abs() < 0.25, "{share}: {got}");
        }
        assert_eq!(Histogram::default().percentile(0.5), None);
    }

    #[test]
    fn merging_adds() {
        let (mut a, mut b) = (Histogram::default(), Histogram::default());
        a.record(500);
        b.record(500);
        b.record(5_000_000);
        a.merge(&b);
        assert_eq!(a.0.iter().sum::<i64>(), 3);
    }
}
