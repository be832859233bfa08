//! What `control` answers to a question, and how a course over time is read from it.

use super::question::Question;
use super::span::Span;
use crate::error::Result;
use control::{Actor, Control, usage};
use domain::usage::{AiFigures, Figures, Point, Usage, UsageQuery};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use ui::format;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answers {
    /// Everything together.
    pub whole: Usage,
    /// The same, of the stretch of time before.
    pub before: Figures,
    /// Told apart as asked.
    pub groups: Usage,
}

pub async fn ask(control: &Control, actor: &Actor, question: &Question) -> Result<Answers> {
    let before = question.span.before();
    let earlier = UsageQuery { since: before.since, until: before.until, ..question.usage(Vec::new()) };
    Ok(Answers {
        whole: usage::get(control, actor, question.usage(Vec::new())).await?,
        before: usage::get(control, actor, earlier).await?.totals,
        groups: usage::get(control, actor, question.usage(question.groups())).await?,
    })
}

/// Whether anything that the person reads was called in the last month.
pub async fn has_calls(control: &Control, actor: &Actor) -> Result<bool> {
    let month = Question::of_last(30 * 24, control.now());
    Ok(usage::get(control, actor, month.usage(Vec::new())).await?.totals.calls > 0)
}

/// Each bucket of the span with its figures, and with nothing where nothing happened.
pub fn course<'a>(points: &'a [Point], span: &Span) -> Vec<(i64, Option<&'a Figures>)> {
    let known: HashMap<i64, &Figures> =
        points.iter().map(|point| (point.at.timestamp_millis(), &point.figures)).collect();
    span.buckets().map(|at| (at, known.get(&at).copied())).collect()
}

impl Answers {
    /// Whether a model was asked in the span.
    pub fn has_models(&self) -> bool {
        self.whole.totals.ai != AiFigures::default()
    }

    /// The course of everything together.
    pub fn course(&self, span: &Span) -> Vec<(i64, Option<&Figures>)> {
        course(self.whole.series.first().map_or(&[], |series| series.points.as_slice()), span)
    }
}

pub fn calls(figures: &Figures) -> f64 {
    figures.calls as f64
}

/// Of 1; nothing without calls.
pub fn error_rate(figures: &Figures) -> Option<f64> {
    (figures.calls > 0).then(|| figures.errors as f64 / figures.calls as f64)
}

/// Of bodies in both directions.
pub fn bytes(figures: &Figures) -> f64 {
    (figures.request_bytes + figures.response_bytes) as f64
}

/// That models read and wrote.
pub fn tokens(figures: &Figures) -> f64 {
    figures.ai.tokens() as f64
}

/// Of models, in billionths of a dollar.
pub fn cost(figures: &Figures) -> f64 {
    figures.ai.cost_nano as f64
}

/// What models cost, in words: calls whose price is not known are no part of it, and are told.
pub fn cost_text(ai: &AiFigures) -> String {
    match (ai.cost_nano, ai.unpriced) {
        (0, unpriced) if unpriced > 0 => "price unknown".to_owned(),
        (nano, 0) => format::money(nano),
        (nano, unpriced) => {
            let calls = if unpriced == 1 { "call" } else { "calls" };
            format!(
                "{}, without {} {calls} of unknown price",
                format::money(nano),
                format::whole(whole(unpriced))
            )
        }
    }
}

/// A duration of a roll-up in milliseconds.
pub fn millis(duration_us: Option<i64>) -> Option<f64> {
    duration_us.map(|us| us as f64 / 1_000.0)
}

/// A count for the formats, which know no negative ones.
pub fn whole(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_priced_is_told() {
        let text =
            |cost_nano, unpriced| cost_text(&AiFigures { cost_nano, unpriced, ..AiFigures::default() });
        assert_eq!(text(0, 0), "$0");
        assert_eq!(text(0, 3), "price unknown");
        assert_eq!(text(1_250_000_000, 0), "$1.25");
        assert_eq!(text(1_250_000_000, 1), "$1.25, without 1 call of unknown price");
        assert_eq!(text(1_250_000_000, 1_200), "$1.25, without 1,200 calls of unknown price");
    }
}
