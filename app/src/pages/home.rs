//! Home: what needs attention, how the last day went, and the first steps while there is nothing yet.

mod attention;
mod steps;

use crate::error::Result;
use crate::pages::usage::{HomeFigures, has_calls};
use crate::server::{actor, load};
use attention::Attention;
use control::{Actor, Control, apis, applications, requests};
use domain::lifecycle::VersionState;
use domain::paging::PageOf;
use domain::requests::{Request, RequestFilter, RequestState};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use steps::{FirstSteps, Progress};
use ui::{Glyph, LinkButton, Load, Page, PageHeader, SectionHeader};

/// All that the page shows.
#[derive(Clone, Serialize, Deserialize)]
struct Facts {
    waiting: Vec<Request>,
    /// Whether anything was called in the last month.
    called: bool,
    apis: usize,
    published: bool,
    applications: usize,
}

#[component]
pub fn Home() -> AnyView {
    let name = actor().name.clone();
    let facts = load(|control, actor| async move { read(&control, &actor).await });
    let actions = view! {
        <LinkButton href="/catalogue" glyph=Glyph::Search>"Find an API"</LinkButton>
        <LinkButton href="/apis/new" glyph=Glyph::Publish>"Publish an API"</LinkButton>
    };
    view! {
        <Title text="Home"/>
        <Page>
            <PageHeader title=format!("Hello, {}", first_word(&name)) actions/>
            <Load resource=facts let:facts>
                <Content facts/>
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Content(facts: Facts) -> AnyView {
    let progress = Progress {
        team: !actor().teams.is_empty(),
        api: facts.apis > 0,
        published: facts.published,
        application: facts.applications > 0,
        call: facts.called,
    };
    view! {
        <div class="stack stack-wide">
            {(!progress.is_done()).then(|| view! { <FirstSteps progress/> })}
            <section class="stack">
                <SectionHeader title="Last 24 hours" lead="Calls to your teams' APIs and by your teams' applications."/>
                <HomeFigures/>
            </section>
            <Attention waiting=facts.waiting/>
        </div>
    }
    .into_any()
}

async fn read(control: &Control, actor: &Actor) -> Result<Facts> {
    let few = PageOf { limit: 5, cursor: None };
    let pending = RequestFilter { state: Some(RequestState::Pending), ..RequestFilter::default() };
    let own_apis = apis::list(control, actor, None, "", &few).await?.items;
    let versions = apis::versions_of(control, actor, &own_apis).await?;
    Ok(Facts {
        waiting: requests::list(control, actor, &pending, &few).await?.items,
        called: has_calls(control, actor).await?,
        apis: own_apis.len(),
        published: versions.iter().any(|(_, version)| version.state == VersionState::Published),
        applications: applications::list(control, actor, None, "", &few).await?.items.len(),
    })
}

fn first_word(name: &str) -> String {
    name.split_whitespace().next().unwrap_or(name).to_owned()
}
