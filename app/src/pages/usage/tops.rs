//! The most of everything: busiest APIs, applications and routes, the slowest, those that fail most.

use super::answers::{error_rate, millis};
use super::question::Question;
use crate::error::Result;
use control::{Actor, Control, usage};
use domain::usage::{Dimension, Figures, Series};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use ui::{BarItem, BarList, Card, Unit};

/// Rows of a list.
const ROWS: usize = 6;
/// With fewer calls than this a route is neither slow nor failing, but rare.
const LEAST_CALLS: i64 = 5;

/// A group with its figures, without its course.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Group {
    group: Vec<(Dimension, String)>,
    label: String,
    totals: Figures,
}

impl From<Series> for Group {
    fn from(series: Series) -> Self {
        Self { group: series.group, label: series.label, totals: series.totals }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Most {
    apis: Vec<Group>,
    applications: Vec<Group>,
    routes: Vec<Group>,
}

pub async fn ask(control: &Control, actor: &Actor, question: &Question) -> Result<Most> {
    let by = |by: Vec<Dimension>| {
        let question = question.usage(by);
        async move {
            let found = usage::get(control, actor, question).await?;
            Ok::<_, control::Error>(found.series.into_iter().map(Group::from).collect())
        }
    };
    // a route means something within its api alone
    let route =
        if question.api.is_some() { vec![Dimension::Route] } else { vec![Dimension::Api, Dimension::Route] };
    Ok(Most {
        apis: if question.api.is_none() { by(vec![Dimension::Api]).await? } else { Vec::new() },
        applications: if question.application.is_none() {
            by(vec![Dimension::Application]).await?
        } else {
            Vec::new()
        },
        routes: by(route).await?,
    })
}

#[component]
pub fn Tops(most: Most, question: Question) -> AnyView {
    let usual = |figures: &Figures| figures.calls >= LEAST_CALLS;
    let slow = |figures: &Figures| millis(figures.p95).filter(|_| usual(figures));
    let failing = |figures: &Figures| error_rate(figures).filter(|rate| *rate > 0.0 && usual(figures));
    let calls = |figures: &Figures| Some(figures.calls as f64);
    let list = |title: &'static str, unit, items: Vec<BarItem>| {
        (!items.is_empty()).then(|| view! { <Card><BarList title items unit/></Card> })
    };
    view! {
        <div class="grid">
            {list("Busiest APIs", Unit::Count, items(&most.apis, &question, calls))}
            {list("Busiest applications", Unit::Count, items(&most.applications, &question, calls))}
            {list("Busiest routes", Unit::Count, items(&most.routes, &question, calls))}
            {list("Slowest routes (p95)", Unit::Milliseconds, items(&most.routes, &question, slow))}
            {list("Failing routes (error rate)", Unit::Percent, items(&most.routes, &question, failing))}
        </div>
    }
    .into_any()
}

/// The groups with the highest values; each leads to the question narrowed to it.
fn items(groups: &[Group], question: &Question, value: impl Fn(&Figures) -> Option<f64>) -> Vec<BarItem> {
    let mut valued: Vec<(f64, &Group)> =
        groups.iter().filter_map(|group| Some((value(&group.totals)?, group))).collect();
    valued.sort_by(|a, b| b.0.total_cmp(&a.0));
    let item = |(value, group): (f64, &Group)| {
        let item = BarItem::new(group.label.clone(), value);
        match question.narrowed(&group.group) {
            Some(href) => item.href(href),
            None => item,
        }
    };
    valued.into_iter().take(ROWS).map(item).collect()
}
