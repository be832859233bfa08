//! The ways to narrow a search, each with how many results it leaves.

use crate::link;
use domain::catalogue::{CatalogueFilter, FacetValue, Facets as Counts};
use leptos::prelude::*;
use ui::{Facet, Facets};

#[component]
pub fn Narrowing(facets: Counts, filter: CatalogueFilter) -> AnyView {
    let state = filter.state.map(|state| state.to_string()).unwrap_or_default();
    let groups = [
        ("Category", "category", facets.categories, filter.category.clone()),
        ("State", "state", facets.states, state),
        ("Team", "team", facets.teams, filter.team.clone()),
        ("Tag", "tag", facets.tags, filter.tag.clone()),
    ];
    let groups = groups.into_iter().filter(|(_, _, values, chosen)| values.len() > 1 || !chosen.is_empty());
    let here = address(&filter);
    let groups = groups.map(|(legend, name, values, chosen)| group(&here, legend, name, values, &chosen));
    view! { <div class="stack">{groups.collect_view()}</div> }.into_any()
}

/// The search without a place in its results: another filter begins at the first page.
fn address(filter: &CatalogueFilter) -> String {
    let state = filter.state.map_or("", |state| state.as_str());
    let pairs = [
        ("q", filter.search.as_str()),
        ("category", &filter.category),
        ("tag", &filter.tag),
        ("team", &filter.team),
        ("state", state),
    ];
    format!("/catalogue{}", link::query(&pairs))
}

fn group(here: &str, legend: &'static str, name: &str, values: Vec<FacetValue>, chosen: &str) -> AnyView {
    let values = values.into_iter().map(|facet| {
        let current = facet.value == chosen;
        let href = link::with(here, name, if current { "" } else { &facet.value });
        let count = u64::try_from(facet.count).unwrap_or_default();
        view! { <Facet href label=facet.label count current/> }
    });
    let values = values.collect_view();
    view! { <Facets legend>{values}</Facets> }.into_any()
}
