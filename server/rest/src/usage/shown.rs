//! Usage as it is sent: groups as objects, and only the measures that were asked for.

use domain::Time;
use domain::usage::{Figures, Measure, Usage};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Usage of a span of time; the largest series by calls first, at most 50.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Usage")]
pub struct UsageShown {
    pub series: Vec<SeriesShown>,
    pub totals: FiguresShown,
}

/// The points of one group, oldest first, without those where nothing happened.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Series")]
pub struct SeriesShown {
    /// The value of each dimension that was asked for: ids, and for `status` the class. Empty where a call had none.
    pub group: BTreeMap<&'static str, String>,
    /// The group for people: names instead of ids.
    pub label: String,
    pub points: Vec<PointShown>,
    pub totals: FiguresShown,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Point")]
pub struct PointShown {
    /// The start of the point's step.
    pub at: Time,
    #[serde(flatten)]
    pub figures: FiguresShown,
}

/// The measures that were asked for.
#[derive(Default, Serialize, JsonSchema)]
#[schemars(rename = "Figures")]
#[serde(default)]
pub struct FiguresShown {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls: Option<i64>,
    /// Calls answered with a status of 500 or more, whoever made the answer, or with one that broke off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<i64>,
    /// Calls that the gateway turned down with 400 to 499 before the backend was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<i64>,
    /// Percentiles of the duration in microseconds; absent without calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99: Option<i64>,
    /// Bytes of request and response bodies together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_bytes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_bytes: Option<i64>,
    /// Tokens that models read and wrote; 0 where no model answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<i64>,
    /// What models cost, in billionths of a US dollar; 0 where no model answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<i64>,
}

impl FiguresShown {
    fn of(figures: &Figures, measures: &[Measure]) -> Self {
        let mut shown = Self::default();
        for measure in measures {
            match measure {
                Measure::Calls => shown.calls = Some(figures.calls),
                Measure::Errors => shown.errors = Some(figures.errors),
                Measure::Refused => shown.refused = Some(figures.refused),
                Measure::P50 => shown.p50 = figures.p50,
                Measure::P95 => shown.p95 = figures.p95,
                Measure::P99 => shown.p99 = figures.p99,
                Measure::Bytes => {
                    shown.bytes = Some(figures.request_bytes + figures.response_bytes);
                    shown.request_bytes = Some(figures.request_bytes);
                    shown.response_bytes = Some(figures.response_bytes);
                }
                // no call is answered by a model yet
                Measure::Tokens => shown.tokens = Some(0),
                Measure::Cost => shown.cost = Some(0),
            }
        }
        shown
    }
}

impl UsageShown {
    pub fn of(usage: Usage, measures: &[Measure]) -> Self {
        let series = usage.series.into_iter().map(|series| SeriesShown {
            group: series.group.into_iter().map(|(dimension, value)| (dimension.as_str(), value)).collect(),
            label: series.label,
            points: series
                .points
                .iter()
                .map(|point| PointShown { at: point.at, figures: FiguresShown::of(&point.figures, measures) })
                .collect(),
            totals: FiguresShown::of(&series.totals, measures),
        });
        Self { series: series.collect(), totals: FiguresShown::of(&usage.totals, measures) }
    }
}
