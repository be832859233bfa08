//! A cost as it can be reckoned again by hand: which price each part of it has, and how many there were of those that
//! records do not count.

use super::cost::{Cost, Line};
use std::fmt::Write as _;

/// What records of calls count themselves.
const COUNTED: [&str; 4] = ["input", "cache_read", "output", "reasoning"];

impl Cost {
    /// `USD per million: input 2.5, cache_write_1h 40 at 6, output 10`. Each part is rounded half up to a billionth, and
    /// then they are added up. Of an input, what was read from and written to a cache is no part here.
    #[must_use]
    pub fn arithmetic(&self) -> String {
        let mut text = String::new();
        for Line { what, count, nano_per_million, .. } in &self.lines {
            text.push_str(if text.is_empty() { "USD per million: " } else { ", " });
            let price = dollars(*nano_per_million);
            // writing to a text does not fail
            let _written = if COUNTED.contains(what) {
                write!(text, "{what} {price}")
            } else {
                write!(text, "{what} {count} at {price}")
            };
        }
        text
    }
}

/// Nano-dollars as dollars, exactly.
fn dollars(nano: u64) -> String {
    let text = format!("{}.{:09}", nano / 1_000_000_000, nano % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use crate::price::{Figure, Price, Rates, cost};
    use crate::usage::Usage;

    #[test]
    fn a_cost_can_be_reckoned_again() {
        let rates = [
            (Figure::Input, 2_500_000_000),
            (Figure::CacheRead, 1_250_000_000),
            (Figure::CacheWrite1h, 6_000_000_000),
            (Figure::Output, 10_000_000_000),
        ];
        let usage = Usage { input: 100, cache_read: 20, cache_write_1h: 40, output: 7, ..Usage::default() };
        let cost = cost(&usage, &Price::flat(rates.into_iter().collect::<Rates>()));
        assert_eq!(
            cost.arithmetic(),
            "USD per million: input 2.5, cache_read 1.25, cache_write_1h 40 at 6, output 10"
        );
        assert_eq!(cost.nano, 100 * 2_500 + 20 * 1_250 + 40 * 6_000 + 7 * 10_000);
    }
}
