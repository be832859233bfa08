//! What every chart has around its drawing: title, legend, a summary in words, a table of the values, and
//! a state for when there is nothing to draw.

use super::axis::{Times, Values};
use super::series::{Series, Summary};
use super::unit::Unit;
use crate::format;
use crate::table::{Column, Narrow, Row, Table};
use crate::words::words;
use crate::{EmptyState, Glyph};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// What is drawn, and with what words.
pub(super) struct Frame {
    pub title: String,
    pub note: Option<String>,
    pub unit: Unit,
    pub series: Vec<Series>,
}

impl Frame {
    pub fn new(title: String, note: Option<String>, unit: Unit, series: Vec<Series>) -> Self {
        Self { title, note, unit, series: series.into_iter().map(Series::in_order).collect() }
    }

    pub fn is_empty(&self) -> bool {
        self.series.iter().all(|series| series.values().next().is_none())
    }

    /// Every time that some series has a point at, in order.
    pub fn times(&self) -> Vec<i64> {
        let times: BTreeSet<i64> =
            self.series.iter().flat_map(|series| series.points.iter().map(|point| point.at_ms)).collect();
        times.into_iter().collect()
    }

    /// The chart with its drawing in place. `drawing` stands in an SVG viewport of its own, 0 % to 100 %.
    pub fn view(self, values: &Values, times: Times, drawing: AnyView) -> AnyView {
        let links = self.series.iter().flat_map(|series| &series.points).any(|point| point.href.is_some());
        let role = if links { "group" } else { "img" };
        let head = self.head();
        let caption = self.caption();
        view! {
            <figure class="chart">
                {head}
                <div class="chart-body">
                    {values.labels()}
                    <svg class="chart-drawing" role=role aria-label=self.title.clone()>
                        <svg class="chart-area" y="24" width="100%" height="176">
                            {values.lines()} {drawing}
                        </svg>
                        <svg y="204" width="100%" height="24" class="chart-times">{times.labels()}</svg>
                    </svg>
                </div>
                {caption}
                {self.table()}
            </figure>
        }
        .into_any()
    }

    /// The chart without a drawing.
    pub fn view_empty(self) -> AnyView {
        view! {
            <figure class="chart">
                {self.head()}
                <EmptyState glyph=Glyph::Analytics title=words().nothing_in_period/>
                {self.note.map(|note| view! { <figcaption class="chart-caption">{note}</figcaption> })}
            </figure>
        }
        .into_any()
    }

    fn head(&self) -> AnyView {
        let several = self.series.len() > 1;
        let legend = self
            .series
            .iter()
            .enumerate()
            .filter(|_| several)
            .map(|(index, series)| {
                let class = format!("chart-key {}", series.class(index));
                view! { <li class=class>{marker_key(index)} {series.name.clone()}</li> }
            })
            .collect_view();
        view! {
            <div class="chart-head">
                <h3>{self.title.clone()}</h3>
                <ul class="chart-legend" role="list">{legend}</ul>
            </div>
        }
        .into_any()
    }

    /// The chart in words. With many series it would be a wall, and is then for those who listen.
    fn caption(&self) -> AnyView {
        let sentences = self
            .series
            .iter()
            .filter_map(|series| Some(sentence(&series.name, series.summary()?, self.unit)))
            .map(|sentence| view! { <span class="chart-sentence">{sentence}</span> " " })
            .collect_view();
        let class = if self.series.len() > 2 { "visually-hidden" } else { "" };
        let note = self.note.clone().map(|note| view! { <span class="chart-note">{note}</span> });
        view! {
            <figcaption class="chart-caption"><span class=class>{sentences}</span>{note}</figcaption>
        }
        .into_any()
    }

    fn table(self) -> AnyView {
        let words = words();
        let unit = self.unit;
        let columns = std::iter::once(Column::new(words.time))
            .chain(self.series.iter().map(|series| Column::number(series.name.clone())))
            .collect();
        let rows = self
            .times()
            .into_iter()
            .map(|at| {
                self.series.iter().fold(Row::new().cell(format::minute(at)), |row, series| {
                    let value = series.at(at).and_then(|point| point.value);
                    row.cell(value.map_or_else(|| "–".to_owned(), |value| unit.format(value)))
                })
            })
            .collect();
        view! {
            <details class="chart-table">
                <summary>{words.show_table}</summary>
                <Table caption=self.title columns rows narrow=Narrow::Scroll/>
            </details>
        }
        .into_any()
    }
}

fn sentence(name: &str, summary: Summary, unit: Unit) -> String {
    let words = words();
    let show = |value| unit.format(value);
    let at = |(at_ms, value): (i64, f64)| format!("{} ({})", show(value), format::minute(at_ms));
    let total =
        if unit.adds_up() { format!("{} {}, ", words.total, show(summary.total)) } else { String::new() };
    format!(
        "{name}: {total}{} {}, {} {}, {} {}.",
        words.highest,
        at(summary.highest),
        words.lowest,
        at(summary.lowest),
        words.last,
        show(summary.last)
    )
}

/// Outlines of the markers, around 0; one for each series, so that colour is not needed.
const MARKERS: [&str; 6] = [
    "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z",
    "M-2.7-2.7h5.4v5.4h-5.4z",
    "M0-3.8L3.8 0L0 3.8L-3.8 0z",
    "M0-3.6L3.6 2.8h-7.2z",
    "M0 3.6L3.6-2.8h-7.2z",
    "M-3.4-1.2h2.2v-2.2h2.4v2.2h2.2v2.4h-2.2v2.2h-2.4v-2.2h-2.2z",
];

/// The marker of a series.
pub(super) fn marker(index: usize) -> &'static str {
    MARKERS.get(index % MARKERS.len()).copied().unwrap_or_default()
}

fn marker_key(index: usize) -> AnyView {
    view! {
        <svg class="chart-marker" viewBox="-5 -5 10 10" width="10" height="10" aria-hidden="true">
            <path d=marker(index)></path>
        </svg>
    }
    .into_any()
}
