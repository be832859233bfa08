//! Lines over time.

use super::axis::{Times, Values};
use super::frame::{Frame, moment};
use super::marker::outline;
use super::scale::percent;
use super::series::Series;
use super::unit::Unit;
use crate::text::OptionalText;
use leptos::prelude::*;
use std::fmt::Write;

/// With more points than this a marker on each would hide the line.
const MOST_MARKERS: usize = 32;

/// One or more lines over time. At most some 200 points a series: more than a screen can show.
#[component]
pub fn LineChart(
    #[prop(into)] title: String,
    series: Vec<Series>,
    #[prop(optional)] unit: Unit,
    /// Fills below the line; for one series.
    #[prop(optional)]
    area: bool,
    /// The period shown, in unix ms; that of the points when left out.
    #[prop(optional_no_strip, into)]
    from: Option<i64>,
    #[prop(optional_no_strip, into)] until: Option<i64>,
    /// Below the chart: how long the data is kept.
    #[prop(optional, into)]
    note: OptionalText,
) -> AnyView {
    let frame = Frame::new(title, note.get(), unit, series);
    if frame.is_empty() {
        return frame.view_empty();
    }
    let at = frame.times();
    let first = at.first().copied().unwrap_or_default();
    let last = at.last().copied().unwrap_or_default();
    let times = Times::new(from.unwrap_or(first), until.unwrap_or(last));
    let highest = frame.series.iter().flat_map(Series::values).fold(0.0, f64::max);
    let values = Values::new(highest, unit);
    let drawing = view! {
        <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%" class="chart-paths">
            {paths(&frame.series, &values, times, area)}
        </svg>
        {markers(&frame.series, &values, times)}
        {bands(&frame, &at, &values, times)}
    }
    .into_any();
    frame.view(&values, times, drawing)
}

fn paths(series: &[Series], values: &Values, times: Times, area: bool) -> AnyView {
    let draw = |(index, series): (usize, &Series)| {
        let runs = runs(series, values, times);
        let class = series.class(index);
        let line: String = runs.iter().map(|run| line_path(run)).collect();
        let fill: String = runs.iter().filter(|_| area).map(|run| area_path(run)).collect();
        view! {
            {area.then(|| view! { <path class=format!("chart-fill {class}") d=fill></path> })}
            <path class=format!("chart-stroke stroke-{} {class}", index % 6 + 1) d=line></path>
        }
        .into_any()
    };
    series.iter().enumerate().map(draw).collect_view().into_any()
}

/// The stretches of a line between its gaps, as places on a square of 1,000.
fn runs(series: &Series, values: &Values, times: Times) -> Vec<Vec<(f64, f64)>> {
    let place = |at_ms, value| (times.place(at_ms) * 10.0, values.depth(value) * 10.0);
    series
        .points
        .split(|point| point.value.is_none())
        .map(|run| run.iter().filter_map(|point| Some(place(point.at_ms, point.value?))).collect())
        .filter(|run: &Vec<_>| !run.is_empty())
        .collect()
}

fn line_path(run: &[(f64, f64)]) -> String {
    let mut path = String::with_capacity(run.len() * 12);
    for (index, (x, y)) in run.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        // writing to a String cannot fail
        let _ = write!(path, "{command}{x:.1} {y:.1}");
    }
    path
}

fn area_path(run: &[(f64, f64)]) -> String {
    match (run.first(), run.last()) {
        (Some((left, _)), Some((right, _))) => format!("{}L{right:.1} 1000L{left:.1} 1000Z", line_path(run)),
        _ => String::new(),
    }
}

/// Markers on every point where there are few, else on those that stand alone between gaps.
fn markers(series: &[Series], values: &Values, times: Times) -> AnyView {
    let few = series.iter().all(|series| series.points.len() <= MOST_MARKERS);
    let mut drawn = Vec::new();
    for (index, series) in series.iter().enumerate() {
        for run in runs(series, values, times).into_iter().filter(|run| few || run.len() == 1) {
            for (x, y) in run {
                let (x, y) = (percent(x / 10.0), percent(y / 10.0));
                let class = format!("chart-marker {}", series.class(index));
                drawn.push(
                    view! { <svg class=class x=x y=y overflow="visible"><path d=outline(index)></path></svg> }
                        .into_any(),
                );
            }
        }
    }
    drawn.collect_view().into_any()
}

/// A stretch around each time that, pointed at or reached by keyboard, says what the values are.
fn bands(frame: &Frame, at: &[i64], values: &Values, times: Times) -> AnyView {
    let places: Vec<f64> = at.iter().map(|at| times.place(*at)).collect();
    let band = |(index, (at, place)): (usize, (&i64, &f64))| {
        let middle = |other: Option<&f64>, edge: f64| other.map_or(edge, |other| (other + place) / 2.0);
        let left = middle(index.checked_sub(1).and_then(|before| places.get(before)), 0.0);
        let right = middle(places.get(index + 1), 100.0);
        let dots = dots(frame, *at, *place, values);
        Band { at: *at, left, right, guide: Some(*place) }.view(frame, dots)
    };
    at.iter().zip(&places).enumerate().map(band).collect_view().into_any()
}

fn dots(frame: &Frame, at: i64, place: f64, values: &Values) -> AnyView {
    let dot = |(index, series): (usize, &Series)| {
        let y = percent(values.depth(series.at(at)?.value?));
        let class = format!("chart-dot {}", series.class(index));
        Some(view! { <circle class=class cx=percent(place) cy=y r="4"></circle> }.into_any())
    };
    frame.series.iter().enumerate().filter_map(dot).collect_view().into_any()
}

/// The stretch of the time axis that belongs to one time.
pub(super) struct Band {
    pub at: i64,
    pub left: f64,
    pub right: f64,
    /// Where to draw a vertical line.
    pub guide: Option<f64>,
}

impl Band {
    /// The band with `marks` that show only with it; a link where a point has one.
    pub fn view(&self, frame: &Frame, marks: AnyView) -> AnyView {
        let href = frame.series.iter().find_map(|series| series.at(self.at)?.href.clone());
        let readout = self.readout(frame);
        let guide = self.guide.map(percent).map(|x| {
            view! { <line class="chart-guide" x1=x.clone() x2=x y1="0" y2="100%"></line> }
        });
        let inside = view! {
            <rect x=percent(self.left) width=percent(self.right - self.left) y="0" height="100%"></rect>
            <title>{readout.clone()}</title>
            {guide}
            {marks}
            <text class="chart-readout" x="100%" y="-9" aria-hidden="true">{readout}</text>
        };
        match href {
            Some(href) => {
                view! { <svg overflow="visible"><a class="chart-band" href=href>{inside}</a></svg> }
                    .into_any()
            }
            None => view! { <g class="chart-band">{inside}</g> }.into_any(),
        }
    }

    fn readout(&self, frame: &Frame) -> String {
        let several = frame.series.len() > 1;
        let mut text = moment(self.at);
        for series in &frame.series {
            if let Some(value) = series.at(self.at).and_then(|point| point.value) {
                let name = if several { format!("{} ", series.name) } else { String::new() };
                text.push_str(&format!("  ·  {name}{}", frame.unit.format(value)));
            }
        }
        text
    }
}
