//! The frame of a workspace: the api's head, its parts, and the bar that says how the draft differs from what is live.

use super::desk::Desk;
use crate::pages::catalogue::version_href;
use domain::lifecycle::VersionState;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    ButtonVariant, Crumb, Glyph, LinkButton, Menu, MenuItem, Notice, Page, PageHeader, StateBadge, Tab, Tabs,
    Tag, Tone,
};

/// The parts of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Overview,
    Design,
    Routes,
    Upstream,
    /// Of prompts only.
    Playground,
    Plans,
    Consumers,
    Docs,
    Changes,
    Settings,
}

impl Part {
    const ALL: [Self; 10] = [
        Self::Overview,
        Self::Design,
        Self::Routes,
        Self::Upstream,
        Self::Playground,
        Self::Plans,
        Self::Consumers,
        Self::Docs,
        Self::Changes,
        Self::Settings,
    ];

    /// Title, and what stands behind the api in the address.
    pub const fn describe(self) -> (&'static str, &'static str) {
        match self {
            Self::Overview => ("Overview", ""),
            Self::Design => ("Design", "/design"),
            Self::Routes => ("Routes", "/routes"),
            Self::Upstream => ("Upstream", "/upstream"),
            Self::Playground => ("Playground", "/playground"),
            Self::Plans => ("Plans", "/plans"),
            Self::Consumers => ("Consumers", "/consumers"),
            Self::Docs => ("Docs", "/docs"),
            Self::Changes => ("Changes", "/changes"),
            Self::Settings => ("Settings", "/settings"),
        }
    }
}

#[component]
pub fn Workspace(desk: Desk, part: Part, children: Children) -> AnyView {
    let name = desk.api().name.clone();
    let (title, end) = part.describe();
    let badges = view! {
        <Tag label=desk.version.name.to_string()/>
        <StateBadge state=desk.version.state.as_str()/>
    };
    let has = |part: &&Part| **part != Part::Playground || desk.version.draft.prompt.is_some();
    let items = Part::ALL.iter().filter(has).map(|part| tab(&desk, *part)).collect();
    view! {
        <Title text=format!("{title} · {name}")/>
        <Page>
            <PageHeader
                title=name.clone()
                breadcrumb=vec![Crumb::new("APIs", "/apis")]
                badges
                actions=view! { <Actions desk=desk.clone() part/> }
            />
            <Bar desk=desk.clone() part/>
            <Tabs label=name items current=desk.href(end)/>
            {children()}
        </Page>
    }
    .into_any()
}

fn tab(desk: &Desk, part: Part) -> Tab {
    let (title, end) = part.describe();
    let tab = Tab::new(desk.href(end), title);
    let count = |count: usize| u64::try_from(count).unwrap_or_default();
    match part {
        Part::Routes => tab.count(count(desk.version.draft.routes.len())),
        Part::Plans => tab.count(count(desk.detail.plans.len())),
        _ => tab,
    }
}

#[component]
fn Actions(desk: Desk, part: Part) -> AnyView {
    let api = desk.api();
    let versions = (desk.detail.versions.len() > 1).then(|| view! { <Versions desk=desk.clone() part/> });
    let listed = desk.version.state.is_listed().then(|| {
        let href = version_href(&api.slug, &desk.version.name);
        view! { <LinkButton href glyph=Glyph::Catalogue>"In the catalogue"</LinkButton> }
    });
    let usage = format!("/apis/{}/usage", api.id);
    view! { {versions} <LinkButton href=usage glyph=Glyph::Analytics>"Usage"</LinkButton> {listed} }
        .into_any()
}

/// The same part at another version.
#[component]
fn Versions(desk: Desk, part: Part) -> AnyView {
    let items = desk.detail.versions.iter().map(|version| {
        let href = format!("/apis/{}{}?version={}", desk.api().id, part.describe().1, version.name);
        let current = version.name == desk.version.name;
        let words = format!("{} ({})", version.name, version.state);
        view! { <MenuItem href current>{words}</MenuItem> }
    });
    let items = items.collect_view();
    view! { <Menu label=format!("Version {}", desk.version.name)>{items}</Menu> }.into_any()
}

/// How the draft differs from what callers get. Not there when it does not.
#[component]
fn Bar(desk: Desk, part: Part) -> AnyView {
    if part == Part::Changes || desk.version.state == VersionState::Retired {
        return ().into_any();
    }
    let review = desk.href("/changes");
    let words = match desk.version.live_revision {
        None => "This version is a draft: nobody can call it yet.".to_owned(),
        Some(_) if desk.changes.is_none() => return ().into_any(),
        Some(number) => {
            format!("The draft differs from revision {number}, which is live: {}.", difference(&desk))
        }
    };
    let actions = view! {
        <LinkButton href=review variant=ButtonVariant::Primary glyph=Glyph::Publish>"Review and publish"</LinkButton>
    };
    view! { <Notice tone=Tone::Info actions><p>{words}</p></Notice> }.into_any()
}

fn difference(desk: &Desk) -> String {
    let count = desk.changes.count + i64::try_from(desk.changes.operations.len()).unwrap_or_default();
    match count {
        0 => "other words in the OpenAPI document".to_owned(),
        1 => "1 change".to_owned(),
        n => format!("{n} changes"),
    }
}
