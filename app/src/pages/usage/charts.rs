//! The course of usage as charts: calls, error rate, latency and bytes, told apart as asked. Each point leads to the
//! calls behind it.

use super::answers::{Answers, bytes, calls, cost, course, error_rate, millis, tokens};
use super::question::Question;
use crate::server::incoming;
use chrono::DateTime;
use domain::usage::{Dimension, Figures, Series as Group};
use leptos::prelude::*;
use ui::{BarChart, Card, LineChart, Point, Series, SeriesRole, Unit};

/// So many groups are drawn; the others are one more where they add up.
const MOST_GROUPS: usize = 5;

#[component]
pub fn Charts(answers: Answers, question: Question) -> AnyView {
    let (from, until) = (question.span.since.timestamp_millis(), question.span.until.timestamp_millis());
    let note = question.span.note(incoming().settings.keep_calls_days);
    let (errors, latency) = if question.by.is_empty() {
        (vec![whole(&answers, &question, "Error rate", error_rate)], percentiles(&answers, &question))
    } else {
        let p95 = |figures: &Figures| millis(figures.p95);
        (largest(&answers, &question, error_rate), largest(&answers, &question, p95))
    };
    let latency_title = if question.by.is_empty() { "Latency" } else { "p95 latency" };
    let area = errors.len() == 1;
    let (calls, bytes) = (call_stack(&answers, &question), byte_stack(&answers, &question));
    let calls = view! { <BarChart title="Calls" series=calls from until note=note.clone()/> };
    let errors = view! { <LineChart title="Error rate" series=errors unit=Unit::Percent area from until note=note.clone()/> };
    let unit = Unit::Milliseconds;
    let rest = (!question.is_of_models()).then(|| {
        let latency =
            view! { <LineChart title=latency_title series=latency unit from until note=note.clone()/> };
        let bytes =
            view! { <BarChart title="Bytes" series=bytes unit=Unit::Bytes from until note=note.clone()/> };
        view! { <Card>{latency}</Card> <Card>{bytes}</Card> }
    });
    let models = answers.has_models().then(|| models(&answers, &question, note));
    view! {
        <div class="grid grid-large">
            <Card>{calls}</Card>
            <Card>{errors}</Card>
            {rest}
            {models}
        </div>
    }
    .into_any()
}

/// Tokens and cost over time.
fn models(answers: &Answers, question: &Question, note: String) -> AnyView {
    let (from, until) = (question.span.since.timestamp_millis(), question.span.until.timestamp_millis());
    let (read, spent) = if question.by.is_empty() {
        let of = |name, value: fn(&Figures) -> Option<f64>| whole(answers, question, name, value);
        let read = vec![
            of("Written", |figures| Some(figures.ai.output_tokens as f64)),
            of("Read", |figures| Some(figures.ai.input_tokens as f64)),
        ];
        (read, vec![of("Cost", |figures| Some(cost(figures)))])
    } else {
        (stack(answers, question, tokens), stack(answers, question, cost))
    };
    let tokens = view! { <BarChart title="Tokens" series=read from until note=note.clone()/> };
    let cost = view! { <BarChart title="Cost" series=spent unit=Unit::Money from until note/> };
    view! { <Card>{tokens}</Card> <Card>{cost}</Card> }.into_any()
}

/// Calls over time alone: for pages that are about something else.
#[component]
pub fn CallChart(answers: Answers, question: Question) -> AnyView {
    let (from, until) = (question.span.since.timestamp_millis(), question.span.until.timestamp_millis());
    let note = question.span.note(incoming().settings.keep_calls_days);
    view! { <Card><BarChart title="Calls" series=call_stack(&answers, &question) from until note/></Card> }
        .into_any()
}

/// One group, or everything, as a row of points that lead to their calls.
fn drawn(
    name: &str,
    points: &[domain::usage::Point],
    question: &Question,
    value: impl Fn(Option<&Figures>) -> Option<f64>,
) -> Series {
    let point = |(at, figures): (i64, Option<&Figures>)| {
        let point = Point::new(at, value(figures));
        match (figures, DateTime::from_timestamp_millis(at)) {
            (Some(_), Some(start)) => point.href(question.calls_at(start)),
            _ => point,
        }
    };
    Series::new(name, course(points, &question.span).into_iter().map(point).collect())
}

fn whole(answers: &Answers, question: &Question, name: &str, value: fn(&Figures) -> Option<f64>) -> Series {
    let points = answers.whole.series.first().map_or(&[][..], |series| &series.points);
    drawn(name, points, question, |figures| figures.and_then(value))
}

fn percentiles(answers: &Answers, question: &Question) -> Vec<Series> {
    let of = |name, value| whole(answers, question, name, value);
    vec![
        of("p50", |figures| millis(figures.p50)),
        of("p95", |figures| millis(figures.p95)),
        of("p99", |figures| millis(figures.p99)),
    ]
}

/// The largest groups as lines.
fn largest(answers: &Answers, question: &Question, value: fn(&Figures) -> Option<f64>) -> Vec<Series> {
    let groups = answers.groups.series.iter().take(MOST_GROUPS);
    groups
        .map(|group| drawn(&group.label, &group.points, question, |figures| figures.and_then(value)))
        .collect()
}

/// Calls, one group on top of the other: by status with the colours of its classes, else the largest and the rest.
fn call_stack(answers: &Answers, question: &Question) -> Vec<Series> {
    if question.groups() != [Dimension::Status] {
        return stack(answers, question, calls);
    }
    let mut classes: Vec<(&str, &Group)> =
        answers.groups.series.iter().map(|group| (status_of(group), group)).collect();
    classes.sort_by_key(|(status, _)| *status);
    let class = |(status, group): (&str, &Group)| {
        drawn(status, &group.points, question, |figures| Some(figures.map_or(0.0, calls)))
            .role(role_of(status))
    };
    classes.into_iter().map(class).collect()
}

fn status_of(group: &Group) -> &str {
    group.group.first().map_or("", |(_, value)| value)
}

fn role_of(class: &str) -> SeriesRole {
    match class {
        "2xx" => SeriesRole::Good,
        "4xx" => SeriesRole::Warning,
        "5xx" => SeriesRole::Bad,
        _ => SeriesRole::Rest,
    }
}

fn byte_stack(answers: &Answers, question: &Question) -> Vec<Series> {
    if !question.by.is_empty() {
        return stack(answers, question, bytes);
    }
    let of = |name, value: fn(&Figures) -> Option<f64>| whole(answers, question, name, value);
    vec![
        of("Answers", |figures| Some(figures.response_bytes as f64)),
        of("Requests", |figures| Some(figures.request_bytes as f64)),
    ]
}

/// The largest groups, and what is left of the whole.
fn stack(answers: &Answers, question: &Question, value: fn(&Figures) -> f64) -> Vec<Series> {
    let groups = &answers.groups.series;
    let of = |group: &Group| {
        drawn(&group.label, &group.points, question, |figures| Some(figures.map_or(0.0, value)))
    };
    let mut drawn_groups: Vec<Series> = groups.iter().take(MOST_GROUPS).map(of).collect();
    if groups.len() > MOST_GROUPS {
        drawn_groups.push(rest(answers, question, value).role(SeriesRole::Rest));
    }
    drawn_groups
}

fn rest(answers: &Answers, question: &Question, value: fn(&Figures) -> f64) -> Series {
    let mut left: Vec<(i64, f64)> = answers
        .course(&question.span)
        .iter()
        .map(|(at, figures)| (*at, figures.map_or(0.0, value)))
        .collect();
    for group in answers.groups.series.iter().take(MOST_GROUPS) {
        for ((_, left), (_, figures)) in left.iter_mut().zip(course(&group.points, &question.span)) {
            *left -= figures.map_or(0.0, value);
        }
    }
    Series::new("all others", left.into_iter().map(|(at, value)| Point::new(at, value.max(0.0))).collect())
}
