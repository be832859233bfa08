//! From values and times to places and marks: pure arithmetic, no drawing. Places are percentages.

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Steps between marks of a time axis, each a whole part of the day or a number of days.
const TIME_STEPS: &[i64] = &[
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    4 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    90 * DAY,
    365 * DAY,
];

/// Marks of a value axis from 0 upwards, in equal round steps (1, 2, 2.5 or 5 times a power of ten), the
/// last at or above `highest`. At least two; `least` is the smallest step that makes sense.
pub fn value_ticks(highest: f64, least: f64) -> Vec<f64> {
    const WANTED: f64 = 4.0;
    let highest = if highest.is_finite() && highest > 0.0 { highest } else { least };
    let step = round_step(highest / WANTED).max(least);
    let steps = (highest / step - 1e-9).ceil().clamp(1.0, 10.0) as u32;
    (0..=steps).map(|index| f64::from(index) * step).collect()
}

/// The next round figure at or above a step.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    [1.0, 2.0, 2.5, 5.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|round| *round >= step - 1e-12)
        .unwrap_or(10.0 * power)
}

/// Round times between `from` and `until` (unix ms), at most `most` of them, and the step between them.
pub fn time_ticks(from: i64, until: i64, most: i64) -> (Vec<i64>, i64) {
    let span = until.saturating_sub(from).max(0);
    let year = 365 * DAY;
    let step = TIME_STEPS
        .iter()
        .copied()
        .find(|step| span / step < most)
        .unwrap_or_else(|| (span / most / year + 1) * year);
    let first = from.div_euclid(step) * step;
    let ticks = (0..=span / step + 1).map(|index| first + index * step);
    (ticks.filter(|at| (from..=until).contains(at)).collect(), step)
}

/// Whether a mark of this step is a day rather than a time of day.
pub fn is_day(at_ms: i64, step: i64) -> bool {
    step >= DAY || at_ms.rem_euclid(DAY) == 0
}

/// A stretch of an axis.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    from: f64,
    span: f64,
}

impl Scale {
    /// A stretch without length puts everything in its middle.
    pub fn new(from: f64, until: f64) -> Self {
        Self { from, span: until - from }
    }

    /// Where a value is, in per cent of the stretch, from 0 to 100.
    pub fn place(self, value: f64) -> f64 {
        if self.span > 0.0 { ((value - self.from) / self.span * 100.0).clamp(0.0, 100.0) } else { 50.0 }
    }
}

/// A place as an SVG length.
pub fn percent(place: f64) -> String {
    format!("{}%", (place * 100.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_ticks_are_round_and_reach_the_highest() {
        assert_eq!(value_ticks(7.0, 1.0), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(value_ticks(1_234.0, 1.0), [0.0, 500.0, 1_000.0, 1_500.0]);
        assert_eq!(value_ticks(100.0, 1.0), [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(value_ticks(2.0, 1.0), [0.0, 1.0, 2.0], "no half calls");
    }

    #[test]
    fn value_ticks_of_nothing_are_two() {
        for nothing in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(value_ticks(nothing, 1.0), [0.0, 1.0]);
        }
    }

    #[test]
    fn value_ticks_stay_few_for_any_size() {
        for power in -3..16 {
            for digit in 1..10 {
                let highest = f64::from(digit) * 10f64.powi(power);
                let ticks = value_ticks(highest, 0.000_1);
                assert!((2..=6).contains(&ticks.len()), "{highest}: {ticks:?}");
                assert!(
                    ticks.last().is_some_and(|last| *last >= highest * 0.999_999),
                    "{highest}: {ticks:?}"
                );
            }
        }
    }

    #[test]
    fn time_ticks_are_whole_hours_of_a_day() {
        let midnight = 1_773_446_400_000;
        let (ticks, step) = time_ticks(midnight + MINUTE, midnight + DAY, 8);
        assert_eq!(step, 3 * HOUR);
        assert_eq!(ticks.first(), Some(&(midnight + 3 * HOUR)));
        assert_eq!(ticks.len(), 8);
        assert!(is_day(midnight + DAY, step) && !is_day(midnight + HOUR, step));
    }

    #[test]
    fn time_ticks_stay_few_for_any_span() {
        for span in [0, 1, MINUTE, 50 * MINUTE, 7 * DAY, 30 * DAY, 400 * DAY, 40_000 * DAY] {
            let (ticks, _) = time_ticks(1_773_446_400_000, 1_773_446_400_000 + span, 8);
            assert!(ticks.len() <= 9, "{span}: {}", ticks.len());
        }
    }

    #[test]
    fn place_is_a_percentage_and_never_nan() {
        let scale = Scale::new(10.0, 20.0);
        assert_eq!([10.0, 15.0, 25.0].map(|value| scale.place(value)), [0.0, 50.0, 100.0]);
        assert_eq!(Scale::new(5.0, 5.0).place(5.0), 50.0);
        assert_eq!(percent(33.333_33), "33.33%");
    }
}
