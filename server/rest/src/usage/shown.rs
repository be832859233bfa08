//! Usage as it is sent: groups as objects, and only the measures that were asked for.

use domain::Time;
use domain::usage::{Figures, Measure, Usage};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Usage of a span of time, at most 50 series: those with most calls first, or, where only calls to models are looked
/// at, those that cost most.
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
    /// Tokens that models read and wrote, together; 0 where no model answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<i64>,
    /// With `tokens` or `cost`: tokens that models read, from a cache or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<i64>,
    /// With `tokens` or `cost`: tokens that models wrote, for the caller or thinking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<i64>,
    /// What models cost, in billionths of a US dollar, without calls whose price is not known; 0 where no model
    /// answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<i64>,
    /// With `tokens` or `cost`: calls to models whose cost is not known, and not part of `cost`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unpriced: Option<i64>,
}

impl FiguresShown {
    fn of(figures: &Figures, measures: &[Measure]) -> Self {
        let mut shown = Self::default();
        if measures.iter().any(|measure| measure.is_of_models()) {
            shown.input_tokens = Some(figures.ai.input_tokens);
            shown.output_tokens = Some(figures.ai.output_tokens);
            shown.unpriced = Some(figures.ai.unpriced);
        }
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
                Measure::Tokens => shown.tokens = Some(figures.ai.tokens()),
                Measure::Cost => shown.cost = Some(figures.ai.cost_nano),
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
