//! Numbers and times as people type them, each with its field's error.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use domain::Time;
use domain::check::{Check, Invalid};
use std::str::FromStr;

/// A whole number.
pub fn number<T: FromStr>(field: &str, text: &str) -> Result<T, Invalid> {
    // people write thousands apart
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '_' | '\u{202f}')).collect();
    digits.parse().map_err(|_| Invalid::one(field, "expected a whole number"))
}

/// As [`number`], among other fields that are looked at.
pub fn number_in<T: FromStr>(check: &mut Check, field: &str, text: &str) -> Option<T> {
    match number(field, text) {
        Ok(number) => Some(number),
        Err(Invalid(errors)) => {
            errors.into_iter().for_each(|error| check.error(&error.field, error.message));
            None
        }
    }
}

/// As [`number_in`]; `otherwise` where nothing was typed.
pub fn number_or<T: FromStr>(check: &mut Check, field: &str, text: &str, otherwise: T) -> Option<T> {
    if text.trim().is_empty() { Some(otherwise) } else { number_in(check, field, text) }
}

/// As [`number`]; nothing where nothing was typed.
pub fn optional_number<T: FromStr>(field: &str, text: &str) -> Result<Option<T>, Invalid> {
    if text.trim().is_empty() { Ok(None) } else { number(field, text).map(Some) }
}

/// A day (`2026-03-14`, its beginning) or a minute (`2026-03-14T09:30`), in UTC; nothing where nothing was typed.
pub fn time(field: &str, text: &str) -> Result<Option<Time>, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_time(NaiveTime::MIN));
    let time = day.or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M"));
    time.map(|time| Some(time.and_utc())).map_err(|_| Invalid::one(field, "expected a date like 2026-03-14"))
}

#[cfg(test)]
mod tests {
    use super::{optional_number, time};

    #[test]
    fn numbers_and_times_are_read_as_typed() {
        assert_eq!(optional_number::<u32>("n", "1 000").unwrap(), Some(1000));
        assert_eq!(optional_number::<u32>("n", " ").unwrap(), None);
        assert!(optional_number::<u32>("n", "-1").is_err());
        assert_eq!(time("t", "2026-03-14").unwrap().unwrap().to_rfc3339(), "2026-03-14T00:00:00+00:00");
        assert_eq!(time("t", "2026-03-14T09:30").unwrap().unwrap().to_rfc3339(), "2026-03-14T09:30:00+00:00");
        assert!(time("t", "14.3.").is_err());
    }
}
