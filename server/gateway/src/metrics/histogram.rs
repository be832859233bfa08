//! How long things took, as Prometheus counts it: how many lay within each of a row of fixed bounds.

use super::Counter;
use std::fmt::Write;

/// Upper bounds in microseconds and as they are written, in seconds: from what a backend next door answers at once to
/// what a language model takes its time for.
const BOUNDS: [(u64, &str); 15] = [
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (2_500_000, "2.5"),
    (5_000_000, "5"),
    (10_000_000, "10"),
    (30_000_000, "30"),
    (60_000_000, "60"),
];
const PLACES: usize = BOUNDS.len() + 1;

/// Written by one thread. Each observation is counted once, at its bound: adding up is left to the reader.
#[derive(Debug, Default)]
pub struct Histogram {
    places: [Counter; PLACES],
    sum_us: Counter,
}

impl Histogram {
    pub fn observe(&self, us: u64) {
        let place = BOUNDS.iter().position(|(most, _)| us <= *most).unwrap_or(BOUNDS.len());
        if let Some(counter) = self.places.get(place) {
            counter.add(1);
        }
        self.sum_us.add(us);
    }
}

/// What histograms of several threads have seen together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    places: [u64; PLACES],
    sum_us: u64,
}

impl Observed {
    pub fn add(&mut self, histogram: &Histogram) {
        for (sum, counter) in self.places.iter_mut().zip(&histogram.places) {
            *sum = sum.wrapping_add(counter.get());
        }
        self.sum_us = self.sum_us.wrapping_add(histogram.sum_us.get());
    }

    #[must_use]
    pub fn count(&self) -> u64 {
        self.places.iter().sum()
    }

    /// The samples of one label set.
    pub fn write(&self, text: &mut String, name: &str, labels: &str) {
        let mut within = 0;
        let bounds = BOUNDS.iter().map(|(_, bound)| *bound).chain(["+Inf"]);
        for (bound, count) in bounds.zip(&self.places) {
            within += count;
            // writing to a string cannot fail
            let _ = writeln!(text, "{name}_bucket{{{labels},le=\"{bound}\"}} {within}");
        }
        let (seconds, rest) = (self.sum_us / 1_000_000, self.sum_us % 1_000_000);
        let _ = writeln!(text, "{name}_sum{{{labels}}} {seconds}.{rest:06}");
        let _ = writeln!(text, "{name}_count{{{labels}}} {within}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_observation_counts_at_every_bound_from_its_own_on() {
        let histogram = Histogram::default();
        for us in [0, 1_000, 1_001, 70_000_000] {
            histogram.observe(us);
        }
        let mut observed = Observed::default();
        observed.add(&histogram);
        observed.add(&histogram);
        let mut text = String::new();
        observed.write(&mut text, "d", "a=\"b\"");
        for line in [
            "d_bucket{a=\"b\",le=\"0.001\"} 4",
            "d_bucket{a=\"b\",le=\"0.0025\"} 6",
            "d_bucket{a=\"b\",le=\"60\"} 6",
            "d_bucket{a=\"b\",le=\"+Inf\"} 8",
            "d_sum{a=\"b\"} 140.004002",
            "d_count{a=\"b\"} 8",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    fn bounds_are_written_as_what_they_are() {
        for (us, text) in BOUNDS {
            assert_eq!((text.parse::<f64>().unwrap() * 1e6).round() as u64, us, "{text}");
        }
        assert!(BOUNDS.is_sorted_by(|a, b| a.0 < b.0));
    }
}
