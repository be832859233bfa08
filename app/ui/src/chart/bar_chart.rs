//! Bars over time, one series on top of the other.

use super::axis::{Times, Values};
use super::frame::Frame;
use super::line_chart::Band;
use super::marker::block;
use super::scale::percent;
use super::series::Series;
use super::unit::Unit;
use crate::text::OptionalText;
use leptos::prelude::*;

/// The part of its place that a bar takes, the rest is air.
const BAR: f64 = 0.72;
/// Few bars do not become walls: a bar is never wider than this, in per cent of the chart.
const WIDEST: f64 = 5.0;
const HOUR: i64 = 3_600_000;

/// Bars over time, stacked by series in the order given, the first at the bottom.
#[component]
pub fn BarChart(
    #[prop(into)] title: String,
    series: Vec<Series>,
    #[prop(optional)] unit: Unit,
    /// The period shown, in unix ms; that of the points when left out.
    #[prop(optional_no_strip, into)]
    from: Option<i64>,
    #[prop(optional_no_strip, into)] until: Option<i64>,
    /// Below the chart: how long the data is kept.
    #[prop(optional, into)]
    note: OptionalText,
) -> AnyView {
    let frame = Frame { outline: block, ..Frame::new(title, note.get(), unit, series) };
    if frame.is_empty() {
        return frame.view_empty();
    }
    let at = frame.times();
    let step = step(&at);
    let first = at.first().copied().unwrap_or_default();
    let last = at.last().copied().unwrap_or_default();
    let times = Times::new(from.unwrap_or(first), until.unwrap_or(last.saturating_add(step)));
    let highest = at.iter().map(|at| stack_height(&frame.series, *at)).fold(0.0, f64::max);
    let values = Values::new(highest, unit);
    let bars = at.iter().map(|at| bar(&frame, *at, step, &values, times)).collect_view().into_any();
    frame.view(&values, times, bars)
}

/// The least time between two bars.
fn step(at: &[i64]) -> i64 {
    at.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?)).min().unwrap_or(HOUR)
}

/// What of a value can be stacked: there is no bar below zero.
fn height(series: &Series, at: i64) -> f64 {
    series.at(at).and_then(|point| point.value).unwrap_or_default().max(0.0)
}

fn stack_height(series: &[Series], at: i64) -> f64 {
    series.iter().map(|series| height(series, at)).sum()
}

fn bar(frame: &Frame, at: i64, step: i64, values: &Values, times: Times) -> AnyView {
    let (left, right) = (times.place(at), times.place(at.saturating_add(step)));
    let width = ((right - left) * BAR).min(WIDEST);
    let x = left + (right - left - width) / 2.0;
    let mut below = 0.0;
    let mut parts = Vec::new();
    for (index, series) in frame.series.iter().enumerate() {
        let value = height(series, at);
        if value > 0.0 {
            let (bottom, top) = (values.depth(below), values.depth(below + value));
            let (x, width, y, tall) = (percent(x), percent(width), percent(top), percent(bottom - top));
            let class = format!("chart-bar {}", series.class(index));
            parts.push(view! { <rect class=class x=x y=y width=width height=tall></rect> }.into_any());
        }
        below += value;
    }
    Band { at, left, right, guide: None }.view(frame, parts.collect_view().into_any())
}
