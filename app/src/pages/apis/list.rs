//! The APIs of one's teams.

use crate::server::{actor, load, needs, next_href, now, page_of, query};
use control::{Actor, apis, teams};
use domain::apis::{Api, ApiKind};
use domain::ids::{ApiId, TeamId};
use domain::paging::{MAX_LIMIT, Page as PageItems, PageOf};
use domain::roles::Permission;
use domain::teams::TeamSummary;
use domain::versions::VersionSummary;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use ui::{
    ButtonVariant, Choice, Column, EmptyState, Field, FilterBar, Glyph, LinkButton, Load, Page, PageHeader,
    Pager, Row, SearchBox, Select, StateBadge, Table, Tag, Time,
};

/// A page of the list, with what its rows need.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Listed {
    apis: PageItems<Api>,
    versions: Vec<(ApiId, VersionSummary)>,
    teams: Vec<TeamSummary>,
}

#[component]
pub fn Apis() -> AnyView {
    let (search, team, page) = (query("q"), query("team"), page_of());
    let asked = search.clone();
    let chosen: Option<TeamId> = team.parse().ok();
    let listed = load(|control, actor| async move {
        let all = PageOf { limit: MAX_LIMIT, cursor: None };
        let apis = apis::list(&control, &actor, chosen.as_ref(), &asked, &page?).await?;
        let versions = apis::versions_of(&control, &actor, &apis.items).await?;
        let teams = teams::list(&control, &actor, "", &all).await?.items;
        Ok(Listed { apis, versions, teams })
    });
    view! {
        <Title text="APIs"/>
        <Page>
            <PageHeader title="APIs" lead="What your teams offer to others." actions=view! { <NewButton/> }/>
            <Load resource=listed let:listed>
                <Filters search=search.clone() team=team.clone() teams=listed.teams.clone()/>
                <ApiTable listed narrowed=!search.is_empty() || !team.is_empty()/>
            </Load>
        </Page>
    }
    .into_any()
}

/// Why the person cannot make one, if so.
fn barred(actor: &Actor) -> Option<String> {
    let teams = actor.teams_with(Permission::ApisEdit);
    teams.is_some_and(|teams| teams.is_empty()).then(|| needs(Permission::ApisEdit))
}

#[component]
fn NewButton() -> AnyView {
    let disabled = barred(&actor());
    view! { <LinkButton href="/apis/new" variant=ButtonVariant::Primary glyph=Glyph::Add disabled>"New API"</LinkButton> }
        .into_any()
}

#[component]
fn Filters(search: String, team: String, teams: Vec<TeamSummary>) -> AnyView {
    let clear = (!search.is_empty() || !team.is_empty()).then_some("/apis");
    let mut options = vec![Choice::new("", "All teams")];
    options
        .extend(teams.into_iter().map(|summary| Choice::new(summary.team.id.to_string(), summary.team.name)));
    view! {
        <FilterBar action="/apis" label="Filter APIs" clear>
            <SearchBox value=search label="Search names and slugs"/>
            <Field name="team" label="Team" quiet=true><Select options value=team/></Field>
        </FilterBar>
    }
    .into_any()
}

#[component]
fn ApiTable(listed: Listed, narrowed: bool) -> AnyView {
    let Listed { apis, versions, teams } = listed;
    let next = next_href(apis.next.as_deref());
    let team_of = |id: &TeamId| {
        let team = teams.iter().find(|summary| summary.team.id == *id);
        team.map(|summary| summary.team.name.clone()).unwrap_or_default()
    };
    let rows = apis.items.into_iter().map(|api| {
        let versions = versions.iter().filter(|(of, _)| *of == api.id).map(|(_, version)| version).collect();
        row(&api, team_of(&api.team), versions)
    });
    let columns = vec![
        Column::new("Name"),
        Column::new("Versions"),
        Column::shrink("Visible to"),
        Column::shrink("Changed"),
    ];
    let rows = rows.collect();
    view! {
        <Table caption="APIs" columns rows empty=view! { <Nothing narrowed/> }/>
        <Pager next_href=next/>
    }
    .into_any()
}

fn row(api: &Api, team: String, versions: Vec<&VersionSummary>) -> Row {
    let versions = versions.into_iter().map(|version| {
        view! { <span class="row"><Tag label=version.name.to_string()/> <StateBadge state=version.state.as_str()/></span> }
    });
    let kind = (api.kind != ApiKind::Rest).then(|| view! { " " <Tag label=api.kind.as_str()/> });
    Row::new()
        .cell(view! {
            <a href=format!("/apis/{}", api.id)>{api.name.clone()}</a> {kind}
            <span class="cell-sub">{team} " · " <code>{format!("/{}", api.slug)}</code></span>
        })
        .cell(view! { <span class="row">{versions.collect_view()}</span> })
        .cell(api.visibility.as_str())
        .cell(view! { <Time at=api.updated_at.timestamp_millis() now=now().timestamp_millis()/> })
}

#[component]
fn Nothing(narrowed: bool) -> AnyView {
    if narrowed {
        let action = view! { <LinkButton href="/apis">"Show all"</LinkButton> };
        return view! { <EmptyState glyph=Glyph::Search title="Nothing matches" action/> }.into_any();
    }
    view! {
        <EmptyState
            glyph=Glyph::Api
            title="No APIs yet"
            text="Put a backend behind the gateway: an address or an OpenAPI document is enough to begin. Or offer AI models."
            action=view! { <NewButton/> }
        />
    }
    .into_any()
}
