//! The applications of the teams that somebody is in, or all of them for those who read every team.

use crate::error::Result;
use crate::server::{actor, load, next_href, page_of, query};
use chrono::Duration;
use control::{Actor, Control, applications, teams, usage};
use domain::applications::ApplicationSummary;
use domain::check::Invalid;
use domain::paging::{MAX_LIMIT, Page as PageItems, PageOf};
use domain::roles::Permission;
use domain::usage::{Dimension, Grain, UsageQuery, Visible};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use ui::{
    ButtonVariant, Choice, Column, EmptyState, Field, FilterBar, Glyph, LinkButton, Load, Page, PageHeader,
    Pager, Row, SearchBox, Select, Show, Table, Time, format,
};

/// Calls are counted over so many days.
const DAYS: i64 = 7;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Found {
    applications: PageItems<ApplicationSummary>,
    /// Calls of the last days by application; those without calls are left out.
    calls: HashMap<String, i64>,
    /// Ids and names of the teams to filter by.
    teams: Vec<(String, String)>,
}

#[component]
pub fn Applications() -> AnyView {
    let (page, text, team) = (page_of(), query("q"), query("team"));
    let found = load(|control, actor| async move { find(&control, &actor, &team, &text, &page?).await });
    let lead = if actor().may_on_platform(Permission::ApplicationsRead) {
        "All applications of this installation."
    } else {
        "What your teams call APIs with. Each has its own keys and subscriptions."
    };
    view! {
        <Title text="Applications"/>
        <Page>
            <PageHeader title="Applications" lead actions=view! { <NewApplication/> }/>
            <Load resource=found let:found>
                <List found/>
            </Load>
        </Page>
    }
    .into_any()
}

async fn find(control: &Control, actor: &Actor, team: &str, text: &str, page: &PageOf) -> Result<Found> {
    let team = match team {
        "" => None,
        id => Some(id.parse().map_err(|_| Invalid::one("team", "expected the id of a team"))?),
    };
    let own = teams::list(control, actor, "", &PageOf { limit: MAX_LIMIT, cursor: None }).await?;
    Ok(Found {
        applications: applications::list(control, actor, team.as_ref(), text, page).await?,
        calls: calls(control, actor).await?,
        teams: own.items.into_iter().map(|team| (team.team.id.to_string(), team.team.name)).collect(),
    })
}

/// The busiest applications, at most fifty.
async fn calls(control: &Control, actor: &Actor) -> Result<HashMap<String, i64>> {
    let now = control.now();
    let question = UsageQuery {
        group_by: vec![Dimension::Application],
        since: now - Duration::days(DAYS),
        until: now,
        step: Grain::Hour,
        api: None,
        application: None,
        route: String::new(),
        models_only: false,
        visible: Visible::Nothing,
    };
    let found = usage::get(control, actor, question).await?;
    let pair =
        |series: domain::usage::Series| Some((series.group.into_iter().next()?.1, series.totals.calls));
    Ok(found.series.into_iter().filter_map(pair).collect())
}

#[component]
fn NewApplication() -> AnyView {
    let variant = ButtonVariant::Primary;
    view! { <LinkButton href="/applications/new" variant glyph=Glyph::Add disabled=barred()>"New application"</LinkButton> }
        .into_any()
}

/// Why the person can make no application, if so.
fn barred() -> Option<String> {
    let may_somewhere =
        actor().teams_with(Permission::ApplicationsManage).is_none_or(|teams| !teams.is_empty());
    crate::server::missing(may_somewhere, Permission::ApplicationsManage)
}

#[component]
fn List(found: Found) -> AnyView {
    let Found { applications, calls, teams } = found;
    let (text, team) = (query("q"), query("team"));
    let filtered = !text.is_empty() || !team.is_empty();
    if applications.items.is_empty() && !filtered {
        return view! { <Nothing/> }.into_any();
    }
    let next_href = next_href(applications.next.as_deref());
    let columns = vec![
        Column::new("Application"),
        Column::new("Team"),
        Column::number("Keys"),
        Column::number("Subscriptions"),
        Column::number(format!("Calls, {DAYS} d")),
        Column::shrink("Created"),
    ];
    let rows = applications.items.into_iter().map(|summary| row(summary, &calls)).collect();
    let empty = view! {
        <EmptyState glyph=Glyph::Search title="No application matches" text="Try fewer letters, or another team."/>
    };
    let choices = std::iter::once(Choice::new("", "All teams"))
        .chain(teams.iter().map(|(id, name)| Choice::new(id, name)))
        .collect();
    let by_team = (teams.len() > 1 || !team.is_empty()).then(|| {
        view! { <Field name="team" label="Team" quiet=true><Select options=choices value=team/></Field> }
    });
    view! {
        <div class="stack">
            <FilterBar action="/applications" label="Filter applications" clear=filtered.then_some("/applications")>
                <SearchBox value=text label="Search applications by name"/>
                {by_team}
            </FilterBar>
            <Table caption="Applications" columns rows empty/>
            <Pager next_href/>
        </div>
    }
    .into_any()
}

#[component]
fn Nothing() -> AnyView {
    let barred = barred();
    let text = if barred.is_some() {
        "An application belongs to a team and is made by its owner or a consumer. Create a team, or ask to be added to one."
    } else {
        "An application holds the keys with which your team calls APIs. Make one, then subscribe it to an API."
    };
    let action = if barred.is_some() {
        view! { <LinkButton href="/teams" variant=ButtonVariant::Primary>"Teams"</LinkButton> }.into_any()
    } else {
        view! { <NewApplication/> }.into_any()
    };
    view! { <EmptyState glyph=Glyph::Application title="No applications yet" text action/> }.into_any()
}

fn row(summary: ApplicationSummary, calls: &HashMap<String, i64>) -> Row {
    let application = summary.application;
    let calls = calls.get(application.id.as_str()).copied().and_then(|calls| u64::try_from(calls).ok());
    let name = view! {
        <a href=format!("/applications/{}", application.id)>{application.name}</a>
        <span class="cell-sub">{application.description}</span>
    };
    Row::new()
        .cell(name)
        .cell(view! { <a href=format!("/teams/{}", application.team)>{summary.team_name}</a> })
        .cell(summary.credentials)
        .cell(summary.subscriptions)
        .cell(calls.map_or_else(|| "–".to_owned(), format::count))
        .cell(view! { <Time at=application.created_at.timestamp_millis() show=Show::Date/> })
}
