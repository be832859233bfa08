//! What there is: a search with facets, and a card for each api that was found.

pub mod card;
mod facets;

use crate::server::{incoming, load_for_all, next_href, page_of, query};
use card::Card;
use control::{Actor, catalogue};
use domain::catalogue::{CatalogueEntry, CatalogueFilter, Facets};
use domain::paging::Page as PageOf;
use domain::roles::Permission;
use facets::Narrowing;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use ui::{ButtonVariant, EmptyState, FilterBar, Glyph, LinkButton, Load, Page, PageHeader, Pager, SearchBox};

/// A page of results with the counts beside it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Found {
    entries: PageOf<CatalogueEntry>,
    facets: Facets,
}

/// The search that the page's query asks for. A state that is none is not looked for.
fn filter() -> CatalogueFilter {
    CatalogueFilter {
        search: query("q"),
        category: query("category"),
        tag: query("tag"),
        team: query("team"),
        state: query("state").parse().ok(),
    }
}

#[component]
pub fn Catalogue() -> AnyView {
    let (filter, page) = (filter(), page_of());
    let asked = filter.clone();
    let found = load_for_all(|control, viewer| async move {
        let page = page?;
        let entries = catalogue::search(&control, viewer.as_ref(), &asked, &page).await?;
        let facets = catalogue::facets(&control, viewer.as_ref(), &asked).await?;
        Ok(Found { entries, facets })
    });
    let publish = may_publish().then(|| {
        view! { <LinkButton href="/apis/new" glyph=Glyph::Add>"Publish an API"</LinkButton> }
    });
    view! {
        <Title text="Catalogue"/>
        <Page wide=true>
            <PageHeader title="Catalogue" lead="The APIs that you can use: what they do and how to get access." actions=publish/>
            <Search filter=filter.clone()/>
            <Load resource=found let:found>
                <Results found filter/>
            </Load>
        </Page>
    }
    .into_any()
}

/// Whether the person is in a team that they may publish for.
fn may_publish() -> bool {
    let teams = |actor: &Actor| actor.teams_with(Permission::ApisEdit).is_none_or(|teams| !teams.is_empty());
    incoming().actor.as_ref().is_some_and(teams)
}

fn is_narrowed(filter: &CatalogueFilter) -> bool {
    *filter != CatalogueFilter::default()
}

#[component]
fn Search(filter: CatalogueFilter) -> AnyView {
    let clear = is_narrowed(&filter).then_some("/catalogue");
    let kept = [
        ("category", filter.category),
        ("tag", filter.tag),
        ("team", filter.team),
        ("state", filter.state.map(|state| state.to_string()).unwrap_or_default()),
    ];
    let keep = kept.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    view! {
        <FilterBar action="/catalogue" label="Search the catalogue" clear keep>
            <SearchBox value=filter.search label="Search names, descriptions and tags"/>
        </FilterBar>
    }
    .into_any()
}

#[component]
fn Results(found: Found, filter: CatalogueFilter) -> AnyView {
    let Found { entries, facets } = found;
    if entries.items.is_empty() {
        return view! { <Nothing narrowed=is_narrowed(&filter)/> }.into_any();
    }
    let (shown, total) = (entries.items.len(), facets.total);
    let summary = match (total, shown) {
        (1, _) => "1 API".to_owned(),
        (total, shown) if usize::try_from(total) == Ok(shown) => format!("{total} APIs"),
        (total, shown) => format!("{shown} of {total} APIs"),
    };
    let next = next_href(entries.next.as_deref());
    let cards = entries.items.into_iter().map(|entry| view! { <Card entry/> }).collect_view();
    view! {
        <div class="split split-facets">
            <Narrowing facets filter/>
            <div class="stack">
                <h2 class="visually-hidden">"Results"</h2>
                <div class="grid">{cards}</div>
                <Pager next_href=next summary/>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Nothing(narrowed: bool) -> AnyView {
    if narrowed {
        let all = view! { <LinkButton href="/catalogue">"Show everything"</LinkButton> };
        return view! {
            <EmptyState
                glyph=Glyph::Search
                title="Nothing matches"
                text="No api that you may see has all of these words and filters."
                action=all
            />
        }
        .into_any();
    }
    let publish = may_publish().then(|| {
        view! { <LinkButton href="/apis/new" variant=ButtonVariant::Primary glyph=Glyph::Add>"Publish an API"</LinkButton> }
    });
    view! {
        <EmptyState
            glyph=Glyph::Catalogue
            title="The catalogue is empty"
            text="An api stands here once a team has published it."
            action=publish
        />
    }
    .into_any()
}
