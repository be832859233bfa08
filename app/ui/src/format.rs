//! Figures and times as people read them: short, rounded, with their unit. Times are UTC.

use chrono::{DateTime, Utc};

const THOUSANDS: &[(f64, &str)] = &[(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];
const BYTES: &[(f64, &str)] = &[(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")];

/// 999, 1.2k, 34k, 5.6M
pub fn count(value: u64) -> String {
    short(value as f64, "")
}

/// 1,234,567: every digit, where the exact figure matters.
pub fn whole(value: u64) -> String {
    let digits = value.to_string();
    let first = digits.len() % 3;
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 3 == first {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// 512 B, 3.4 MB; a kilobyte is 1,000 bytes.
pub fn bytes(value: u64) -> String {
    scaled(value as f64, BYTES, " ").unwrap_or_else(|| format!("{value} B"))
}

/// A time span given in milliseconds: 0.4 ms, 12 ms, 1.2 s, 3 min, 2.5 h.
pub fn millis(value: f64) -> String {
    match value.abs() {
        size if size >= 3_600_000.0 => format!("{} h", rounded(value / 3_600_000.0)),
        size if size >= 120_000.0 => format!("{} min", rounded(value / 60_000.0)),
        size if size >= 1_000.0 => format!("{} s", rounded(value / 1_000.0)),
        _ => format!("{} ms", rounded(value)),
    }
}

/// A share of 1: 0%, 0.03%, 12.5%, 99.95%, 100%. Never rounds up to 100%.
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    if value > 99.0 && value < 100.0 {
        return format!("{}%", trimmed(format!("{:.2}", (value * 100.0).floor() / 100.0)));
    }
    if value > 0.0 && value < 0.095 {
        return format!("{}%", trimmed(format!("{:.2}", value.max(0.01))));
    }
    format!("{}%", trimmed(format!("{value:.1}")))
}

/// Money from billionths of a dollar: $0, $0.0012, $3.40, $1,234.
pub fn money(nano: i64) -> String {
    let dollars = nano.unsigned_abs() as f64 / 1e9;
    let sign = if nano < 0 { "-" } else { "" };
    let amount = match dollars {
        0.0 => "0".to_owned(),
        small if small < 0.000_1 => return format!("{sign}<$0.0001"),
        small if small < 0.1 => format!("{small:.4}"),
        medium if medium < 1_000.0 => format!("{medium:.2}"),
        large => whole(large.round() as u64),
    };
    format!("{sign}${amount}")
}

/// 2026-03-14
pub fn date(at_ms: i64) -> String {
    strftime(at_ms, "%Y-%m-%d")
}

/// 2026-03-14 09:30
pub fn minute(at_ms: i64) -> String {
    strftime(at_ms, "%Y-%m-%d %H:%M")
}

/// 2026-03-14 09:30:05
pub fn second(at_ms: i64) -> String {
    strftime(at_ms, "%Y-%m-%d %H:%M:%S")
}

/// 2026-03-14T09:30:05.120Z, for machines.
pub fn rfc3339(at_ms: i64) -> String {
    strftime(at_ms, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

/// How long, in the largest unit that fits: 40 s, 3 min, 5 h, 12 d. Takes milliseconds.
pub fn duration(span_ms: i64) -> String {
    const UNITS: &[(u64, &str)] = &[(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s")];
    let span = span_ms.unsigned_abs();
    UNITS
        .iter()
        .find(|(size, _)| span >= *size)
        .map_or_else(|| format!("{span} ms"), |(size, unit)| format!("{} {unit}", span / size))
}

/// Any figure with its thousands cut: 0.25, 1.2k.
pub(crate) fn short(value: f64, space: &str) -> String {
    scaled(value, THOUSANDS, space).unwrap_or_else(|| rounded(value))
}

/// A time in a format of chrono's; years out of range give nothing.
pub(crate) fn strftime(at_ms: i64, format: &str) -> String {
    DateTime::<Utc>::from_timestamp_millis(at_ms).map(|at| at.format(format).to_string()).unwrap_or_default()
}

/// Cuts a figure by the first unit that it reaches after rounding (999,960 is 1M, not 1000k).
fn scaled(value: f64, units: &[(f64, &str)], space: &str) -> Option<String> {
    units
        .iter()
        .find(|(size, _)| value.abs() >= size * 0.9995)
        .map(|(size, unit)| format!("{}{space}{unit}", rounded(value / size)))
}

/// Three digits at most that mean something: 0.25, 1.2, 34, 567.
fn rounded(value: f64) -> String {
    match value.abs() {
        size if size >= 99.95 => format!("{value:.0}"),
        size if size >= 0.995 => trimmed(format!("{value:.1}")),
        _ => trimmed(format!("{value:.2}")),
    }
}

/// Without zeros after the point.
fn trimmed(figure: String) -> String {
    if figure.contains('.') { figure.trim_end_matches('0').trim_end_matches('.').to_owned() } else { figure }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn count_keeps_three_digits() {
        let shown = [0, 7, 999, 1_000, 1_234, 34_567, 999_400, 999_960, 5_600_000, 7_000_000_000].map(count);
        assert_eq!(shown, ["0", "7", "999", "1k", "1.2k", "34.6k", "999k", "1M", "5.6M", "7B"]);
    }

    #[test]
    fn whole_groups_digits() {
        assert_eq!([0, 12, 123, 1_234, 1_234_567].map(whole), ["0", "12", "123", "1,234", "1,234,567"]);
    }

    #[test]
    fn bytes_and_millis_have_units() {
        assert_eq!([0, 512, 3_400_000].map(bytes), ["0 B", "512 B", "3.4 MB"]);
        assert_eq!(
            [0.0, 0.42, 12.0, 1_240.0, 180_000.0, 9e6].map(millis),
            ["0 ms", "0.42 ms", "12 ms", "1.2 s", "3 min", "2.5 h"]
        );
    }

    #[test]
    fn percent_never_claims_what_is_not() {
        let shown = [0.0, 0.000_001, 0.000_3, 0.125, 0.999_51, 0.999_999, 1.0].map(percent);
        assert_eq!(shown, ["0%", "0.01%", "0.03%", "12.5%", "99.95%", "99.99%", "100%"]);
    }

    #[test]
    fn money_comes_from_billionths() {
        let shown = [0, 5_000, 1_200_000, 3_400_000_000, 1_234_400_000_000, -3_400_000_000].map(money);
        assert_eq!(shown, ["$0", "<$0.0001", "$0.0012", "$3.40", "$1,234", "-$3.40"]);
    }

    #[test]
    fn times_are_utc() {
        let at = 1_773_480_605_120;
        assert_eq!(rfc3339(at), "2026-03-14T09:30:05.120Z");
        assert_eq!((date(at), minute(at)), ("2026-03-14".into(), "2026-03-14 09:30".into()));
        assert_eq!(
            [900, 40_000, 190_000, 18_000_000, 1_100_000_000].map(duration),
            ["900 ms", "40 s", "3 min", "5 h", "12 d"]
        );
    }
}
