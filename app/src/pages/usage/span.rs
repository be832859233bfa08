//! The stretch of time that usage is asked for: what the address says, widened to whole buckets.

use super::moment;
use chrono::{DateTime, Duration};
use domain::Time;
use domain::check::{Check, Invalid};
use domain::usage::Grain;

/// A stretch of whole buckets; the last is the one that fills now, unless the address names another end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub since: Time,
    /// Exclusive.
    pub until: Time,
    pub step: Grain,
    now: Time,
}

/// Spans that end now: their name in the address, what people read, and their hours.
pub const CHOICES: [(&str, &str, i64); 4] =
    [("1h", "1 h", 1), ("24h", "24 h", 24), ("7d", "7 d", 168), ("30d", "30 d", 720)];
/// The name of a span whose ends the address says.
pub const CUSTOM: &str = "custom";
/// When the address names none.
pub const DEFAULT: &str = "24h";

impl Span {
    /// From the parameters `period`, `since` and `until`.
    pub fn read(period: &str, since: &str, until: &str, now: Time) -> Result<Self, Invalid> {
        let name = if period.is_empty() { DEFAULT } else { period };
        match CHOICES.iter().find(|(choice, ..)| *choice == name) {
            Some((.., hours)) => Ok(Self::last(*hours, now)),
            None if name == CUSTOM => Self::custom(since, until, now),
            None => Err(Invalid::one("period", "expected 1h, 24h, 7d, 30d or custom")),
        }
    }

    /// The last hours until now, as many whole buckets as they have.
    pub fn last(hours: i64, now: Time) -> Self {
        let length = Duration::hours(hours);
        let step = step(now - length, length, now);
        let until = start(step, now) + Duration::milliseconds(step.millis());
        Self { since: until - length, until, step, now }
    }

    fn custom(since: &str, until: &str, now: Time) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let (from, to) =
            (moment::read(since), if until.is_empty() { Some(now) } else { moment::read(until) });
        check.require(from.is_some(), "since", "expected a date and time like 2026-03-14T09:30");
        check.require(to.is_some(), "until", "expected a date and time like 2026-03-14T09:30");
        let (from, to) = check.done(|| from.zip(to))?;
        let to = to.min(now);
        if from >= to {
            return Err(Invalid::one("since", "expected a time before the end, and in the past"));
        }
        let step = step(from, to - from, now);
        let until = start(step, to - Duration::milliseconds(1)) + Duration::milliseconds(step.millis());
        Ok(Self { since: start(step, from), until, step, now })
    }

    pub fn length(&self) -> Duration {
        self.until - self.since
    }

    /// The stretch of the same length just before.
    pub fn before(&self) -> Self {
        Self { since: self.since - self.length(), until: self.since, ..self.clone() }
    }

    /// Which part of it has passed, 0 to 1: its last bucket is not full yet.
    pub fn passed(&self) -> f64 {
        let passed = self.now.min(self.until) - self.since;
        passed.num_milliseconds() as f64 / self.length().num_milliseconds().max(1) as f64
    }

    /// The starts of its buckets in unix milliseconds, oldest first.
    pub fn buckets(&self) -> impl Iterator<Item = i64> + use<> {
        let (since, until) = (self.since.timestamp_millis(), self.until.timestamp_millis());
        (since..until).step_by(usize::try_from(self.step.millis()).unwrap_or(usize::MAX))
    }

    /// How finely it is counted, and for how long that is kept.
    pub fn note(&self, keep_calls_days: u32) -> String {
        let grain = match self.step {
            Grain::Minute => "minute",
            Grain::Hour => "hour",
            Grain::Day => "day",
        };
        let kept = control::jobs::usage_kept(self.step)
            .map_or_else(|| "for good".to_owned(), |kept| format!("for {} days", kept.num_days()));
        format!("Counted by the {grain} (UTC), kept {kept}; single calls for {keep_calls_days} days.")
    }
}

/// The start of the bucket that a time lies in.
fn start(step: Grain, at: Time) -> Time {
    DateTime::from_timestamp_millis(step.start(at.timestamp_millis())).unwrap_or(at)
}

/// The widest grain that shows a course, unless one so fine is gone already.
fn step(since: Time, length: Duration, now: Time) -> Grain {
    let wanted = Grain::for_span(length.num_milliseconds());
    let is_kept = |grain: &Grain| control::jobs::usage_kept(*grain).is_none_or(|kept| since >= now - kept);
    Grain::ALL.iter().copied().filter(|grain| *grain >= wanted).find(is_kept).unwrap_or(Grain::Day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        moment::read(text).unwrap()
    }

    fn read(period: &str, since: &str, until: &str) -> Result<Span, Invalid> {
        Span::read(period, since, until, at("2026-03-14T15:20:30"))
    }

    #[test]
    fn spans_are_whole_buckets_that_end_with_the_one_that_fills_now() {
        for (name, since, until, step, buckets) in [
            ("1h", "2026-03-14T14:21", "2026-03-14T15:21", Grain::Minute, 60),
            ("24h", "2026-03-13T16:00", "2026-03-14T16:00", Grain::Hour, 24),
            ("7d", "2026-03-07T16:00", "2026-03-14T16:00", Grain::Hour, 168),
            ("30d", "2026-02-13", "2026-03-15", Grain::Day, 30),
        ] {
            let span = read(name, "", "").unwrap();
            assert_eq!((span.since, span.until, span.step), (at(since), at(until), step), "{name}");
            assert_eq!(span.buckets().count(), buckets, "{name}");
            assert_eq!((span.before().until, span.before().length()), (span.since, span.length()), "{name}");
        }
    }

    #[test]
    fn what_has_passed_of_the_last_bucket_counts() {
        let day = read("24h", "", "").unwrap();
        assert!((day.passed() - (23.0 + 20.5 / 60.0) / 24.0).abs() < 1e-9);
        let over = read("custom", "2026-03-01", "2026-03-02").unwrap();
        assert!((over.passed() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_gone_by_the_minute_is_shown_by_the_hour() {
        assert_eq!(read("custom", "2026-03-14T09:00", "2026-03-14T12:00").unwrap().step, Grain::Minute);
        assert_eq!(read("custom", "2026-03-01T09:00", "2026-03-01T12:00").unwrap().step, Grain::Hour);
        assert_eq!(read("custom", "2025-03-01T09:00", "2025-03-01T12:00").unwrap().step, Grain::Day);
    }

    #[test]
    fn what_is_no_span_is_refused_at_its_field() {
        for (name, since, until, field) in [
            ("2w", "", "", "period"),
            ("custom", "", "", "since"),
            ("custom", "2026-03-14", "soon", "until"),
            ("custom", "2026-03-13", "2026-03-12", "since"),
            ("custom", "2027-03-13", "", "since"),
        ] {
            assert_eq!(read(name, since, until).unwrap_err().0[0].field, field, "{name} {since} {until}");
        }
    }
}
