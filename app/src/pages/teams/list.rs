//! The teams that somebody is in, or all of them for those who read every team.

use crate::server::{actor, incoming, load, missing, next_href, page_of, query};
use control::teams;
use domain::paging::Page as PageItems;
use domain::roles::Permission;
use domain::teams::TeamSummary;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    Avatar, Badge, ButtonVariant, Column, EmptyState, FilterBar, Glyph, LinkButton, Load, Page, PageHeader,
    Pager, Row, SearchBox, Table,
};

#[component]
pub fn Teams() -> AnyView {
    let (page, text) = (page_of(), query("q"));
    let list = load(|control, actor| async move { Ok(teams::list(&control, &actor, &text, &page?).await?) });
    let lead = if actor().may_on_platform(Permission::TeamsRead) {
        "All teams of this installation."
    } else {
        "The teams that you are in. What a team owns, its members see."
    };
    view! {
        <Title text="Teams"/>
        <Page>
            <PageHeader title="Teams" lead actions=view! { <NewTeam variant=ButtonVariant::Primary/> }/>
            <Load resource=list let:list>
                <List list/>
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn NewTeam(#[prop(optional)] variant: ButtonVariant) -> AnyView {
    let actor = actor();
    let may = actor.may_on_platform(Permission::TeamsCreate);
    let barred = missing(may, Permission::TeamsCreate).map(|reason| {
        if incoming().settings.members_create_teams {
            reason
        } else {
            format!("{reason}: the settings say so")
        }
    });
    view! { <LinkButton href="/teams/new" variant glyph=Glyph::Add disabled=barred>"New team"</LinkButton> }
        .into_any()
}

#[component]
fn List(list: PageItems<TeamSummary>) -> AnyView {
    let text = query("q");
    let filtered = !text.is_empty();
    if list.items.is_empty() && !filtered {
        return view! {
            <EmptyState
                glyph=Glyph::Team
                title="No teams yet"
                text="APIs and applications belong to teams. Create one, or ask the owner of a team to add you."
                action=view! { <NewTeam variant=ButtonVariant::Primary/> }
            />
        }
        .into_any();
    }
    let next = next_href(list.next.as_deref());
    let columns = vec![
        Column::new("Team"),
        Column::shrink("Your role"),
        Column::number("Members"),
        Column::number("APIs"),
        Column::number("Applications"),
    ];
    let rows = list.items.into_iter().map(row).collect();
    let empty = view! {
        <EmptyState glyph=Glyph::Search title="No team matches" text="Try fewer letters of its name."/>
    };
    view! {
        <div class="stack">
            <FilterBar action="/teams" label="Search teams" clear=filtered.then_some("/teams")>
                <SearchBox value=text label="Search teams by name"/>
            </FilterBar>
            <Table caption="Teams" columns rows empty/>
            <Pager next_href=next/>
        </div>
    }
    .into_any()
}

fn row(summary: TeamSummary) -> Row {
    let team = summary.team;
    let role = match summary.role {
        Some(role) => view! { <Badge label=role.as_str()/> }.into_any(),
        None => view! { <span class="faint">"not a member"</span> }.into_any(),
    };
    let name = view! {
        <span class="person">
            <Avatar name=team.name.clone() team=true/>
            <span>
                <a href=format!("/teams/{}", team.id)>{team.name}</a>
                <span class="cell-sub truncate">{team.description}</span>
            </span>
        </span>
    };
    Row::new().cell(name).cell(role).cell(summary.members).cell(summary.apis).cell(summary.applications)
}
