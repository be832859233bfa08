//! Times in addresses, always UTC: `2026-03-14T09:30`, as a browser's field for date and time writes them.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use domain::Time;

/// A time with or without seconds, a day (its start), or RFC 3339.
pub fn read(text: &str) -> Option<Time> {
    let text = text.trim();
    let local = |format| NaiveDateTime::parse_from_str(text, format).ok();
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    local("%Y-%m-%dT%H:%M")
        .or_else(|| local("%Y-%m-%dT%H:%M:%S"))
        .or_else(day)
        .map(|at| at.and_utc())
        .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc()))
}

/// To the minute.
pub fn write(at: Time) -> String {
    at.format("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_the_forms_that_browsers_and_programs_write() {
        for text in
            ["2026-03-14T09:30", "2026-03-14T09:30:00", "2026-03-14T10:30:00+01:00", " 2026-03-14T09:30:00Z "]
        {
            assert_eq!(read(text).map(write).as_deref(), Some("2026-03-14T09:30"), "{text}");
        }
        assert_eq!(read("2026-03-14").map(write).as_deref(), Some("2026-03-14T00:00"));
        for bad in ["", "yesterday", "2026-13-01", "09:30"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
