//! The runs that there were.

use super::letter;
use crate::pages::apis::desk::Desk;
use crate::pages::calls::cost;
use crate::server::next_href;
use domain::ids::RunId;
use domain::paging::Page;
use domain::prompts::playground::{RUNS_KEPT_DAYS, Run, RunSide};
use leptos::prelude::*;
use ui::{Column, EmptyState, Glyph, Pager, Row, SectionHeader, Table, Time, format};

#[component]
pub fn Runs(desk: Desk, runs: Page<Run>, shown: Option<RunId>) -> AnyView {
    let next_href = next_href(runs.next.as_deref());
    let columns = vec![Column::new("When"), Column::new("By"), Column::new("Sides"), Column::shrink("")];
    let version = desk.version.name.to_string();
    let rows = runs.items.into_iter().map(|run| {
        let at = run.created_at.timestamp_millis();
        let sides = run.content.sides.iter().enumerate();
        let sides =
            sides.map(|(at, side)| view! { <div class="break">{line(at, side)}</div> }).collect_view();
        let href = format!("/apis/{}/playground?version={version}&run={}", run.api, run.id);
        let link = if shown.as_ref() == Some(&run.id) {
            view! { <span class="faint">"Shown above"</span> }.into_any()
        } else {
            view! { <a href=href>"Show"</a> }.into_any()
        };
        Row::new()
            .cell(view! { <Time at/> })
            .cell(run.by.unwrap_or_else(|| "–".to_owned()))
            .cell(sides)
            .cell(link)
    });
    let lead = format!("Every editor of the API sees them. They are kept for {RUNS_KEPT_DAYS} days.");
    let empty = view! {
        <EmptyState glyph=Glyph::Model title="Nothing was run yet" text="Runs are listed here, to be looked at again."/>
    };
    view! {
        <section class="stack">
            <SectionHeader title="Earlier runs" lead/>
            <Table caption="Runs, newest first" columns rows=rows.collect() empty/>
            <Pager next_href/>
        </section>
    }
    .into_any()
}

/// `A: v1, sim-large, 1.2 s, $0.0012`
fn line(at: usize, side: &RunSide) -> String {
    let trial = &side.trial;
    let model = trial.ai.as_ref().map(|ai| format!(", {}", ai.model)).unwrap_or_default();
    let end = match (&trial.problem, &trial.ai) {
        (Some(problem), _) => problem.name.clone(),
        (None, Some(ai)) => cost(ai),
        (None, None) => String::new(),
    };
    let time = format::millis(trial.ms as f64);
    format!("{}: {} {}{model}, {time}, {end}", letter(at), side.version, side.of)
}
