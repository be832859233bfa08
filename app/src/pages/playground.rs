//! The playground of a prompt api: the same values put to two prompts or models, with what each answers, uses and costs.

mod compared;
mod form;
mod result;
mod runs;
mod sides;

use crate::error::AppError;
use crate::pages::apis::desk::{Desk, Place, desk};
use crate::pages::apis::models::{Shelf, shelves};
use crate::pages::apis::workspace::{Part, Workspace};
use crate::server::{load, query};
use control::prompts;
use domain::ids::RunId;
use domain::paging::{Page, PageOf};
use domain::prompts::playground::{Offered, Run};
use form::RunForm;
use leptos::prelude::*;
use result::Outcome;
use runs::Runs;
use serde::{Deserialize, Serialize};
use ui::{EmptyState, Glyph, LinkButton, Load};

/// Runs that are listed.
const LISTED: u32 = 10;

/// What the page shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Bench {
    offered: Vec<Offered>,
    shelves: Vec<Shelf>,
    /// The one that the address names.
    run: Option<Run>,
    runs: Page<Run>,
}

#[component]
pub fn Playground() -> AnyView {
    let (place, asked) = (Place::of_page(), query("run"));
    let bench = load(|control, actor| async move {
        let api = place.api()?;
        let run = match asked.as_str() {
            "" => None,
            id => {
                let id: RunId = id.parse().map_err(|_| AppError::not_found("run"))?;
                Some(prompts::run(&control, &actor, &api, &id).await?)
            }
        };
        let page = PageOf { limit: LISTED, cursor: Some(query("cursor")).filter(|text| !text.is_empty()) };
        Ok(Bench {
            offered: prompts::offered(&control, &actor, &api).await?,
            shelves: shelves(&control, &actor).await?,
            run,
            runs: prompts::runs(&control, &actor, &api, &page).await?,
        })
    });
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Playground>
                <Load resource=bench part=true let:bench>
                    <Shown desk=desk.clone() bench/>
                </Load>
            </Workspace>
        </Load>
    }
    .into_any()
}

#[component]
fn Shown(desk: Desk, bench: Bench) -> AnyView {
    let Bench { offered, shelves, run, runs } = bench;
    if offered.is_empty() {
        let action = view! { <LinkButton href=desk.href("/upstream")>"Write the prompt"</LinkButton> };
        return view! {
            <EmptyState glyph=Glyph::Model title="There is no prompt to run" action/>
        }
        .into_any();
    }
    let outcome = run.clone().map(|run| view! { <Outcome run shelves=shelves.clone()/> });
    let shown = run.as_ref().map(|run| run.id.clone());
    view! {
        <div class="stack stack-wide">
            {outcome}
            <RunForm desk=desk.clone() offered shelves run/>
            <Runs desk runs shown/>
        </div>
    }
    .into_any()
}

/// `v1, live: revision 3`
fn prompt_name(version: &str, revision: Option<i64>) -> String {
    match revision {
        Some(number) => format!("{version}, live: revision {number}"),
        None => format!("{version}, the draft"),
    }
}

/// A connection by the name that people know it by.
fn provider_name(shelves: &[Shelf], id: &str) -> String {
    let shelf = shelves.iter().find(|shelf| shelf.provider == id);
    shelf.map_or_else(|| id.to_owned(), |shelf| shelf.name.clone())
}

/// How sides are called: A, B, C, D.
fn letter(at: usize) -> &'static str {
    ["A", "B", "C", "D"].get(at).copied().unwrap_or("?")
}
