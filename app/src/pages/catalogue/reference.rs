//! The operations of a version, grouped by tag.

use super::api::{ApiPage, Part, entry};
use super::{operation, operation_href, version_href};
use crate::server::{load_for_all, param, query};
use control::catalogue::{self, CatalogueApi};
use control::openapi::{Document, Operation};
use domain::routes::Route;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use ui::{
    Badge, Card, Column, EmptyState, FilterBar, Glyph, LinkButton, Load, Method, Row, SearchBox, Table, Tone,
};

/// Most operations on the page; the search finds the others.
const SHOWN: usize = 500;

/// The operations that a reader looks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Index {
    /// Name of the tag, its description, and the operations under it.
    groups: Vec<Group>,
    found: u64,
    total: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Group {
    tag: String,
    description: String,
    /// Name in the address, and the operation.
    operations: Vec<(String, Operation)>,
}

#[component]
pub fn Reference() -> AnyView {
    let (slug, version, search) = (param("slug"), param("version"), query("q"));
    let index = load_for_all(|control, viewer| async move {
        let document = catalogue::reference(&control, viewer.as_ref(), &slug, Some(&version)).await?;
        Ok(document.map(|document| index(&document, &search)))
    });
    view! {
        <Load resource=entry() let:api>
            <ApiPage api=api.clone() part=Part::Reference>
                <Load resource=index part=true let:index>
                    {match index {
                        Some(index) => view! { <Operations api index/> }.into_any(),
                        None => view! { <Routes api/> }.into_any(),
                    }}
                </Load>
            </ApiPage>
        </Load>
    }
    .into_any()
}

/// The operations that have all words of the search, under the first of their tags.
fn index(document: &Document, search: &str) -> Index {
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    let all = operation::names(&document.operations).into_iter().zip(&document.operations);
    let found: Vec<_> = all.filter(|(_, operation)| has(operation, &words)).collect();
    let mut groups: Vec<Group> = document
        .tags
        .iter()
        .map(|tag| group(&tag.name, tag.description.clone().unwrap_or_default()))
        .collect();
    let count = found.len();
    for (name, operation) in found.into_iter().take(SHOWN) {
        let tag = operation.tags.first().map_or("", String::as_str);
        let at = groups.iter().position(|group| group.tag == tag).unwrap_or_else(|| {
            groups.push(group(tag, String::new()));
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.operations.push((name, operation.clone()));
        }
    }
    groups.retain(|group| !group.operations.is_empty());
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Index { groups, found: number(count), total: number(document.operations.len()) }
}

fn group(tag: &str, description: String) -> Group {
    Group { tag: tag.to_owned(), description, operations: Vec::new() }
}

fn has(operation: &Operation, words: &[String]) -> bool {
    let texts = [Some(&operation.path), operation.summary.as_ref(), operation.operation_id.as_ref()];
    let text = texts.into_iter().flatten().map(|text| text.to_lowercase()).collect::<Vec<_>>().join(" ");
    let text = format!(
        "{} {text} {}",
        operation.method.as_str().to_lowercase(),
        operation.tags.join(" ").to_lowercase()
    );
    words.iter().all(|word| text.contains(word))
}

#[component]
fn Operations(api: CatalogueApi, index: Index) -> AnyView {
    let base = version_href(&api.detail.api.slug, &api.version.name);
    let search = query("q");
    let here = format!("{base}/reference");
    let document = view! {
        <LinkButton href=format!("{base}/openapi.json") glyph=Glyph::Download download=true>"OpenAPI document"</LinkButton>
    };
    let clear = (!search.is_empty()).then(|| here.clone());
    let shown = index.groups.iter().map(|group| group.operations.len()).sum::<usize>();
    let more = (u64::try_from(shown) != Ok(index.found))
        .then(|| view! { <p class="soft">{format!("{shown} of {} are shown; search for the others.", index.found)}</p> });
    let groups =
        index.groups.into_iter().map(|group| view! { <GroupCard api=api.clone() group/> }).collect_view();
    let nothing = (index.found == 0).then(|| {
        let all = view! { <LinkButton href=here.clone()>"Show all operations"</LinkButton> };
        view! {
            <EmptyState
                glyph=Glyph::Search
                title="No operation matches"
                text=format!("The api has {} operations.", index.total)
                action=all
            />
        }
    });
    view! {
        <FilterBar action=here.clone() label="Search operations" clear actions=document>
            <SearchBox value=search label="Search paths and summaries"/>
        </FilterBar>
        {groups} {nothing} {more}
    }
    .into_any()
}

#[component]
fn GroupCard(api: CatalogueApi, group: Group) -> AnyView {
    let title = if group.tag.is_empty() { "Operations".to_owned() } else { group.tag };
    let row = |(name, operation): (String, Operation)| {
        let href = operation_href(&api.detail.api.slug, &api.version.name, &name);
        let deprecated =
            operation.deprecated.then(|| view! { " " <Badge label="deprecated" tone=Tone::Warning/> });
        Row::new()
            .heading(1)
            .cell(view! { <Method method=operation.method.as_str()/> })
            .cell(view! { <a class="mono break" href=href>{operation.path}</a> {deprecated} })
            .cell(operation.summary.unwrap_or_default())
    };
    let rows: Vec<Row> = group.operations.into_iter().map(row).collect();
    let columns = vec![Column::shrink("Method"), Column::new("Path"), Column::new("Summary")];
    view! {
        <Card title=title.clone() lead=group.description flush=true>
            <Table caption=format!("Operations: {title}") columns rows/>
        </Card>
    }
    .into_any()
}

/// What is known without a document: the routes.
#[component]
fn Routes(api: CatalogueApi) -> AnyView {
    let columns = vec![Column::shrink("Methods"), Column::mono("Path"), Column::new("Summary")];
    let rows = api.version.routes.iter().take(SHOWN).map(route_row).collect();
    let overview = version_href(&api.detail.api.slug, &api.version.name);
    let lead = view! {
        <p class="soft">
            "The team gives no OpenAPI document with this version. These calls are answered; "
            <a href=overview>"the guide"</a> " may say more."
        </p>
    };
    view! {
        {lead}
        <Card title="Routes" flush=true><Table caption="Routes" columns rows/></Card>
    }
    .into_any()
}

fn route_row(route: &Route) -> Row {
    let methods = match route.methods.as_slice() {
        [] => view! { <Method method="ANY"/> }.into_any(),
        methods => methods
            .iter()
            .map(|method| view! { <Method method=method.as_str()/> " " })
            .collect_view()
            .into_any(),
    };
    Row::new().heading(1).cell(methods).cell(route.path.to_string()).cell(route.summary.clone())
}
