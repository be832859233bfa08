//! The last 24 hours in four figures, against the 24 hours before.

use chrono::Duration;
use domain::Time;
use domain::usage::{Figures, Grain, Point, Usage, UsageQuery};
use leptos::prelude::*;
use ui::{Change, Figure, SectionHeader, format};

const HOURS: i64 = 24;

/// Two days by hour, up to now.
pub fn question(now: Time) -> UsageQuery {
    UsageQuery {
        group_by: Vec::new(),
        since: now - Duration::hours(2 * HOURS),
        until: now,
        step: Grain::Hour,
        api: None,
        application: None,
        route: String::new(),
        visible: domain::usage::Visible::Nothing,
    }
}

/// One measure of both days.
struct Course {
    now: f64,
    before: f64,
    by_hour: Vec<f64>,
}

#[component]
pub fn LastDay(usage: Usage) -> AnyView {
    let now = crate::server::now();
    let points = usage.series.into_iter().next().map(|series| series.points).unwrap_or_default();
    let calls = course(&points, now, |figures| figures.calls);
    let errors = course(&points, now, |figures| figures.errors);
    let refused = course(&points, now, |figures| figures.refused);
    let slowest = slowest(&points, now);
    let share = |course: &Course| if calls.now > 0.0 { course.now / calls.now } else { 0.0 };
    let before = |course: &Course| if calls.before > 0.0 { course.before / calls.before } else { 0.0 };
    let (wrong, turned) = (share(&errors), share(&refused));
    view! {
        <section class="stack">
            <SectionHeader title="Last 24 hours" lead="Calls to your teams' APIs and by your teams' applications."/>
            <div class="grid-figures">
                <Figure
                    label="Calls"
                    value=count(calls.now)
                    change=Change::more_is_better(calls.now, calls.before)
                    spark=calls.by_hour.clone()
                    href="/usage"
                />
                <Figure
                    label="Errors"
                    value=format::percent(wrong)
                    change=Change::less_is_better(wrong, before(&errors))
                    spark=errors.by_hour.clone()
                    href="/calls?status=5xx"
                />
                <Figure
                    label="Refused"
                    value=format::percent(turned)
                    change=Change::neutral(turned, before(&refused))
                    spark=refused.by_hour.clone()
                    href="/usage"
                />
                <Figure
                    label="Slowest hour, 95 of 100 calls within"
                    value=slowest.last().map_or_else(|| "–".to_owned(), |_| format::millis(highest(&slowest)))
                    spark=slowest.clone()
                    href="/usage"
                />
            </div>
        </section>
    }
    .into_any()
}

fn course(points: &[Point], now: Time, of: fn(&Figures) -> i64) -> Course {
    let value = |point: &Point| of(&point.figures);
    let sum = |points: &[&Point]| points.iter().map(|point| float(value(point))).sum();
    let (today, yesterday) = days(points, now);
    let start = now - Duration::hours(HOURS);
    let by_hour = (0..HOURS)
        .map(|hour| {
            let from = Grain::Hour.start((start + Duration::hours(hour + 1)).timestamp_millis());
            let found = today.iter().find(|point| point.at.timestamp_millis() == from);
            found.map_or(0.0, |point| float(value(point)))
        })
        .collect();
    Course { now: sum(&today), before: sum(&yesterday), by_hour }
}

/// The points of the last day and of the one before.
fn days(points: &[Point], now: Time) -> (Vec<&Point>, Vec<&Point>) {
    let middle = Grain::Hour.start((now - Duration::hours(HOURS - 1)).timestamp_millis());
    points.iter().partition(|point| point.at.timestamp_millis() >= middle)
}

/// The 95th percentile of each hour with calls, in milliseconds.
fn slowest(points: &[Point], now: Time) -> Vec<f64> {
    let (today, _) = days(points, now);
    today.iter().filter_map(|point| point.figures.p95).map(|micros| float(micros) / 1_000.0).collect()
}

fn highest(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

fn count(value: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a sum of counts, never negative"
    )]
    format::count(value as u64)
}

/// Figures on a page need no more digits than a double has.
#[expect(clippy::cast_precision_loss, reason = "see above")]
fn float(value: i64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Time {
        Time::from_timestamp(hour * 3600, 0).unwrap()
    }

    fn point(hour: i64, calls: i64) -> Point {
        Point { at: at(hour), figures: Figures { calls, ..Figures::default() } }
    }

    #[test]
    fn the_last_day_is_told_apart_from_the_one_before() {
        let points = [point(1, 5), point(24, 7), point(25, 1), point(48, 2)];
        let course = course(&points, at(48) + Duration::minutes(10), |figures| figures.calls);
        assert!((course.before - 12.0).abs() < f64::EPSILON);
        assert!((course.now - 3.0).abs() < f64::EPSILON);
        assert_eq!(course.by_hour.len(), 24);
        assert!((course.by_hour[0] - 1.0).abs() < f64::EPSILON, "the oldest hour");
        assert!((course.by_hour[23] - 2.0).abs() < f64::EPSILON, "the hour that has begun");
    }
}
