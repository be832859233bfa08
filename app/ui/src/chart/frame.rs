//! What every chart has around its drawing: title, legend, a summary in words, a table of the values, and
//! a state for when there is nothing to draw.

use super::axis::{Times, Values};
use super::marker::{self, key};
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
    /// The sign of a series in the legend, by its place.
    pub outline: fn(usize) -> &'static str,
}

impl Frame {
    /// The series in order of time; `outline` as for lines until said otherwise.
    pub fn new(title: String, note: Option<String>, unit: Unit, series: Vec<Series>) -> Self {
        let series = series.into_iter().map(Series::in_order).collect();
        Self { title, note, unit, series, outline: marker::outline }
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
        let outline = self.outline;
        let legend = self
            .series
            .iter()
            .enumerate()
            .filter(|_| several)
            .map(|(index, series)| {
                let class = format!("chart-key {}", series.class(index));
                view! { <li class=class>{key(outline(index))} {series.name.clone()}</li> }
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
    let at = |(at_ms, value): (i64, f64)| format!("{} ({})", unit.format(value), moment(at_ms));
    let mut facts = Vec::new();
    if unit.adds_up() {
        facts.push(format!("{} {}", words.total, unit.format(summary.total)));
    }
    facts.push(format!("{} {}", words.highest, at(summary.highest)));
    facts.push(format!("{} {}", words.lowest, at(summary.lowest)));
    facts.push(format!("{} {}", words.last, unit.format(summary.last)));
    format!("{name}: {}", facts.join(", "))
}

/// A time within the period of a chart: "14 Mar 09:30".
pub(super) fn moment(at_ms: i64) -> String {
    format::strftime(at_ms, &format!("{} %H:%M", words().day))
}
