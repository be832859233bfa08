//! The marks of a chart and their words: horizontal lines for values, words below for times.

use super::scale::{Scale, is_day, percent, time_ticks, value_ticks};
use super::unit::Unit;
use crate::format;
use crate::words::words;
use leptos::prelude::*;

/// The value axis: from 0 to the round figure above the highest value.
pub(super) struct Values {
    ticks: Vec<f64>,
    unit: Unit,
    scale: Scale,
}

impl Values {
    pub fn new(highest: f64, unit: Unit) -> Self {
        let ticks = value_ticks(highest, unit.least_step());
        let scale = Scale::new(0.0, ticks.last().copied().unwrap_or(1.0));
        Self { ticks, unit, scale }
    }

    /// How far from the top a value is, in per cent.
    pub fn depth(&self, value: f64) -> f64 {
        100.0 - self.scale.place(value)
    }

    /// The words, top down; the style spreads them evenly over the height.
    pub fn labels(&self) -> AnyView {
        let unit = self.unit;
        let labels =
            self.ticks.iter().rev().map(|tick| view! { <span>{unit.format(*tick)}</span> }).collect_view();
        view! { <div class="chart-values" aria-hidden="true">{labels}</div> }.into_any()
    }

    pub fn lines(&self) -> AnyView {
        let places: Vec<String> = self.ticks.iter().map(|tick| percent(self.depth(*tick))).collect();
        places
            .into_iter()
            .map(|place| {
                view! { <line class="chart-line" x1="0" x2="100%" y1=place.clone() y2=place></line> }
                    .into_any()
            })
            .collect_view()
            .into_any()
    }
}

/// The time axis.
#[derive(Clone, Copy)]
pub(super) struct Times {
    from: i64,
    until: i64,
}

impl Times {
    pub fn new(from: i64, until: i64) -> Self {
        Self { from, until: until.max(from) }
    }

    /// How far from the left a time is, in per cent.
    pub fn place(self, at_ms: i64) -> f64 {
        // f64 holds unix milliseconds exactly
        Scale::new(self.from as f64, self.until as f64).place(at_ms as f64)
    }

    /// The words below the chart. Every second one makes way on a narrow screen.
    pub fn labels(self) -> AnyView {
        let (ticks, step) = time_ticks(self.from, self.until, 8);
        let day = words().day;
        ticks
            .into_iter()
            .enumerate()
            .map(|(index, at)| {
                let text = format::strftime(at, if is_day(at, step) { day } else { "%H:%M" });
                let class = if index % 2 == 0 { "chart-time" } else { "chart-time chart-time-minor" };
                view! { <text class=class x=percent(self.place(at)) y="16">{text}</text> }.into_any()
            })
            .collect_view()
            .into_any()
    }
}
