//! Made-up figures, the same every time.

use ui::Point;

pub const NOW: i64 = 1_773_480_605_000;
pub const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24 * HOUR;

/// A day's course with its morning, its night, and some noise.
pub fn course(count: u32, seed: u32, size: f64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    (0..count)
        .map(|index| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(state >> 16) / 65_536.0;
            let day = (f64::from(index) / f64::from(count) * std::f64::consts::TAU * 2.0).sin();
            (size * (0.6 + 0.3 * day + 0.25 * noise)).round()
        })
        .collect()
}

pub fn points(values: &[f64], step: i64) -> Vec<Point> {
    let start = NOW / step * step - step * (values.len() as i64 - 1);
    values.iter().enumerate().map(|(index, value)| Point::new(start + step * index as i64, *value)).collect()
}
