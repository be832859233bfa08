//! Usage as a table: a row for each group, with everything that is counted.

use super::answers::{Answers, bytes, cost, cost_text, error_rate, millis, tokens, whole};
use super::question::Question;
use crate::link;
use crate::server::{incoming, query};
use domain::usage::{Dimension, Figures, Series};
use leptos::prelude::*;
use ui::{Column, EmptyState, Glyph, Narrow, Row, Sorting, Table, format};

/// A word of the address, and what it orders by.
type Order = (&'static str, fn(&Figures) -> f64);

/// What the columns are ordered by.
const ORDERS: [Order; 8] = [
    ("calls", |figures| figures.calls as f64),
    ("errors", |figures| figures.errors as f64),
    ("rate", |figures| error_rate(figures).unwrap_or(-1.0)),
    ("refused", |figures| figures.refused as f64),
    ("p95", |figures| millis(figures.p95).unwrap_or(-1.0)),
    ("bytes", bytes),
    ("tokens", tokens),
    ("cost", cost),
];

#[component]
pub fn Groups(answers: Answers, question: Question) -> AnyView {
    let sorting = Sorting::new(question.place.path.clone(), &incoming().query, "-calls");
    let has_models = answers.has_models();
    let mut series = answers.groups.series;
    sort(&mut series, &query("sort"));
    let number = |label: &str, key: &str| Column::number(label).sort(sorting.by_most(key));
    let mut columns = vec![
        Column::new(heading(&question)),
        number("Calls", "calls"),
        number("Errors", "errors"),
        number("Error rate", "rate"),
        number("Refused", "refused"),
        Column::number("p50"),
        number("p95", "p95"),
        number("Bytes", "bytes"),
    ];
    if has_models {
        columns.extend([number("Tokens", "tokens"), number("Cost", "cost")]);
    }
    let rows = series.into_iter().map(|series| row(series, &question, has_models)).collect();
    let empty = view! { <EmptyState glyph=Glyph::Analytics title="No calls in this period"/> };
    view! { <Table caption="Usage" columns rows empty narrow=Narrow::Scroll/> }.into_any()
}

fn heading(question: &Question) -> String {
    let names: Vec<&str> = question.groups().into_iter().map(name).collect();
    names.join(" · ")
}

/// What people call a dimension.
pub fn name(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Api => "API",
        Dimension::Version => "Version",
        Dimension::Route => "Route",
        Dimension::Application => "Application",
        Dimension::Status => "Status",
        Dimension::Model => "Model",
        Dimension::Provider => "Provider",
    }
}

fn sort(series: &mut [Series], order: &str) {
    let (key, upwards) = order.strip_prefix('-').map_or((order, true), |key| (key, false));
    let Some((_, value)) = ORDERS.iter().find(|(name, _)| *name == key) else { return };
    series.sort_by(|a, b| value(&b.totals).total_cmp(&value(&a.totals)));
    if upwards {
        series.reverse();
    }
}

fn row(series: Series, question: &Question, has_models: bool) -> Row {
    let figures = series.totals;
    let time = |us| millis(us).map_or_else(|| "–".to_owned(), format::millis);
    let label = match question.narrowed(&series.group).filter(|address| *address != incoming().here()) {
        Some(href) => view! { <a href=href>{series.label}</a> }.into_any(),
        None => series.label.into_any(),
    };
    let status = series.group.iter().find(|(dimension, _)| *dimension == Dimension::Status);
    let calls = link::with(&question.calls(), "status", status.map_or("", |(_, value)| value));
    let count = format::whole(whole(figures.calls));
    let alone = question.groups() == [Dimension::Status];
    let count = if alone { view! { <a href=calls>{count}</a> }.into_any() } else { count.into_any() };
    // by model, only what is of models is known
    let known = |text: String| if question.is_of_models() { "–".to_owned() } else { text };
    let row = Row::new()
        .cell(label)
        .cell(count)
        .cell(format::whole(whole(figures.errors)))
        .cell(error_rate(&figures).map_or_else(|| "–".to_owned(), format::percent))
        .cell(known(format::whole(whole(figures.refused))))
        .cell(time(figures.p50))
        .cell(time(figures.p95))
        .cell(known(format::bytes(whole(figures.request_bytes + figures.response_bytes))));
    if !has_models {
        return row;
    }
    row.cell(format::whole(whole(figures.ai.tokens()))).cell(cost_text(&figures.ai))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(label: &str, calls: i64, errors: i64) -> Series {
        let totals = Figures { calls, errors, ..Figures::default() };
        Series { group: Vec::new(), label: label.to_owned(), points: Vec::new(), totals }
    }

    #[test]
    fn groups_are_ordered_as_the_address_says() {
        let order = |order| {
            let mut groups = [group("a", 10, 0), group("b", 5, 3), group("c", 1, 1)];
            sort(&mut groups, order);
            groups.map(|group| group.label).concat()
        };
        for (asked, expected) in
            [("", "abc"), ("-errors", "bca"), ("calls", "cba"), ("-rate", "cba"), ("nonsense", "abc")]
        {
            assert_eq!(order(asked), expected, "{asked}");
        }
    }
}
